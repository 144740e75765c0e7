"""What source calls that is not its own: Python's builtins, the layers of torch.nn, and functions on tensors."""

from __future__ import annotations

import ast
import builtins
import contextlib
import math
from collections.abc import Callable
from typing import Any

from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.layer_types import family
from playground.networks.layers import layer_type, parameters
from playground.networks.reading import initialization, torchvision_helpers
from playground.networks.reading.classes import fields, is_instance, parent
from playground.networks.reading.functions import made_here, read_function
from playground.networks.reading.parts import children_of, copied, items, known_sides, set_attribute
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.signatures import bound
from playground.networks.reading.sizes import product
from playground.networks.reading.values import (
    IGNORED,
    Applied,
    Child,
    ClassValue,
    FunctionValue,
    Method,
    Node,
    ParameterOf,
    Record,
    Return,
    Size,
    Sizes,
    SuperValue,
    TorchName,
    cannot_read,
    is_tensor,
    shown,
)

_PLAIN: dict[str, Callable[..., Any]] = {
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
_ON_ITEMS = ("list", "tuple", "enumerate", "zip", "reversed", "sorted", "sum", "dict", "set", "any", "all", "map")
_CHECKS = ("isinstance", "issubclass", "hasattr", "getattr", "callable", "type")
_EXCEPTIONS = {
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
}
BUILTINS = frozenset({*_PLAIN, *_ON_ITEMS, *_CHECKS, *_EXCEPTIONS, "range", "print", "super", "setattr", "object"})

_IGNORED_PREFIXES = ("torch._assert", "warnings.", "torch.manual_seed", "print", "torch.jit.", "logging.")
_LOOKS: dict[str, Callable[[Node], Any]] = {
    "modules": initialization.modules,
    "named_modules": initialization.named_modules,
    "parameters": initialization.parameters,
    "named_parameters": initialization.named_parameters,
}
_MODULE_METHODS = ("to", "cuda", "cpu", "eval", "train", "requires_grad_", "float", "init_weights")


def import_names(node: ast.Import | ast.ImportFrom, names: Names) -> None:
    """The names that an import brings; raises SpecError for a relative one, which the pasted text cannot have."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            root = alias.name if alias.asname else alias.name.split(".")[0]
            names[alias.asname or root] = TorchName(root)
        else:
            full = f"{node.module or ''}.{alias.name}"
            names[alias.asname or alias.name] = torchvision_helpers.find(full) or TorchName(full)


def call_name(reader: Reader, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What calling a function or class that is not the source's own gives."""
    name = name.replace("torch.nn.modules.", "torch.nn.").removeprefix("builtins.")
    if name == "torch.nn.Module.__init__":
        return IGNORED
    if name in ("typing.cast", "typing_extensions.cast") and len(arguments) == 2:
        return arguments[1]
    if name in ("torch.nn.Parameter", "torch.nn.parameter.Parameter", "torch.nn.UninitializedParameter"):
        raise made_here(node)
    if name.startswith("torch.nn.init."):
        parameter = arguments[0] if arguments else keywords.get("tensor")
        rest = (*arguments[1:], *([keywords["val"]] if "val" in keywords else []))
        return initialization.initialize(name.rsplit(".", 1)[1], parameter, rest, node)
    if name in ("torch.jit.is_scripting", "torch.jit.is_tracing"):
        return False
    if name.startswith(_IGNORED_PREFIXES):
        return IGNORED
    if name in ("collections.OrderedDict", "typing.OrderedDict", "dict"):
        return _dictionary(arguments, keywords, node)
    if name in ("copy.copy", "copy.deepcopy") and len(arguments) == 1:
        return copied(arguments[0])
    if name == "functools.partial":
        return _Partial(arguments[0], arguments[1:], keywords)
    if name == "range":
        return _range(arguments, node)
    if name in _PLAIN or name in _ON_ITEMS:
        return _builtin(reader, name, arguments, keywords, node)
    if name == "setattr" and len(arguments) == 3:
        return set_attribute(arguments[0], str(arguments[1]), arguments[2], node)
    if name in _CHECKS:
        return _check(reader, name, arguments, node)
    layer = name.removeprefix("torch.nn.")
    if name.startswith("torch.nn.") and layer[:1].isupper():
        return make_layer(layer, arguments, keywords, node)
    if name.startswith("torch."):
        return read_function(reader, name.rsplit(".", 1)[1], arguments, keywords, node)
    raise cannot_read(node, f"{shown(node.func)} cannot be read; write what it does with layers of torch.nn.")


class _Partial:
    """A call with some of its arguments given already, as `functools.partial` makes it."""

    def __init__(self, function: Any, arguments: tuple[Any, ...], keywords: Names) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords


def call_partial(reader: Reader, partial: Any, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What calling a partial gives."""
    return reader.call(partial.function, (*partial.arguments, *arguments), {**partial.keywords, **keywords}, node)


def is_partial(value: Any) -> bool:
    """Whether a value was made by `functools.partial`."""
    return isinstance(value, _Partial)


def make_layer(name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Node:
    """A layer or a container of torch.nn; raises SpecError, with the place, if torch would not make it."""
    if name in CONTAINERS and name != "Module":
        container = Node(name)
        add_children(container, arguments, keywords, node)
        return container
    try:
        layer_type(name)
    except SpecError as error:
        raise cannot_read(node, error.message) from error
    defaults = {parameter.name: repr(parameter.default) for parameter in parameters(name) if not parameter.required}
    declared = [parameter.name for parameter in parameters(name)]
    if len(arguments) > len(declared):
        raise cannot_read(node, f"{name} takes at most {len(declared)} arguments; {len(arguments)} are given.")
    values = dict(zip(declared, arguments, strict=False))
    values |= {key: value for key, value in keywords.items() if key not in ("device", "dtype")}
    for key, value in values.items():
        if not _is_plain(value):
            raise cannot_read(node, f"{key} of {name} is only known when the network runs; write its value.")
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Node(name, {key: value for key, value in plain.items() if repr(value) != defaults.get(key)})


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool | int | float | str)


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
        given = dict(items(pair, node) for pair in items(given, node))
    pairs = given.items() if isinstance(given, dict) else enumerate(items(given, node), len(container.children))
    for name, child in pairs:
        if not isinstance(child, Node):
            raise cannot_read(node, f"a {container.base} holds layers only; one of these is something else.")
        container.children[str(name)] = child


def _dictionary(arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Names:
    result: Names = {}
    if arguments:
        given = arguments[0]
        result = dict(given) if isinstance(given, dict) else {}
        if not isinstance(given, dict):
            for pair in items(given, node):
                key, value = items(pair, node)
                result[key] = value
    return result | keywords


def _range(arguments: tuple[Any, ...], node: ast.AST) -> range:
    if not all(isinstance(value, int) for value in arguments) or not 1 <= len(arguments) <= 3:
        raise cannot_read(node, "the bounds of this range are only known when the network runs; write numbers.")
    return range(*arguments)


def _builtin(reader: Reader, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    if name in ("math.prod", "numpy.prod") and len(arguments) == 1 and isinstance(arguments[0], Sizes):
        return product(known_sides(arguments[0], node, reader.shapes))
    if name == "len" and isinstance(arguments[0], Sizes):
        return len(known_sides(arguments[0], node, reader.shapes))
    if any(is_tensor(value) or isinstance(value, Size | Sizes) for value in arguments):
        raise cannot_read(node, f"{shown(node)} is only known when the network runs; write its value.")
    try:
        if name == "len":
            return len(items(arguments[0], node))
        if name in _PLAIN:
            plain = [items(value, node) if isinstance(value, Child | Node) else value for value in arguments]
            return _PLAIN[name](*plain, **keywords)
        if name == "map":
            return [reader.call(arguments[0], (item,), {}, node) for item in items(arguments[1], node)]
        sequences = [items(value, node) if not isinstance(value, int) else value for value in arguments]
        functions: dict[str, Callable[..., Any]] = {
            "list": list,
            "tuple": tuple,
            "set": lambda values: list(dict.fromkeys(values)),
            "enumerate": lambda values, start=0: list(enumerate(values, start)),
            "zip": lambda *values: list(zip(*values, strict=False)),
            "reversed": lambda values: list(reversed(values)),
            "sorted": sorted,
            "any": any,
            "all": all,
        }
        if name == "sum":
            return _sum(sequences[0], *sequences[1:])
        return functions[name](*sequences, **keywords)
    except (TypeError, ValueError, IndexError, ArithmeticError, KeyError) as error:
        raise cannot_read(node, f"{shown(node)} cannot be computed: {error}.") from error


def _sum(values: Any, start: Any = 0) -> Any:
    if values and all(map(is_tensor, values)):
        return values[0] if len(values) == 1 else Applied(tuple(values), operation="add")
    return sum(values, start)


def _check(reader: Reader, name: str, arguments: tuple[Any, ...], node: ast.Call) -> Any:
    """Checks of Python on values that are known: isinstance, hasattr, getattr, callable."""
    if name == "isinstance" and len(arguments) == 2:
        return any(_is_a(reader, arguments[0], kind) for kind in _kinds(arguments[1]))
    if name == "callable":
        return isinstance(arguments[0], FunctionValue | ClassValue | TorchName)
    if name in ("hasattr", "getattr") and len(arguments) >= 2 and isinstance(arguments[0], Record):
        found = arguments[0].attributes
        if name == "hasattr" or arguments[1] in found or len(arguments) == 3:
            return arguments[1] in found if name == "hasattr" else found.get(*arguments[1:])
    if name in ("hasattr", "getattr") and len(arguments) >= 2 and isinstance(arguments[0], Node | Child):
        owner, key = arguments[0], arguments[1]
        module = owner.node if isinstance(owner, Child) else owner
        found = {**module.attributes, **module.children}
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


_PYTHON_KINDS: dict[str, type | tuple[type, ...]] = {
    **{kind.__name__: kind for kind in (int, float, str, list, tuple, bool, dict)},
    **dict.fromkeys(("Sequence", "Iterable", "Collection"), (list, tuple)),
    **{"List": list, "Tuple": tuple, "Dict": dict, "Mapping": dict},
}
_FAMILIES = ("_BatchNorm", "_InstanceNorm")


def _kinds(given: Any) -> tuple[Any, ...]:
    return given if isinstance(given, tuple) else (given,)


def _is_a(reader: Reader, value: Any, kind: Any) -> bool:
    if isinstance(kind, ClassValue):
        node = value.node if isinstance(value, Child) else value
        return isinstance(node, Node | Record) and is_instance(reader.globals, node, kind)
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


def call_method(reader: Reader, method: Method, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What calling a method of a value gives."""
    owner, name = method.owner, method.name
    if owner is IGNORED:
        return IGNORED
    if isinstance(owner, ClassValue) and name == "verify" and len(arguments) == 1:
        return arguments[0]  # torchvision makes sure that weights are some of these
    if isinstance(owner, SuperValue):
        return _super_method(reader, owner, name, arguments, keywords, node)
    if is_tensor(owner):
        return read_function(reader, name, (owner, *arguments), keywords, node)
    if isinstance(owner, ParameterOf):
        return initialization.initialize(name, owner, arguments, node)
    if isinstance(owner, Node):
        return _module_method(reader, owner, name, arguments, node)
    if isinstance(owner, Child):
        return _child_method(owner, name, node)
    return _plain_method(owner, name, arguments, keywords, node)


def _super_method(
    reader: Reader, owner: SuperValue, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call
) -> Any:
    definition = parent(reader.globals, owner.definition)
    while definition is not None:
        method = next(
            (each for each in definition.body if isinstance(each, ast.FunctionDef) and each.name == name), None
        )
        if method is not None:
            scope = {"__class__": definition} | bound(reader, method.args, (owner.node, *arguments), keywords, node)
            try:
                return reader.follow(method.body, scope)
            except Return as returned:
                return returned.value
        definition = parent(reader.globals, definition)
    if name == "__init__":
        if isinstance(owner.node, Record):
            fill_record(reader, owner.node, arguments, keywords, node)
        else:
            fill(owner.node, arguments, keywords, node)
        return IGNORED
    raise cannot_read(node, f"super().{name} cannot be read; write what it does.")


def fill_record(reader: Reader, record: Record, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> None:
    """Gives an object what the constructor of a data class gives it: its fields."""
    declared = fields(reader.globals, record) or []
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


def _module_method(reader: Reader, owner: Node, name: str, arguments: tuple[Any, ...], node: ast.Call) -> Any:
    if name in _LOOKS and not arguments:
        return _LOOKS[name](owner)
    if name == "apply" and len(arguments) == 1:
        return _applied(reader, owner, arguments[0], node)
    if name == "append" and owner.base in ("Sequential", "ModuleList"):
        add_children(owner, (list(arguments),) if owner.base == "ModuleList" else arguments, {}, node)
        return owner
    if name in ("extend", "update") and owner.base in ("Sequential", "ModuleList", "ModuleDict"):
        given = arguments[0]
        if isinstance(given, dict):
            owner.children |= given
        else:
            add_children(owner, tuple(items(given, node)) if owner.base == "Sequential" else (given,), {}, node)
        return owner
    if name in ("add_module", "register_module") and len(arguments) == 2 and isinstance(arguments[1], Node):
        owner.children[str(arguments[0])] = arguments[1]
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
        layers = list(owner.children.values())
        layers.insert(arguments[0], arguments[1])
        owner.children = {str(index): layer for index, layer in enumerate(layers)}
        return owner
    if name in _MODULE_METHODS:
        return owner
    if name in ("register_buffer", "register_parameter"):
        raise made_here(node)
    raise cannot_read(node, f"{shown(node)} cannot be read here; write it with layers of torch.nn.")


def _applied(reader: Reader, owner: Node, function: Any, node: ast.Call) -> Node:
    """Follows `apply`, which gives every module to a function that initialises it."""
    outer, reader.initializing = reader.initializing, True
    try:
        for module in initialization.modules(owner):
            with contextlib.suppress(SpecError):
                reader.call(function, (module,), {}, node)
    finally:
        reader.initializing = outer
    return owner


def _child_method(owner: Child, name: str, node: ast.Call) -> Any:
    children = children_of(owner)
    if name in ("children", "values"):
        return list(children.values())
    if name in ("items", "named_children"):
        return list(children.items())
    if name == "keys":
        return list(children)
    raise cannot_read(node, f"{shown(node)} cannot be read in a forward; apply layers and operations of torch.")


def _plain_method(owner: Any, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    readable: dict[type, tuple[str, ...]] = {
        list: ("append", "extend", "insert", "pop", "index", "copy", "reverse", "count"),
        dict: ("items", "keys", "values", "get", "update", "copy", "pop", "setdefault"),
        str: ("format", "lower", "upper", "startswith", "endswith", "replace", "strip", "split", "join"),
        tuple: ("index", "count"),
    }
    if name not in readable.get(type(owner), ()):
        raise cannot_read(node, f"{shown(node)} cannot be read; write its value.")
    if name == "extend":
        arguments = (items(arguments[0], node),)
    try:
        result = getattr(owner, name)(*arguments, **keywords)
    except (TypeError, ValueError, LookupError) as error:
        raise cannot_read(node, f"{shown(node)} cannot be computed: {error}.") from error
    return list(result) if isinstance(owner, dict) and name in ("items", "keys", "values") else result
