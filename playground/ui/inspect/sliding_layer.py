"""A convolution or a pooling over a small grid: its windows, what they leave out, and the code that does the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.inspection import OutputFormula, Window, constructors, output_formula, windows
from playground.networks import Layer, NetworkSpec, ShapeError
from playground.networks.spec import by

_NAME = "layer"


@dataclass(frozen=True)
class SlidingLayer:
    """A layer of torch.nn with arguments that hold for height and width, and the size of its input, `(H, W)`."""

    type: str
    arguments: Mapping[str, int | bool]
    size: tuple[int, int]

    @property
    def is_transposed(self) -> bool:
        """Whether the window moves over the output."""
        return self.type == "ConvTranspose2d"

    @property
    def span(self) -> int:
        """How far the window reaches, with the gaps of its dilation."""
        return self.argument("dilation", 1) * (self.argument("kernel_size") - 1) + 1

    def argument(self, name: str, default: int = 0) -> int:
        """An argument, or what PyTorch takes where a layer has none of this name."""
        return int(self.arguments.get(name, default))


def formula(layer: SlidingLayer) -> OutputFormula:
    """The size of the output and the lines for height and width; a size of 0 or less where no window fits."""
    found = output_formula(layer.type, as_network(layer).layers[0].arguments, (1, 1, *layer.size))
    assert found is not None
    return OutputFormula(found.output_shape[2:], found.lines[-2:])


def refusal(layer: SlidingLayer) -> ShapeError | None:
    """Why PyTorch does not compute this layer, with fixes; None if it does."""
    size = formula(layer).output_shape
    error = as_network(layer).trace((1, 1, *layer.size)).error
    if error is None and min(size) < 1:
        # The meta device accepts an output without rows, which others do not.
        return ShapeError(_NAME, "", f"The padding leaves nothing of the output: {by(size)}. Take less of it.", ())
    return error


def as_network(layer: SlidingLayer) -> NetworkSpec:
    """A network of this layer alone, between one channel and one channel."""
    channels = {"in_channels": 1, "out_channels": 1} if "Conv" in layer.type else {}
    return NetworkSpec("Calculator", (Layer(_NAME, layer.type, {**channels, **layer.arguments}),), (1, *layer.size))


def layer_windows(layer: SlidingLayer) -> tuple[Window, ...]:
    """The windows in order; of a transposed convolution those of the output, one for each value of the input.

    For a transposed convolution writes where a convolution from its output back to its input would read.
    """
    names = {"kernel_size": 0, "stride": 1, "padding": 0, "dilation": 1}
    kernel, stride, padding, dilation = ((layer.argument(name, default),) * 2 for name, default in names.items())
    found = windows(
        grid_size(layer),
        kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=bool(layer.arguments.get("ceil_mode", False)),
    )
    if not layer.is_transposed:
        return found
    # An output padding as large as the stride has room for more.
    return tuple(each for each in found if each.output[0] < layer.size[0] and each.output[1] < layer.size[1])


def grid_size(layer: SlidingLayer) -> tuple[int, int]:
    """The size of the grid over which the window moves."""
    if not layer.is_transposed:
        return layer.size
    height, width = formula(layer).output_shape
    return height, width


def left_out(layer: SlidingLayer, found: Sequence[Window]) -> frozenset[tuple[int, ...]]:
    """The cells of the grid, without its padding, that no window has."""
    height, width = grid_size(layer)
    grid = {(row, column) for row in range(height) for column in range(width)}
    return frozenset(grid.difference(*(window.cells for window in found)))


def why_left_out(layer: SlidingLayer, found: Sequence[Window], cells: frozenset[tuple[int, ...]]) -> str:
    """Why no window has these cells."""
    reach = [max(cell[axis] for window in found for cell in window.cells) for axis in (0, 1)]
    behind = {cell for cell in cells if cell[0] > reach[0] or cell[1] > reach[1]}
    reasons = []
    if cells - behind and layer.argument("stride", 1) > layer.span:
        reasons.append(f"the stride, {layer.argument('stride', 1)}, is larger than the window, {layer.span}")
    elif cells - behind:
        reasons.append("they always lie in the gaps of the dilation")
    if behind and layer.is_transposed:
        reasons.append("output_padding adds rows and columns at the end")
    elif behind:
        reasons.append("what is left at the bottom or on the right is too little for one more window")
    return ", and ".join(reasons)


def script(layer: SlidingLayer, values: Sequence[Sequence[int]] | None = None) -> str:
    """The code that computes the output of random values, or of these; a max pooling also returns its indices."""
    with_indices = layer.type == "MaxPool2d"
    constructed = constructors(as_network(layer))[_NAME]
    if with_indices:
        constructed = f"{constructed.removesuffix(')')}, return_indices=True)"
    image = f"torch.rand(1, 1, {layer.size[0]}, {layer.size[1]})"
    if values is not None:
        rows = "".join(f"    [{', '.join(map(str, row))}],\n" for row in values)
        image = f"torch.tensor([\n{rows}], dtype=torch.float32)[None, None]"
    lines = [
        "import torch",
        "from torch import nn",
        "",
        f"layer = {constructed}",
        f"image = {image}",
        "output, indices = layer(image)" if with_indices else "output = layer(image)",
        "print(output.shape)",
    ]
    return "\n".join(lines)
