"""The functions of Python and of its math on what is known: numbers, texts, lists, and checks of modules."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable, Iterator
from typing import Any

from playground.networks.layer_types import family
from playground.networks.reading.as_python import as_python_would, first_of
from playground.networks.reading.classes import MISSING, in_class, is_instance
from playground.networks.reading.limits import MAX_LENGTH
from playground.networks.reading.parts import extend, is_plain, items, known_sides, parts_of
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
# Rounding to a billion digits before the point takes as long as a number of a billion digits.
_MOST_DIGITS = 100
# What gives its values once, each when it is taken.
_ONE_AFTER_ANOTHER: dict[str, Callable[..., Any]] = {"enumerate": enumerate, "zip": zip, "reversed": reversed}
_ON_SEQUENCES: dict[str, Callable[..., Any]] = {
    **{"list": list, "tuple": tuple, "sorted": sorted, "sum": sum, "any": any, "all": all},
    "set": dict.fromkeys,
}
BUILTINS = frozenset({*PLAIN, *ON_ITEMS, *CHECKS, *_EXCEPTIONS, "range", "print", "super", "setattr", "object"})


def dictionary(given: tuple[Any, ...], keywords: Names, node: ast.AST) -> Names:
    """What `dict` and `OrderedDict` make."""
    pairs = [each if isinstance(each, dict) else [items(pair, node) for pair in items(each, node)] for each in given]
    return as_python_would(node, dict, *pairs, **keywords)


def read_range(arguments: tuple[Any, ...], node: ast.AST) -> range:
    """What `range` gives; raises SpecError where its bounds are not known."""
    if not all(isinstance(value, int) for value in arguments) or not 1 <= len(arguments) <= 3:
        raise cannot_read(node, "the bounds of this range are only known when the network runs; write numbers.")
    return as_python_would(node, range, *arguments)


def call_builtin(reader: Reader, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What a function of Python or of its math gives for values that are known."""
    if name in ("math.prod", "numpy.prod") and len(arguments) == 1 and isinstance(arguments[0], Sizes):
        return product(known_sides(arguments[0], node, reader.shapes))
    if name in ON_ITEMS:
        arguments = tuple(parts_of(value) or value if is_tensor(value) else value for value in arguments)
    if name == "len" and arguments and isinstance(arguments[0], Sizes):
        return len(known_sides(arguments[0], node, reader.shapes))
    if any(map(is_tensor, arguments)) and "." in name:
        instead = f"torch.{name.rpartition('.')[2]}(...)"
        raise cannot_read(node, f"{shown(node)} cannot be read: it is no function on tensors; write {instead}.")
    if any(is_tensor(value) or isinstance(value, Size | Sizes) for value in arguments):
        raise cannot_read(node, f"{shown(node)} is only known when the network runs; write its value.")
    if name == "len":
        return as_python_would(node, len, *(items(value, node) for value in arguments), **keywords)
    if name in PLAIN:
        plain = [items(value, node) if isinstance(value, Child | Node | range) else value for value in arguments]
        _check_plain(name, [*plain, *keywords.values()], node)
        return as_python_would(node, PLAIN[name], *plain, **keywords)
    if name == "map":
        function, *sources = first_of(arguments, node), *(_taken(value, node) for value in arguments[1:])
        return (reader.call(function, given, {}, node) for given in as_python_would(node, zip, *sources))
    if name in _ONE_AFTER_ANOTHER:
        taken = [value if isinstance(value, int) else _taken(value, node) for value in arguments]
        return as_python_would(node, _ONE_AFTER_ANOTHER[name], *taken, **keywords)
    sequences = [items(value, node) if not isinstance(value, int) else value for value in arguments]
    tensors = _summed(*sequences) if name == "sum" else ()
    if tensors:
        return Applied(tensors, operation="add") if len(tensors) > 1 else tensors[0]
    result = as_python_would(node, _ON_SEQUENCES[name], *sequences, **keywords)
    return list(result) if name == "set" else result


def _summed(values: Any = (), start: Any = 0, *_: Any) -> tuple[Any, ...]:
    """The tensors that are summed up, from zero; () where something else is."""
    return tuple(values) if isinstance(values, list) and all(map(is_tensor, values)) and start == 0 else ()


def _taken(value: Any, node: ast.AST) -> Any:
    """What a zip, map or enumerate takes one by one: of a list also what is put into it later."""
    return value if isinstance(value, list | Iterator) else items(value, node)


def _check_plain(name: str, arguments: list[Any], node: ast.AST) -> None:
    """Refuses the text of what has none here, and to round to so many digits that it fills the memory."""
    if name == "str" and not all(map(is_plain, arguments)):
        raise cannot_read(node, f"{shown(node)} cannot be read; write the text.")
    if name == "round" and any(isinstance(digits, int) and abs(digits) > _MOST_DIGITS for digits in arguments[1:]):
        raise cannot_read(node, f"{shown(node)} rounds to more than {_MOST_DIGITS} digits; write the number.")


def check(name: str, arguments: tuple[Any, ...], node: ast.Call) -> Any:
    """Checks of Python on values that are known: isinstance, hasattr, getattr, callable."""
    if name == "isinstance" and len(arguments) == 2:
        return any(_is_a(arguments[0], kind) for kind in _kinds(arguments[1]))
    if name == "callable" and len(arguments) == 1:
        return isinstance(arguments[0], FunctionValue | ClassValue | TorchName)
    is_by_name = name in ("hasattr", "getattr") and len(arguments) in (2, 3) and isinstance(arguments[1], str)
    if is_by_name and isinstance(arguments[0], Record):
        found = _of_class(arguments[0], arguments[1]) | arguments[0].attributes
        if name == "hasattr" or arguments[1] in found or len(arguments) == 3:
            return arguments[1] in found if name == "hasattr" else found.get(*arguments[1:])
    if is_by_name and isinstance(arguments[0], Node | Child):
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
    name = kind.name.replace("torch.nn.modules.", "torch.nn.").rsplit(".", 1)[-1]
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
    if name == "format" and not _is_short_format(owner, (*arguments, *keywords.values())):
        raise cannot_read(node, f"{shown(node)} cannot be read; write the text.")
    if name == "join":
        texts = items(first_of(arguments, node), node)
        if len(owner) * len(texts) > MAX_LENGTH:
            raise cannot_read(node, "this text is too long.")
        arguments = (texts, *arguments[1:])
    if name == "extend":
        return extend(owner, first_of(arguments, node), node)
    result = as_python_would(node, getattr(owner, name), *arguments, **keywords)
    return list(result) if isinstance(owner, dict) and name in ("items", "keys", "values") else result


def _is_short_format(text: str, values: tuple[Any, ...]) -> bool:
    """Whether a text has places for numbers and short texts as they are, and not so many that it becomes very long."""
    if ":" in text or not all(isinstance(value, int | float | str) for value in values):
        return False
    return text.count("{") * max((len(str(value)) for value in values), default=0) <= MAX_LENGTH
