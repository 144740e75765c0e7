"""Blocks of one's own: containers under a name, each a JSON file of a network in a folder beside the drafts."""

from __future__ import annotations

import functools
import keyword
import os
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from playground.networks import Layer, NetworkSpec, SpecError
from playground.networks.spec import Shape
from playground.training.files import make_private_folder, write_atomically
from playground.ui.build.draft import drafts_folder
from playground.ui.kinds_of_work import READING
from playground.ui.sandboxed import ask

FOLDER_VARIABLE = "PLAYGROUND_BLOCKS"
MOST_CHARACTERS = 40

_NAME = re.compile(r"[\w\-]+( [\w\-]+)*")


@dataclass(frozen=True)
class OwnBlock:
    """A container that a person saved: the name under which, and a network of this container alone."""

    name: str
    spec: NetworkSpec

    @property
    def layer(self) -> Layer:
        """The container."""
        return self.spec.layers[0]


@dataclass(frozen=True)
class OwnBlocks:
    """The blocks that can be read, by name, and a sentence about each file that cannot."""

    blocks: dict[str, OwnBlock]
    faults: tuple[str, ...]


def own_blocks() -> OwnBlocks:
    """All blocks that were saved."""
    folder = blocks_folder()
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".json" and path.name[0] != ".")
    except FileNotFoundError:
        files = []
    except OSError as error:
        return OwnBlocks({}, (f"The blocks in {folder} cannot be read: {error.strerror}.",))
    read = [_read(file) for file in files]
    blocks = [each for each in read if isinstance(each, OwnBlock)]
    return OwnBlocks({block.name: block for block in blocks}, tuple(each for each in read if isinstance(each, str)))


def own_block(name: str, container: Layer, input_shape: Shape) -> OwnBlock:
    """The container as a block of this name, for samples of this shape; raises SpecError if it cannot be called so."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not _NAME.fullmatch(name) or len(name) > MOST_CHARACTERS:
        raise SpecError(
            f"Call the block by letters, digits, spaces, hyphens and underscores, at most {MOST_CHARACTERS} characters."
        )
    words = re.sub(r"\W+", "_", name.casefold()).strip("_")
    layer_name = words if words.isidentifier() and not keyword.iskeyword(words) else f"block_{words}".rstrip("_")
    return OwnBlock(name, NetworkSpec("Block", (replace(container, name=layer_name),), input_shape))


def save(block: OwnBlock) -> None:
    """Write the block's file, in place of one of the same name; raises SpecError where that cannot be done."""
    folder = blocks_folder()
    text = block.spec.to_json()
    # What could not be read again, as one that is too large, is not saved.
    ask(NetworkSpec.from_json, text, work=READING)
    try:
        make_private_folder(folder)
        write_atomically(folder / f"{block.name}.json", text.encode())
    except OSError as error:
        raise SpecError(f"The block cannot be saved in {folder}: {error.strerror}.") from error


def delete(block: OwnBlock) -> None:
    """Remove the block's file; raises SpecError where that cannot be done."""
    try:
        (blocks_folder() / f"{block.name}.json").unlink(missing_ok=True)
    except OSError as error:
        raise SpecError(f"The block {block.name} cannot be deleted: {error.strerror}.") from error


def blocks_folder() -> Path:
    """Where blocks are saved: the folder that PLAYGROUND_BLOCKS names, else `blocks` beside the drafts."""
    return Path(os.environ.get(FOLDER_VARIABLE) or drafts_folder().with_name("blocks")).absolute()


def _read(file: Path) -> OwnBlock | str:
    try:
        return _read_version(file, file.stat().st_mtime_ns)
    except SpecError as error:
        return f"The block in {file} cannot be read: {error.message}"
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        return f"The block in {file} cannot be read: {reason}."


@functools.lru_cache(maxsize=200)
def _read_version(file: Path, modified: int) -> OwnBlock:  # noqa: ARG001 - a file that has changed is read anew
    spec: NetworkSpec = ask(NetworkSpec.from_json, file.read_text(encoding="utf-8"), work=READING)
    if len(spec.layers) != 1 or spec.forward is not None:
        raise SpecError("it is no block, which is a network of one container.")
    return OwnBlock(file.stem, spec)
