"""Calls: of functions and classes of the source, of layers in a forward, and of what the library knows."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.errors import SpecError
from playground.networks.operations import OPERATIONS
from playground.networks.reading import library
from playground.networks.reading.applying import operation_on
from playground.networks.reading.classes import defining_class
from playground.networks.reading.forward import Given, read_concatenation, read_forward, read_forwards
from playground.networks.reading.inputs import given_to, in_order, is_miscounted, missing
from playground.networks.reading.memory import changes_by
from playground.networks.reading.module_methods import SAME_MODULE
from playground.networks.reading.parts import is_plain, items
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.refusals import check_decorators, made_here
from playground.networks.reading.signatures import bound
from playground.networks.reading.states import check_known
from playground.networks.reading.values import (
    IGNORED,
    Applied,
    Child,
    ClassValue,
    FunctionValue,
    Method,
    Node,
    Record,
    Return,
    Size,
    SuperValue,
    TorchName,
    Zeros,
    cannot_read,
    is_tensor,
    shown,
)

_RECURRENT = ("LSTM", "GRU", "RNN")
# Values that may be large, and are gone through by what is called; a single text is no larger than it may be.
_HELD = frozenset({list, tuple, dict, range})
_ABOUT_ATTENTION_WEIGHTS = ("need_weights", "average_attn_weights")


def read_call(reader: Reader, node: ast.Call, names: Names) -> Any:
    """What a call in the source gives."""
    if isinstance(node.func, ast.Name) and node.func.id == "super" and "super" not in names:
        return _super(reader, names, node)
    function = reader.value(node.func, names)
    if isinstance(function, Method) and isinstance(function.owner, Node) and function.name in SAME_MODULE:
        return function.owner  # whatever device it is moved to
    if isinstance(function, Method) and isinstance(function.owner, Zeros) and function.name in SAME_MODULE:
        return function.owner
    if isinstance(function, TorchName) and library.says_nothing(function.name):
        return IGNORED
    if isinstance(function, TorchName) and function.name in library.PARAMETERS:
        raise made_here(node, in_forward=reader.bind is not None)
    if isinstance(function, Method) and isinstance(function.owner, Node) and function.name in library.REGISTERS:
        raise made_here(node, in_forward=False)
    if isinstance(function, TorchName) and function.name.startswith("torch.nn.init.") and reader.bind:
        raise cannot_read(node, f"{shown(node)} stands in a forward; weights start once: move this line into __init__.")
    arguments: list[Any] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            given = items(reader.value(argument.value, names), argument, reader.shapes)
            reader.budget.keep(argument, given)
            arguments += given
        else:
            arguments.append(reader.value(argument, names))
    keywords: Names = {}
    for keyword in node.keywords:
        if keyword.arg in ("device", "dtype") and isinstance(function, TorchName):
            continue  # where and how precisely something is computed, not what
        value = reader.value(keyword.value, names)
        keywords |= {keyword.arg: value} if keyword.arg else _named(value, keyword.value)
    owner = function.owner if isinstance(function, Method) else None
    used = (owner, *arguments, *keywords.values())
    if not _HELD.isdisjoint(map(type, used)):
        reader.budget.go_through(node, *used)
    return reader.call(function, tuple(arguments), keywords, node)


def mapping(value: Any, node: ast.AST) -> Names:
    """What stands behind two stars; raises SpecError if it is no dictionary."""
    if not isinstance(value, dict):
        raise cannot_read(node, f"{shown(node)} is no dictionary, as two stars need it; write name=value.")
    return value


def _named(value: Any, node: ast.AST) -> Names:
    """The keywords that a call is given with two stars."""
    if not all(isinstance(key, str) for key in mapping(value, node)):
        raise cannot_read(node, f"{shown(node)} has keys that are no texts, as the names of arguments must be.")
    return dict(value)


def _super(reader: Reader, names: Names, node: ast.Call) -> SuperValue:
    owner = names.get("self")
    definition = names.get("__class__")
    if node.args:
        kind = reader.value(node.args[0], names)
        definition = kind.definition if isinstance(kind, ClassValue) else kind
    if not isinstance(owner, Node | Record | Child) or not isinstance(definition, ast.ClassDef):
        raise cannot_read(node, "super() can only be read in a method of a class.")
    return SuperValue(owner, definition)


def call(reader: Reader, function: Any, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What calling a value gives."""
    if isinstance(function, FunctionValue | ClassValue):
        return _call_own(reader, function, arguments, keywords, node)
    if isinstance(function, Child):
        return _apply(reader, function, arguments, keywords, node)
    if isinstance(function, Node) and reader.bind:
        return _applied_at_once(function, arguments, node)
    if isinstance(function, Node):
        raise cannot_read(node, "a layer is applied in forward, not in __init__.")
    if isinstance(function, TorchName):
        return library.call_name(reader, function.name, arguments, keywords, node)
    if library.is_partial(function):
        return library.call_partial(reader, function, arguments, keywords, node)
    if isinstance(function, Method):
        return library.call_method(reader, function, arguments, keywords, node)
    if function is IGNORED:
        return IGNORED
    raise cannot_read(node, f"the call {shown(node)} cannot be read; write what it does with layers of torch.nn.")


def _call_own(
    reader: Reader, function: FunctionValue | ClassValue, arguments: tuple[Any, ...], keywords: Names, node: ast.Call
) -> Any:
    try:
        if isinstance(function, FunctionValue):
            return reader.call_function(function, arguments, keywords, node)
        assert reader.make is not None
        return reader.make(function, arguments, keywords, node)
    except SpecError as error:
        if error.line is None:  # it is in a helper of torchvision, which the source does not show
            raise cannot_read(node, error.message) from error
        raise


def _apply(reader: Reader, child: Child, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    inputs = _inputs(reader, child.node, arguments, keywords, node)
    _check_tensors(inputs, node)
    applied = Applied(inputs, child=child.path, node=child.node)
    reader.changes += changes_by(applied, node)
    return applied


def _inputs(
    reader: Reader, module: Node, arguments: tuple[Any, ...], keywords: Names, node: ast.Call
) -> tuple[Any, ...]:
    """The tensors that a call gives a module, in the order in which it takes them."""
    only_tensors = bool(arguments) and not keywords and all(map(is_tensor, arguments))
    if module.type == "Module" and only_tensors and is_miscounted(module, len(arguments)):
        read_forward(reader, module)  # the trace says how many inputs it takes
        return arguments
    given = given_to(module, arguments, keywords, node)
    read = _read_for if module.type == "Module" else _inputs_of_layer
    return read(reader, module, given, node)


def _read_for(reader: Reader, module: Node, given: Names, node: ast.Call) -> tuple[Any, ...]:
    """The tensors that a module of the source is given, for which its forward is read."""
    present = [value for value in given.values() if value is not None]
    if len(present) == 1 and isinstance(present[0], list) and all(map(is_tensor, present[0])):
        return (_joined(reader, module, present[0], node),)
    others = {name: value for name, value in given.items() if not is_tensor(value)}
    _check_tensors(tuple(value for value in others.values() if not is_plain(value)), node)
    left_out = missing(module, given)
    if left_out is not None:
        raise cannot_read(node, f"{shown(node)} gives nothing for {left_out!r}; give it a tensor: {left_out}=x.")
    tensors = {name: value for name, value in given.items() if is_tensor(value)}
    if not tensors:
        raise cannot_read(node, f"{shown(node)} cannot be read: a layer is applied to tensors.")
    read_forward(reader, module, Given(tuple(tensors), others), node)
    return tuple(tensors.values())


def _inputs_of_layer(reader: Reader, layer: Node, given: Names, node: ast.Call) -> tuple[Any, ...]:
    """The tensors that a layer or a container of PyTorch is given."""
    if layer.type == "MultiheadAttention":
        # Its weights are not used here, whatever is asked of them.
        given = {name: value for name, value in given.items() if name not in _ABOUT_ATTENTION_WEIGHTS}
    inputs = in_order(layer, given, node)
    if layer.type == "MultiheadAttention" and len(inputs) == 2 and node.keywords:
        raise cannot_read(node, f"{shown(node)} gives no value; give three: {shown(node.func)}(x, y, y).")
    if layer.type == "MultiheadAttention" and len(set(map(id, inputs))) == 1:
        inputs = inputs[:1]
    if len(inputs) == 2 and layer.type in _RECURRENT and _are_first_states(inputs[1], layer):
        inputs = inputs[:1]
    if len(inputs) == 1 and isinstance(inputs[0], list) and all(map(is_tensor, inputs[0])):
        return (_joined(reader, layer, inputs[0], node),)
    if layer.children:
        read_forwards(reader, layer)
    if not inputs:
        raise cannot_read(node, f"{shown(node)} cannot be read: a layer is applied to tensors.")
    return inputs


def _check_tensors(inputs: tuple[Any, ...], node: ast.Call) -> None:
    """Raises SpecError if something that a layer is applied to is no tensor of this forward."""
    for value in inputs:
        if isinstance(value, Zeros):
            raise value.error
    check_known(inputs, node)
    if not all(map(is_tensor, inputs)):
        raise cannot_read(
            node,
            f"{shown(node)} cannot be read: a layer is applied to tensors; give all else to its constructor in "
            "__init__, and keep it there: self.size = size.",
        )


def _applied_at_once(layer: Node, arguments: tuple[Any, ...], node: ast.Call) -> Any:
    """`nn.Flatten()(x)`: the operation of the same name, for a layer without weights that has one."""
    operation = next((name for name in OPERATIONS if name.replace("_", "") == layer.type.lower()), "dropout")
    parameters = OPERATIONS[operation].parameters
    given = {name: value for name, value in layer.arguments.items() if name != "inplace"}
    fits = given.keys() <= {each.name for each in parameters}
    is_whole = all(each.name in given for each in parameters if each.required)
    if operation != "dropout" and fits and is_whole and len(arguments) == 1 and is_tensor(arguments[0]):
        return operation_on(arguments[0], operation, given)
    raise cannot_read(
        node,
        f"{shown(node)} makes a new layer each time; make it in __init__, self.layer = {shown(node.func)}, and apply "
        "that one here: self.layer(x).",
    )


def _are_first_states(given: Any, layer: Node) -> bool:
    """Whether these are the zeros that a recurrent layer begins with by itself, so that they can be left out."""
    states = given if isinstance(given, tuple | list) else (given,)
    arguments = layer.arguments
    count = arguments.get("num_layers", 1) * (2 if arguments.get("bidirectional") else 1)
    for state in states:
        if not isinstance(state, Zeros):
            return False
        expected = [count, None, arguments.get("hidden_size")]
        sizes = [None if isinstance(size, Size) else size for size in state.sizes]
        if sizes != expected or "proj_size" in arguments:
            raise state.error
    return len(states) == (2 if layer.type == "LSTM" else 1)


def _joined(reader: Reader, module: Node, tensors: list[Any], node: ast.Call) -> Any:
    """A list of tensors as one, where the module that is given the list begins by joining it."""
    if len(tensors) == 1:
        return tensors[0]
    arguments = read_concatenation(reader, module, len(tensors)) if tensors and module.base == "Module" else None
    if arguments is None:
        raise cannot_read(node, f"{shown(node)} cannot be read: give the module torch.cat([...], dim=1) of the list.")
    return Applied(tuple(tensors), operation="concatenate", arguments=arguments)


def call_function(
    reader: Reader, function: FunctionValue, arguments: tuple[Any, ...], keywords: Names, node: ast.AST
) -> Any:
    """What a function of the source gives."""
    check_decorators(reader, function.definition)
    scope = dict(function.names) if function.names is not reader.globals else {}
    if function.owner is not None:
        arguments = (function.owner, *arguments)
        scope["__class__"] = defining_class(function)
    scope |= bound(reader, function, arguments, keywords, node)
    if isinstance(function.definition, ast.Lambda):
        return reader.value(function.definition.body, scope)
    outer = reader.script
    if outer and not outer.is_statement(node):
        reader.script = None
    reader.scopes.append(scope)
    try:
        reader.follow(function.definition.body, scope)
    except Return as returned:
        return returned.value
    except RecursionError as error:
        raise cannot_read(
            node, f"{shown(node)} calls itself without end; write a loop instead: for _ in range(3):"
        ) from error
    finally:
        reader.script = outer
        reader.scopes.pop()
    return None
