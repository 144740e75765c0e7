"""Values as people read them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from itertools import accumulate

from playground.data import DATASETS
from playground.networks import SpecError, presets
from playground.training import Run, StoreError, TrainConfig

# In this order: what makes an address, an icon, an arrow or lines; white space that Markdown drops; punctuation that
# it may read, which in the middle of a word leaves out the dot and the underscore.
_READ_BY_MARKDOWN = re.compile(
    r"(?P<parted>:(?=[\w/+-]|\Z)|@|(?<=ww)w|(?<=[<>=~-])[<>=~-]|[\n\r])"
    r"|[\t\f]|^[^\S\v\x1c-\x1f\x85]|[^\S\v\x1c-\x1f\x85]\Z|(?<=\s) | (?=\s)"
    r"|[!#$&()*+:<=>\[\\\]^`{|}~-]|(?<![^\W_])[._]|[._](?![^\W_])",
    re.IGNORECASE,
)
_NOT_IN_A_CODE_SPAN = re.compile(r"[`\x00-\x1f\x7f-\x9f\ud800-\udfff]|^ | \Z|:material/")


def duration(seconds: float) -> str:
    """Return a time span: "0.4 s", "12 s", "3 min 20 s", "1 h 5 min"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{minutes} min {rest} s" if hours == 0 else f"{hours} h {minutes} min"


def size(count: int) -> str:
    """Return a number of bytes: "312 B", "4.2 KiB", "97.66 MiB", "1.5 GiB"."""
    value, units = float(count), iter(("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))
    unit = next(units)
    while value >= 999.95:
        value, unit = value / 1024, next(units)
    return f"{count} B" if unit == "B" else f"{value:.4g} {unit}"


def by(numbers: Iterable[float]) -> str:
    """Return numbers for each side: "7 × 7", "2.5 × 3"."""
    return " × ".join(f"{number:g}" for number in numbers)


def plain(text: str) -> str:
    """Return Markdown that Streamlit shows as this text, character by character: for whatever is not ours.

    A backslash keeps punctuation from being Markdown. Streamlit then looks through the text that is left for addresses,
    icons and arrows; a directive without a color around one of their characters parts them, and shows nothing itself.
    """
    text = text.encode(errors="backslashreplace").decode()  # half of a surrogate pair cannot be sent
    return _READ_BY_MARKDOWN.sub(_kept, text)


def as_code(text: str) -> str:
    """Return Markdown that shows a text that is not ours in the typeface of code, where a code span can hold it."""
    can_be_code = text and not _NOT_IN_A_CODE_SPAN.search(text) and _has_matching_brackets(text)
    return f"`{text}`" if can_be_code else plain(text)


def network_label(config: TrainConfig) -> str:
    """Return the preset's label, or the class name of a network of one's own."""
    if isinstance(config.network, str):
        return presets.info(config.network).label
    return config.network.name


def run_title(run: Run) -> str:
    """Return what the run trains on what: "LeNet on MNIST"; its id when its settings cannot be read."""
    try:
        return config_title(run.config)
    except StoreError:
        return run.id


def config_title(config: TrainConfig) -> str:
    """Return what is trained on what: "LeNet on MNIST"."""
    return f"{network_label(config)} on {DATASETS[config.dataset].label}"


def read_shape(text: str) -> tuple[int, ...]:
    """The sizes that a person writes: "1, 28, 28" or "1 x 28 x 28"; raises SpecError if they are none."""
    parts = [part for part in re.split(r"[\s,x×()]+", text.strip()) if part]
    if not parts or not all(part.isascii() and part.isdigit() and len(part) <= 12 for part in parts):
        raise SpecError("Write the input shape of one sample as whole numbers, such as 1, 28, 28.")
    return tuple(map(int, parts))


def _kept(found: re.Match[str]) -> str:
    character = found[0]
    kept = f"\\{character}" if character in string.punctuation else f"&#{ord(character)};"
    return f":color[{kept}]" if found["parted"] else kept


def _has_matching_brackets(text: str) -> bool:
    """Whether a directive around the text, which counts brackets in code as well, ends where it should."""
    depths = [*accumulate({"[": 1, "]": -1}.get(character, 0) for character in text)]
    return min(depths) >= 0 and depths[-1] == 0
