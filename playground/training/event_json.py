"""Events as lines of JSON, read strictly: whatever is not understood is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from playground.strict_json import JsonError
from playground.training.events import Event, Within


def _fields(type_: type[Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """The types of an event's fields by name, and the names of those that must be there."""
    hints = get_type_hints(type_, include_extras=True)
    types = {field.name: hints[field.name] for field in fields(type_)}
    return types, frozenset(field.name for field in fields(type_) if field.default is MISSING)


_TYPES: dict[str, type[Any]] = {type_.kind: type_ for type_ in get_args(Event)}
_FIELDS = {kind: _fields(type_) for kind, type_ in _TYPES.items()}
_BEGINNING = b'{"event": "'


def write_event(event: Event) -> bytes:
    """The event as one line of JSON, its kind under ``"event"``, without the line break."""
    return json.dumps({"event": event.kind, **asdict(event)}, allow_nan=False).encode()


def read_event(line: bytes) -> Event | None:
    """The event in a line; None where the line is one that a killed process or a full disk left torn.

    Raises JsonError where it is neither.
    """
    try:
        # An object becomes a tuple, so that a key that stands there twice is seen.
        pairs = json.loads(line.decode(), object_pairs_hook=tuple)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        if _may_be_torn(line):
            return None
        raise JsonError("there is no event.") from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of brackets.
        raise JsonError("there is no event.") from error
    values = dict(pairs) if isinstance(pairs, tuple) else {}
    kind = values.pop("event", None)
    type_ = _TYPES.get(kind) if isinstance(kind, str) else None
    if type_ is None or len(values) != len(pairs) - 1:
        raise JsonError("there is no event, or one that has a field twice.")
    _check_fields(kind, values)
    event: Event = type_(**values)
    return event


def _may_be_torn(line: bytes) -> bool:
    # After a power failure, zeros may stand for what had not reached the disk.
    found = line.strip(b"\0")[: len(_BEGINNING)]
    return _BEGINNING.startswith(found)


def _check_fields(kind: str, values: Mapping[str, object]) -> None:
    hints, required = _FIELDS[kind]
    for name in values.keys() - hints.keys():
        raise JsonError(f"the event {kind!r} has the unknown field {name[:100]!r}.")
    for name in required - values.keys():
        raise JsonError(f"the event {kind!r} has no {name!r}.")
    for name, value in values.items():
        if not _suits(value, hints[name]):
            raise JsonError(f"the field {name!r} of the event {kind!r} cannot be {_short(value)}.")


def _suits(value: object, hint: Any) -> bool:
    ranges = getattr(hint, "__metadata__", ())
    if ranges:
        return _is_number(value, get_args(hint)[0]) and _within(value, ranges[0])
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint is str:
        return isinstance(value, str) and _is_unicode(value)
    if hint is type(None):
        return value is None
    return any(_suits(value, each) for each in get_args(hint))


def _is_number(value: object, type_: type[float]) -> bool:
    return isinstance(value, int | type_) and not isinstance(value, bool)


def _within(value: Any, range_: Within) -> bool:
    return bool(range_.low <= value <= range_.high)


def _is_unicode(text: str) -> bool:
    """Whether the text can be sent to a browser: half of a surrogate pair cannot."""
    return text.isascii() or text == text.encode(errors="replace").decode()


def _short(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else f"{text[:40]} …"
