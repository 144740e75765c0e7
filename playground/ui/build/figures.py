"""What the trace says about each layer and container, as the cards of the Build page show it."""

from __future__ import annotations

from dataclasses import dataclass

from playground.networks import Trace
from playground.networks.operations import OPERATIONS
from playground.ui.trace import in_words


@dataclass(frozen=True)
class LayerFigures:
    """A layer's output shape, "" where it has none, and its parameters with those of all that it holds."""

    output_shape: str
    parameters: int


def layer_figures(trace: Trace) -> dict[str, LayerFigures]:
    """The figures of every layer and container that the trace came into, by path."""
    shapes = {call.path: in_words(call.outputs) for call in trace.calls if call.type not in OPERATIONS}
    parameters: dict[str, int] = {}
    for row in trace.rows:
        names = row.path.split(".")
        for length in range(1, len(names) + 1):
            path = ".".join(names[:length])
            parameters[path] = parameters.get(path, 0) + row.parameters
    return {path: LayerFigures(shapes.get(path, ""), parameters.get(path, 0)) for path in shapes | parameters}
