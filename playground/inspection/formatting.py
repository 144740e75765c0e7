"""The layer table as a data frame and as text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from playground.inspection.summary import LayerRow

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]  # it ships no types

    from playground.inspection.summary import Summary

_HEADINGS = ("Layer", "Kernel shape", "Output shape", "Parameters", "MACs")


def to_dataframe(summary: Summary) -> pandas.DataFrame:
    """One line for each row, one column for each field of LayerRow."""
    import pandas

    fields = [field.name for field in dataclasses.fields(LayerRow)]
    return pandas.DataFrame([dataclasses.astuple(row) for row in summary.rows], columns=fields)


def to_text(summary: Summary) -> str:
    """Aligned columns, with rows named as torchsummaryX names them, "4_layer1.0.Conv2d_conv1", and totals."""
    table = [_HEADINGS, *(_cells(row) for row in summary.rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(_HEADINGS))]
    lines = [_aligned(line, widths) for line in table]
    rule = "-" * len(lines[0])
    totals = (
        f"Total parameters: {summary.total_parameters:,}",
        f"Trainable parameters: {summary.trainable_parameters:,}",
        f"Total MACs: {summary.total_macs:,}",
    )
    return "\n".join(
        [f"{summary.name}, input {list(summary.input_shape)}", rule, lines[0], rule, *lines[1:], rule, *totals]
    )


def _cells(row: LayerRow) -> tuple[str, ...]:
    parent, _, name = row.path.rpartition(".")
    return (
        f"{row.index}_{parent + '.' if parent else ''}{row.type}_{name}",
        "-" if row.kernel_shape is None else str(list(row.kernel_shape)),
        str(list(row.output_shape)),
        f"{row.parameters:,}" if row.parameters else "-",
        f"{row.macs:,}" if row.macs else "-",
    )


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    """Texts to the left, numbers to the right."""
    padded = [
        cell.ljust(width) if column < 3 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded)
