"""JSON text from anyone, read strictly: whatever is not understood is refused with its place."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

# An integer with more digits is not meant, and slow to read.
_LONGEST_INTEGER = 20


class JsonError(ValueError):
    """What is wrong with a JSON text, in a sentence; `line` and `column` (both from 1) where the text is no JSON.

    `place` is that of a value which cannot be: "layers[0].name".
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.place = place


class _Object(dict[str, Any]):
    """A JSON object that remembers the first key that it had twice."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self.duplicate: str | None = None
        for key, value in pairs:
            if key in self and self.duplicate is None:
                self.duplicate = key
            self[key] = value


def read_strictly(text: str, what: str, *, most_bytes: int, deepest: int, too_deep: str, largest: float) -> object:
    """The value of a JSON text that describes `what`, such as "a network".

    Raises JsonError where the text has more than `most_bytes`, is no JSON, has more than `deepest` levels (the sentence
    is then `too_deep`), NaN, a number beyond +-`largest`, or a key twice in one object.
    """
    if len(text) > most_bytes or len(text.encode("utf-8", "surrogatepass")) > most_bytes:
        raise JsonError(f"The JSON text is larger than {_size(most_bytes)}; {what} of that size cannot be read.")
    try:
        content = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_Object, parse_int=_integer)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise JsonError(f"This is not JSON: {error.msg} at {place}.", error.lineno, error.colno) from error
    except RecursionError as error:
        raise JsonError(too_deep) from error
    pending: list[tuple[str, object, int]] = [("", content, 1)]
    while pending:
        place, value, depth = pending.pop()
        if depth > deepest:
            raise JsonError(too_deep)
        wrong = _wrong_with(value, place or "The JSON", largest)
        if wrong:
            raise JsonError(wrong, place=place)
        pending += [(inner, item, depth + 1) for inner, item in _items(value, place)]
    return content


def object_of(
    content: object, place: str, required: tuple[str, ...] | None, optional: tuple[str, ...] = ()
) -> Mapping[str, Any]:
    """`content` if it is an object with these keys and no others; `required=None` allows any keys.

    Raises JsonError.
    """
    if not isinstance(content, dict):
        raise JsonError(f"{place} must be an object in braces.")
    if required is None:
        return content
    for key in content:
        if key not in required + optional:
            known = ", ".join(required + optional)
            raise JsonError(f"{place} has the unknown key {key[:100]!r}; the keys are {known}.")
    for key in required:
        if key not in content:
            raise JsonError(f"{place} has no {key!r}; add it.")
    return content


def array_of(content: object, place: str) -> list[Any]:
    """`content` if it is a list. Raises JsonError."""
    if not isinstance(content, list):
        raise JsonError(f"{place} must be a list in square brackets.")
    return content


def boolean_of(content: object, place: str) -> bool:
    """`content` if it is true or false. Raises JsonError."""
    if not isinstance(content, bool):
        raise JsonError(f"{place} must be true or false.")
    return content


def text_of(content: object, place: str) -> str:
    """`content` if it is a text. Raises JsonError."""
    if not isinstance(content, str):
        raise JsonError(f"{place} must be a text in quotes.")
    return content


def check_version(content: object, version: int) -> None:
    """Raise JsonError unless this is that version of a format."""
    if type(content) is not int or content != version:
        raise JsonError(f"This is version {content!r} of the format; version {version} can be read.")


def _integer(digits: str) -> int | float:
    """An integer too long to be meant becomes infinite, so that the check of all values finds its place."""
    return int(digits) if len(digits) < _LONGEST_INTEGER else math.inf


def _wrong_with(value: object, place: str, largest: float) -> str | None:
    if isinstance(value, float) and math.isnan(value):
        return f"{place} is not a number (NaN); write a number."
    if isinstance(value, int | float) and abs(value) > largest:
        return f"{place} is out of range; write a number of at most {largest:,}."
    if isinstance(value, _Object) and value.duplicate is not None:
        return f"{place} has the key {value.duplicate!r} twice; remove one."
    return None


def _items(value: object, place: str) -> Iterable[tuple[str, object]]:
    if isinstance(value, dict):
        return ((f"{place}.{key}" if place else key, item) for key, item in value.items())
    if isinstance(value, list):
        return ((f"{place}[{index}]", item) for index, item in enumerate(value))
    return ()


def _size(count: int) -> str:
    return f"{count / 1_000_000:g} MB"
