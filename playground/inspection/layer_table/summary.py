"""The layer table of a network: its rows, and their sums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playground.networks import NetworkSpec

if TYPE_CHECKING:
    import pandas
    from torch import nn

    from playground.networks.spec import Shape

_TOO_MANY_PARAMETERS = 10**12
# That of a trace, too.
_MOST_ELEMENTS = 2**34


@dataclass(frozen=True)
class LayerRow:
    """A layer that ran, a function between layers, or a layer that did not run; its shapes and what it costs.

    `kind` is "layer"; "function" for what a module computes between its layers where that merges values, changes
    the shape or multiplies, with torch's name of it as `type` and the module's path; "unused" for what is
    registered and did not run; "block" for several rows in one, as `fold` makes them. `index` numbers the layers
    that ran.
    `kernel_shape` is the weight's shape as (in, out, height, width), None without a weight.
    The shapes are those of all tensors that it takes and gives, with the batch dimension.
    `macs` are the multiply-accumulates for the whole batch; a bias or a normalization counts none.
    A layer that runs again has a row again, with its MACs and no parameters; `use` says which time it is, from 1.
    `activation_bytes` is the size of what it gives.
    """

    index: int | None
    path: str
    type: str
    kind: Literal["layer", "function", "unused", "block"]
    kernel_shape: Shape | None
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    parameters: int
    trainable_parameters: int
    parameter_bytes: int
    macs: int
    activation_bytes: int
    use: int = 1

    @property
    def input_shape(self) -> Shape | None:
        """The shape of its first input; None if it takes no tensor."""
        return self.input_shapes[0] if self.input_shapes else None

    @property
    def output_shape(self) -> Shape | None:
        """The shape of its first output; None if it gives no tensor."""
        return self.output_shapes[0] if self.output_shapes else None

    @property
    def trainable(self) -> bool:
        """Whether any of its parameters is trained."""
        return self.trainable_parameters > 0

    @property
    def note(self) -> str:
        """What there is to say about it: that it is used again, or not used; empty for most."""
        if self.kind == "unused":
            return "not used"
        return f"use {self.use}" if self.use > 1 else ""


@dataclass(frozen=True)
class BlockRun:
    """One run of a block: how many rows of the table are before it, and the shapes of what it takes and gives."""

    rows_before: int
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Block:
    """A module that runs others, with each of its runs, in order."""

    path: str
    type: str
    runs: tuple[BlockRun, ...]


@dataclass(frozen=True)
class Summary:
    """The layer table: the rows in the order in which they began, then what did not run; totals are sums of rows."""

    name: str
    input_shape: Shape
    rows: tuple[LayerRow, ...]
    blocks: tuple[Block, ...] = ()

    @property
    def layers(self) -> tuple[LayerRow, ...]:
        """The rows of the layers that ran."""
        return tuple(row for row in self.rows if row.kind == "layer")

    @property
    def total_parameters(self) -> int:
        """The number of parameters, also of what did not run."""
        return sum(row.parameters for row in self.rows)

    @property
    def trainable_parameters(self) -> int:
        """The number of parameters that are trained."""
        return sum(row.trainable_parameters for row in self.rows)

    @property
    def total_macs(self) -> int:
        """The multiply-accumulates of one forward pass of the whole batch."""
        return sum(row.macs for row in self.rows)

    @property
    def total_flops(self) -> int:
        """The floating-point operations of these: a multiplication and an addition each."""
        return 2 * self.total_macs

    @property
    def parameter_bytes(self) -> int:
        """The bytes of all parameters."""
        return sum(row.parameter_bytes for row in self.rows)

    @property
    def activation_bytes(self) -> int:
        """The bytes of all that the layers and functions of the table give, for the whole batch."""
        return sum(row.activation_bytes for row in self.rows)

    def to_dataframe(self) -> pandas.DataFrame:
        """The rows as a table, one line each."""
        from playground.inspection.layer_table.formatting import to_dataframe

        return to_dataframe(self)

    def to_text(self) -> str:
        """The rows and the totals as aligned text."""
        from playground.inspection.layer_table.formatting import to_text

        return to_text(self)

    def to_markdown(self) -> str:
        """The rows and the totals as a Markdown table."""
        from playground.inspection.layer_table.formatting import to_markdown

        return to_markdown(self)


class StoppedError(ValueError):
    """A batch that does not get through: the path of the layer at which it stops, and the table up to there."""

    def __init__(self, message: str, path: str, summary: Summary) -> None:
        super().__init__(message)
        self.path = path
        self.summary = summary

    def __reduce__(self) -> tuple[type[StoppedError], tuple[str, str, Summary]]:
        return type(self), (str(self), self.path, self.summary)


def summarize(
    model_or_spec: nn.Module | NetworkSpec,
    input_shape: Shape,
    *,
    mode: Literal["eval", "train"] = "eval",
) -> Summary:
    """The layer table for a batch of this shape, `(N, C, H, W)`.

    Measured on a copy without weights (meta device): the model itself is not run and not changed.
    Raises StoppedError, a ValueError with the layer and the cause, if the batch does not get through the network.
    """
    from playground.inspection.layer_table.measure import measure
    from playground.inspection.meta_copy import network_on_meta

    shape = checked_shape(model_or_spec, input_shape)
    model = network_on_meta(model_or_spec)
    name = type(model).__name__
    original = model if isinstance(model_or_spec, NetworkSpec) else model_or_spec
    measured = measure(model, original, shape, mode)
    summary = Summary(name, shape, measured.rows, measured.blocks)
    if measured.error is not None:
        place = f" At {measured.path}:" if measured.path else ""
        message = f"{name} cannot take a batch of {shape}.{place} {measured.error}"
        raise StoppedError(message, measured.path, summary)
    return summary


def checked_shape(model_or_spec: nn.Module | NetworkSpec, input_shape: Shape) -> Shape:
    """The shape as a tuple.

    Raises ValueError for a negative size, for a batch of more than 2^34 numbers and for a spec of 10^12 parameters
    or more, and StoppedError for a spec that such a batch does not get through; a spec is traced, which allocates
    nothing.
    """
    shape = tuple(input_shape)
    if any(size < 0 for size in shape):
        raise ValueError(f"A batch cannot have the shape {shape}; a size is 0 or more.")
    if isinstance(model_or_spec, NetworkSpec):
        _check_spec(model_or_spec, shape)
    elif math.prod(shape) > _MOST_ELEMENTS:
        raise ValueError(
            f"A batch of {shape} has more than {_MOST_ELEMENTS:,} numbers, the limit; choose a smaller one."
        )
    return shape


def _check_spec(spec: NetworkSpec, shape: Shape) -> None:
    trace = spec.trace(shape)
    if trace.error is not None:
        message = f"{spec.name} stops at {trace.error.path}. {trace.error.cause}"
        raise StoppedError(message, trace.error.path, Summary(spec.name, shape, ()))
    if trace.parameters >= _TOO_MANY_PARAMETERS:
        raise ValueError(
            f"{spec.name} has {trace.parameters:,} parameters; networks are inspected below "
            f"{_TOO_MANY_PARAMETERS:,}. Make its layers smaller."
        )
