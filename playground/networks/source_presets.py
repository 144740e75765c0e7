"""Presets written as ordinary PyTorch files in `preset_sources`, read as people's own files are."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path

from playground.networks.spec import NetworkSpec, Shape, Value

_SOURCES = Path(__file__).parent / "preset_sources"
_IMPORT = re.compile(r"^from playground\.networks\.preset_sources\.(\w+) import .*$", flags=re.MULTILINE)


@functools.cache
def read_preset(source: str, entry: str, name: str, input_shape: Shape, **arguments: Value) -> NetworkSpec:
    """The network of the class `entry` in a preset source, called `name`, with arguments for its constructor."""
    from playground.networks.code_classes import with_class_names

    spec = NetworkSpec.from_code(_text(source), entry, arguments)
    return with_class_names(replace(spec, name=name, input_shape=input_shape))


def _text(source: str) -> str:
    """The text of a preset source; in place of an import of another one stands the text of that."""
    text = (_SOURCES / f"{source}.py").read_text(encoding="utf-8")
    return _IMPORT.sub(lambda found: _text(found[1]), text)
