"""What each convolution and pooling sees of the image: its receptive field, and the region of one position."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.inspection.layer_table.summary import checked_shape, summarize

if TYPE_CHECKING:
    from torch import nn

    from playground.inspection.receptive_field.field_tracing import FieldRow
    from playground.networks import NetworkSpec
    from playground.networks.spec import Shape

Interval = tuple[int, int]
"""From this pixel up to, and without, that one."""


@dataclass(frozen=True)
class ReceptiveField:
    """The receptive field of one convolution or pooling, for each dimension of the image, height first.

    `size` is how many pixels a position sees where no border is near, `stride` by how many the field moves from
    one position to the next, and `start` where that of the first position begins: negative by the padding of all
    layers before. `center` is the middle of that field, a pixel's middle being a whole number.
    All are None where the image's dimensions are lost, after a Flatten or attention: then a position may see the
    whole image. What a normalization takes from the whole image is not counted.

    `is_series` says whether a single way leads to the layer. Behind an addition or a concatenation the field is
    the union over all ways, so the largest.
    """

    path: str
    type: str
    output_shape: Shape
    is_series: bool
    size: tuple[float, ...] | None
    stride: tuple[float, ...] | None
    start: tuple[float, ...] | None
    intervals: tuple[tuple[Interval, ...], ...] | None = field(repr=False)

    @property
    def center(self) -> tuple[float, ...] | None:
        """The middle of the first position's field, in pixels."""
        if self.start is None or self.size is None:
            return None
        return tuple(start + (size - 1) / 2 for start, size in zip(self.start, self.size, strict=True))


def receptive_fields(model_or_spec: nn.Module | NetworkSpec, input_shape: Shape) -> tuple[ReceptiveField, ...]:
    """A row for each convolution and pooling, as a module or a function, for a batch `(N, C, H, W)`, in order.

    `path` is the module's, or that of the module which calls the function.

    Followed through a pass of a copy on the meta device in evaluation, by the formulas of Araujo, Norris, Sim,
    Computing Receptive Fields of Convolutional Neural Networks, distill.pub, 2019, doi:10.23915/distill.00021;
    also through transposed convolutions, adaptive pooling, interpolation and pixel shuffle, where positions may see
    different numbers of pixels and `size` is the largest.

    A model that looks at values, as a detector does behind its backbone, is followed up to there. Words, which an
    Embedding looks up, are no image: there are no rows then.
    Raises what `summarize` raises.
    """
    import torch

    from playground.inspection.forward_pass import input_dtype, needs_values, reads_integers
    from playground.inspection.meta_copy import network_on_meta
    from playground.inspection.receptive_field.field_tracing import trace_fields

    shape = checked_shape(model_or_spec, input_shape)
    model = network_on_meta(model_or_spec).eval()
    if reads_integers(model, None, shape):
        return ()
    batch = torch.zeros(shape, device="meta", dtype=input_dtype(model))
    rows, error = trace_fields(model, batch)
    if error is not None and not needs_values(error):
        summarize(model_or_spec, shape)
        raise ValueError(f"The way of the image through {type(model).__name__} cannot be followed: {error}") from error
    return tuple(_public(row) for row in rows)


def region(receptive_field: ReceptiveField, position: tuple[int, ...]) -> tuple[Interval, ...] | None:
    """The box of pixels, cut off at the image's borders, that one position of the layer's output sees.

    `position` is (row, column) for an image; each interval ends before its second number. A position that sees only
    padding has empty intervals, (0, 0). None where the whole image may be seen.
    Raises ValueError for a position that there is not.
    """
    if receptive_field.intervals is None:
        return None
    lengths = tuple(len(each) for each in receptive_field.intervals)
    is_inside = len(position) == len(lengths) and all(
        0 <= place < length for place, length in zip(position, lengths, strict=True)
    )
    if not is_inside:
        raise ValueError(f"{receptive_field.path} has {' x '.join(map(str, lengths))} positions; {position} is none.")
    box = tuple(along[place] for along, place in zip(receptive_field.intervals, position, strict=True))
    return box if all(first < end for first, end in box) else tuple((0, 0) for _ in box)


def _public(row: FieldRow) -> ReceptiveField:
    axes = row.field.axes
    along = None if axes is None else [axes[dim] for dim in sorted(axes)]
    return ReceptiveField(
        path=row.path,
        type=row.type,
        output_shape=row.output_shape,
        is_series=row.field.is_series,
        size=None if along is None else tuple(_number(axis.size) for axis in along),
        stride=None if along is None else tuple(_number(axis.jump) for axis in along),
        start=None if along is None else tuple(_number(axis.start) for axis in along),
        intervals=None
        if along is None
        else tuple(
            tuple((int(a), int(b) + 1) if a <= b else (0, 0) for a, b in zip(axis.first, axis.last, strict=True))
            for axis in along
        ),
    )


def _number(value: object) -> float:
    """A whole number as an int, which prints without a point."""
    number = float(value)  # type: ignore[arg-type]  # a Fraction
    return int(number) if number.is_integer() else number
