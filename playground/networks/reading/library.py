"""What source calls that is not its own: Python's builtins, the layers of torch.nn, and functions on tensors."""

from __future__ import annotations

import ast
from typing import Any

from playground.networks.reading import initialization, torchvision_helpers
from playground.networks.reading.as_python import first_of
from playground.networks.reading.changes import CHANGING_METHODS
from playground.networks.reading.functions import read_function
from playground.networks.reading.inheritance import call_super, define_class
from playground.networks.reading.module_methods import (
    call_child_method,
    call_module_method,
    make_layer,
)
from playground.networks.reading.parts import copied, set_attribute
from playground.networks.reading.python_functions import (
    CHECKS,
    ON_ITEMS,
    PLAIN,
    call_builtin,
    call_plain_method,
    check,
    dictionary,
    read_range,
)
from playground.networks.reading.reader import Names, Reader
from playground.networks.reading.refusals import instead_of_name
from playground.networks.reading.states import changed_state, check_known, is_state
from playground.networks.reading.values import (
    IGNORED,
    Child,
    ClassValue,
    Method,
    Node,
    ParameterOf,
    Partial,
    StateOf,
    SuperValue,
    TorchName,
    cannot_read,
    is_tensor,
    shown,
)

_STAR_MODULES = ("torch.nn", "torch.nn.functional")
_IGNORED_PREFIXES = ("torch._assert", "warnings.", "torch.manual_seed", "print", "torch.jit.", "logging.")


def says_nothing(name: str) -> bool:
    """Whether a function is called for what it prints, checks or sets, which is nothing of a network."""
    return name.startswith(_IGNORED_PREFIXES) and name not in ("torch.jit.is_scripting", "torch.jit.is_tracing")


PARAMETERS = frozenset(
    {
        *("torch.nn.Parameter", "torch.nn.parameter.Parameter", "torch.nn.UninitializedParameter"),
        *("torch.nn.Buffer", "torch.nn.ParameterList", "torch.nn.ParameterDict"),
    }
)
"""What makes weights that belong to no layer."""

REGISTERS = ("register_buffer", "register_parameter")
"""The methods of a module that give it such weights."""

_WRAPPERS = frozenset({"torch.nn.DataParallel", "torch.nn.parallel.DistributedDataParallel", "torch.compile"})
"""What runs a network otherwise and leaves it what it is."""


def import_names(reader: Reader, node: ast.Import | ast.ImportFrom, names: Names) -> None:
    """The names that an import brings; raises SpecError for a relative one, which the pasted text cannot have."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            root = alias.name if alias.asname else alias.name.split(".")[0]
            names[alias.asname or root] = TorchName(root)
        else:
            full = f"{node.module or ''}.{alias.name}"
            if alias.name == "*" and node.module in _STAR_MODULES:
                names[f"* of {node.module}"] = node.module
                continue
            found = torchvision_helpers.find(full)
            if isinstance(found, ClassValue):
                found = define_class(reader, found.definition, reader.globals)
            names[alias.asname or alias.name] = found or TorchName(full)


def call_name(reader: Reader, name: str, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What calling a function or class that is not the source's own gives."""
    name = name.replace("torch.nn.modules.", "torch.nn.").removeprefix("builtins.")
    if name == "torch.nn.Module.__init__":
        return IGNORED
    if name in _WRAPPERS and arguments and isinstance(arguments[0], Node):
        return arguments[0]
    if name == "torch.cuda.is_available":
        return False
    if name in ("torch.cuda.device_count", "torch.device"):
        return 0 if name == "torch.cuda.device_count" else IGNORED
    if name in ("typing.cast", "typing_extensions.cast") and len(arguments) == 2:
        return arguments[1]
    if name.startswith("torch.nn.init."):
        parameter = arguments[0] if arguments else keywords.get("tensor")
        rest = (*arguments[1:], *([keywords["val"]] if "val" in keywords else []))
        return initialization.initialize(name.rsplit(".", 1)[1], parameter, rest, node)
    if name in ("torch.jit.is_scripting", "torch.jit.is_tracing"):
        return False
    if name in ("collections.OrderedDict", "typing.OrderedDict", "dict"):
        return dictionary(arguments, keywords, node)
    if name in ("copy.copy", "copy.deepcopy") and len(arguments) == 1:
        reader.budget.go_through(node, arguments)
        return copied(arguments[0])
    if name == "functools.partial":
        return Partial(first_of(arguments, node), arguments[1:], keywords)
    if name == "range":
        return read_range(arguments, node)
    if name in PLAIN or name in ON_ITEMS:
        return call_builtin(reader, name, arguments, keywords, node)
    if name == "setattr" and len(arguments) == 3 and isinstance(arguments[1], str):
        return set_attribute(arguments[0], arguments[1], arguments[2], node)
    if name in CHECKS:
        return check(name, arguments, node)
    layer = name.removeprefix("torch.nn.")
    if name.startswith("torch.nn.") and layer[:1].isupper():
        return make_layer(layer, arguments, keywords, node)
    if name.startswith("torch."):
        return read_function(reader, name.rsplit(".", 1)[1], arguments, keywords, node)
    raise cannot_read(node, f"{shown(node.func)} cannot be read; {instead_of_name(name)}.")


def call_partial(reader: Reader, partial: Any, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What calling a partial gives."""
    return reader.call(partial.function, (*partial.arguments, *arguments), {**partial.keywords, **keywords}, node)


def is_partial(value: Any) -> bool:
    """Whether a value was made by `functools.partial`."""
    return isinstance(value, Partial)


def _outlives(reader: Reader, node: ast.Call) -> bool:
    """Whether a method is called on something that a forward did not make: an attribute, or what the file has."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    is_of_file = isinstance(owner, ast.Name) and owner.id in reader.globals and owner.id not in reader.scopes[-1]
    return isinstance(owner, ast.Attribute) or is_of_file


def call_method(reader: Reader, method: Method, arguments: tuple[Any, ...], keywords: Names, node: ast.Call) -> Any:
    """What calling a method of a value gives."""
    owner, name = method.owner, method.name
    if owner is IGNORED:
        return IGNORED
    if isinstance(owner, tuple) and is_state(owner):
        check_known(owner, node)
    if isinstance(owner, StateOf):
        return changed_state(owner, name, (*arguments, *keywords.values()))
    if isinstance(owner, ClassValue) and name == "verify" and len(arguments) == 1:
        return arguments[0]  # torchvision makes sure that weights are some of these
    if isinstance(owner, SuperValue):
        return call_super(reader, owner, name, arguments, keywords, node)
    if is_tensor(owner):
        return read_function(reader, name, (owner, *arguments), keywords, node)
    if isinstance(owner, ParameterOf):
        return initialization.initialize(name, owner, arguments, node)
    if isinstance(owner, Node):
        return call_module_method(reader, owner, name, arguments, node)
    if isinstance(owner, Child):
        return call_child_method(owner, name, node)
    if reader.bind and isinstance(owner, list | dict) and name in CHANGING_METHODS and _outlives(reader, node):
        raise cannot_read(
            node,
            f"{shown(node)} keeps something from one forward to the next; begin with a new list or dict in the forward "
            "and change that one.",
        )
    return call_plain_method(owner, name, arguments, keywords, node)
