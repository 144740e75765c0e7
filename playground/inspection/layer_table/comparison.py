"""Two layer tables side by side: which rows are the same, which differ, which only one network has."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from playground.inspection.layer_table.summary import LayerRow, Summary


@dataclass(frozen=True)
class RowPair:
    """A row of each table, or of one of them; `same` if type, weights and output are of the same shape."""

    first: LayerRow | None
    second: LayerRow | None

    @property
    def same(self) -> bool:
        """Whether there is nothing to tell the two apart but their paths."""
        return self.first is not None and self.second is not None and _key(self.first) == _key(self.second)


@dataclass(frozen=True)
class Comparison:
    """Two tables with their rows aligned; each row of each table is in one pair, in its order."""

    first: Summary
    second: Summary
    pairs: tuple[RowPair, ...]

    @property
    def totals(self) -> Mapping[str, tuple[int, int]]:
        """The totals of both, by their names in Summary, and the numbers of layers."""
        names = (
            *("total_parameters", "trainable_parameters", "total_macs", "total_flops"),
            *("parameter_bytes", "activation_bytes"),
        )
        totals = {name: (getattr(self.first, name), getattr(self.second, name)) for name in names}
        return {"layers": (len(self.first.layers), len(self.second.layers)), **totals}


def compare(first: Summary, second: Summary) -> Comparison:
    """Aligns the rows in their order, so that as many as possible face one that is alike.

    Only rows of the same type face each other, by preference with the same output and weights. The alignment with the
    best sum is found as in Needleman and Wunsch, Journal of Molecular Biology 48(3), 1970.
    """
    rows, others = first.rows, second.rows
    best = _best_sums(rows, others)
    pairs: list[RowPair] = []
    place, other_place = 0, 0
    while place < len(rows) or other_place < len(others):
        rest = best[place][other_place]
        if place < len(rows) and rest == best[place + 1][other_place]:
            pairs.append(RowPair(rows[place], None))
            place += 1
        elif other_place < len(others) and rest == best[place][other_place + 1]:
            pairs.append(RowPair(None, others[other_place]))
            other_place += 1
        else:
            pairs.append(RowPair(rows[place], others[other_place]))
            place, other_place = place + 1, other_place + 1
    return Comparison(first, second, tuple(pairs))


def _best_sums(rows: Sequence[LayerRow], others: Sequence[LayerRow]) -> list[list[int]]:
    """For each place in both tables, the best sum of likenesses that the rows from there on can reach."""
    best = [[0] * (len(others) + 1) for _ in range(len(rows) + 1)]
    for place in reversed(range(len(rows))):
        row, here, below = rows[place], best[place], best[place + 1]
        for other_place in reversed(range(len(others))):
            likeness = _likeness(row, others[other_place])
            paired = likeness + below[other_place + 1] if likeness else 0
            here[other_place] = max(paired, below[other_place], here[other_place + 1])
    return best


def _likeness(row: LayerRow, other: LayerRow) -> int:
    """How much two rows are alike; 0 if they are not of the same type."""
    if (row.kind, row.type) != (other.kind, other.type):
        return 0
    return (
        1
        + 2 * (_size(row) == _size(other))
        + (row.output_shapes == other.output_shapes)
        + (row.kernel_shape == other.kernel_shape)
        + (row.path == other.path)
    )


def _size(row: LayerRow) -> tuple[int, ...] | None:
    """The height and width of what it gives."""
    return row.output_shape[2:] if row.output_shape is not None else None


def _key(row: LayerRow) -> Hashable:
    return row.kind, row.type, row.kernel_shape, row.output_shapes
