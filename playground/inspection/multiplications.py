"""How many multiply-accumulates an operation of torch takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.utils.flop_counter import flop_registry


def multiply_accumulates(operation: Any, args: Any, kwargs: Any, result: Any) -> int:
    """The multiply-accumulates of this call, by torch's own formulas where it has one; 0 for what does not multiply."""
    packet = operation._overloadpacket
    formula = flop_registry.get(packet)
    if formula is not None:
        return int(formula(*args, **kwargs, out_val=result)) // 2
    own_formula = _MISSING.get(packet)
    return 0 if own_formula is None else own_formula(args, result)


def _vector_product(args: Any, _: Any) -> int:
    """A matrix, or a vector, with a vector: each number of the first is multiplied once."""
    first: torch.Tensor = args[0]
    return first.numel()


def _added_vector_product(args: Any, result: Any) -> int:
    return _vector_product(args[1:], result)


def _bilinear(args: Any, result: torch.Tensor) -> int:
    """A Bilinear layer, x1 W x2 for each output: W x2 first, then its product with x1."""
    weight: torch.Tensor = args[1]
    return result.shape[0] * (weight.numel() + math.prod(weight.shape[:2]))


def _recurrent_layer(args: Any, _: Any) -> int:
    """One direction of an LSTM's layer, as oneDNN computes it: both weights are applied at each step of each sample."""
    sequence: torch.Tensor = args[0]
    weights: tuple[torch.Tensor, ...] = args[1:3]
    return math.prod(sequence.shape[:2]) * sum(weight.numel() for weight in weights)


# Those that the registry of torch 2.15 leaves out.
_MISSING: Mapping[Any, Callable[[Any, Any], int]] = {
    torch.ops.aten.mv: _vector_product,
    torch.ops.aten.addmv: _added_vector_product,
    torch.ops.aten.dot: _vector_product,
    torch.ops.aten.vdot: _vector_product,
    torch.ops.aten._trilinear: _bilinear,
    torch.ops.aten.mkldnn_rnn_layer: _recurrent_layer,
}
