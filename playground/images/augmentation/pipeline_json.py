"""Pipelines as JSON text, read strictly: whatever is not understood is refused with its place."""

from __future__ import annotations

import json
from typing import Any

from playground.images.augmentation.pipeline import Pipeline
from playground.images.augmentation.transform import Transform
from playground.images.errors import ImageError
from playground.strict_json import JsonError, array_of, check_version, object_of, read_strictly

VERSION = 1
_MOST_BYTES = 200_000
# The text, its list, a transform, its parameters, and what these hold.
_DEEPEST = 10
_LARGEST = 2**53


def write_json(pipeline: Pipeline) -> str:
    """The pipeline as JSON text of this format's version."""
    content = {"version": VERSION, "transforms": [_described(transform) for transform in pipeline.transforms]}
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def read_json(text: str) -> Pipeline:
    """The pipeline in a JSON text; raises ImageError with the place of the first thing that is wrong."""
    try:
        content = read_strictly(
            text,
            "a pipeline",
            most_bytes=_MOST_BYTES,
            deepest=_DEEPEST,
            too_deep="The JSON is nested too deep for a pipeline.",
            largest=_LARGEST,
        )
        return _read_pipeline(content)
    except JsonError as error:
        raise ImageError(error.message) from error


def _read_pipeline(content: object) -> Pipeline:
    pipeline = object_of(content, "the pipeline", ("version", "transforms"))
    check_version(pipeline["version"], VERSION)
    transforms = array_of(pipeline["transforms"], "transforms")
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


def _transform(content: object, place: str) -> Transform:
    found = object_of(content, place, ("type",), ("parameters", "probability", "enabled"))
    parameters = object_of(found.get("parameters", {}), f"{place}.parameters", required=None)
    for reserved in ("type", "probability", "enabled"):
        if reserved in parameters:
            raise ImageError(f"{place}.parameters has the key {reserved!r}, which belongs beside it.")
    settings = {key: found[key] for key in ("probability", "enabled") if key in found}
    try:
        return Transform(found["type"], **settings, **parameters)
    except ImageError as error:
        raise ImageError(f"{place}: {error}") from error
