"""The functions of Python and of its math on what is known: numbers, texts, lists, and checks of modules."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable, Iterator
from typing import Any

from playground.networks.layer_types import family
from playground.networks.reading.classes import MISSING, in_class, is_instance
from playground.networks.reading.limits import MAX_LENGTH, MAX_NUMBER
from playground.networks.reading.parts import extend, items, known_sides, parts_of
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.sizes import product
from playground.networks.reading.values import (
    Applied,
    Child,
    ClassValue,
    FunctionValue,
    Node,
    Record,
    Size,
    Sizes,
    TorchName,
    cannot_read,
    is_tensor,
    shown,
)

PLAIN: dict[str, Callable[..., Any]] = {
    "len": len,
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "abs": abs,
    "round": round,
    "min": min,
    "max": max,
    "math.floor": math.floor,
    "math.ceil": math.ceil,
    "math.sqrt": math.sqrt,
    "math.log": math.log,
    "math.log2": math.log2,
    "math.prod": math.prod,
    "numpy.prod": math.prod,
    "numpy.sqrt": math.sqrt,
    "numpy.log2": math.log2,
}
ON_ITEMS = ("list", "tuple", "enumerate", "zip", "reversed", "sorted", "sum", "dict", "set", "any", "all", "map")
CHECKS = ("isinstance", "issubclass", "hasattr", "getattr", "callable", "type")
_EXCEPTIONS = {
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
}
# What gives its values once, each when it is taken.
_ONE_AFTER_ANOTHER: dict[str, Callable[..., Any]] = {"enumerate": enumerate, "zip": zip, "reversed": reversed}
BUILTINS = frozenset({*PLAIN, *ON_ITEMS, *CHECKS, *_EXCEPTIONS, "range", "print", "super", "setattr", "object"})


def dictionary(arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Names:
    """What `dict` and `OrderedDict` make."""
    result: Names = {}
    if arguments:
        given = arguments[0]
        result = dict(given) if isinstance(given, dict) else {}
        if not isinstance(given, dict):
            for pair in items(given, node):
                key, value = items(pair, node)
                result[key] = value
    return result | keywords


def read_range(arguments: tuple[Any, ...], node: ast.AST) -> range:
    """What `range` gives; raises SpecError where its bounds are not known."""
    if not all(isinstance(value, int) for value in arguments) or not 1 <= len(arguments) <= 3:
        raise cannot_read(node, "the bounds of this range are only known when the network runs; write numbers.")
    return range(*arguments)


def call_builtin(reader: Reader, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What a function of Python or of its math gives for values that are known."""
    if name in ("math.prod", "numpy.prod") and len(arguments) == 1 and isinstance(arguments[0], Sizes):
        return product(known_sides(arguments[0], node, reader.shapes))
    if name in ON_ITEMS:
        arguments = tuple(parts_of(value) or value if is_tensor(value) else value for value in arguments)
    if name == "len" and isinstance(arguments[0], Sizes):
        return len(known_sides(arguments[0], node, reader.shapes))
    if any(map(is_tensor, arguments)) and "." in name:
        instead = f"torch.{name.rpartition('.')[2]}(...)"
        raise cannot_read(node, f"{shown(node)} cannot be read: it is no function on tensors; write {instead}.")
    if any(is_tensor(value) or isinstance(value, Size | Sizes) for value in arguments):
        raise cannot_read(node, f"{shown(node)} is only known when the network runs; write its value.")
    try:
        if name == "len":
            return len(items(arguments[0], node))
        if name in PLAIN:
            plain = [items(value, node) if isinstance(value, Child | Node | range) else value for value in arguments]
            return _small(PLAIN[name](*plain, **keywords), node)
        if name == "map":
            sources = [_taken(value, node) for value in arguments[1:]]
            return (reader.call(arguments[0], given, {}, node) for given in zip(*sources, strict=False))
        if name in _ONE_AFTER_ANOTHER:
            return _ONE_AFTER_ANOTHER[name](
                *[value if isinstance(value, int) else _taken(value, node) for value in arguments], **keywords
            )
        sequences = [items(value, node) if not isinstance(value, int) else value for value in arguments]
        functions: dict[str, Callable[..., Any]] = {
            "list": list,
            "tuple": tuple,
            "set": lambda values: list(dict.fromkeys(values)),
            "sorted": sorted,
            "any": any,
            "all": all,
        }
        if name == "sum":
            return _sum(sequences[0], *sequences[1:])
        return functions[name](*sequences, **keywords)
    except (TypeError, ValueError, IndexError, ArithmeticError, KeyError) as error:
        raise cannot_read(node, f"{shown(node)} cannot be computed: {error}.") from error


def _taken(value: Any, node: ast.AST) -> Any:
    """What a zip, map or enumerate takes one by one: of a list also what is put into it later."""
    return value if isinstance(value, list | Iterator) else items(value, node)


def _small(value: Any, node: ast.AST) -> Any:
    """A result that can be computed with again; raises SpecError for numbers and texts that would fill the memory."""
    if isinstance(value, int | float) and abs(value) > MAX_NUMBER:
        raise cannot_read(node, "this number is too large.")
    if isinstance(value, str) and len(value) > MAX_LENGTH:
        raise cannot_read(node, "this text is too long.")
    return value


def _sum(values: Any, start: Any = 0) -> Any:
    if values and all(map(is_tensor, values)):
        return Applied(tuple(values), operation="add") if len(values) > 1 else values[0]
    return sum(values, start)


def check(name: str, arguments: tuple[Any, ...], node: ast.Call) -> Any:
    """Checks of Python on values that are known: isinstance, hasattr, getattr, callable."""
    if name == "isinstance" and len(arguments) == 2:
        return any(_is_a(arguments[0], kind) for kind in _kinds(arguments[1]))
    if name == "callable":
        return isinstance(arguments[0], FunctionValue | ClassValue | TorchName)
    if name in ("hasattr", "getattr") and len(arguments) >= 2 and isinstance(arguments[0], Record):
        found = _of_class(arguments[0], arguments[1]) | arguments[0].attributes
        if name == "hasattr" or arguments[1] in found or len(arguments) == 3:
            return arguments[1] in found if name == "hasattr" else found.get(*arguments[1:])
    if name in ("hasattr", "getattr") and len(arguments) >= 2 and isinstance(arguments[0], Node | Child):
        owner, key = arguments[0], arguments[1]
        module = owner.node if isinstance(owner, Child) else owner
        found = {**_of_class(owner, key), **module.attributes, **module.children}
        if name == "hasattr":
            return key in found
        if key in found:
            value = found[key]
            if isinstance(owner, Child) and isinstance(value, Node):
                return Child(f"{owner.path}.{key}".lstrip("."), value)
            return value
        if len(arguments) == 3:
            return arguments[2]
    raise cannot_read(node, f"{shown(node)} cannot be read; write the value.")


def _of_class(owner: Node | Record | Child, name: str) -> Names:
    """What the class of a module or object has under a name, if it has it."""
    found = in_class(owner, name)
    return {} if found is MISSING else {name: found}


_PYTHON_KINDS: dict[str, type | tuple[type, ...]] = {
    **{kind.__name__: kind for kind in (int, float, str, list, tuple, bool, dict)},
    **dict.fromkeys(("Sequence", "Iterable", "Collection"), (list, tuple)),
    **{"List": list, "Tuple": tuple, "Dict": dict, "Mapping": dict},
}
_FAMILIES = ("_BatchNorm", "_InstanceNorm")


def _kinds(given: Any) -> tuple[Any, ...]:
    return given if isinstance(given, tuple) else (given,)


def _is_a(value: Any, kind: Any) -> bool:
    if isinstance(kind, ClassValue):
        node = value.node if isinstance(value, Child) else value
        return isinstance(node, Node | Record) and is_instance(node, kind)
    if not isinstance(kind, TorchName):
        return False
    if kind.name.rsplit(".", 1)[-1] in _PYTHON_KINDS:
        return isinstance(value, _PYTHON_KINDS[kind.name.rsplit(".", 1)[-1]])
    if kind.name == "torch.Tensor":
        return is_tensor(value)
    node = value.node if isinstance(value, Child) else value
    if not isinstance(node, Node):
        return False
    name = kind.name.replace("torch.nn.modules.", "torch.nn.").rsplit(".", 1)[1]
    return name in ("Module", node.base) or (name in _FAMILIES and family(node.type) == name.removeprefix("_"))


def call_plain_method(owner: Any, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What a method of a list, dictionary, text or tuple gives."""
    readable: dict[type, tuple[str, ...]] = {
        list: ("append", "extend", "insert", "pop", "index", "copy", "reverse", "count"),
        dict: ("items", "keys", "values", "get", "update", "copy", "pop", "setdefault"),
        str: ("format", "lower", "upper", "startswith", "endswith", "strip", "split", "join", "find", "count"),
        tuple: ("index", "count"),
    }
    if name not in readable.get(type(owner), ()):
        raise cannot_read(node, f"{shown(node)} cannot be read; write its value.")
    if name == "format" and (":" in owner or not all(isinstance(value, int | float | str) for value in arguments)):
        raise cannot_read(node, f"{shown(node)} cannot be read; write the text.")
    if name == "join":
        arguments = (items(arguments[0], node),)
    if name == "join" and sum(len(str(text)) + len(owner) for text in items(arguments[0], node)) > MAX_LENGTH:
        raise cannot_read(node, "this text is too long.")
    if name == "extend":
        return extend(owner, arguments[0], node)
    try:
        result = getattr(owner, name)(*arguments, **keywords)
    except (TypeError, ValueError, LookupError) as error:
        raise cannot_read(node, f"{shown(node)} cannot be computed: {error}.") from error
    return list(result) if isinstance(owner, dict) and name in ("items", "keys", "values") else result
