"""Changes to the tree of layers, under which every forward that uses these layers stays true."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.layer_types import family
from playground.networks.spec import Layer, NetworkSpec, Step, join
from playground.networks.wiring import Renamed, follow, free_name, with_step

_NUMBERED = ("Sequential", "ModuleList")


def find(spec: NetworkSpec, path: str) -> Layer:
    """The layer at `path`; the network itself, as a Module, at "". Raises SpecError if there is none."""
    found = spec.as_module()
    for name in path.split(".") if path else ():
        found = found.children[_index(found, name)]
    return found


def place_of(spec: NetworkSpec, path: str) -> tuple[str, int]:
    """The path of a layer's container, and its index there. Raises SpecError if there is no such layer."""
    parent, _, name = path.rpartition(".")
    return parent, _index(find(spec, parent), name)


def update(spec: NetworkSpec, path: str, change: Callable[[Layer], Layer]) -> NetworkSpec:
    """The network with another layer of the same name at `path`; at "" with another Module for itself."""
    return _at(spec, path, {}, change)


def insert(spec: NetworkSpec, parent: str, index: int, layer: Layer, with_step: bool = True) -> tuple[NetworkSpec, str]:
    """The network with one more layer, under a free name, and its path; `with_step` its container's forward uses it."""
    container = find(spec, parent)
    if container.type not in CONTAINERS:
        raise SpecError(f"{parent} is a {container.type} and holds no layers; put them after it or into a Sequential.")
    names = [child.name for child in container.children]
    added = replace(layer, name=free_name(layer.name if layer.name.isidentifier() else default_name(layer), names))
    entries = [(child.name, child) for child in container.children]
    entries.insert(index, ("", added))
    return _arrange(spec, parent, entries, is_numbered(container), with_step)


def remove(spec: NetworkSpec, path: str) -> NetworkSpec:
    """The network without the layer at `path`."""
    parent, index = place_of(spec, path)
    container = find(spec, parent)
    entries = [(child.name, child) for child in container.children]
    del entries[index]
    return _arrange(spec, parent, entries, is_numbered(container))[0]


def applied_by(spec: NetworkSpec, path: str) -> str | None:
    """The path of the Module of which a step applies the layer at `path`, or one in it; None where none does."""
    for holder, below in _holders(path):
        if any(f"{step.child}.".startswith(f"{below}.") for step in _steps(find(spec, holder))):
            return holder
    return None


def redirect(spec: NetworkSpec, path: str, new: str) -> NetworkSpec:
    """The network whose steps apply the layer at `new` instead of the one at `path`, where their Module holds both."""
    for holder, below in _holders(path):
        start = f"{holder}." if holder else ""
        if new.startswith(start) and _steps(find(spec, holder)):
            change = functools.partial(_redirected, below=below, new=new[len(start) :])
            spec = update(spec, holder, change)
    return spec


def rename(spec: NetworkSpec, path: str, name: str) -> tuple[NetworkSpec, str]:
    """The network with the layer at `path` under another name, and its new path."""
    parent, index = place_of(spec, path)
    container = find(spec, parent)
    if container.type == "ModuleList":
        raise SpecError("The layers of a ModuleList are numbered from 0; use a ModuleDict where they need names.")
    entries = [(child.name, child) for child in container.children]
    entries[index] = (entries[index][0], replace(entries[index][1], name=name))
    return _arrange(spec, parent, entries, numbered=False)[0], join(parent, name)


def reorder(spec: NetworkSpec, path: str, index: int) -> tuple[NetworkSpec, str]:
    """The network with the layer at another index of its container, every step as it is, and its new path."""
    parent, old = place_of(spec, path)
    container = find(spec, parent)
    entries = [(child.name, child) for child in container.children]
    entries.insert(index, entries.pop(old))
    numbered = is_numbered(container)
    return _arrange(spec, parent, entries, numbered)[0], join(parent, str(index)) if numbered else path


def is_numbered(container: Layer) -> bool:
    """Whether the names are those that `nn.Sequential(a, b, c)` gives: "0", "1", "2"."""
    names = [child.name for child in container.children]
    return container.type in _NUMBERED and names == [str(index) for index in range(len(names))]


def default_name(layer: Layer) -> str:
    """What a layer is called where nobody has named it: "conv" for a Conv2d."""
    return family(layer.type).lower()


def _arrange(
    spec: NetworkSpec, parent: str, entries: Sequence[tuple[str, Layer]], numbered: bool, with_steps: bool = True
) -> tuple[NetworkSpec, str]:
    """The network with these children, each with its old name or "" if it is new, and the path of the last new one."""
    if numbered:
        entries = [(old, replace(child, name=str(index))) for index, (old, child) in enumerate(entries)]
    children = tuple(child for _, child in entries)
    renamed: dict[str, str | None] = {child.name: None for child in find(spec, parent).children}
    renamed |= {old: child.name for old, child in entries if old}
    added = [child.name for old, child in entries if not old]

    def change(container: Layer) -> Layer:
        forward = container.forward
        for name in added if forward and with_steps else ():
            assert forward is not None
            forward = with_step(forward, [child.name for child in children], name)
        return replace(container, children=children, forward=forward)

    return _at(spec, parent, renamed, change), join(parent, added[-1]) if added else parent


def _holders(path: str) -> Iterator[tuple[str, str]]:
    """The paths of all that holds the layer at `path`, the network first, each with the layer's path below it."""
    names = path.split(".")
    for depth in range(len(names)):
        yield ".".join(names[:depth]), ".".join(names[depth:])


def _steps(layer: Layer) -> tuple[Step, ...]:
    return layer.forward.steps if layer.forward else ()


def _redirected(module: Layer, below: str, new: str) -> Layer:
    assert module.forward is not None
    steps = tuple(
        replace(step, child=new + step.child[len(below) :]) if f"{step.child}.".startswith(f"{below}.") else step
        for step in module.forward.steps
    )
    return replace(module, forward=replace(module.forward, steps=steps))


def _at(spec: NetworkSpec, path: str, renamed: Renamed, change: Callable[[Layer], Layer]) -> NetworkSpec:
    """The network after `change` was made to the layer at `path`, of which children are `renamed`."""
    network = _changed(find(spec, ""), path.split(".") if path else [], renamed, change)
    return replace(spec, layers=network.children, forward=network.forward)


def _changed(layer: Layer, names: Sequence[str], renamed: Renamed, change: Callable[[Layer], Layer]) -> Layer:
    if layer.forward is not None and renamed:
        layer = replace(layer, forward=follow(layer.forward, ".".join(names), renamed))
    if not names:
        return change(layer)
    index = _index(layer, names[0])
    child = _changed(layer.children[index], names[1:], renamed, change)
    return replace(layer, children=(*layer.children[:index], child, *layer.children[index + 1 :]))


def _index(container: Layer, name: str) -> int:
    index = next((index for index, child in enumerate(container.children) if child.name == name), None)
    if index is None:
        raise SpecError(f"There is no layer {name!r} any more; undo the last change and try again.")
    return index
