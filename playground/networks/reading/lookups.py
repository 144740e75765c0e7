"""What stands behind a dot or in brackets: attributes of modules, classes and tensors, and their parts."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.containers import CONTAINERS
from playground.networks.layer_types import dimensions, family
from playground.networks.parameters import with_defaults
from playground.networks.reading import classes
from playground.networks.reading.applying import operation_on
from playground.networks.reading.indexing import index_state, index_tensor
from playground.networks.reading.initialization import parameter_at
from playground.networks.reading.parts import at, child_of, cut
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.reductions import Extremes
from playground.networks.reading.splitting import part_of
from playground.networks.reading.values import (
    IGNORED,
    TRAINING,
    Child,
    ClassValue,
    FunctionValue,
    Method,
    Node,
    ParameterOf,
    Partial,
    Record,
    Sizes,
    StateOf,
    SuperValue,
    TorchName,
    Unbound,
    Zeros,
    cannot_read,
    is_tensor,
    shown,
)

_WITH_METHODS = (list, dict, str, tuple, SuperValue, Sizes, ParameterOf)


def attribute(reader: Reader, node: ast.Attribute, owner: Any) -> Any:
    """What stands behind the dot of a value."""
    name = node.attr
    if isinstance(owner, TorchName):
        return TorchName(f"{owner.name}.{name}")
    if isinstance(owner, Child):
        return _attribute_of_child(reader, node, owner)
    if isinstance(owner, Node):
        return _attribute_of_node(reader, node, owner)
    if isinstance(owner, Record):
        return _attribute_of_record(reader, node, owner)
    if is_tensor(owner):
        return _attribute_of_tensor(reader, node, owner)
    if isinstance(owner, Extremes) and name in ("values", "indices"):
        return owner[("values", "indices").index(name)]
    if isinstance(owner, ParameterOf):
        return owner if name == "data" else parameter_at(owner.node, f"{owner.name}.{name}") or Method(owner, name)
    if isinstance(owner, ClassValue):
        return _class_attribute(node, owner)
    if isinstance(owner, _WITH_METHODS) or owner is IGNORED or isinstance(owner, StateOf | Zeros):
        return Method(owner, name)
    raise cannot_read(node, f"{shown(node)} cannot be read; give the value directly.")


def _attribute_of_tensor(reader: Reader, node: ast.Attribute, owner: Any) -> Any:
    name = node.attr
    if name == "shape":
        return Sizes(owner)
    if name == "data":
        return operation_on(owner, "detach", {})
    if name == "mT":
        return operation_on(owner, "transpose", {"dim0": -2, "dim1": -1})
    if name in ("device", "dtype"):
        return IGNORED  # where and how precisely something is computed, not what
    if name in ("T", "ndim"):
        shape = reader.shapes.of(owner)
        if shape is not None and (name == "ndim" or len(shape) == 2):
            return len(shape) if name == "ndim" else operation_on(owner, "transpose", {"dim0": 0, "dim1": 1})
        instead = "write x.transpose(1, 2), which leaves the batch first" if name == "T" else "write the number"
        raise cannot_read(node, f"{shown(node)} depends on the number of dimensions; {instead}.")
    return Method(owner, name)


def _attribute_of_node(reader: Reader, node: ast.Attribute, owner: Node) -> Any:
    name = node.attr
    if name in owner.children:
        return owner.children[name]
    if name in owner.attributes:
        return owner.attributes[name]
    if name == "__class__":
        return owner.definition if owner.definition else TorchName(f"torch.nn.{owner.type}")
    if owner.type not in CONTAINERS:
        if name in ("weight", "bias"):
            return parameter_at(owner, name)
        arguments = with_defaults(owner.type, owner.arguments)
        if name in arguments:
            return _as_torch_keeps_it(owner.type, arguments[name], name)
    found = classes.in_class(owner, name)
    if found is not classes.MISSING:
        return _computed(reader, found, node)
    return parameter_at(owner, name) or Method(owner, name)


def _attribute_of_record(reader: Reader, node: ast.Attribute, owner: Record) -> Any:
    if node.attr in owner.attributes:
        return owner.attributes[node.attr]
    found = classes.in_class(owner, node.attr)
    if found is not classes.MISSING:
        return _computed(reader, found, node)
    raise cannot_read(node, f"{shown(node)} is not there; set it in __init__.")


def _computed(reader: Reader, found: Any, node: ast.AST) -> Any:
    """What a class has under a name; of a property what it gives."""
    is_property = isinstance(found, FunctionValue) and found.owner is not None and _is_decorated(found, "property")
    return reader.call_function(found, (), {}, node) if is_property else found


def _is_decorated(method: FunctionValue, name: str) -> bool:
    """Whether a function stands under an @ of this name."""
    found = method.definition.decorator_list if isinstance(method.definition, ast.FunctionDef) else []
    return any(isinstance(each, ast.Name) and each.id == name for each in found)


def _as_torch_keeps_it(type_name: str, value: Any, name: str) -> Any:
    """An argument as the layer has it as an attribute: a convolution keeps its sizes as one number a dimension."""
    sizes = ("kernel_size", "stride", "padding", "dilation", "output_padding")
    if family(type_name) in ("Conv", "ConvTranspose") and name in sizes and type(value) is int:
        return (value,) * (dimensions(type_name) or 1)
    return value


def _attribute_of_child(reader: Reader, node: ast.Attribute, owner: Child) -> Any:
    name, module = node.attr, owner.node
    if name in module.children or name in module.aliases:
        return child_of(owner, name)
    if name in module.attributes:
        return _registered(module.attributes[name], node)
    if name in ("weight", "bias") and module.type not in CONTAINERS:
        raise cannot_read(
            node,
            f"{shown(node)} cannot be read in a forward: parameters belong to layers; apply the layer itself: "
            f"{shown(node.value)}(x).",
        )
    if name in module.arguments:
        return module.arguments[name]
    if name == "training":
        return TRAINING
    found = classes.in_class(owner, name)
    if found is not classes.MISSING:
        return _computed(reader, found, node)
    return Method(owner, name)


def _registered(value: Any, at_node: ast.AST) -> Any:
    """An attribute of a module as its forward sees it: layers in a plain list are not registered."""
    if isinstance(value, list | tuple) and any(isinstance(item, Node) for item in value):
        raise cannot_read(
            at_node, "a plain list does not register its layers; put them into an nn.ModuleList(...) in __init__."
        )
    if isinstance(value, dict) and any(isinstance(item, Node) for item in value.values()):
        raise cannot_read(
            at_node, "a plain dict does not register its layers; put them into an nn.ModuleDict(...) in __init__."
        )
    return value


def _class_attribute(node: ast.Attribute, owner: ClassValue) -> Any:
    if node.attr == "__name__":
        return owner.definition.name
    found = classes.of_class(owner, node.attr)
    if isinstance(found, FunctionValue) and _is_decorated(found, "classmethod"):
        return Partial(found, (owner,), {})
    if found is not classes.MISSING:
        return found
    if node.attr == "apply":
        raise cannot_read(
            node,
            f"{shown(node)} cannot be read: a function with a gradient of its own has no place here; write what its "
            "forward computes as an ordinary function, whose gradient PyTorch finds.",
        )
    if any(isinstance(base, ast.Name) and base.id == "WeightsEnum" for base in owner.definition.bases):
        return Method(owner, node.attr)
    raise cannot_read(node, f"the class {owner.definition.name} has no {node.attr!r}; define it in its body.")


def subscript(reader: Reader, node: ast.Subscript, names: Names) -> Any:
    """What stands in brackets behind a value: an item, a layer, a part of a tensor or of its shape."""
    owner = reader.value(node.value, names)
    if isinstance(owner, TorchName | ClassValue):
        return owner  # an annotation such as Optional[Tensor]
    if is_tensor(owner):
        return index_tensor(reader, owner, node, names)
    if isinstance(owner, StateOf):
        return index_state(reader, owner, node, names)
    if isinstance(node.slice, ast.Slice):
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        found = [None if each is None else reader.value(each, names) for each in bounds]
        if not all(each is None or type(each) is int for each in found):
            raise cannot_read(node, f"the bounds of {shown(node)} are only known when the network runs; write numbers.")
        return cut(owner, slice(*found), node, reader.shapes)
    key = reader.value(node.slice, names)
    reader.budget.go_through(node, key)
    return _item(reader, owner, key, node)


def _item(reader: Reader, owner: Any, key: Any, node: ast.Subscript) -> Any:
    if owner is IGNORED or isinstance(owner, ParameterOf):
        return IGNORED
    if isinstance(owner, Sizes) and type(key) is int:
        return reader.shapes.side(owner.tensor, owner.start + key if key >= 0 else key)
    if isinstance(owner, Unbound) and type(key) is int:
        return part_of(owner, key, node)
    return at(owner, key, node)
