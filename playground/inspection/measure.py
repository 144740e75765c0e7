"""One forward pass on the meta device, with torchinfo's rows and torch's own operation counter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torchinfo
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchinfo.layer_info import LayerInfo
from torchinfo.torchinfo import clear_cached_forward_pass

from playground.inspection.summary import LayerRow
from playground.networks.spec import Shape


def measure(model: nn.Module, input_shape: Shape, mode: Literal["eval", "train"]) -> tuple[LayerRow, ...]:
    """A row for each layer that runs; `model` is on the meta device and may be changed.

    A row is a leaf, or a module with parameters or MACs of its own beside those of its children.
    Raises ValueError with torch's message if the batch does not get through.
    """
    batch = torch.empty(input_shape, device="meta", dtype=_dtype(model))
    counter = FlopCounterMode(display=False)
    calls = _count_calls(model, counter)
    try:
        with counter:
            statistics = torchinfo.summary(model, input_data=batch, device="meta", mode=mode, verbose=0)
    except RuntimeError as error:
        raise ValueError(f"{type(model).__name__} cannot take a batch of {input_shape}: {error.__cause__}") from error
    finally:
        clear_cached_forward_pass()
    return tuple(_rows(model, statistics.summary_list, calls))


@dataclass
class _Call:
    """One run of one module: its floating-point operations, and how many of them its children did."""

    flops: int
    flops_of_children: int = 0


def _count_calls(model: nn.Module, counter: FlopCounterMode) -> dict[int, list[_Call]]:
    """Counts what each module does, run by run; the dictionary, by the module's id, fills during the pass."""
    calls: dict[int, list[_Call]] = defaultdict(list)
    running: list[_Call] = []

    def before(module: nn.Module, _: Any) -> None:
        call = _Call(-counter.get_total_flops())
        calls[id(module)].append(call)
        running.append(call)

    def after(_: nn.Module, __: Any, ___: Any) -> None:
        call = running.pop()
        call.flops += counter.get_total_flops()
        if running:
            running[-1].flops_of_children += call.flops

    for module in model.modules():
        module.register_forward_pre_hook(before)
        module.register_forward_hook(after)
    return calls


def _rows(model: nn.Module, infos: list[LayerInfo], calls: dict[int, list[_Call]]) -> Iterator[LayerRow]:
    paths = {id(module): path for path, module in model.named_modules()}
    remaining = {module: iter(runs) for module, runs in calls.items()}
    counted: set[int] = set()
    index = 0
    for info in infos:
        if not info.executed or info.layer_id not in remaining:
            continue
        call = next(remaining[info.layer_id])
        macs = (call.flops - call.flops_of_children) // 2
        own = [each for each in info.module.parameters(recurse=False) if id(each) not in counted]
        counted.update(map(id, own))
        is_layer = info.is_leaf_layer and not isinstance(info.module, nn.Sequential)
        if not (is_layer or own or macs):
            continue
        trainable = sum(each.numel() for each in own if each.requires_grad)
        yield LayerRow(
            index=index,
            path=paths[info.layer_id],
            type=info.class_name,
            kernel_shape=_kernel_shape(info.module),
            input_shape=tuple(info.input_size),
            output_shape=tuple(info.output_size),
            parameters=sum(each.numel() for each in own),
            trainable=trainable > 0,
            macs=macs,
            trainable_parameters=trainable,
        )
        index += 1


def _kernel_shape(module: nn.Module) -> Shape | None:
    """The weight's shape in the order (in, out, ...), as torchinfo and torchsummaryX print it."""
    weight = getattr(module, "weight", None)
    if not isinstance(weight, torch.Tensor):
        return None
    shape = tuple(weight.shape)
    return (shape[1], shape[0], *shape[2:]) if len(shape) > 1 else shape


def _dtype(model: nn.Module) -> torch.dtype:
    """The type of the model's first floating-point parameter, which its input must have as well."""
    types = (parameter.dtype for parameter in model.parameters() if parameter.is_floating_point())
    return next(types, torch.get_default_dtype())
