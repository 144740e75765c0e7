"""Presets and blocks written as ordinary PyTorch files in `preset_sources`, read as people's own files are."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from playground.networks.spec import Layer, NetworkSpec, Shape, Value

_SOURCES = Path(__file__).parent / "preset_sources"
_IMPORT = re.compile(r"^from playground\.networks\.preset_sources\.(\w+) import .*$", flags=re.MULTILINE)
_HOLDER = """class Holder(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = {entry}({passed})

    def forward(self, x):
        return self.block(x)
"""


@functools.cache
def read_preset(source: str, entry: str, name: str, input_shape: Shape, **arguments: Value) -> NetworkSpec:
    """The network of the class `entry` in a preset source, called `name`, with arguments for its constructor."""
    return replace(_read(_text(source), entry, arguments), name=name, input_shape=input_shape)


@functools.cache
def read_block(source: str, entry: str, **arguments: Value) -> Layer:
    """The layer that the class `entry` in a preset source makes, with arguments for its constructor."""
    passed = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return _read(f"{_text(source)}\n\n{_HOLDER.format(entry=entry, passed=passed)}", "Holder", {}).layers[0]


def _read(text: str, entry: str, arguments: Mapping[str, Value]) -> NetworkSpec:
    from playground.networks.code_classes import with_class_names

    return with_class_names(NetworkSpec.from_code(text, entry, arguments))


def _text(source: str) -> str:
    """The text of a preset source; in place of an import of another one stands the text of that."""
    text = (_SOURCES / f"{source}.py").read_text(encoding="utf-8")
    return _IMPORT.sub(lambda found: _text(found[1]), text)
