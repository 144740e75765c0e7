"""The layers and blocks of a network that can be looked into: those that run, in the order in which they end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.inspection.layer_table.summary import Summary
    from playground.networks.spec import Shape


@dataclass(frozen=True)
class LayerChoice:
    """A layer, or a block of layers, at `path`; of a layer that runs again, its `use`-th time.

    `rows` are how many rows of the layer table have run by its end.
    """

    path: str
    type: str
    output_shapes: tuple[Shape, ...]
    rows: int
    use: int = 1


def layer_choices(summary: Summary) -> list[LayerChoice]:
    """The layers that run, and after its last layer each block that is called and gives a tensor."""
    end_of_block = _ends_of_blocks(summary)
    choices = [
        LayerChoice(block.path, block.type, block.runs[0].output_shapes, end_of_block[block.path])
        for block in summary.blocks
        if block.path in end_of_block and block.runs[0].output_shapes
    ]
    chosen = {choice.path for choice in choices}
    for count, row in enumerate(summary.rows, start=1):
        if row.kind == "layer" and row.path not in chosen:
            # A module that runs others and has parameters of its own, as a Vision Transformer has, is a layer as well.
            end = end_of_block.get(row.path, count)
            choices.append(LayerChoice(row.path, row.type, row.output_shapes, end, row.use))
    # Of two that end together the inner one, whose path is the longer, ends first.
    return sorted(choices, key=lambda choice: (choice.rows, -len(choice.path)))


def _ends_of_blocks(summary: Summary) -> dict[str, int]:
    """For the path of each module that holds rows, how many rows have run by its end."""
    ends: dict[str, int] = {}
    for count, row in enumerate(summary.rows, start=1):
        if row.kind != "unused":
            names = row.path.split(".")
            # A function's path is that of the module that computes it.
            inner = len(names) + (row.kind == "function")
            ends.update({".".join(names[:depth]): count for depth in range(inner)})
    return ends
