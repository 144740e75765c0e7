"""Layers that stand at several places of a network, and so share their weights."""

from __future__ import annotations

from collections.abc import Iterator

from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.initial_values import parameter_names
from playground.networks.layer_types import family
from playground.networks.reading.values import Node, cannot_read

_WITH_STATISTICS = ("BatchNorm", "InstanceNorm")


def keep_one_of_each(module: Node) -> None:
    """Keeps one place of a layer that is several attributes of a module; the others become names for that place.

    A place in a container is kept rather than an attribute, because a container has no names of this kind.
    """
    places: dict[int, list[tuple[str, ...]]] = {}
    for path, node, _ in _walk(module):
        places.setdefault(id(node), []).append(path)
    for paths in places.values():
        if len(paths) == 1:
            continue
        kept = next((path for path in paths if len(path) > 1), paths[0])
        if not _has_weights(_at(module, kept)):
            continue
        for path in paths:
            if len(path) == 1 and path != kept:
                module.aliases[path[0]] = ".".join(kept)
    for name in module.aliases:
        module.children.pop(name, None)


def check_shared(network: Node) -> None:
    """Raises SpecError, with the place, for a layer with weights that stands at two places."""
    seen: set[int] = set()
    for path, node, owner in _walk(network):
        if id(node) in seen and _has_weights(node):
            problem = (
                f"the same {node.class_name or node.type} stands at two places here and shares its weights, which a "
                f"{owner.base} cannot say; make two layers, or write a class whose forward applies the one twice."
            )
            place = owner.places.get(path[-1])
            raise cannot_read(place, problem) if place else SpecError(problem[0].upper() + problem[1:])
        seen.add(id(node))


def _walk(owner: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node, Node]]:
    """Every module below one with its path and what holds it; what is in a shared one, only once."""
    seen: set[int] = set()
    for name, child in owner.children.items():
        yield (*path, name), child, owner
        if id(child) not in seen:
            seen.add(id(child))
            yield from _walk(child, (*path, name))


def _at(module: Node, path: tuple[str, ...]) -> Node:
    for name in path:
        module = module.children[name]
    return module


def _has_weights(node: Node) -> bool:
    if node.children or node.type in CONTAINERS:
        return any(map(_has_weights, node.children.values()))
    return bool(parameter_names(node.type, node.arguments)) or family(node.type) in _WITH_STATISTICS
