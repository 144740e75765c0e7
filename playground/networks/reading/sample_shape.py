"""One sample's shape, as far as a source says it: a network alone does not know how large its images are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from playground.networks.spec import Layer, NetworkSpec, Shape

_SAMPLES = ("randn", "rand", "zeros", "ones", "empty", "randint")
_SIDES = (28, 32, 64, 224)


def sample_shape(spec: NetworkSpec, text: str, tree: ast.Module) -> Shape:
    """The shape of the batch that a source makes, without the N, else one that the first layer takes."""
    from playground.networks.propagate import propagate

    given = next(_batches(_main_of(tree)), ())
    if len(given) > 1:
        return given[1:]
    # Most sources make none, and going through the whole tree takes a while.
    batches = _batches(tree) if any(f"{name}(" in text for name in _SAMPLES) else ()
    guesses = [*(shape[1:] for shape in batches if len(shape) > 1), *_guesses(spec)]
    for shape in guesses:
        if all(size >= 1 for size in shape) and propagate(spec, (2, *shape)).fault is None:
            return shape
    return guesses[0] if guesses else (1, 28, 28)


def _main_of(tree: ast.Module) -> ast.Module:
    """What a file does when it is run, which for one network is to give it a batch."""
    runs = [each for each in tree.body if isinstance(each, ast.If) and "__name__" in ast.unparse(each.test)]
    return ast.Module([statement for each in runs for statement in each.body], [])


def _batches(tree: ast.Module) -> Iterator[Shape]:
    """The shapes of the batches that a source makes: `torch.randn(2, 1, 28, 28)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAMPLES:
            values: list[Any] = node.args[-1:] if node.func.attr == "randint" else node.args
            if len(values) == 1 and isinstance(values[0], ast.Tuple | ast.List):
                values = values[0].elts
            sizes = [each.value for each in values if isinstance(each, ast.Constant) and type(each.value) is int]
            if sizes and len(sizes) == len(values):
                yield tuple(sizes)


def _guesses(spec: NetworkSpec) -> Iterator[Shape]:
    """Shapes that people usually give a network that begins with such a layer."""
    first = next((layer for _, layer in spec.walk() if not layer.children and layer.arguments), None)
    if first is None:
        return
    channels = first.arguments.get("in_channels", 1)
    features = first.arguments.get("in_features")
    if isinstance(channels, int) and first.type.startswith("Conv"):
        dimensions = int(first.type[-2])
        # Photographs are never as small as the digits of MNIST.
        yield from ((channels, *(side,) * dimensions) for side in (_SIDES if channels == 1 else _SIDES[1:]))
    if isinstance(features, int):
        yield from {784: [(1, 28, 28)], 3072: [(3, 32, 32)]}.get(features, [])
        yield (features,)
    yield from _other_guesses(first)


def _other_guesses(first: Layer) -> Iterator[Shape]:
    size = first.arguments.get("input_size", first.arguments.get("embed_dim", first.arguments.get("d_model")))
    if isinstance(size, int):
        yield (16, size)
    yield from ((1, 28, 28), (3, 224, 224), (16,))
