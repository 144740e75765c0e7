"""An LSTM as PyTorch runs it on the CPU: a oneDNN kernel for each layer and direction, with a workspace that is kept.

FakeTensors, which stand in for tensors of the CPU, take a decomposition instead (torch/_decomp/decompositions.py),
whose workspace is empty and which goes through the sequence step by step behind a layer that is trained. What is said
of PyTorch is read from aten/src/ATen/native/{RNN,mkldnn/RNN}.cpp (2.15), of oneDNN from src/cpu/rnn/rnn_utils.{hpp,cpp}
(3.13).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from playground.inspection.training_cost.instruction_set import (
    has_bfloat16,
    has_bfloat16_instructions,
    instruction_set,
)
from playground.inspection.training_cost.workspace import Workspace, exactly

NO_KERNEL = "could not create a primitive descriptor"
"""With this PyTorch's error begins where autocast takes an LSTM to a kernel of oneDNN that this processor lacks."""

# The parts of oneDNN's workspace begin at multiples of this many bytes.
_PAGE = 4096
# So do those of what each thread takes only while the kernel runs; more than so many were not seen.
_PARTS = 16
# oneDNN multiplies the inputs of all time steps at once in the forward pass up to here.
_MERGED_BATCH = 128
# The number for LSTM in ideep::rnn_kind (third_party/ideep/include/ideep/abstract_types.hpp).
_LSTM = 2


@contextlib.contextmanager
def lstm_as_on_the_cpu() -> Iterator[None]:
    """Meanwhile FakeTensors go to the kernel that tensors of the CPU go to, and its workspace has its real size."""
    with _Workspaces(), _SentToOneDnn():  # type: ignore[no-untyped-call]  # torch gives it no types
        yield


class _SentToOneDnn(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.lstm and not kwargs and _goes_to_onednn(*args[:2]):
            if torch.is_autocast_enabled("cpu") and not has_bfloat16():
                raise RuntimeError(f"{NO_KERNEL} for the LSTM forward propagation primitive.")
            return _lstm(*args)
        return func(*args, **(kwargs or {}))


class _Workspaces(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch gives it no types
    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if func is not torch.ops.aten.mkldnn_rnn_layer.default or not torch.is_grad_enabled():
            return result
        values, state = args[0], args[5]
        steps, batch, inputs = values.shape
        size = workspace_bytes(steps, batch, inputs, state.shape[-1], values.element_size())
        return *result[:3], result[3].new_empty(size)


def workspace_bytes(steps: int, batch: int, inputs: int, hidden: int, element: int) -> int:
    """The bytes that oneDNN keeps of one layer and direction for the backward pass.

    They are the gates and the hidden state of each step, then the states and their gradients in float32, which have
    a row more in time and in depth. `element` is the bytes of a number of the input.
    """
    wide = max(inputs, hidden)
    states = 2 * (steps + 1) * batch
    parts = (
        steps * batch * _row(4 * hidden, element),
        steps * batch * _row(hidden, element),
        states * _row(wide, element),
        states * hidden * element,
        *(2 * (states * _row(wide, 4),)),
        states * hidden * 4,
    )
    return sum(-(-part // _PAGE) * _PAGE for part in parts)


def lstm_workspace(func: Any, args: Any) -> Workspace:
    """The bytes that the kernel takes only while it runs; nothing for other operations.

    They are copies of the weights with rows of `_row` bytes and the gates before their activation; backward also
    gradients of zeros for the last states, and copies in float32 or without gaps of the output's gradient.
    """
    if func is torch.ops.aten.mkldnn_rnn_layer.default:
        copies = _forward_copies(args[0], args[5].shape[-1])
    elif func is torch.ops.aten.mkldnn_rnn_layer_backward.default:
        copies = _backward_copies(args[0], args[5].shape[-1], args[10])
    else:
        return exactly(0)
    is_known = instruction_set() is not None and (args[0].dtype is torch.float32 or has_bfloat16_instructions())
    return Workspace(0, copies + torch.get_num_threads() * _PARTS * _PAGE if is_known else None)


def _forward_copies(values: torch.Tensor, hidden: int) -> int:
    (steps, batch, inputs), element = values.shape, values.element_size()
    merged = steps if element == 4 and batch < _MERGED_BATCH else 1
    weights = (inputs + hidden) * _row(4 * hidden, element) + 4 * hidden * element
    return weights + _scratchpad(merged, batch, hidden, element)


def _backward_copies(values: torch.Tensor, hidden: int, gradient: torch.Tensor | None) -> int:
    (steps, batch, inputs), element = values.shape, values.element_size()
    is_half = element == 2
    output = steps * batch * hidden
    is_copied = gradient is None or not gradient.is_contiguous()
    gradients = is_copied * output * element + 2 * batch * hidden * element
    gradients += is_half * 4 * (output + 2 * batch * hidden)
    rows = ((length, _row(length, element)) for length in (inputs, hidden))
    weights = sum(4 * hidden * row for length, row in rows if is_half or row != length * element)
    weight_gradients = (inputs + hidden) * _row(4 * hidden, 4) + 4 * hidden * (4 + element)
    return gradients + weights + weight_gradients + _scratchpad(1 if is_half else steps, batch, hidden, element)


def _scratchpad(steps: int, batch: int, hidden: int, element: int) -> int:
    """The gates of so many steps at once, a hidden state and its gradient."""
    return batch * (steps * _row(4 * hidden, 4) + _row(hidden, element) + _row(hidden, 4))


def _row(length: int, element: int) -> int:
    """The bytes of a row of a matrix: whole blocks of 64, one more where the length were a multiple of 256."""
    block = 64 // element
    rounded = -(-length // block) * block
    return (rounded + block if rounded % 256 == 0 else rounded) * element


def _goes_to_onednn(values: torch.Tensor, hidden: Any) -> bool:
    """Whether tensors of the CPU would; a packed sequence, with its batch sizes in the second place, would not."""
    if not isinstance(values, FakeTensor) or isinstance(hidden, torch.Tensor) or not torch._C._get_mkldnn_enabled():
        return False
    has_projection = hidden[0].shape[-1] != hidden[1].shape[-1]
    return not has_projection and values.numel() > 0 and _has_kernel(values.dtype)


def _has_kernel(dtype: torch.dtype) -> bool:
    return bool(torch._C._has_mkldnn) and (dtype is torch.float32 or (dtype is torch.bfloat16 and has_bfloat16()))


def _lstm(
    values: torch.Tensor,
    hidden: tuple[torch.Tensor, torch.Tensor],
    weights: list[torch.Tensor],
    has_biases: bool,
    layers: int,
    dropout: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What `torch.lstm` computes for a padded batch."""
    values = (values.transpose(0, 1) if batch_first else values).contiguous()
    states, cells = (each.contiguous() for each in hidden)
    kernel: Any = torch.mkldnn_rnn_layer
    directions = 2 if bidirectional else 1
    last_states, last_cells = [], []
    for layer in range(layers):
        outputs = []
        for direction in range(directions):
            index = layer * directions + direction
            four = _weights_of(index, weights, has_biases)
            last = (states[index], cells[index])
            options: Any = (direction == 1, [], _LSTM, states.shape[-1], layers, has_biases, bidirectional)
            output, state, cell, _ = kernel(values, *four, *last, *options, batch_first, train)
            outputs.append(output)
            last_states.append(state)
            last_cells.append(cell)
        values = torch.cat(outputs, -1) if bidirectional else outputs[0]
        if dropout and train and layer < layers - 1:
            values = torch.dropout(values, dropout, train=True)
    output = values.transpose(0, 1) if batch_first else values
    return output, torch.stack(last_states), torch.stack(last_cells)


def _weights_of(index: int, weights: list[torch.Tensor], has_biases: bool) -> list[torch.Tensor]:
    """The weights and biases of one layer and direction; PyTorch's zeros for no bias are as large as the weights."""
    if has_biases:
        return weights[4 * index : 4 * index + 4]
    pair = weights[2 * index : 2 * index + 2]
    return pair + [each.new_zeros(each.shape) for each in pair]
