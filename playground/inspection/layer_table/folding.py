"""A layer table with its blocks folded: one row for all that a block runs, for each time that it does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby

from playground.inspection.layer_table.summary import Block, BlockRun, LayerRow, Summary


def deepest(summary: Summary) -> int:
    """How many names the longest path of a row has: at this depth nothing is folded."""
    return max(map(_levels, summary.rows), default=1)


def fold(summary: Summary, depth: int, opened: Collection[str] = ()) -> tuple[LayerRow, ...]:
    """The rows with each run of a block at this depth, or what of it is in one go, in one row; sums stay.

    `depth` is the number of names in a path: at 1, "layer1" stands for all of "layer1.0.conv1" and its like. A block
    whose path is among `opened` is not folded; those in it are. What did not run keeps a row of its own.
    The row of a block has the shapes of that run, and `use` says which it is, from 1.
    """
    blocks = {block.path: block for block in summary.blocks}

    def folded_into(place_and_row: tuple[int, LayerRow]) -> tuple[str, int] | None:
        place, row = place_and_row
        if row.kind == "unused":
            return None
        names = row.path.split(".")
        around = (".".join(names[:level]) for level in range(depth, _levels(row)))
        path = next((path for path in around if path in blocks and path not in opened), None)
        return None if path is None else (path, _use_at(place, blocks[path].runs))

    folded: list[LayerRow] = []
    for run, places_and_rows in groupby(enumerate(summary.rows), folded_into):
        rows = [row for _, row in places_and_rows]
        folded += rows if run is None else [_sum(blocks[run[0]], run[1], rows)]
    return tuple(folded)


def _use_at(place: int, runs: Sequence[BlockRun]) -> int:
    """Which run of a block its row at this place belongs to, from 1: the one that began last."""
    begun = bisect_right(runs, place, key=lambda run: run.rows_before)
    # A layer of the block may run by itself before the block does.
    return max(begun, 1)


def _sum(block: Block, use: int, rows: Sequence[LayerRow]) -> LayerRow:
    run = block.runs[use - 1]
    return replace(
        rows[0],
        index=None,
        path=block.path,
        type=block.type,
        kind="block",
        kernel_shape=None,
        input_shapes=run.input_shapes,
        output_shapes=run.output_shapes,
        parameters=sum(row.parameters for row in rows),
        trainable_parameters=sum(row.trainable_parameters for row in rows),
        parameter_bytes=sum(row.parameter_bytes for row in rows),
        macs=sum(row.macs for row in rows),
        activation_bytes=sum(row.activation_bytes for row in rows),
        use=use,
    )


def _levels(row: LayerRow) -> int:
    """How many names lead to the row; a function, whose path is that of its module, is one level below it."""
    return row.path.count(".") + 1 + (row.kind == "function")
