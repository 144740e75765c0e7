"""The files of images that a person gave to this session, on whichever page; they stay until they are taken away."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace

import streamlit as st

from playground.images.decoded_images import digest

MOST_FILES = 50
MOST_BYTES = 200_000_000

_FILES = "own_images"
_LEFT_OUT = "own_images_left_out"


@dataclass(frozen=True)
class OwnFile:
    """A file that is to be an image, whatever it holds."""

    name: str
    digest: str
    data: bytes = field(compare=False, repr=False)


def own_files() -> tuple[OwnFile, ...]:
    """The person's files, the newest first."""
    files: tuple[OwnFile, ...] = st.session_state.get(_FILES, ())
    return files


def add_files(files: Iterable[tuple[str, bytes]]) -> None:
    """Take files, each a name and its bytes; the first of them comes first. One that is there already moves there.

    Of equal names the later one gets a number, so that each has its own. What would be more than MOST_FILES, or
    MOST_BYTES together, is left out and told by `left_out`.
    """
    new = {file.digest: file for file in (OwnFile(name, digest(data), data) for name, data in files)}
    kept = [file for file in own_files() if file.digest not in new]
    room, count = MOST_BYTES - sum(len(file.data) for file in kept), MOST_FILES - len(kept)
    taken: list[OwnFile] = []
    names_left_out: list[str] = []
    for file in new.values():
        if len(taken) < count and len(file.data) <= room:
            taken.append(replace(file, name=_unused(file.name, {other.name for other in (*taken, *kept)})))
            room -= len(file.data)
        else:
            names_left_out.append(file.name)
    st.session_state[_FILES] = (*taken, *kept)
    leave_out(
        names_left_out,
        f"at most {MOST_FILES} images and {MOST_BYTES // 1_000_000} MB are kept at once. Take some away first.",
    )


def remove_files(digests: Iterable[str]) -> None:
    """Take these files away."""
    gone = set(digests)
    st.session_state[_FILES] = tuple(file for file in own_files() if file.digest not in gone)


def leave_out(names: Sequence[str], why: str) -> None:
    """Note that files of these names were not taken, for a reason that ends a sentence."""
    if names:
        which = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"
        sentence = f"{which} left out: {why}"
        st.session_state[_LEFT_OUT] = tuple(dict.fromkeys((*left_out(), sentence)))


def left_out() -> tuple[str, ...]:
    """A sentence for each time that files were not taken, until they are dismissed."""
    sentences: tuple[str, ...] = st.session_state.get(_LEFT_OUT, ())
    return sentences


def dismiss_left_out() -> None:
    """Forget these sentences."""
    st.session_state[_LEFT_OUT] = ()


def _unused(name: str, used: Set[str]) -> str:
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return next(each for each in itertools.chain((name,), numbered) if each not in used)
