"""Which networks read whole numbers, such as the indices of words, and where: an Embedding looks them up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.networks.spec import NetworkSpec, Shape
    from playground.networks.trace import TraceRow

# These pass whole numbers on as they are.
_PASS_ON = ("Identity", "Flatten", "Unflatten")


def vocabulary_size(spec: NetworkSpec) -> int | None:
    """How many different whole numbers the network reads, if it begins with an Embedding; None for others."""
    leaves = (layer for _, layer in spec.walk() if not layer.children and layer.enabled)
    first = next((layer for layer in leaves if layer.type not in _PASS_ON), None)
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
