"""How a network calls its layers: most take one tensor and give one, and a few of PyTorch's do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from torch import nn

if TYPE_CHECKING:
    from playground.networks.spec import Shape


def call(module: nn.Module, *inputs: Any) -> Any:
    """What a layer gives to the layers after it.

    Attention takes a single input as query, key and value. Of attention and of recurrent layers, which give a
    tuple, this is the output. An `nn.Sequential` calls its layers without such help.
    """
    result = module(*positional_inputs(module, inputs))
    return result[0] if isinstance(module, (nn.RNNBase, nn.MultiheadAttention)) else result


def positional_inputs(module: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """What to pass to a layer for these inputs."""
    return inputs * 3 if isinstance(module, nn.MultiheadAttention) and len(inputs) == 1 else inputs


def output_shapes(module: nn.Module, inputs: tuple[Any, ...], in_sequential: bool) -> tuple[Shape, ...]:
    """The shapes that a layer on the meta device gives: one, or several where it gives a tuple.

    Raises whatever torch raises, also for what only the kernels of other devices refuse.
    """
    dimension = _sequence_dimension(module, inputs)
    if dimension is None:
        shapes = _shapes(module, inputs, in_sequential)
        _refuse_what_meta_lets_pass(module, inputs, shapes)
        return shapes
    # All steps of a sequence have the same shape, and each takes its time.
    sequence = inputs[0]
    output, *states = _shapes(module, (sequence.narrow(dimension, 0, 1),), in_sequential)
    return ((*output[:dimension], sequence.shape[dimension], *output[dimension + 1 :]), *states)


def _refuse_what_meta_lets_pass(module: nn.Module, inputs: tuple[Any, ...], outputs: tuple[Shape, ...]) -> None:
    """Raises RuntimeError where the meta device gives a shape and a CPU or GPU fails (torch 2.15)."""
    if not inputs or isinstance(inputs[0], tuple):
        return
    shape = tuple(inputs[0].shape)
    if isinstance(module, nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d):
        channels = shape[-len(module.kernel_size) - 1]
        if channels != module.in_channels:
            raise RuntimeError(f"expected {module.in_channels} input channels, but got {channels}")
    if isinstance(module, nn.Softmax) and module.dim is not None and not -len(shape) <= module.dim < len(shape):
        raise RuntimeError(f"a tensor of shape {shape} has no dimension {module.dim}")
    if isinstance(module, nn.Upsample) and module.mode not in ("nearest", "nearest-exact", "area") and 0 in outputs[0]:
        raise RuntimeError(f"the output would be empty: {outputs[0]}")


def _sequence_dimension(module: nn.Module, inputs: tuple[Any, ...]) -> int | None:
    """The dimension of the steps, if this is a recurrent layer on a sequence."""
    if not isinstance(module, nn.RNNBase) or len(inputs) != 1 or isinstance(inputs[0], tuple):
        return None
    sequence = inputs[0]
    if sequence.dim() not in (2, 3) or 0 in sequence.shape:
        return None
    return 1 if module.batch_first and sequence.dim() == 3 else 0


def _shapes(module: nn.Module, inputs: tuple[Any, ...], in_sequential: bool) -> tuple[Shape, ...]:
    result = module(*inputs) if in_sequential else call(module, *inputs)
    return tuple(tuple(tensor.shape) for tensor in _tensors(result))


def _tensors(result: Any) -> Iterator[Any]:
    if isinstance(result, tuple | list):
        for item in result:
            yield from _tensors(item)
    else:
        yield result
