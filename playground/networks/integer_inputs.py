"""Which networks read whole numbers, such as the indices of words, and where: an Embedding looks them up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.networks.spec import Forward, Layer, NetworkSpec, Shape
    from playground.networks.trace import TraceRow

# These pass whole numbers on as they are.
_PASS_ON = ("Identity", "Flatten", "Unflatten")


def vocabulary_size(spec: NetworkSpec) -> int | None:
    """How many different whole numbers the network reads, if it begins with an Embedding; None for others."""
    ran = _in_order(spec.layers, spec.forward)
    first = next((layer for layer in ran if layer.enabled and layer.type not in _PASS_ON), None)
    if first is None or first.type != "Embedding":
        return None
    count = first.arguments.get("num_embeddings")
    return count if isinstance(count, int) else None


def takes_integers(layer_type: str, input_shape: Shape, before: Sequence[TraceRow]) -> bool:
    """Whether a layer of this type reads the whole numbers that come into the network, after these rows."""
    if layer_type != "Embedding":
        return False
    first = next((row for row in before if row.type not in _PASS_ON), None)
    return first is None or (first.type == "Embedding" and first.input_shape == input_shape)


def _in_order(layers: Sequence[Layer], forward: Forward | None) -> Iterator[Layer]:
    """The layers without children in the order in which they run."""
    by_name = {layer.name: layer for layer in layers}
    steps = [step.child for step in forward.steps if step.child] if forward else list(by_name)
    for path in steps:
        yield from _below(by_name[path.partition(".")[0]], path.partition(".")[2])


def _below(layer: Layer, path: str) -> Iterator[Layer]:
    """The layers without children of this one, or of the one that is at the path in it."""
    if path:
        name, _, rest = path.partition(".")
        yield from _below(next(child for child in layer.children if child.name == name), rest)
    elif layer.children:
        yield from _in_order(layer.children, layer.forward)
    else:
        yield layer
