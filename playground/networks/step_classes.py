"""Which Modules share a class, and when one of them needs a class of its own."""

from __future__ import annotations

from dataclasses import replace

from playground.networks import tree
from playground.networks.spec import Layer, NetworkSpec
from playground.networks.wiring import free_name


def modules_of_class(spec: NetworkSpec, path: str) -> tuple[str, ...]:
    """The paths of all Modules with the class, the forward and the layers of the one at `path`, which is among them.

    The layers may differ in their arguments. The network is the only one of its class.
    """
    if not path:
        return ("",)
    wanted = _skeleton(tree.find(spec, path))
    return tuple(other for other, layer in spec.walk() if layer.type == "Module" and _skeleton(layer) == wanted)


def with_class_of_its_own(spec: NetworkSpec, path: str) -> NetworkSpec:
    """The network whose Module at `path` has another class name where one with another forward has the same."""
    module = tree.find(spec, path)
    others = [layer for other, layer in spec.walk() if layer.type == "Module" and other != path]
    if not module.class_name or not path:
        return spec
    if all(other.class_name != module.class_name or other.forward == module.forward for other in others):
        return spec
    name = free_name(module.class_name.rstrip("0123456789"), {spec.name, *(layer.class_name for layer in others)})
    return tree.update(spec, path, lambda layer: replace(layer, class_name=name))


def _skeleton(layer: Layer) -> object:
    """A layer without the values of its arguments."""
    children = tuple((child.name, _skeleton(child)) for child in layer.children)
    return (layer.type, layer.class_name, layer.rule, layer.enabled, layer.forward, children)
