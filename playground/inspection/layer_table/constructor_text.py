"""How a module was made: the arguments of its constructor, read back from it, and the call as code."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

    from playground.networks import NetworkSpec
    from playground.networks.spec import Value

# People write these by name, though they must be given.
_BY_NAME = frozenset({"kernel_size", "output_size", "size"})

_FOR_EACH_SIDE = frozenset(
    {"kernel_size", "stride", "padding", "dilation", "output_padding", "output_size", "size", "scale_factor"}
)

_TAKEN_FROM = {"stride": "kernel_size", "kdim": "embed_dim", "vdim": "embed_dim"}

_NOT_SHOWN = frozenset({"device", "dtype"})

_MISSING = object()


def constructors(model_or_spec: nn.Module | NetworkSpec) -> dict[str, str]:
    """The call that makes each module, by its path as `named_modules` gives it; the model is only read."""
    from playground.inspection.meta_copy import network_on_meta

    return {path: constructor(module) for path, module in network_on_meta(model_or_spec).named_modules()}


def constructor(module: nn.Module) -> str:
    """The call that makes a module like this one, without what is as by default: `nn.Conv2d(3, 64, kernel_size=7)`.

    "..." stands for what cannot be read back from it: an argument that it keeps under another name, or the modules
    that a container was given.
    """
    arguments = module_arguments(module)
    required = required_arguments(module)
    is_unknown = not arguments.keys() >= required or (bool(module._modules) and not arguments)
    parts = ["..."] if is_unknown else []
    for parameter in _parameters(module):
        name, value = parameter.name, arguments.get(parameter.name, parameter.default)
        if name in required and not is_unknown and name not in _BY_NAME:
            parts.append(repr(value))
        elif value != parameter.default:
            parts.append(f"{name}={value!r}")
    prefix = "nn." if is_of_torch(module) else ""
    return f"{prefix}{type(module).__name__}({', '.join(parts)})"


def module_arguments(module: nn.Module) -> dict[str, Value]:
    """The arguments of the module's constructor, as far as it keeps them under their names.

    Equal numbers for all sides are one number, as people write them, and what PyTorch takes from another argument,
    as a pooling takes its stride from its kernel, is None.
    """
    found: dict[str, Value] = {}
    for parameter in _parameters(module):
        holder = "in_proj_bias" if parameter.name == "bias" and hasattr(module, "in_proj_bias") else parameter.name
        value = _plain(parameter.name, getattr(module, holder, _MISSING))
        if isinstance(value, (bool, int, float, str, tuple)) or value is None:
            found[parameter.name] = value
    if found.get("affine") is False or found.get("elementwise_affine") is False:
        found.pop("bias", None)
    optional = {each.name for each in _parameters(module) if each.default is None}
    taken = {name for name, source in _TAKEN_FROM.items() if name in optional and found.get(name) == found.get(source)}
    return {name: None if name in taken else value for name, value in found.items()}


def required_arguments(module: nn.Module) -> frozenset[str]:
    """Those that its constructor has to be given."""
    return frozenset(each.name for each in _parameters(module) if each.default is each.empty)


def is_of_torch(module: nn.Module) -> bool:
    """Whether its class is found in torch.nn, and is not one of somebody's own, which may have the same name."""
    from torch import nn

    return getattr(nn, type(module).__name__, None) is type(module)


def _parameters(module: nn.Module) -> list[inspect.Parameter]:
    """Those of its constructor; recurrent layers leave theirs to the class before them, which also takes a mode."""
    signatures = (inspect.signature(each).parameters.values() for each in type(module).__mro__[:2])
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    own, inherited = (
        [
            each
            for each in parameters
            if each.kind in kinds and each.name not in _NOT_SHOWN and not each.name.startswith("_")
        ]
        for parameters in signatures
    )
    leaves_it = not own and [each.name for each in inherited[:2]] == ["mode", "input_size"]
    return inherited[1:] if leaves_it else own


def _plain(name: str, value: Any) -> Any:
    """A bias as whether there is one, equal numbers for all sides as one number."""
    if name == "bias" and value is not _MISSING and not isinstance(value, bool):
        return value is not None
    if not isinstance(value, (list, tuple)):
        return value
    is_one = len(value) == 1 or (name in _FOR_EACH_SIDE and len(set(value)) == 1 and value[0] is not None)
    return value[0] if is_one else tuple(value)
