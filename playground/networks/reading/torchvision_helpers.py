"""Which of our building blocks stands for what a file of torchvision imports from its other files."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from playground.networks.reading.values import ClassValue, FunctionValue

_SOURCE = Path(__file__).parents[1] / "preset_sources" / "torchvision_blocks.py"

_NAMES = {
    "ops.misc.Conv2dNormActivation": "ConvolutionBlock",
    "ops.Conv2dNormActivation": "ConvolutionBlock",
    "ops.misc.ConvNormActivation": "ConvolutionBlock",
    "ops.misc.SqueezeExcitation": "SqueezeExcitation",
    "ops.SqueezeExcitation": "SqueezeExcitation",
    "ops.misc.MLP": "MLP",
    "ops.StochasticDepth": "StochasticDepth",
    "ops.stochastic_depth.StochasticDepth": "StochasticDepth",
    "ops.MLP": "MLP",
    "ops.misc.Permute": "Permute",
    "ops.Permute": "Permute",
    "_utils._make_divisible": "make_divisible",
    "models._utils._make_divisible": "make_divisible",
}


def find(name: str) -> ClassValue | FunctionValue | None:
    """The helper that torchvision has under this name, with or without "torchvision" before it."""
    helper = _NAMES.get(name.removeprefix("torchvision."))
    return _definitions()[helper] if helper else None


@functools.cache
def _definitions() -> dict[str, ClassValue | FunctionValue]:
    found: dict[str, ClassValue | FunctionValue] = {}
    tree = ast.parse(_SOURCE.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        # An error in here is at the line of the person's source that calls it.
        vars(node).pop("lineno", None)
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            found[statement.name] = ClassValue(statement)
        elif isinstance(statement, ast.FunctionDef):
            found[statement.name] = FunctionValue(statement, {})
    return found
