"""The layer table of a network: its rows, and their sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playground.networks import NetworkSpec

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]  # it ships no types
    from torch import nn

    from playground.networks.spec import Shape


@dataclass(frozen=True)
class LayerRow:
    """One layer that ran: where it is, its shapes with the batch dimension, and what it costs.

    `kernel_shape` is the weight's shape as (in, out, height, width), None without a weight.
    `trainable` says whether any of its parameters is trained; `trainable_parameters` says how many.
    `macs` are the multiply-accumulates for the whole batch; a bias or a normalization counts none.
    A layer that runs again has a row again, with its MACs and no parameters.
    """

    index: int
    path: str
    type: str
    kernel_shape: Shape | None
    input_shape: Shape
    output_shape: Shape
    parameters: int
    trainable: bool
    macs: int
    trainable_parameters: int


@dataclass(frozen=True)
class Summary:
    """The layer table: a row for each layer that ran, in order; the totals are the sums of the rows."""

    name: str
    input_shape: Shape
    rows: tuple[LayerRow, ...]

    @property
    def total_parameters(self) -> int:
        """The number of parameters of all rows."""
        return sum(row.parameters for row in self.rows)

    @property
    def trainable_parameters(self) -> int:
        """The number of parameters that are trained."""
        return sum(row.trainable_parameters for row in self.rows)

    @property
    def total_macs(self) -> int:
        """The multiply-accumulates of one forward pass of the whole batch; FLOPs are twice as many."""
        return sum(row.macs for row in self.rows)

    def to_dataframe(self) -> pandas.DataFrame:
        """The rows as a table with one column for each field."""
        from playground.inspection.formatting import to_dataframe

        return to_dataframe(self)

    def to_text(self) -> str:
        """The rows and the totals as aligned text."""
        from playground.inspection.formatting import to_text

        return to_text(self)


def summarize(
    model_or_spec: nn.Module | NetworkSpec,
    input_shape: Shape,
    *,
    mode: Literal["eval", "train"] = "eval",
) -> Summary:
    """The layer table for a batch of this shape, `(N, C, H, W)`.

    Measured on a copy without weights (meta device): the model itself is not run and not changed.
    Raises ValueError, with the layer and the cause, if the batch does not get through the network.
    """
    from playground.inspection.measure import measure
    from playground.inspection.meta_copy import meta_copy
    from playground.networks.build import build_module

    shape = tuple(input_shape)
    if isinstance(model_or_spec, NetworkSpec):
        error = model_or_spec.trace(shape).error
        if error is not None:
            raise ValueError(f"{model_or_spec.name} stops at {error.path}. {error.cause}")
        model = build_module(model_or_spec, device="meta")
    else:
        model = meta_copy(model_or_spec)
    return Summary(type(model).__name__, shape, measure(model, shape, mode))
