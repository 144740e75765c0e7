"""Which layer or operation of a network is the first to give NaN or infinity, in its output or in its gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.autograd.graph import Node
from torch.overrides import TorchFunctionMode

# How to keep from an operation what it has no value or no derivative for.
_ABOVE_ZERO = "keep its input above 0, as in {0}(x.clamp(min=1e-6))"
_REMEDIES = {
    **{name: _ABOVE_ZERO.format(name) for name in ("log", "log2", "log10", "sqrt", "rsqrt")},
    "pow": "keep its input above 0, as in x.clamp(min=1e-6) ** 0.5",
    "division": "keep its divisor away from 0, as in a / (b + 1e-6)",
    "exp": "keep its input small, as by a normalization before it",
}
# Those that have no finite derivative at the edge of where they are defined, which weights can reach in training.
_RISKY = ("log", "log2", "log10", "sqrt", "rsqrt", "division")
_OTHER_REMEDY = "keep its input away from 0 and from very large numbers"


@dataclass(frozen=True)
class Culprit:
    """A layer or an operation, such as "log in the forward of block1", and what helps."""

    where: str
    remedy: str


class Watch(TorchFunctionMode):
    """Follows one forward pass of a network, and the backward pass after it."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.risky: Culprit | None = None
        """The first operation that has no value or no derivative for some input, whatever it gave."""
        self._entered: list[tuple[str, nn.Module]] = []
        self._origins: dict[int, Culprit] = {}
        self._nodes: set[Node] = set()
        self._gradient_origins: dict[Node, Culprit] = {}
        # An id belongs to one tensor only as long as that lives.
        self._alive: list[torch.Tensor] = []
        for path, module in model.named_modules():
            module.register_forward_pre_hook(lambda module, _, path=path: self._entered.append((path, module)))
            module.register_forward_hook(lambda *_: self._leave())

    def first_before(self, output: torch.Tensor) -> Culprit | None:
        """What gave the first value that is not finite on the way to this output; None if that is finite."""
        return self._origins.get(id(output))

    def first_of_gradient(self) -> Culprit | None:
        """What gave the first value that is not finite on the way to the gradient of a parameter, if one is not."""
        return next((origin for node, origin in self._gradient_origins.items() if hasattr(node, "variable")), None)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call the function and note what its tensors come from."""
        origins = (self._origins.get(id(tensor)) for tensor in _tensors([args, kwargs]))
        origin = next((found for found in origins if found), None)
        output = func(*args, **(kwargs or {}))
        culprit = self._culprit(_name(func.__name__, args))
        for tensor in _tensors(output):
            self._alive.append(tensor)
            if _are_finite(tensor):
                self._origins.pop(id(tensor), None)
            else:
                self._origins[id(tensor)] = origin or culprit
            self._watch_gradient(tensor.grad_fn, culprit)
        return output

    def _culprit(self, name: str) -> Culprit:
        path, module = self._entered[-1]
        if type(module).__module__.startswith("torch.nn"):
            return Culprit(f"{path} ({type(module).__name__})", _OTHER_REMEDY)
        culprit = Culprit(
            f"{name} in the forward of {path or type(module).__name__}", _REMEDIES.get(name, _OTHER_REMEDY)
        )
        if name in _RISKY and self.risky is None:
            self.risky = culprit
        return culprit

    def _watch_gradient(self, last: Node | None, culprit: Culprit) -> None:
        """Watch the part of the graph that the culprit added, which ends at `last`."""
        waiting = [last]
        while waiting:
            node = waiting.pop()
            if node is not None and node not in self._nodes:
                self._nodes.add(node)
                node.register_hook(self._follow(node, culprit))
                waiting += [before for before, _ in node.next_functions]

    def _follow(self, node: Node, culprit: Culprit) -> Callable[[Any, Any], None]:
        """What tells the nodes before this one where a gradient that is not finite comes from."""

        def follow(gradients_before: Any, _gradients_after: Any) -> None:
            origin = self._gradient_origins.get(node, culprit)
            for (before, _), gradient in zip(node.next_functions, gradients_before, strict=False):
                if before is not None and not _are_finite(gradient):
                    self._gradient_origins.setdefault(before, origin)

        return follow

    def _leave(self) -> None:
        self._entered.pop()


def _name(function: str, args: Any) -> str:
    """What a person calls the function; a division by a number that is always the same is none that can fail."""
    name = function.strip("_")
    divides = name in ("div", "divide", "truediv", "true_divide") and isinstance(args[-1], torch.Tensor)
    return "division" if divides or name in ("rdiv", "rtruediv", "reciprocal") else name


def _are_finite(value: Any) -> bool:
    return all(tensor.isfinite().all() for tensor in _tensors(value))


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _tensors(item)
