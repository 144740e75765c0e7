"""Reads a whole source: its names, what its classes make, and the class that is the network."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from playground.networks.code_extensions import GIVES_A_TUPLE, OUTPUT, camel_case, extension_forward
from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.layer_catalogue import LAYER_TYPES
from playground.networks.reading.classes import find_method, torch_classes
from playground.networks.reading.forward import read_forwards
from playground.networks.reading.interpreter import Interpreter
from playground.networks.reading.lengths import lengths_in, that_do_not_fit, with_lengths
from playground.networks.reading.limits import Budget, parse
from playground.networks.reading.makers import makers, required
from playground.networks.reading.module_methods import fill, fill_record
from playground.networks.reading.module_trees import check_tree
from playground.networks.reading.reader import Names
from playground.networks.reading.sample_shape import sample_shape
from playground.networks.reading.script import Script, misplaced
from playground.networks.reading.shared import check_shared, keep_one_of_each
from playground.networks.reading.values import (
    ClassValue,
    FunctionValue,
    Node,
    Record,
    TorchName,
    Unreadable,
    cannot_read,
    shown,
)
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import MAX_DEPTH, NetworkSpec

_CONTAINERS = tuple(name for name in CONTAINERS if name != "Module")
_MOST_NAMED = 8
_LAYERS = frozenset(layer.name for layer in LAYER_TYPES)


def read_code(source: str, entry: str | None = None, arguments: Mapping[str, object] | None = None) -> NetworkSpec:
    """The network in a PyTorch source: a class, or a bare `nn.Sequential(...)`; nothing of it is executed.

    `entry` is the class to read, by default the one that no other class uses, or a function that makes the network;
    `arguments` are for it, where the name of a class of the source stands for the class. Raises SpecError, with line
    and column, for what cannot be read.
    """
    tree = parse(source)
    try:
        return _Source(source, tree).network(entry, dict(arguments or {}))
    except RecursionError as error:
        raise SpecError("The source calls itself too deep to be followed; write it with fewer levels.") from error


class _Source:
    """A parsed source with its names."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._text = text
        self._tree = tree
        self._reader = Interpreter({"nn": TorchName("torch.nn"), "torch": TorchName("torch")}, Budget())
        self._reader.globals["F"] = TorchName("torch.nn.functional")
        self._reader.make = self._make
        self._inside = 0
        self._reader.globals["__name__"] = "__main__"
        self._script = Script(tree, self._reader.globals)
        _check_returns(tree)
        self._follow()

    def network(self, entry: str | None, arguments: Names) -> NetworkSpec:
        """The network of the source."""
        name, found = self._chosen(entry)
        if isinstance(found, ClassValue) and not entry and not arguments:
            name, found = self._maker_of(name, found)
        if isinstance(found, Unreadable):
            raise found.error
        if isinstance(found, Node):
            return self._spec(camel_case(name) or "Net", found)
        if not isinstance(found, ClassValue | FunctionValue):
            raise SpecError(f"There is no class {name[:100]!r} in the source; there are {self._class_names()}.")
        if isinstance(found, ClassValue):
            return self._spec(name, self._network_of_class(name, found, arguments))
        made = self._reader.call_function(found, (), self._given(arguments), found.definition)
        if not isinstance(made, Node):
            raise cannot_read(found.definition, f"the function {name} gives no network; end it with return model.")
        return self._spec(made.class_name or camel_case(name), made)

    def _follow(self) -> None:
        """Goes through the file; what surrounds a network is passed over."""
        self._reader.script = self._script
        for statement in self._tree.body:
            followed: ast.stmt = statement
            if isinstance(statement, ast.Expr) and _makes_a_sequential(statement.value):
                name = ast.copy_location(ast.Name("", ast.Store()), statement)
                followed = ast.copy_location(ast.Assign([name], statement.value), statement)
            self._reader.follow([followed], self._reader.globals)
        self._reader.script = None

    def _chosen(self, entry: str | None) -> tuple[str, Any]:
        """The name of what is read, and what it stands for."""
        named = self._script.named
        if not entry and self._script.lost_classes:
            raise self._script.lost_classes[0]  # another class would be taken for the network
        name = entry or _last_with(named, _holds_modules_of_the_source) or self._entry()
        if name is None:
            name = self._bare()
        return name, self._reader.globals.get(name)

    def _maker_of(self, name: str, found: ClassValue) -> tuple[str, ClassValue | FunctionValue]:
        """The function that makes a class which cannot be made without arguments, where there is just one."""
        constructor = find_method(Node("", definition=found), "__init__")
        needed = required(constructor.definition.args)[1:] if constructor else []
        there = [each for each in makers(self._tree, name) if isinstance(self._reader.globals.get(each), FunctionValue)]
        if not needed or not there or self._script.made_by(name, found.definition):
            return name, found
        if len(there) > 1:
            raise cannot_read(
                found.definition,
                f"the class {name} needs a value for {needed[0]!r}; choose a function that makes it, or call it in the "
                f"file: {', '.join(there[:_MOST_NAMED])}.",
            )
        return there[0], self._reader.globals[there[0]]

    def _network_of_class(self, name: str, found: ClassValue, arguments: Names) -> Node:
        """The module that the file makes of a class, or the one that these arguments make."""
        made: Any = None if arguments else self._script.made_by(name, found.definition)
        made = made or self._make(found, (), self._given(arguments), found.definition)
        if isinstance(made, Record):
            raise cannot_read(
                found.definition, f"the class {name} does not extend nn.Module; write class {name}(nn.Module):"
            )
        assert isinstance(made, Node)
        return made

    def _given(self, arguments: Names) -> Names:
        """The arguments, where the name of a class of the source stands for the class."""
        classes = {key: value for key, value in self._reader.globals.items() if isinstance(value, ClassValue)}
        return {key: classes.get(value, value) if isinstance(value, str) else value for key, value in arguments.items()}

    def _classes(self) -> dict[str, ast.ClassDef]:
        found = {name: value for name, value in self._reader.globals.items() if isinstance(value, ClassValue)}
        return {name: each.definition for name, each in found.items() if _base(each) is not None}

    def _class_names(self) -> str:
        return ", ".join(self._classes()) or "none that extends nn.Module"

    def _entry(self) -> str | None:
        """The class that no other class uses; of several the last."""
        classes = self._classes()
        functions = [each for each in self._tree.body if isinstance(each, ast.FunctionDef)]
        used = {
            node.id
            for user in (*classes.values(), *functions)
            for node in ast.walk(user)
            if isinstance(node, ast.Name) and not (isinstance(user, ast.ClassDef) and node.id == user.name)
        }
        free = [name for name in classes if name not in used] or list(classes)
        return free[-1] if free else None

    def _bare(self) -> str:
        """The name of the network that the file makes without a class; a container rather than a single layer."""
        error = self._script.missing()
        if error:
            raise error
        named = self._script.named
        inside = {id(child) for node in named.values() for child in node.children.values()}
        free = {name: node for name, node in named.items() if id(node) not in inside}
        name = _last_with(free, lambda node: node.type in CONTAINERS) or _last_with(free, lambda _: True)
        if name is None:
            raise SpecError("There is no class that extends nn.Module and no nn.Sequential(...) in the source.", 1, 1)
        return name

    def _spec(self, name: str, node: Node) -> NetworkSpec:
        name = _public(name, "Net")
        check_tree(node, self._tree)
        self._script.check(node)
        _check_names(node)
        check_shared(node)
        read_forwards(self._reader, node)
        network = node.layer("layers")
        # The layers of a class that extends nn.Sequential have numbers, which only a layer's children may have.
        is_open = node.type == "Module" and not any(each.isdecimal() for each in node.children)
        layers = network.children if is_open else (network,)
        spec = NetworkSpec(name, layers, (1,), network.forward if is_open else None)
        lengths = list(lengths_in(node, "" if is_open else "layers"))
        sample = sample_shape(with_lengths(spec, lengths), self._text, self._tree)
        spec = with_lengths(spec, that_do_not_fit(spec, lengths, sample))
        return NetworkSpec(spec.name, spec.layers, sample, spec.forward)

    def _make(self, made: ClassValue, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Any:
        """A module of a class of the source, as its constructor makes it; an object where the class is no module."""
        definition = made.definition
        base = _base(made)
        if base is None and find_method(Node("", definition=made), "forward") is None:
            return self._record(made, arguments, keywords, node)
        if base is None:
            name = definition.name
            raise cannot_read(node, f"the class {name} does not extend nn.Module; write class {name}(nn.Module):")
        if self._inside >= MAX_DEPTH:
            raise cannot_read(node, f"the class {definition.name} makes itself without end.")
        module = Node(base, class_name=_public(definition.name, "Block"), definition=made, is_own=True)
        rule = self._rule(module)
        if base in _CONTAINERS and not rule and find_method(module, "forward") is not None:
            module.type = "Module"
        self._inside += 1
        try:
            self._construct(module, arguments, keywords, node)
        finally:
            self._inside -= 1
        self._finish(module, rule)
        if not self._inside:
            self._script.made(made, module, node)
        return module

    def _record(self, made: ClassValue, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> Record:
        """An object of a class of the source that is no module."""
        record = Record(made)
        constructor = find_method(record, "__init__")
        if constructor is not None:
            self._reader.call_function(constructor, arguments, keywords, node)
        else:
            fill_record(self._reader, record, arguments, keywords, node)
            finish = find_method(record, "__post_init__")
            if finish is not None:
                self._reader.call_function(finish, (), {}, node)
        return record

    def _construct(self, module: Node, arguments: tuple[Any, ...], keywords: Names, node: ast.AST) -> None:
        constructor = find_method(module, "__init__")
        if constructor is not None:
            outer, self._reader.bind = self._reader.bind, None
            try:
                self._reader.call_function(constructor, arguments, keywords, node)
            finally:
                self._reader.bind = outer
        elif module.base != "Module":
            fill(module, arguments, keywords, node)
        elif arguments or keywords:
            raise cannot_read(node, f"the class {module.class_name} takes no arguments: it has no __init__.")

    def _finish(self, module: Node, rule: str) -> None:
        if module.type == "Module":
            keep_one_of_each(module)
        else:
            module.class_name, module.rule = "", "" if rule == OUTPUT else rule
            module.definition = module.definition if rule == OUTPUT else None

    def _rule(self, module: Node) -> str:
        """The rule by which a class computes that extends a container or a layer; "" where it computes by steps."""
        method = find_method(module, "forward")
        if method is None or module.base == "Module":
            return ""
        rules = (OUTPUT,) if module.base in GIVES_A_TUPLE else _rules_of(module.base)
        found = next((rule for rule in rules if _is_forward(method.definition, module.base, rule)), "")
        if not found and module.base not in CONTAINERS:
            raise cannot_read(
                method.definition,
                f"this forward of a {module.base} cannot be read; extend nn.Module, keep the nn.{module.base} in it, "
                "and write the forward there.",
            )
        return found


def _base(kind: ClassValue) -> str | None:
    """The class of torch.nn that a class extends, over its parents: "Module", a container or a layer."""
    name = next(torch_classes(kind), None)
    return name if name in CONTAINERS or name in _LAYERS else None


def _public(name: str, default: str) -> str:
    """The name of a class without the underscores that keep it inside of its file."""
    plain = name.lstrip("_")
    return plain if plain.isidentifier() else default


def _check_names(node: Node) -> None:
    """Raises SpecError, with the place, for a layer under a name that Python changes within a class."""
    for name, child in node.children.items():
        if name.startswith("__") and name in node.places:
            raise cannot_read(
                node.places[name], f"Python keeps {name} under another name; write self.{name.strip('_')} instead."
            )
        _check_names(child)


def _rules_of(type_name: str) -> tuple[str, ...]:
    return tuple(FORWARD_RULES) if type_name in CONTAINERS and CONTAINERS[type_name].has_rule else ()


def _is_forward(definition: ast.FunctionDef | ast.Lambda, type_name: str, rule: str) -> bool:
    """Whether a forward is the one that our own code has for this rule, whatever its annotations."""
    body = definition.body if isinstance(definition, ast.FunctionDef) else []
    return tuple(map(ast.dump, body)) == _forward_of(type_name, rule)


@cache
def _forward_of(type_name: str, rule: str) -> tuple[str, ...]:
    """The statements of the forward that our own code has for a rule."""
    (known,) = ast.parse(extension_forward(type_name, rule)).body
    assert isinstance(known, ast.FunctionDef)
    return tuple(map(ast.dump, known.body))


def _check_returns(tree: ast.Module) -> None:
    outside = misplaced(tree)
    if isinstance(outside, ast.Return):
        raise cannot_read(outside, "this return stands in no function; indent it like the function's lines.")
    if outside is not None:
        raise cannot_read(outside, f"this {shown(outside)} stands in no loop; indent it like the loop's lines.")


def _last_with(named: dict[str, Node], holds: Callable[[Node], bool]) -> str | None:
    """The last name of a module for which something holds."""
    return next((name for name, node in reversed(named.items()) if holds(node)), None)


def _holds_modules_of_the_source(node: Node) -> bool:
    """Whether a container, or what is in it, holds modules of a class of the source."""
    return not node.is_own and any(
        child.is_own or _holds_modules_of_the_source(child) for child in node.children.values()
    )


def _makes_a_sequential(node: ast.expr) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _CONTAINERS
