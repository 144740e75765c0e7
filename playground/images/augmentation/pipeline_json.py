"""Pipelines as JSON text, read strictly: whatever is not understood is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from playground.images.augmentation.pipeline import Pipeline
from playground.images.augmentation.transform import Transform
from playground.images.errors import ImageError

VERSION = 1
_MOST_CHARACTERS = 200_000
_LONGEST_INTEGER = 20


def write_json(pipeline: Pipeline) -> str:
    """The pipeline as JSON text of this format's version."""
    content = {"version": VERSION, "transforms": [_described(transform) for transform in pipeline.transforms]}
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def read_json(text: str) -> Pipeline:
    """The pipeline in a JSON text; raises ImageError with the place of the first thing that is wrong."""
    content = _object(_parsed(text), "the pipeline", ("version", "transforms"))
    if type(content["version"]) is not int or content["version"] != VERSION:
        raise ImageError(f"This is version {content['version']!r} of the format; version {VERSION} can be read.")
    transforms = content["transforms"]
    if not isinstance(transforms, list):
        raise ImageError("transforms must be a list in square brackets.")
    return Pipeline(_transform(each, f"transforms[{index}]") for index, each in enumerate(transforms))


def _described(transform: Transform) -> dict[str, Any]:
    content: dict[str, Any] = {"type": transform.type}
    if transform.given:
        content["parameters"] = transform.parameters
    if transform.probability < 1:
        content["probability"] = transform.probability
    if not transform.enabled:
        content["enabled"] = False
    return content


def _parsed(text: str) -> Any:
    if len(text) > _MOST_CHARACTERS:
        raise ImageError(f"The JSON text has more than {_MOST_CHARACTERS:,} characters; no pipeline needs that.")
    try:
        return json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=_unique, parse_constant=_no_number, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise ImageError(f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise ImageError("The JSON is nested too deep for a pipeline.") from error


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ImageError(f"The JSON has the key {key[:60]!r} twice in one place; remove one.")
        found[key] = value
    return found


def _no_number(text: str) -> float:
    raise ImageError(f"The JSON has {text} where a number belongs; write a number.")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise ImageError(f"The JSON has a number of {len(digits)} digits; write a smaller one.")
    return int(digits)


def _transform(content: Any, place: str) -> Transform:
    found = _object(content, place, ("type",), ("parameters", "probability", "enabled"))
    parameters = found.get("parameters", {})
    if not isinstance(parameters, dict):
        raise ImageError(f"{place}.parameters must be an object in braces.")
    for reserved in ("type", "probability", "enabled"):
        if reserved in parameters:
            raise ImageError(f"{place}.parameters has the key {reserved!r}, which belongs beside it.")
    settings = {key: found[key] for key in ("probability", "enabled") if key in found}
    try:
        return Transform(found["type"], **settings, **parameters)
    except ImageError as error:
        raise ImageError(f"{place}: {error}") from error


def _object(content: Any, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """`content` if it is an object with these keys and no others."""
    if not isinstance(content, dict):
        raise ImageError(f"{place} must be an object in braces.")
    for key in content:
        if key not in required + optional:
            known = ", ".join(required + optional)
            raise ImageError(f"{place} has the unknown key {key[:60]!r}; the keys are {known}.")
    for key in required:
        if key not in content:
            raise ImageError(f"{place} has no {key!r}; add it.")
    return content
