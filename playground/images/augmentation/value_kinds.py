"""Which values a parameter of a transform takes: checked before torchvision sees them, and told in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from playground.images.errors import ImageError

Value = bool | int | float | str | tuple[int | float, ...] | None
"""What a parameter can be: plain values alone, so that they compare, hash and go to JSON."""

_LARGEST = 1_000_000


@dataclass(frozen=True)
class ValueKind:
    """Numbers within a range, alone or several of them; or true or false; or one of several texts.

    `lengths` says how many numbers may stand together, `alone` whether one may stand by itself. An `interval` is a
    pair whose smaller number comes first; `odd` numbers are those of a kernel with a middle.
    """

    base: Literal["whole", "number", "truth", "choice"]
    smallest: float = -_LARGEST
    largest: float = _LARGEST
    alone: bool = True
    lengths: tuple[int, ...] = ()
    interval: bool = False
    odd: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()


def plain(value: object) -> Value:
    """The value with lists as tuples, as descriptions hold it."""
    return tuple(value) if isinstance(value, list | tuple) else value  # type: ignore[return-value] # checked next


def check(value: Value, kind: ValueKind, name: str) -> None:
    """Raise ImageError, which begins with `name`, if the value is none of this kind."""
    if value is None and kind.optional:
        return
    if not _has_the_form(value, kind):
        raise ImageError(f"{name} is {_shown(value)}; it takes {describe(kind)}.")
    if kind.base not in ("whole", "number"):
        return
    numbers = _numbers(value)
    if any(not math.isfinite(number) or not kind.smallest <= number <= kind.largest for number in numbers):
        raise ImageError(f"{name} is {_shown(value)}; it must be {_range(kind)}.")
    if kind.odd and any(number % 2 == 0 for number in numbers):
        raise ImageError(f"{name} is {_shown(value)}; it must be odd, so that the kernel has a middle.")
    if kind.interval and len(numbers) == 2 and numbers[0] > numbers[1]:
        raise ImageError(
            f"{name} is {_shown(value)}, which is upside down: the smaller number comes first. "
            f"Write {_shown(tuple(reversed(numbers)))}."
        )


def describe(kind: ValueKind) -> str:
    """The kind in words: "a whole number or 2 whole numbers"."""
    one, several = {
        "whole": ("a whole number", "whole number"),
        "number": ("a number", "number"),
        "truth": ("true or false", ""),
        "choice": ("one of " + ", ".join(kind.choices), ""),
    }[kind.base]
    texts = [one] if kind.alone else []
    for length in kind.lengths:
        texts.append("an interval of 2 numbers" if kind.interval else f"{length} {several}{'s' if length > 1 else ''}")
    if kind.optional:
        texts.append("nothing (None)")
    return " or ".join(texts)


def _has_the_form(value: Value, kind: ValueKind) -> bool:
    if kind.base == "truth":
        return isinstance(value, bool)
    if kind.base == "choice":
        return isinstance(value, str) and value in kind.choices
    types = (int,) if kind.base == "whole" else (int, float)
    if isinstance(value, tuple):
        return len(value) in kind.lengths and all(type(number) in types for number in value)
    return kind.alone and type(value) in types


def _numbers(value: Value) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)  # type: ignore[return-value] # its form is checked


def _range(kind: ValueKind) -> str:
    if kind.smallest == -_LARGEST:
        return f"at most {_written(kind.largest)}, and finite"
    return f"from {_written(kind.smallest)} to {_written(kind.largest)}"


def _written(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,g}"


def _shown(value: object) -> str:
    text = _tuple_text(value) if isinstance(value, tuple) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _tuple_text(items: Iterable[object]) -> str:
    return repr(tuple(items))
