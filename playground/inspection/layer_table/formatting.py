"""The layer table as a data frame, as text, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

    from playground.inspection.layer_table.summary import LayerRow, Summary
    from playground.networks.spec import Shape

_HEADINGS = ("Layer", "Kernel shape", "Output shape", "Parameters", "MACs", "Note")
_NUMBERS = (3, 4)


def to_dataframe(summary: Summary) -> pandas.DataFrame:
    """One line for each row; a shape is a tuple, and several shapes are a tuple of tuples."""
    import pandas

    total = summary.total_macs or 1
    columns: dict[str, Callable[[LayerRow], object]] = {
        "index": lambda row: row.index,
        "path": lambda row: row.path,
        "type": lambda row: row.type,
        "kind": lambda row: row.kind,
        "kernel_shape": lambda row: row.kernel_shape,
        "input_shape": lambda row: _one_or_all(row.input_shapes),
        "output_shape": lambda row: _one_or_all(row.output_shapes),
        "parameters": lambda row: row.parameters,
        "trainable": lambda row: row.trainable,
        "trainable_parameters": lambda row: row.trainable_parameters,
        "parameter_bytes": lambda row: row.parameter_bytes,
        "macs": lambda row: row.macs,
        "share_of_macs": lambda row: row.macs / total,
        "activation_bytes": lambda row: row.activation_bytes,
        "note": lambda row: row.note,
    }
    values = {name: [read(row) for row in summary.rows] for name, read in columns.items()}
    return pandas.DataFrame(values).astype({"index": "Int64"})


def to_text(summary: Summary) -> str:
    """Aligned columns and totals; layers are named as torchsummaryX names them, "4_layer1.0.Conv2d_conv1"."""
    table = [_HEADINGS, *(_cells(row) for row in summary.rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(_HEADINGS))]
    lines = [_aligned(line, widths) for line in table]
    rule = "-" * len(lines[0])
    return "\n".join([_title(summary), rule, lines[0], rule, *lines[1:], rule, *_totals(summary)])


def to_markdown(summary: Summary) -> str:
    """The same columns as a table of GitHub's Markdown, between the title and the totals."""
    rule = ["---:" if column in _NUMBERS else "---" for column in range(len(_HEADINGS))]
    table = [_HEADINGS, rule, *(_cells(row) for row in summary.rows)]
    lines = [f"| {' | '.join(map(_escaped, line))} |" for line in table]
    totals = [f"- {line}" for line in _totals(summary)]
    return "\n".join([f"**{_title(summary)}**", "", *lines, "", *totals, ""])


def _escaped(cell: str) -> str:
    """With what would end the cell, or escape its end, as ordinary characters."""
    return re.sub(r"[\\|]", r"\\\g<0>", cell)


def _title(summary: Summary) -> str:
    return f"{summary.name}, input {list(summary.input_shape)}"


def _totals(summary: Summary) -> tuple[str, ...]:
    return (
        f"Total parameters: {summary.total_parameters:,}",
        f"Trainable parameters: {summary.trainable_parameters:,}",
        f"Total MACs: {summary.total_macs:,}",
        f"Total FLOPs: {summary.total_flops:,}",
        f"Parameter bytes: {summary.parameter_bytes:,}",
        f"Activation bytes: {summary.activation_bytes:,}",
    )


def _cells(row: LayerRow) -> tuple[str, ...]:
    return (
        _name(row),
        "-" if row.kernel_shape is None else str(list(row.kernel_shape)),
        ", ".join(str(list(shape)) for shape in row.output_shapes) or "-",
        f"{row.parameters:,}" if row.parameters else "-",
        f"{row.macs:,}" if row.macs else "-",
        row.note,
    )


def _name(row: LayerRow) -> str:
    """ "4_layer1.0.Conv2d_conv1" for a layer, "layer1.0.add" for a function; what did not run has no number."""
    parent, _, name = row.path.rpartition(".")
    before = f"{parent}." if parent else ""
    if row.kind == "function":
        return f"{row.path}.{row.type}" if row.path else row.type
    number = f"{row.index}_" if row.kind == "layer" else ""
    return f"{number}{before}{row.type}_{name}"


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    """Texts to the left, numbers to the right."""
    return "  ".join(
        cell.rjust(width) if column in _NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def _one_or_all(shapes: tuple[Shape, ...]) -> Shape | tuple[Shape, ...] | None:
    return shapes if len(shapes) > 1 else next(iter(shapes), None)
