"""The statements of a file around its classes: what they make of networks, and what of them says nothing about one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.reading.changes import changes, loaded, names_of_calls
from playground.networks.reading.reader import Names
from playground.networks.reading.values import ClassValue, FunctionValue, Node, Unreadable, cannot_read

_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
_COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try)


@dataclass(frozen=True)
class _Made:
    """A module that the file makes with a class, and where."""

    definition: ast.ClassDef
    module: Node
    call: ast.AST

    def is_in(self, statement: ast.stmt) -> bool:
        """Whether the call stands in a statement."""
        return any(each is self.call for each in ast.walk(statement))


@dataclass(frozen=True)
class _PassedOver:
    """A statement that cannot be followed, and why."""

    statement: ast.stmt
    error: SpecError


class Script:
    """What is passed over in a file, and the networks that it makes.

    A statement that cannot be followed leaves everything unknown that it may have changed: the names that it gives a
    value, and the modules and lists that it changes. Using one of these later is an error; not using it is none.
    """

    def __init__(self, tree: ast.Module, names: Names) -> None:
        self._tree = tree
        self._names = names
        self._functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
        self._classes = {each.name for each in tree.body if isinstance(each, ast.ClassDef)}
        self._spoilt: list[tuple[object, SpecError]] = []
        self._lost: list[SpecError] = []
        self.lost_classes: list[SpecError] = []
        self._statements: set[int] = set()
        self._events: list[_Made | _PassedOver] = []
        self.named: dict[str, Node] = {}

    def skips(self, statement: ast.stmt, names: Names) -> bool:
        """Whether a statement need not be followed, because nothing of a network depends on it."""
        if isinstance(statement, ast.Expr):
            if isinstance(statement.value, ast.Constant):
                return True
            self._statements.add(id(statement.value))
        elif not isinstance(statement, _COMPOUND):
            return False
        if self._matters(statement):
            return False
        self._spoil(statement, cannot_read(statement, "what this gives is only known when it runs."), names)
        return True

    def followed(self, statement: ast.stmt, names: Names) -> None:
        """Notes the networks that a statement has given a name."""
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
                self._name(target, names)

    def pass_over(self, statement: ast.stmt, error: SpecError, names: Names) -> None:
        """Goes on after a statement that cannot be followed."""
        self._events.append(_PassedOver(statement, error))
        self._spoil(statement, error, names)

    def is_statement(self, node: ast.AST) -> bool:
        """Whether a call is a statement of its own, such as `main()`."""
        return id(node) in self._statements

    def made(self, made: ClassValue, module: Node, call: ast.AST) -> None:
        """Notes a module of a class of the source that the file makes."""
        self._events.append(_Made(made.definition, module, call))

    def made_by(self, name: str, definition: ast.ClassDef) -> Node | None:
        """The module that the file makes last of a class; raises SpecError if that call cannot be read."""
        for event in reversed(self._events):
            if isinstance(event, _Made):
                if event.definition is definition:
                    return event.module
            elif self._hides(event.statement, name):
                raise event.error
        return None

    def _hides(self, statement: ast.stmt, name: str) -> bool:
        """Whether a statement that cannot be read gives a name to a module of this class that is not known."""
        if not isinstance(statement, ast.Assign) or name not in names_of_calls(statement.value):
            return False
        return not any(isinstance(each, _Made) and each.is_in(statement) for each in self._events)

    def check(self, network: Node) -> None:
        """Raises SpecError if a statement that cannot be read may have changed the network."""
        spoilt = {id(value): error for value, error in self._spoilt}
        for module in _all_modules(network):
            for each in (module, module.definition):
                if id(each) in spoilt:
                    raise spoilt[id(each)]

    def missing(self) -> SpecError | None:
        """Why the file's network is not known, where a statement that cannot be read makes or changes it."""
        if self._lost:
            return self._lost[0]
        makers = self._makers | CONTAINERS.keys()
        errors = (each.error for each in self._passed_over() if makers & names_of_calls(each.statement))
        return next(errors, None) or (None if self.named else self._any_error())

    def _any_error(self) -> SpecError | None:
        return next((each.error for each in self._passed_over() if self._makes_a_module(each.statement)), None)

    def _passed_over(self) -> Iterator[_PassedOver]:
        return (event for event in self._events if isinstance(event, _PassedOver))

    def _name(self, target: ast.expr, names: Names) -> None:
        value = names.get(target.id) if isinstance(target, ast.Name) else None
        if isinstance(target, ast.Name):
            if not isinstance(value, Node):
                self.named.pop(target.id, None)
            elif all(value is not other for other in self.named.values()):
                self.named.pop(target.id, None)
                self.named[target.id] = value

    def _spoil(self, statement: ast.stmt, error: SpecError, names: Names) -> None:
        for name, is_new in changes(statement, self._functions).items():
            scope = names if name in names else self._names
            value = scope.get(name)
            if not is_new and isinstance(value, Node | list | dict | ClassValue):
                self._spoilt.append((value, error))
                for holder in _holders(scope):
                    for other in [key for key, each in holder.items() if _holds(each, value)]:
                        self._lose(other, error, holder)
            self._lose(name, error, names if is_new else scope)

    def _lose(self, name: str, error: SpecError, scope: Names) -> None:
        if scope is self._names and isinstance(scope.get(name), ClassValue):
            self.lost_classes.append(error)
        scope[name] = Unreadable(error)
        if self.named.pop(name, None):
            self._lost.append(error)

    def _matters(self, statement: ast.stmt) -> bool:
        return self._makes_a_module(statement) or not self._relevant.isdisjoint(changes(statement, self._functions))

    @cached_property
    def _relevant(self) -> set[str]:
        """The names that a network may depend on."""
        definitions = [each for each in self._tree.body if isinstance(each, ast.FunctionDef | ast.ClassDef)]
        found = {name for each in definitions for name in loaded(each)} | self._classes
        pending = []
        for statement in self._tree.body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                continue
            changed = set(changes(statement, self._functions))
            if self._makes_a_module(statement):
                found |= changed | loaded(statement)
            pending.append((changed, loaded(statement)))
        size = -1
        while size != len(found):
            size = len(found)
            for changed, used in pending:
                if changed & found:
                    found |= used
        return found

    def _makes_a_module(self, statement: ast.stmt) -> bool:
        return any(self._is_maker(name) for name in names_of_calls(statement))

    def _is_maker(self, name: str) -> bool:
        return name in self._makers or (name[:1].isupper() and name not in self._functions)

    @cached_property
    def _makers(self) -> set[str]:
        """The classes of the file, and its functions that may make a module."""
        found = set(self._classes)
        called = {name: names_of_calls(each) for name, each in self._functions.items()}
        size = -1
        while size != len(found):
            size = len(found)
            for name, names in called.items():
                if any(other in found or other[:1].isupper() for other in names):
                    found.add(name)
        return found


def _holders(scope: Names) -> Iterator[Names]:
    """What gives names to values: a scope, the classes in it, and the defaults of functions."""
    pending: list[Names] = [scope]
    seen: set[int] = set()
    while pending:
        holder = pending.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        yield holder
        pending += [each.attributes for each in holder.values() if isinstance(each, ClassValue) and each.attributes]
        pending += [each.defaults for each in holder.values() if isinstance(each, FunctionValue) and each.defaults]


def _holds(each: object, value: object) -> bool:
    """Whether a value is another one, or a class that extends it."""
    return each is value or (isinstance(each, ClassValue) and any(other is value for other in each.above))


def _all_modules(network: Node) -> Iterator[Node]:
    yield network
    for child in network.children.values():
        yield from _all_modules(child)


def misplaced(tree: ast.Module) -> ast.stmt | None:
    """A return that stands in no function, or a break or continue in no loop."""
    pending: list[tuple[ast.AST, bool, bool]] = [(tree, False, False)]
    while pending:
        node, in_function, in_loop = pending.pop()
        for child in (each for block in _BLOCKS for each in getattr(node, block, ())):
            if isinstance(child, ast.Return) and not in_function:
                return child
            if isinstance(child, ast.Break | ast.Continue) and not in_loop:
                return child
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                pending.append((child, not isinstance(child, ast.ClassDef), False))
            else:
                pending.append((child, in_function, in_loop or isinstance(child, ast.For | ast.While)))
    return None
