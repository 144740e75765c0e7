"""A layer table with its blocks folded: one row for all that a block runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby

from playground.inspection.layer_table.summary import Block, LayerRow, Summary


def deepest(summary: Summary) -> int:
    """How many names the longest path of a row has: at this depth nothing is folded."""
    return max(map(_levels, summary.rows), default=1)


def fold(summary: Summary, depth: int, opened: Collection[str] = ()) -> tuple[LayerRow, ...]:
    """The rows with each block at this depth, or what of it runs in one go, in one row; sums stay what they are.

    `depth` is the number of names in a path: at 1, "layer1" stands for all of "layer1.0.conv1" and its like. A block
    whose path is among `opened` is not folded; those in it are. What did not run keeps a row of its own.
    """
    blocks = {block.path: block for block in summary.blocks}

    def folded_into(row: LayerRow) -> str | None:
        if row.kind == "unused":
            return None
        names = row.path.split(".")
        around = (".".join(names[:level]) for level in range(depth, _levels(row)))
        return next((path for path in around if path in blocks and path not in opened), None)

    runs = [(path, list(rows)) for path, rows in groupby(summary.rows, folded_into)]
    return tuple(row for path, rows in runs for row in (rows if path is None else [_sum(blocks[path], rows)]))


def _sum(block: Block, rows: Sequence[LayerRow]) -> LayerRow:
    return replace(
        rows[0],
        index=None,
        path=block.path,
        type=block.type,
        kind="block",
        kernel_shape=None,
        input_shapes=block.input_shapes,
        output_shapes=block.output_shapes,
        parameters=sum(row.parameters for row in rows),
        trainable_parameters=sum(row.trainable_parameters for row in rows),
        parameter_bytes=sum(row.parameter_bytes for row in rows),
        macs=sum(row.macs for row in rows),
        activation_bytes=sum(row.activation_bytes for row in rows),
        use=min(row.use for row in rows),
    )


def _levels(row: LayerRow) -> int:
    """How many names lead to the row; a function, whose path is that of its module, is one level below it."""
    return row.path.count(".") + 1 + (row.kind == "function")
