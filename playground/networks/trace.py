"""The shape after every layer, and what is wrong at the first layer that cannot work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.networks.fixes import Fix
from playground.networks.spec import Shape

if TYPE_CHECKING:
    from playground.networks.spec import NetworkSpec


@dataclass(frozen=True)
class TraceRow:
    """What one layer made of a batch: shapes with the batch dimension, and its number of parameters."""

    path: str
    type: str
    input_shape: Shape
    output_shape: Shape
    parameters: int


@dataclass(frozen=True)
class Call:
    """A call of a layer, of a container, or of an operation in the container at `path`; "" is the network itself.

    `inputs` and `outputs` have a shape for each tensor that it was given and that it gave.
    """

    path: str
    type: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]


@dataclass(frozen=True)
class ShapeError:
    """The first layer that cannot work: its path, torch's message, the cause in plain words, and fixes.

    After any of the fixes this layer works. Where it is a container in whose own forward a step cannot work,
    `step` is the index of that step.
    """

    path: str
    message: str
    cause: str
    fixes: tuple[Fix, ...] = ()
    step: int | None = None


@dataclass(frozen=True)
class Trace:
    """A row for each layer that works, in the order in which they run, and the error that ended it, if any.

    `output_shape` is the shape after the last layer, with the batch dimension; None if there is an error.
    `calls` are all calls that came to their end, in that order: also those of containers and operations.
    """

    rows: tuple[TraceRow, ...]
    error: ShapeError | None
    output_shape: Shape | None
    calls: tuple[Call, ...] = ()

    @property
    def parameters(self) -> int:
        """The number of parameters of all rows."""
        return sum(row.parameters for row in self.rows)


def trace_network(spec: NetworkSpec, input_shape: Shape) -> Trace:
    """Traces a batch `(N, C, H, W)` through the network; a network that does not work is no exception."""
    from playground.networks.explain import explain
    from playground.networks.propagate import propagate

    shape = tuple(input_shape)
    passage = propagate(spec, shape)
    if passage.fault is not None:
        return Trace(passage.rows, explain(spec, shape, passage), None, passage.calls)
    return Trace(passage.rows, None, passage.outputs[0], passage.calls)
