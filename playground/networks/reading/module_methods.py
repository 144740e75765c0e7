"""Modules of torch.nn as they are made and filled, and the methods that source calls on them."""

from __future__ import annotations

import ast
import contextlib
import difflib
from collections.abc import Callable
from typing import Any

from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.layers import layer_type, parameters
from playground.networks.reading import initialization
from playground.networks.reading.as_python import first_of
from playground.networks.reading.classes import fields
from playground.networks.reading.module_trees import check_tree, put
from playground.networks.reading.parts import children_of, is_plain, items
from playground.networks.reading.python_functions import dictionary
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.refusals import instead_of_layer
from playground.networks.reading.values import (
    IGNORED,
    Child,
    Node,
    Record,
    cannot_read,
    shown,
)

_LOOKS: dict[str, Callable[[Node], Any]] = {
    "modules": initialization.modules,
    "named_modules": initialization.named_modules,
    "parameters": initialization.parameters,
    "named_parameters": initialization.named_parameters,
}
_WIDTHS = ("in_channels", "out_channels", "in_features", "out_features", "num_features", "input_size", "embed_dim")
# Where the weights of a recurrent layer lie in the memory, which is nothing of what it computes.
_PLACES_WEIGHTS = "flatten_parameters"
SAME_MODULE = ("to", "cuda", "cpu", "eval", "train", "requires_grad_", "float", "double", "half", "share_memory")


def make_layer(name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Node:
    """A layer or a container of torch.nn; raises SpecError, with the place, if torch would not make it."""
    if name in CONTAINERS and name != "Module":
        container = Node(name)
        add_children(container, arguments, keywords, node)
        return container
    try:
        layer_type(name)
    except SpecError as error:
        raise cannot_read(node, instead_of_layer(name) or error.message) from error
    defaults = {parameter.name: repr(parameter.default) for parameter in parameters(name) if not parameter.required}
    declared = [parameter.name for parameter in parameters(name)]
    if len(arguments) > len(declared):
        raise cannot_read(node, f"{name} takes at most {len(declared)} arguments; {len(arguments)} are given.")
    values = dict(zip(declared, arguments, strict=False))
    values |= {key: value for key, value in keywords.items() if key not in ("device", "dtype")}
    for key, value in values.items():
        if not is_plain(value):
            raise cannot_read(node, f"{key} of {name} is only known when the network runs; write its value.")
        if key in _WIDTHS and (isinstance(value, bool) or (isinstance(value, int) and value < 1)):
            raise cannot_read(node, f"{key} of {name} is {value!r}; write a whole number from 1.")
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Node(name, {key: value for key, value in plain.items() if repr(value) != defaults.get(key)})


def add_children(container: Node, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> None:
    """Puts what a container is made of into it, as its constructor in PyTorch does."""
    given: Any = arguments
    if container.base != "Sequential":
        given = arguments[0] if arguments else keywords.get("modules", ())
    elif len(arguments) == 1 and isinstance(arguments[0], dict):
        given = arguments[0]
    if isinstance(given, Node) and container.base != "Sequential":
        given = given.children if container.base == "ModuleDict" else list(given.children.values())
    if container.base == "ModuleDict" and not isinstance(given, dict):
        given = dictionary((given,), {}, node)
    pairs = given.items() if isinstance(given, dict) else enumerate(items(given, node), len(container.children))
    for name, child in pairs:
        put(container, str(name), child, node)
        container.places[str(name)] = node


def fill_record(reader: Reader, record: Record, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> None:
    """Gives an object what the constructor of a data class gives it: its fields."""
    declared = fields(record) or []
    values = dict(zip((name for name, _ in declared), arguments, strict=False)) | keywords
    if len(arguments) > len(declared) or not values.keys() <= dict(declared).keys():
        raise cannot_read(node, f"the class {record.definition.definition.name} does not take these arguments.")
    for name, default in declared:
        if name not in values and default is not None:
            values[name] = reader.value(default, reader.globals)
    record.attributes |= values


def fill(module: Node, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> None:
    """Makes of a module what the constructor of the class of PyTorch makes that it extends."""
    if module.type not in CONTAINERS:
        module.arguments = make_layer(module.type, arguments, keywords, node).arguments
    elif module.base != "Module":
        add_children(module, arguments, keywords, node)


def call_module_method(reader: Reader, owner: Node, name: str, arguments: tuple[Any, ...], node: ast.Call) -> Any:
    """What a method of a module gives while it is made."""
    if name in _LOOKS and not arguments:
        check_tree(owner, node)
        return _LOOKS[name](owner)
    if name == "apply" and len(arguments) == 1:
        return _applied(reader, owner, arguments[0], node)
    if name == "append" and owner.base in ("Sequential", "ModuleList"):
        add_children(owner, (list(arguments),) if owner.base == "ModuleList" else arguments, {}, node)
        return owner
    if name in ("extend", "update") and owner.base in ("Sequential", "ModuleList", "ModuleDict"):
        given = first_of(arguments, node)
        if isinstance(given, dict):
            for key, child in given.items():
                put(owner, str(key), child, node)
        else:
            add_children(owner, tuple(items(given, node)) if owner.base == "Sequential" else (given,), {}, node)
        return owner
    if name in ("add_module", "register_module") and len(arguments) == 2 and isinstance(arguments[1], Node):
        put(owner, str(arguments[0]), arguments[1], node)
        return None
    if name in ("buffers", "named_buffers"):
        return initialization.Modules()
    if name in ("children", "values"):
        return list(owner.children.values())
    if name in ("items", "named_children"):
        return list(owner.children.items())
    if name == "keys":
        return list(owner.children)
    if name == "insert" and len(arguments) == 2 and isinstance(arguments[0], int):
        put(owner, "", arguments[1], node)
        layers = list(owner.children.values())
        layers.insert(arguments[0], layers.pop())
        owner.children = {str(index): layer for index, layer in enumerate(layers)}
        return owner
    if name in SAME_MODULE or name in ("init_weights", _PLACES_WEIGHTS):
        return owner
    raise cannot_read(node, f"{shown(node)} cannot be read here; write it with layers of torch.nn.")


def _applied(reader: Reader, owner: Node, function: Any, node: ast.Call) -> Node:
    """Follows `apply`, which gives every module to a function that initialises it."""
    check_tree(owner, node)
    outer, reader.initializing = reader.initializing, True
    try:
        for module in initialization.modules(owner):
            with contextlib.suppress(SpecError):
                reader.call(function, (module,), {}, node)
    finally:
        reader.initializing = outer
    return owner


def call_child_method(owner: Child, name: str, node: ast.Call) -> Any:
    """What a method of a module gives in a forward."""
    children = children_of(owner)
    if name in ("children", "values"):
        return list(children.values())
    if name in ("items", "named_children"):
        return list(children.items())
    if name == "keys":
        return list(children)
    if name == _PLACES_WEIGHTS:
        return IGNORED
    raise cannot_read(node, _missing(owner, name, node))


def _missing(owner: Child, name: str, node: ast.Call) -> str:
    """Why a method of a module cannot be read in a forward: mostly it is a layer that was never made."""
    from torch import nn

    if hasattr(getattr(nn, owner.node.base, nn.Module), name):
        return f"{shown(node)} cannot be read in a forward; apply layers and operations of torch."
    called = ast.unparse(node.func)
    start = called.removesuffix(name)
    there = [*owner.node.children, *owner.node.aliases]
    near = difflib.get_close_matches(name, there, n=2, cutoff=0.5)
    if near:
        return f"there is no {called}; did you mean {' or '.join(start + each for each in near)}?"
    return f"there is no {called}; make it in __init__. There are {', '.join(there[:8]) or 'no layers'}."
