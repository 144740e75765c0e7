"""What a person does to a network, layer by layer: each edit gives a new spec and the path to look at next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from playground.networks import blocks, tree
from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.fitting import arriving_shape, with_fitting_arguments, with_fitting_widths
from playground.networks.initial_values import check_initial
from playground.networks.layer_catalogue import layer_type
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import Layer, NetworkSpec, Shape, Value

# Beside the sizes that the input decides, which the trace fills in.
_FIRST_ARGUMENTS: Mapping[str, Value] = {"out_channels": 16, "out_features": 64, "hidden_size": 64}
_FIRST_CHANNELS = 16


class Edited(NamedTuple):
    """The network after an edit, and the path of the layer that was edited."""

    spec: NetworkSpec
    path: str


def add(spec: NetworkSpec, type_name: str, parent: str = "", index: int | None = None) -> Edited:
    """Add a layer of this type to the container at `parent`, by default at its end.

    It gets a free name and arguments with which, where that is possible, it takes what comes in there.
    """
    place = len(tree.find(spec, parent).children) if index is None else index
    added, path = tree.insert(spec, parent, place, _new(type_name))
    return Edited(with_fitting_arguments(added, path), path)


def add_block(spec: NetworkSpec, name: str, parent: str = "", index: int | None = None, **options: Value) -> Edited:
    """Add a block of the catalogue with these options, for as many channels as come in there.

    Raises SpecError where the block cannot have these options or as many channels.
    """
    place = len(tree.find(spec, parent).children) if index is None else index
    shape = arriving_shape(spec, parent, place)
    channels = shape[1] if shape and len(shape) > 1 else _FIRST_CHANNELS
    return add_layer(spec, blocks.make(name, channels, **options), parent, place)


def add_layer(spec: NetworkSpec, layer: Layer, parent: str, index: int) -> Edited:
    """Put this layer, with all that it holds, into the container at `parent`.

    It gets a free name, and widths with which, where that is possible, it takes what comes in there.
    """
    added, path = tree.insert(spec, parent, index, layer)
    return Edited(with_fitting_widths(added, path), path)


def duplicate(spec: NetworkSpec, path: str) -> Edited:
    """Put a copy of the layer after it, with widths with which, where that is possible, it takes what comes in."""
    parent, index = tree.place_of(spec, path)
    return add_layer(spec, tree.find(spec, path), parent, index + 1)


def delete(spec: NetworkSpec, path: str) -> Edited:
    """Take the layer out; what comes next is the layer after it, or the one before it, or its container."""
    parent, index = tree.place_of(spec, path)
    left = tree.remove(spec, path)
    siblings = tree.find(left, parent).children
    next_layer = siblings[min(index, len(siblings) - 1)] if siblings else None
    return Edited(left, parent if next_layer is None else _below(parent, next_layer))


def rename(spec: NetworkSpec, path: str, name: str) -> Edited:
    """Give the layer another name; raises SpecError if it cannot have this one."""
    return Edited(*tree.rename(spec, path, name))


def move_up(spec: NetworkSpec, path: str) -> Edited:
    """Put the layer before the one before it; raises SpecError if it is the first."""
    return _moved(spec, path, -1)


def move_down(spec: NetworkSpec, path: str) -> Edited:
    """Put the layer after the one after it; raises SpecError if it is the last."""
    return _moved(spec, path, 1)


def move_into_previous(spec: NetworkSpec, path: str) -> Edited:
    """Put the layer at the end of the container before it."""
    container = _neighbour(spec, path, -1)
    return _put_into(spec, path, container, len(tree.find(spec, container).children))


def move_into_next(spec: NetworkSpec, path: str) -> Edited:
    """Put the layer at the beginning of the container after it."""
    return _put_into(spec, path, _neighbour(spec, path, 1), 0)


def move_out(spec: NetworkSpec, path: str) -> Edited:
    """Put the layer after the container that holds it."""
    parent, _ = tree.place_of(spec, path)
    if not parent:
        raise SpecError(f"{path} is in no container; it cannot be moved out.")
    grandparent, index = tree.place_of(spec, parent)
    added, new_path = _copied(spec, path, grandparent, index + 1)
    return Edited(tree.remove(added, path), new_path)


def set_enabled(spec: NetworkSpec, path: str, enabled: bool) -> Edited:
    """Switch the layer off, so that it passes its input through, or on again."""
    return Edited(tree.update(spec, path, lambda layer: replace(layer, enabled=enabled)), path)


def set_arguments(spec: NetworkSpec, path: str, arguments: Mapping[str, Value]) -> Edited:
    """Give the layer these arguments in place of all that it has."""
    return Edited(tree.update(spec, path, lambda layer: replace(layer, arguments=arguments)), path)


def set_initial(spec: NetworkSpec, path: str, initial: Mapping[str, Value]) -> Edited:
    """Let these parameters of the layer start at constants, and all others as in PyTorch."""
    changed = replace(tree.find(spec, path), initial=initial)
    check_initial(changed)
    return Edited(tree.update(spec, path, lambda _: changed), path)


def set_rule(spec: NetworkSpec, path: str, rule: str) -> Edited:
    """Say how a ModuleList or ModuleDict uses its layers; "" takes its forward away."""
    container = tree.find(spec, path)
    if container.type not in CONTAINERS or not CONTAINERS[container.type].has_rule:
        raise SpecError(f"{path} is a {container.type}; only a ModuleList or ModuleDict has a rule.")
    if rule and rule not in FORWARD_RULES:
        raise SpecError(f"There is no rule {rule!r}; there are {', '.join(FORWARD_RULES)}.")
    return Edited(tree.update(spec, path, lambda layer: replace(layer, rule=rule)), path)


def set_input_shape(spec: NetworkSpec, shape: Shape) -> NetworkSpec:
    """Say that one sample has this shape; raises SpecError if none can."""
    return replace(spec, input_shape=shape)


def can_hold(layer: Layer) -> bool:
    """Whether layers can be put into this one."""
    return layer.type in CONTAINERS


def _new(type_name: str) -> Layer:
    if type_name in CONTAINERS:
        return Layer("", type_name)
    arguments = layer_type(type_name).example_arguments
    return Layer("", type_name, {name: _FIRST_ARGUMENTS.get(name, value) for name, value in arguments.items()})


def _moved(spec: NetworkSpec, path: str, by: int) -> Edited:
    parent, index = tree.place_of(spec, path)
    container = tree.find(spec, parent)
    if not 0 <= index + by < len(container.children):
        raise SpecError(f"{path} is the {'first' if by < 0 else 'last'} layer of its container already.")
    if container.forward is None or _has_wiring_of_its_own(container, container.children[index]):
        return Edited(*tree.reorder(spec, path, index + by))
    return Edited(*tree.insert(tree.remove(spec, path), parent, index + by, container.children[index]))


def _has_wiring_of_its_own(container: Layer, layer: Layer) -> bool:
    """Whether a forward uses the layer otherwise than once, on one input: then its steps are best left alone."""
    assert container.forward is not None
    steps = [step for step in container.forward.steps if step.child.partition(".")[0] == layer.name]
    return len(steps) != 1 or len(steps[0].inputs) > 1 or steps[0].child != layer.name


def _neighbour(spec: NetworkSpec, path: str, by: int) -> str:
    parent, index = tree.place_of(spec, path)
    siblings = tree.find(spec, parent).children
    if not 0 <= index + by < len(siblings) or not can_hold(siblings[index + by]):
        raise SpecError(f"There is no container {'before' if by < 0 else 'after'} {path} to move it into.")
    return _below(parent, siblings[index + by])


def _put_into(spec: NetworkSpec, path: str, container: str, index: int) -> Edited:
    """Inserted first, and only then removed at the old place, which the insertion does not move."""
    added, new_path = _copied(spec, path, container, index)
    parent, old = tree.place_of(added, path)
    left = tree.remove(added, path)
    _, now = tree.place_of(added, container)
    if tree.is_numbered(tree.find(added, parent)) and old < now:
        new_path = f"{_below(parent, tree.find(left, parent).children[now - 1])}.{new_path.rpartition('.')[2]}"
    return Edited(left, new_path)


def _copied(spec: NetworkSpec, path: str, container: str, index: int) -> Edited:
    """The layer at another place as well; its step applies it there, unless what holds it there computes by itself."""
    module, holder = tree.applied_by(spec, path), tree.find(spec, container)
    only_stores = CONTAINERS[holder.type].has_rule and not holder.rule if can_hold(holder) else False
    keeps_step = module is not None and (module == container or only_stores)
    added, new_path = tree.insert(spec, container, index, tree.find(spec, path), with_step=not keeps_step)
    return Edited(tree.redirect(added, path, new_path) if keeps_step else added, new_path)


def _below(parent: str, layer: Layer) -> str:
    return f"{parent}.{layer.name}" if parent else layer.name
