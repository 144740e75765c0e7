"""From a spec to an `nn.Module` whose state-dict keys are the layer names."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import torch
from torch import nn

from playground.networks.errors import SpecError
from playground.networks.layers import check_arguments, layer_type, torch_class
from playground.networks.spec import join

if TYPE_CHECKING:
    from playground.networks.spec import Layer, NetworkSpec


def build_module(spec: NetworkSpec, device: str = "cpu") -> nn.Module:
    """A module of class `spec.name`, initialised on `device`; raises SpecError if a layer cannot be made."""
    network_class = type(spec.name, (_Network,), {"__doc__": f"{spec.name}, built from its spec."})
    module = cast("nn.Module", network_class())
    with torch.device(device):
        for layer in spec.layers:
            _add_child(module, layer, "")
    return module


def _add_child(parent: nn.Module, layer: Layer, parent_path: str) -> None:
    """Builds `layer` and registers it in `parent`; raises SpecError if it cannot be made or named so."""
    path = join(parent_path, layer.name)
    check_name(parent, layer.name, path)
    try:
        module = construct(layer)
    except (RuntimeError, ValueError, TypeError, ArithmeticError) as error:
        raise SpecError(f"Layer {path!r} cannot be built: {error}") from error
    for child in layer.children:
        _add_child(module, child, path)
    parent.add_module(layer.name, module)


def check_name(parent: nn.Module, name: str, path: str) -> None:
    """Raises SpecError if a child of this name would hide an attribute of its parent, such as "forward"."""
    if hasattr(parent, name):
        raise SpecError(
            f"A layer cannot be called {path!r}: every module has an attribute {name!r}. Give it another name."
        )


def construct(layer: Layer) -> nn.Module:
    """The layer itself, on torch's current default device; a container is still empty."""
    check_arguments(layer.type, layer.arguments)
    if layer.children and not layer_type(layer.type).is_container:
        raise SpecError(f"{layer.type} holds no layers; put them after it or into a Sequential.")
    return torch_class(layer.type)(**layer.arguments)


class _Network(nn.Module):
    """Applies its children in order."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for child in self.children():
            x = child(x)
        return x
