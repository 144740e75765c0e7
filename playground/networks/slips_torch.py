"""The names that torch has, to tell a misspelling from a name that exists."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from functools import cache, lru_cache

TORCH, NN, FUNCTIONAL = "torch", "torch.nn", "torch.nn.functional"
MODULES = (TORCH, NN, FUNCTIONAL, "torch.optim", "torch.nn.init")

# How people import them; also how a name without an import is read.
USUAL_NAMES = {"torch": TORCH, "nn": NN, "F": FUNCTIONAL, "optim": "torch.optim"}

# In torch itself, with its many names, two short names are soon alike.
_CUTOFFS = {TORCH: 0.8}


@cache
def names(module: str) -> frozenset[str]:
    """Every attribute and submodule of one of MODULES."""
    found = importlib.import_module(module)
    submodules = (info.name for info in pkgutil.iter_modules(getattr(found, "__path__", ())))
    return frozenset([*dir(found), *submodules])


@cache
def layers() -> frozenset[str]:
    """The names of the layers of `torch.nn`, `Module` and the containers included."""
    from torch import nn

    return frozenset(
        name for name in dir(nn) if isinstance(getattr(nn, name), type) and issubclass(getattr(nn, name), nn.Module)
    )


@cache
def functions(module: str) -> frozenset[str]:
    """The public functions of torch or `torch.nn.functional`."""
    found = importlib.import_module(module)
    return frozenset(name for name in dir(found) if name[0].islower() and callable(getattr(found, name)))


@cache
def module_attributes() -> frozenset[str]:
    """What every `nn.Module` has."""
    from torch import nn

    return frozenset([*dir(nn.Module), *vars(nn.Module())])


@cache
def arguments(layer: str) -> tuple[str, ...] | None:
    """The names of a layer's arguments in order; None if it takes any."""
    parameters = _parameters(layer)
    if any(parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) for parameter in parameters):
        return None
    return tuple(parameter.name for parameter in parameters)


@cache
def needs_no_argument(layer: str) -> bool:
    """Whether a layer can be made without any argument."""
    return all(parameter.default is not parameter.empty for parameter in _parameters(layer))


def same_name(name: str, candidates: frozenset[str]) -> str | None:
    """The candidate that differs from a name only in capitals and underscores."""
    return next((candidate for candidate in sorted(candidates) if _plain(candidate) == _plain(name)), None)


@lru_cache(maxsize=2_000)
def near_names(name: str, module: str) -> tuple[str, ...]:
    """The nearest public names of a module; several if they are equally near, none if nothing is near."""
    candidates = (layers() | {"init", "functional", "Parameter"}) if module == NN else _public(module)
    return nearest(name, candidates, _CUTOFFS.get(module, 0.7))


@lru_cache(maxsize=4_000)
def nearest(name: str, candidates: frozenset[str], cutoff: float) -> tuple[str, ...]:
    """The candidates most like a name, whatever the capitals."""
    if len(name) > 60:
        return ()
    by_plain_name = {_plain(candidate): candidate for candidate in sorted(candidates, reverse=True)}
    close = difflib.get_close_matches(_plain(name), by_plain_name, n=4, cutoff=cutoff)
    ratios = [difflib.SequenceMatcher(None, match, _plain(name)).ratio() for match in close]
    best = (match for match, ratio in zip(close, ratios, strict=True) if ratio > ratios[0] - 0.001)
    return tuple(sorted(by_plain_name[match] for match in best))


def _public(module: str) -> frozenset[str]:
    return frozenset(name for name in names(module) if not name.startswith("_"))


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _parameters(layer: str) -> list[inspect.Parameter]:
    from torch import nn

    constructor = getattr(nn, layer).__init__
    if constructor is nn.Module.__init__:
        return []
    return list(inspect.signature(constructor).parameters.values())[1:]
