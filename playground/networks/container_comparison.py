"""What sets the containers apart, measured: the same three layers in each of them, made, counted and called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from playground.networks.containers import CONTAINERS
from playground.networks.spec import Layer, NetworkSpec

_IMPORTS = "from torch import nn\n\n"
_CODE = {
    "Sequential": """net = nn.Sequential(
    nn.Linear(4, 8),
    nn.ReLU(),
    nn.Linear(8, 2),
)""",
    "ModuleList": """net = nn.ModuleList([
    nn.Linear(4, 8),
    nn.ReLU(),
    nn.Linear(8, 2),
])""",
    "ModuleDict": """net = nn.ModuleDict({
    "hidden": nn.Linear(4, 8),
    "relu": nn.ReLU(),
    "out": nn.Linear(8, 2),
})""",
    "Python list": """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [
            nn.Linear(4, 8),
            nn.ReLU(),
            nn.Linear(8, 2),
        ]


net = Net()""",
}
_LAYERS: dict[str, Callable[[Any], Sequence[Any]]] = {
    "Sequential": list,
    "ModuleList": list,
    "ModuleDict": lambda net: list(net.values()),
    "Python list": lambda net: list(net.layers),
}
_LAST, _LAST_THAT_DOES_NOT_FIT = "nn.Linear(8, 2)", "nn.Linear(16, 2)"
_FEATURES = 4


@dataclass(frozen=True)
class Outcome:
    """What came of something that was tried: whether it works, and the result or the exception in words."""

    works: bool
    says: str


@dataclass(frozen=True)
class ContainerFacts:
    """What was found of one way to hold layers, and the code that makes it.

    `registered` is the number of parameters that the module knows, `held` the number that its layers have. `called`
    is a call on a batch, `trained` making an optimizer. What is `unfit` are the same layers of which two neighbours do
    not fit: making them, calling the module, calling its layers one after the other, and the cause that the trace
    gives, "" where the layers are in no container.
    """

    name: str
    code: str
    registered: int
    held: int
    keys: tuple[str, ...]
    called: Outcome
    trained: Outcome
    unfit_code: str
    unfit_made: Outcome
    unfit_called: Outcome
    unfit_in_order: Outcome
    unfit_traced: str


@cache
def compare_containers() -> tuple[ContainerFacts, ...]:
    """The facts of Sequential, ModuleList, ModuleDict and a plain Python list in a class, each tried with torch."""
    return tuple(map(_facts, _CODE))


def _facts(name: str) -> ContainerFacts:
    import torch

    code = _IMPORTS + _CODE[name]
    unfit_code = code.replace(_LAST, _LAST_THAT_DOES_NOT_FIT)
    net, unfit = _made(code), _made(unfit_code)
    batch = torch.zeros(1, _FEATURES)
    return ContainerFacts(
        name=name,
        code=code,
        registered=sum(each.numel() for each in net.parameters()),
        held=sum(each.numel() for layer in _LAYERS[name](net) for each in layer.parameters()),
        keys=tuple(net.state_dict()),
        called=_tried(lambda: net(batch)),
        trained=_tried(lambda: torch.optim.SGD(net.parameters(), lr=0.1)),
        unfit_code=unfit_code,
        unfit_made=_tried(lambda: _made(unfit_code)),
        unfit_called=_tried(lambda: unfit(batch)),
        unfit_in_order=_tried(lambda: _in_order(_LAYERS[name](unfit), batch)),
        unfit_traced=_cause(name) if name in CONTAINERS else "",
    )


def _made(code: str) -> Any:
    """The module that the code makes; what is shown is what is measured."""
    namespace: dict[str, Any] = {"__name__": "comparison"}
    exec(code, namespace)  # one of the texts above
    return namespace["net"]


def _cause(container: str) -> str:
    """What the trace says of the layers that do not fit."""
    layers = (
        Layer("hidden", "Linear", {"in_features": _FEATURES, "out_features": 8}),
        Layer("relu", "ReLU"),
        Layer("out", "Linear", {"in_features": 16, "out_features": 2}),
    )
    error = NetworkSpec("Net", (Layer("net", container, children=layers),), (_FEATURES,)).trace((1, _FEATURES)).error
    assert error is not None
    return error.cause


def _in_order(layers: Sequence[Any], value: Any) -> Any:
    for layer in layers:
        value = layer(value)
    return value


def _tried(attempt: Callable[[], Any]) -> Outcome:
    try:
        result = attempt()
    except Exception as error:  # what torch raises here is what people want to see
        return Outcome(False, f"{type(error).__name__}: {error}")
    shape = getattr(result, "shape", None)
    return Outcome(True, type(result).__name__ if shape is None else " × ".join(map(str, shape)))
