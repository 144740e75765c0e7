"""Which classes the code of a network has: modules that differ only in numbers share one, with parameters."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from playground.networks.code_extensions import GIVES_A_TUPLE, OUTPUT, camel_case, extension_name
from playground.networks.containers import CONTAINERS
from playground.networks.layers import parameters
from playground.networks.spec import Layer, NetworkSpec, Value, join, walk

Place = tuple[str, str]
"""An argument of a layer below a module: the layer's path there, and the name of the argument."""


@dataclass
class CodeClass:
    """A class to be written: its name, one of its modules, and what differs between its modules.

    `parameters` are the names that the constructor takes, `holes` says which arguments they fill, and
    `values` what each module passes, by the module's path.
    """

    name: str
    module: Layer
    parameters: list[str] = field(default_factory=list)
    holes: dict[Place, str] = field(default_factory=dict)
    values: dict[str, dict[str, Value]] = field(default_factory=dict)


@dataclass
class CodeClasses:
    """The classes of a network in the order in which to write them, and the class of the module at each path.

    `extensions` are the names of the classes that extend one of PyTorch, by its name there and the rule.
    """

    extensions: dict[tuple[str, str], str]
    in_order: list[CodeClass] = field(default_factory=list)
    at: dict[str, CodeClass] = field(default_factory=dict)


def code_classes(network: Layer) -> CodeClasses:
    """The classes for a network and all Modules in it; the network's own comes last."""
    modules = [*_modules(network.children, ""), ("", network)]
    groups: dict[Hashable, list[tuple[str, Layer]]] = {}
    for path, module in modules:
        groups.setdefault(_skeleton(module), []).append((path, module))
    found = CodeClasses(_extensions(network))
    taken = {network.class_name, *found.extensions.values()}
    for members in groups.values():
        is_network = members[0][1] is network
        name = network.class_name if is_network else _free(_wanted(members[0][1]), taken)
        taken.add(name)
        found.in_order.append(_code_class(name, members, found))
        found.at |= dict.fromkeys((path for path, _ in members), found.in_order[-1])
    return found


def _extensions(network: Layer) -> dict[tuple[str, str], str]:
    """The classes of PyTorch that must be extended, with a name for each, in the order of the names."""
    wanted = set()
    for _, layer in walk((network,)):
        if layer.rule and layer.enabled:
            wanted.add((layer.type, layer.rule))
            wanted |= {(each.type, OUTPUT) for each in layer.children if each.type in GIVES_A_TUPLE and each.enabled}
    taken = {network.class_name}
    names = {}
    for type_name, rule in sorted(wanted):
        names[type_name, rule] = _free(extension_name(type_name, rule), taken)
        taken.add(names[type_name, rule])
    return names


def _modules(layers: tuple[Layer, ...], parent: str) -> Iterator[tuple[str, Layer]]:
    """All Modules in and under these layers with their paths, inner ones first."""
    for layer in layers:
        if layer.enabled:
            path = join(parent, layer.name)
            yield from _modules(layer.children, path)
            if layer.type == "Module":
                yield path, layer


def _skeleton(module: Layer) -> Hashable:
    """What modules of one class have in common: everything but the values of arguments."""
    return (_wanted(module), module.forward, tuple(map(_bones, module.children)))


def _bones(layer: Layer) -> Hashable:
    inside = (_wanted(layer), layer.forward) if layer.type == "Module" else None
    starting = frozenset(layer.initial)
    return (layer.name, layer.type, layer.rule, layer.enabled, starting, inside, tuple(map(_bones, layer.children)))


def _wanted(module: Layer) -> str:
    if module.class_name:
        return module.class_name
    return f"Block{module.name}" if module.name.isdigit() else camel_case(module.name)


def _free(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}{number}" for number in itertools.count(2))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def _code_class(name: str, members: list[tuple[str, Layer]], inner: CodeClasses) -> CodeClass:
    code_class = CodeClass(name, members[0][1], values={path: {} for path, _ in members})
    places = [dict(_places(module.children, "", path, inner)) for path, module in members]
    columns: dict[tuple[str, ...], str] = {}
    for place in places[0]:
        column = tuple(repr(each[place]) for each in places)
        if len(set(column)) == 1:
            continue
        if column not in columns:
            columns[column] = _parameter_name(place, code_class.parameters)
            code_class.parameters.append(columns[column])
            for (path, _), each in zip(members, places, strict=True):
                code_class.values[path][columns[column]] = each[place]
        code_class.holes[place] = columns[column]
    return code_class


def _places(
    layers: tuple[Layer, ...], below: str, module_path: str, inner: CodeClasses
) -> Iterator[tuple[Place, Value]]:
    """Every argument and initial value in a module; of a module inside, what its class takes."""
    for layer in layers:
        path = join(below, layer.name)
        if not layer.enabled:
            continue
        if layer.type == "Module":
            full = join(module_path, path)
            yield from (((path, name), value) for name, value in inner.at[full].values[full].items())
        elif layer.type in CONTAINERS:
            yield from _places(layer.children, path, module_path, inner)
        else:
            for parameter in parameters(layer.type):
                yield (path, parameter.name), layer.arguments.get(parameter.name, parameter.default)
            yield from (((path, initial_argument(name)), value) for name, value in layer.initial.items())


def initial_argument(name: str) -> str:
    """What the initial value of a parameter is called as an argument."""
    return f"initial_{name.replace('.', '_')}"


def _parameter_name(place: Place, taken: list[str]) -> str:
    path, argument = place
    layer = path.rsplit(".", 1)[-1]
    wanted = argument if argument not in taken or layer.isdigit() else f"{layer}_{argument}"
    return _free(wanted, set(taken))


def with_class_names(spec: NetworkSpec) -> NetworkSpec:
    """The spec with each Module's class called what its code calls it: modules that differ have different names."""
    classes = code_classes(spec.as_module())

    def renamed(layers: tuple[Layer, ...], parent: str) -> tuple[Layer, ...]:
        return tuple(
            replace(
                layer,
                children=renamed(layer.children, join(parent, layer.name)),
                class_name=classes.at[join(parent, layer.name)].name if layer.type == "Module" else layer.class_name,
            )
            if layer.enabled
            else layer
            for layer in layers
        )

    return replace(spec, layers=renamed(spec.layers, ""))
