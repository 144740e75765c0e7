"""The type annotations of `torch.nn`: which JSON-like values fit them, and how to say that in words."""

from __future__ import annotations

import functools
import operator
import types
import typing

_PLAIN = (bool, int, float, str, type(None))
_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", type(None): "nothing (null)"}


def for_plain_values(annotation: object) -> object:
    """What an annotation leaves when functions, tensors and modules are taken out, and lists are tuples."""
    options = _options(annotation)
    if len(options) > 1:
        return _union(for_plain_values(option) for option in options if _is_plain(option))
    if typing.get_origin(annotation) is list:
        return _tuple_of((*typing.get_args(annotation), ...))
    if _is_class_of_tuples(annotation):
        return tuple[int, ...]  # torch.Size
    return annotation


def with_length(annotation: object, length: int) -> object:
    """The annotation with tuples of exactly `length` items where it has tuples of any length."""
    options = _options(annotation)
    if len(options) > 1:
        return _union(with_length(option, length) for option in options)
    items = typing.get_args(annotation)
    if typing.get_origin(annotation) is tuple and items[-1] is ...:
        return _tuple_of((items[0],) * length)
    return annotation


def or_none(annotation: object) -> object:
    """The annotation, or nothing."""
    return _union((annotation, type(None)))


def fits(value: object, annotation: object) -> bool:
    """Whether a JSON-like value fits; an int fits float, a bool is no int."""
    if annotation in (object, typing.Any):
        return True
    options = _options(annotation)
    if len(options) > 1:
        return any(fits(value, option) for option in options)
    if typing.get_origin(annotation) is typing.Literal:
        return value in typing.get_args(annotation)
    if typing.get_origin(annotation) is tuple:
        return _fits_tuple(value, typing.get_args(annotation))
    if annotation is float:
        return type(value) in (int, float)
    return type(value) is (type(None) if annotation is None else annotation)


def describe(annotation: object) -> str:
    """The annotation in words: "a whole number or 2 whole numbers"."""
    texts = [_describe_option(option) for option in _options(annotation) if not _is_single(option)]
    return " or ".join(dict.fromkeys(texts))


def tuple_length(annotation: object) -> int | None:
    """How many items a tuple must have; None if any number will do, or if it must be no tuple."""
    for option in _options(annotation):
        items = typing.get_args(option)
        if typing.get_origin(option) is tuple and items[-1] is not ...:
            return len(items)
    return None


def _options(annotation: object) -> tuple[object, ...]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)


def _union(options: typing.Iterable[object]) -> object:
    return functools.reduce(operator.or_, options)


def _tuple_of(items: tuple[object, ...]) -> object:
    return types.GenericAlias(tuple, items)


def _is_plain(annotation: object) -> bool:
    origin = typing.get_origin(annotation)
    return annotation in _PLAIN or origin in (typing.Literal, tuple, list) or _is_class_of_tuples(annotation)


def _is_class_of_tuples(annotation: object) -> bool:
    return typing.get_origin(annotation) is None and isinstance(annotation, type) and issubclass(annotation, tuple)


def _is_single(annotation: object) -> bool:
    """Whether this is a tuple of one item: such a parameter takes the bare item too."""
    return typing.get_origin(annotation) is tuple and len(typing.get_args(annotation)) == 1


def _fits_tuple(value: object, items: tuple[object, ...]) -> bool:
    if not isinstance(value, tuple):
        return False
    if len(items) == 2 and items[1] is ...:
        return all(fits(item, items[0]) for item in value)
    return len(value) == len(items) and all(map(fits, value, items))


def _describe_option(annotation: object) -> str:
    items = typing.get_args(annotation)
    if typing.get_origin(annotation) is typing.Literal:
        return "one of " + ", ".join(map(repr, items)) if len(items) > 1 else repr(items[0])
    if typing.get_origin(annotation) is tuple:
        number = "several" if items[-1] is ... else str(len(items))
        return f"{number} {'numbers' if float in _options(items[0]) else 'whole numbers'}"
    return _WORDS[type(None) if annotation is None else annotation]  # type: ignore[index]
