"""What oneDNN takes for the time of a convolution: copies in layouts of its own, and room to compute in.

For a moment PyTorch keeps a result in oneDNN's layout beside the plain one (aten/src/ATen/native/mkldnn/Conv.cpp):
that much is taken on every processor. The rest depends on the kernel that oneDNN chooses, so that it has an upper bound
only, seen in the allocations of torch 2.15 for each InstructionSet, with one thread and with two.
"""

from __future__ import annotations

import math

import torch

from playground.inspection.training_cost.convolution import Convolution
from playground.inspection.training_cost.instruction_set import InstructionSet, instruction_set
from playground.inspection.training_cost.workspace import Workspace

# Images of so many channels have kernels of their own, up to this width.
_READ_DIRECTLY = (1, 3)
_WIDEST = 7
# What threads take to wait for each other, and what else does not grow.
_THREAD = 2**14
# The same where threads have the tiles of AMX besides.
_TILES = 2**16


def onednn_forward(convolution: Convolution) -> Workspace:
    """The bytes taken in a forward pass."""
    result = convolution.output.nbytes
    least = 0 if _is_channels_last(convolution) else result
    kind = instruction_set()
    if kind is None:
        return Workspace(least, None)
    layout = _Layout(convolution, kind)
    copies = layout.values + layout.weight + layout.output + layout.scratchpad()
    return Workspace(least, max(copies, layout.output + layout.plain_copies * result) - result)


def onednn_backward(convolution: Convolution, gradient: torch.Tensor | None) -> Workspace:
    """The bytes taken for the gradient of the weight and, if there is one, that of the input, one after the other."""
    wanted, weight = 0 if gradient is None else gradient.nbytes, convolution.weight.nbytes
    least = 0 if _is_channels_last(convolution) else max(weight, wanted - weight)
    kind = instruction_set()
    if kind is None:
        return Workspace(least, None)
    layout = _Layout(convolution, kind)
    moments = [wanted + layout.of_weight_gradient(), wanted + layout.weight + weight]
    if gradient is not None:
        is_copied_twice = layout.plain_copies == 2 or max(convolution.stride) > 1
        moments.append(layout.output + layout.weight + layout.input_gradient + layout.scratchpad(is_backward=True))
        moments.append(layout.input_gradient + (2 if is_copied_twice else 1) * wanted)
    return Workspace(least, max(moments) - wanted - weight)


def _is_channels_last(convolution: Convolution) -> bool:
    """Whether the tensors already are in a layout of oneDNN."""
    values = convolution.values
    return values.dim() == 4 and not values.is_contiguous() and values.is_contiguous(memory_format=torch.channels_last)


class _Layout:
    """The bytes of copies of a convolution's tensors as oneDNN wants them.

    Its kernels compute on channels in blocks of 16 (AVX-512) or 8, so that a map of 6 channels takes the room of 16;
    with AMX, in bfloat16, on pixels with all their channels.
    """

    def __init__(self, convolution: Convolution, kind: InstructionSet) -> None:
        self._convolution = convolution
        self._kind = kind
        channels, element = convolution.values.shape[1], convolution.values.element_size()
        self._is_half = element == 2
        self._is_by_pixels = kind is InstructionSet.AMX and self._is_half and not convolution.is_depthwise
        self._block = 8 if kind is InstructionSet.AVX2 else 16
        self._is_read_plain = channels < self._block and not convolution.transposed and not self._is_by_pixels
        self._threads = min(torch.get_num_threads(), len(convolution.values))
        self._room = self._threads * (_TILES if self._is_by_pixels else _THREAD)
        self.plain_copies = 2 if self._is_by_pixels or convolution.transposed else 1
        self.input_gradient = self._padded(convolution.values)
        self.values = 0 if self._is_read_plain else self.input_gradient
        self.output = self._padded(convolution.output)
        self.weight = self._padded_weight()

    def scratchpad(self, *, is_backward: bool = False) -> int:
        """What it takes to compute the output or the input's gradient, most of it images of each thread."""
        convolution, images = self._convolution, len(self._convolution.values)
        if self._is_by_pixels:
            return 2 * self._threads * self._image() + self._room
        if convolution.transposed and not is_backward:
            return self._threads * self._image() + (2 * self.output if self._is_half else 0)
        if convolution.is_pointwise and not is_backward:
            read = convolution.values.nbytes // math.prod(convolution.stride) if convolution.is_strided else 0
            return self._threads * (read + (2 * self.output if self._is_half else 0)) // images
        is_summed = self._is_half and convolution.is_pointwise
        is_moved = convolution.is_strided and is_backward
        return self._threads * self._image() * (2 if is_summed else 1 if is_moved else 0)

    def of_weight_gradient(self) -> int:
        """What the gradient of the weight takes, which is summed in float32, by each thread for itself."""
        copies = self._values_once_more() + self.output + self.weight + self._room
        if self._is_half:
            copies += self._threads * (2 * self.weight + self.plain_copies * self._image())
        else:
            sums = self._threads * self.weight if self._threads > 1 else 0
            copies += min(sums, self.input_gradient + self.output) + self.scratchpad()
        return max(copies, self._multiplied()) if self._may_multiply() else copies

    def _may_multiply(self) -> bool:
        """Whether the gradient of the weight may be a product with the image as columns."""
        convolution = self._convolution
        channels, width = convolution.values.shape[1], convolution.weight.shape[-1]
        is_direct = channels in _READ_DIRECTLY and width <= _WIDEST
        is_sparse = max(convolution.dilation) > 1 or convolution.values.shape[-1] < width
        is_refused = self._kind is InstructionSet.AVX2 and is_sparse
        return (self._is_read_plain and not is_direct) or is_refused or convolution.groups > 1

    def _multiplied(self) -> int:
        weight = self._convolution.weight.nbytes
        return weight + self._threads * (self._convolution.columns + 4 * weight) + self._room

    def _values_once_more(self) -> int:
        """The input for the gradient of the weight; of 1 or 3 channels there are kernels that read it as it is."""
        channels = self._convolution.values.shape[1]
        if not self._is_read_plain:
            return self.values
        if channels in _READ_DIRECTLY and (channels > 1 or self._kind is not InstructionSet.AVX2):
            return 0
        return _in_blocks(self._convolution.values, 8)

    def _padded(self, tensor: torch.Tensor) -> int:
        return tensor.nbytes if self._is_by_pixels else _in_blocks(tensor, self._block)

    def _padded_weight(self) -> int:
        first = len(self._convolution.weight)
        size = _in_blocks(self._convolution.weight, 32 if self._is_by_pixels else self._block)
        return size // first * _rounded(first, self._block)

    def _image(self) -> int:
        """One image and its output, the channels of each group in blocks."""
        block, groups = 32 if self._is_by_pixels else self._block, self._convolution.groups
        both = (self._convolution.values, self._convolution.output)
        return sum(_in_blocks(each, block, groups) for each in both) // len(self._convolution.values)


def _in_blocks(tensor: torch.Tensor, block: int, groups: int = 1) -> int:
    """The bytes of a tensor whose second dimension is filled up to a multiple of a block, in each of its groups."""
    channels = tensor.shape[1]
    return tensor.nbytes // channels * groups * _rounded(channels // groups, block)


def _rounded(count: int, block: int) -> int:
    return -(-count // block) * block
