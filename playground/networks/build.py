"""From a spec to an `nn.Module` whose state-dict keys are the layer names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn

from playground.networks.calling import call
from playground.networks.consistency import check_consistency
from playground.networks.containers import CONTAINERS, check_no_arguments
from playground.networks.errors import SpecError
from playground.networks.forward import run_container
from playground.networks.initial_values import check_initial
from playground.networks.layers import check_arguments, torch_class
from playground.networks.operations import operate
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import Layer, Step, join
from playground.networks.widths import with_numbers

if TYPE_CHECKING:
    from playground.networks.spec import NetworkSpec


def build_module(spec: NetworkSpec, device: str = "cpu") -> nn.Module:
    """A module of class `spec.name`, initialised on `device`; raises SpecError if a layer cannot be made."""
    spec = with_numbers(spec)
    network = spec.as_module()
    with torch.device(device):
        return _build(network, "")


def _build(layer: Layer, path: str) -> nn.Module:
    """The layer with all that it holds; raises SpecError if a part cannot be made or named so."""
    try:
        module = construct(layer)
    except (RuntimeError, ValueError, TypeError, ArithmeticError) as error:
        raise SpecError(f"Layer {path!r} cannot be built: {error}") from error
    for child in layer.children:
        child_path = join(path, child.name)
        check_name(module, child.name, child_path)
        module.add_module(child.name, _build(child, child_path))
    if layer.forward is not None:
        _check_children(layer, path)
    return module


def _check_children(layer: Layer, path: str) -> None:
    """Raises SpecError if the forward applies a child that there is not."""
    assert layer.forward is not None
    for step in layer.forward.steps:
        children = layer.children
        for name in step.child.split(".") if step.child else ():
            child = next((child for child in children if child.name == name), None)
            if child is None:
                raise SpecError(f"The forward of {path or layer.name} applies {step.child!r}, which is not there.")
            children = child.children


def check_name(parent: nn.Module, name: str, path: str) -> None:
    """Raises SpecError if a child of this name would hide an attribute of its parent, such as "forward"."""
    if hasattr(parent, name):
        raise SpecError(
            f"A layer cannot be called {path!r}: every module has an attribute {name!r}. Give it another name."
        )


def construct(layer: Layer) -> nn.Module:
    """The layer itself, on torch's current default device; a container is still empty."""
    if not layer.enabled:
        return _PassThrough()
    if layer.type in CONTAINERS:
        return empty_container(layer)
    check_arguments(layer.type, layer.arguments)
    check_consistency(layer.type, layer.arguments)
    if layer.children:
        raise SpecError(f"{layer.type} holds no layers; put them after it or into a Sequential.")
    module = torch_class(layer.type)(**layer.arguments)
    _start(module, layer)
    return module


def _start(module: nn.Module, layer: Layer) -> None:
    """Gives the parameters their constants; raises SpecError if there is no such parameter."""
    check_initial(layer)
    with torch.no_grad():
        for name, value in layer.initial.items():
            module.get_parameter(name).fill_(cast("float", value))


def empty_container(layer: Layer) -> nn.Module:
    """A container of the layer's class without its children; raises SpecError if its settings are unknown."""
    check_no_arguments(layer)
    check_initial(layer)
    if layer.rule and layer.rule not in FORWARD_RULES:
        raise SpecError(f"There is no rule {layer.rule!r}; there are {', '.join(FORWARD_RULES)}.")
    if layer.type == "Sequential":
        return nn.Sequential()
    if CONTAINERS[layer.type].has_rule and not layer.rule:
        return cast("nn.Module", getattr(nn, layer.type)())
    base = {"ModuleList": nn.ModuleList, "ModuleDict": nn.ModuleDict}.get(layer.type, nn.Module)
    name = layer.class_name or layer.type
    attributes = {"__doc__": f"{name}, built from its spec.", "_layer": layer, "forward": _forward}
    return cast("nn.Module", type(name, (base,), attributes)())


class _PassThrough(nn.Identity):
    """A layer that is switched off; of several inputs it passes on the first."""

    def forward(self, value: Any, *_: Any) -> Any:
        return value


def _forward(self: Any, *values: Any) -> Any:
    """The forward of a container that computes by a rule or by steps."""

    def apply(name: str, inputs: tuple[Any, ...]) -> Any:
        return call(self.get_submodule(name), *inputs)

    def operate_on_tensors(step: Step, inputs: tuple[Any, ...]) -> Any:
        return operate(step.operation, inputs, step.arguments, self.training)

    return run_container(self._layer, values, apply, operate_on_tensors)
