"""Source that Python can read, as a tree with the names that are bound in it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, TypeVar

from playground.networks.slips_text import Edit, Lines, Token, tokens
from playground.networks.slips_torch import USUAL_NAMES, nearest

Function = ast.FunctionDef | ast.AsyncFunctionDef
Kind = TypeVar("Kind", bound=ast.AST)


class Place(NamedTuple):
    """A node with the class and the functions that it stands in, from the outside in."""

    node: ast.AST
    within: ast.ClassDef | None
    functions: tuple[Function, ...]

    @property
    def in_constructor(self) -> bool:
        """Whether this is code that makes layers: `__init__`, or no method at all."""
        return not self.functions or self.functions[-1].name == "__init__"


class Source:
    """A parsed source: positions as offsets, where its nodes stand, and what its names mean."""

    def __init__(self, lines: Lines, tree: ast.Module) -> None:
        self.lines = lines
        self.tree = tree
        self.places = list(_places(tree))
        self._by_type: dict[type, list[Place]] = {}
        for place in self.places:
            self._by_type.setdefault(type(place.node), []).append(place)
        self.calls = {id(node.func): node for _, node in self.nodes(ast.Call)}
        self._bound: dict[int, frozenset[str]] = {}
        self._unbound: dict[tuple[str, ast.ClassDef | None, tuple[Function, ...]], bool] = {}

    def nodes(self, kind: type[Kind]) -> Iterator[tuple[Place, Kind]]:
        """The nodes of a class of `ast`, with their places."""
        for place in self._by_type.get(kind, ()):
            yield place, place.node  # type: ignore[misc]  # the places are kept by the class of their nodes

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens of the source."""
        return tokens(self.lines.text)

    def start(self, node: ast.AST) -> int:
        """The offset of a node's first character."""
        return self._offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]  # only nodes with a place

    def end(self, node: ast.AST) -> int:
        """The offset after a node's last character."""
        return self._offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]  # likewise

    def text(self, node: ast.AST) -> str:
        """A node's source."""
        return self.lines.text[self.start(node) : self.end(node)]

    def attribute_edit(self, node: ast.Attribute, name: str) -> Edit:
        """Write another name after the last dot."""
        end = self.end(node)
        return Edit(end - len(node.attr), end, name)

    def resolve(self, node: ast.AST) -> str | None:
        """The torch name behind an expression, such as "torch.nn.Conv2d"; None if it is something else."""
        path: list[str] = []
        while isinstance(node, ast.Attribute):
            path.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = self.meaning(node.id)
        return ".".join([root, *reversed(path)]) if root else None

    def meaning(self, name: str) -> str | None:
        """The torch module or class that a name stands for: by its import, or by custom if nothing binds it."""
        if name in self.imports:
            return self.imports[name] if name not in self._rebound else None
        return USUAL_NAMES.get(name) if not self.is_bound_anywhere(name) else None

    def is_unbound(self, name: str, place: Place) -> bool:
        """Whether nothing that can be seen from a place gives a name a value."""
        key = (name, place.within, place.functions)
        if key not in self._unbound:
            self._unbound[key] = self._find_unbound(name, place)
        return self._unbound[key]

    def _find_unbound(self, name: str, place: Place) -> bool:
        if self.has_star_import or name in self.bound_in(self.tree) or hasattr(builtins, name):
            return False
        if place.within and name in self.bound_in(place.within):
            return False
        return not any(name in self.bound_in(function) for function in place.functions)

    def bound_in(self, scope: ast.Module | ast.ClassDef | Function) -> frozenset[str]:
        """The names that a module, a class or a function binds itself."""
        if id(scope) not in self._bound:
            self._bound[id(scope)] = frozenset(_bindings(scope, ast.Global in self._by_type)) | _GIVEN
        return self._bound[id(scope)]

    def is_bound_anywhere(self, name: str) -> bool:
        """Whether a name gets a value at any place."""
        return name in self._rebound or name in self.imports

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each imported name stands for, by its dotted path."""
        found: dict[str, str] = {}
        for _, node in self.nodes(ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                found[alias.asname or root] = alias.name if alias.asname else root
        for _, statement in self.nodes(ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            found.update((alias.asname or alias.name, f"{module}.{alias.name}") for alias in statement.names)
        return found

    @cached_property
    def has_star_import(self) -> bool:
        """Whether names come from a module that is not here."""
        return "*" in self.imports

    @cached_property
    def _rebound(self) -> frozenset[str]:
        """Names that are anything else than an import somewhere."""
        names = {node.id for _, node in self.nodes(ast.Name) if not isinstance(node.ctx, ast.Load)}
        names |= {node.arg for _, node in self.nodes(ast.arg)}
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            names |= {place.node.name for place in self._by_type.get(kind, ())}  # type: ignore[attr-defined]
        return frozenset(names)

    def _offset(self, line: int, byte_column: int) -> int:
        start = self.lines.starts[line - 1]
        text = self.lines.line(line)
        column = byte_column if text.isascii() else len(text.encode()[:byte_column].decode(errors="ignore"))
        return start + column


_CHILDREN = "children of this node"
# Tuples made once: these are asked for every node of a tree.
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_DECLARATIONS = (ast.Global, ast.Nonlocal)
_NAMING = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
# Names that every module or method has.
_GIVEN = frozenset({"__file__", "__name__", "__class__", "__doc__", "__spec__", "__package__", "__path__"})


def methods(node: ast.ClassDef) -> dict[str, Function]:
    """The methods of a class by name."""
    return {item.name: item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)}


def self_attribute(node: ast.AST) -> str | None:
    """The name X of an expression `self.X`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr
    return None


def is_near_self(name: str) -> bool:
    """Whether a name looks like a misspelt `self`; `self_` is a name that people choose."""
    return "_" not in name and bool(nearest(name, frozenset({"self"}), 0.75))


def parameter_names(function: Function) -> list[str]:
    """The names of a function's parameters by position."""
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all nodes within it, in no certain order."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending += _children(node)


def _children(node: ast.AST) -> tuple[ast.AST, ...]:
    """The nodes directly in a node, without operators and contexts: half of a tree is these.

    They are kept with the node, because a tree is walked a dozen times.
    """
    kept = vars(node)
    children: tuple[ast.AST, ...] | None = kept.get(_CHILDREN)
    if children is None:
        found: list[ast.AST] = []
        for value in kept.values():
            if isinstance(value, list):
                found += [item for item in value if isinstance(item, ast.AST) and item._fields]
            elif isinstance(value, ast.AST) and value._fields:
                found.append(value)
        children = kept[_CHILDREN] = tuple(found)
    return children


def _places(tree: ast.Module) -> Iterator[Place]:
    """Every node, in no certain order; a class or function itself stands outside of itself."""
    # Without the constructor in Python that a NamedTuple has, as for tokens.
    make = tuple.__new__
    pending: list[Place] = [Place(tree, None, ())]
    while pending:
        place = pending.pop()
        yield place
        node, within, functions = place.node, place.within, place.functions
        if isinstance(node, ast.ClassDef):
            within = node
        elif isinstance(node, _FUNCTIONS):
            functions = (*functions, node)
        pending += [make(Place, (child, within, functions)) for child in _children(node)]


def _bindings(scope: ast.Module | ast.ClassDef | Function, has_globals: bool) -> Iterator[str]:
    """The names bound in a scope; those of comprehensions and lambdas within it count, too."""
    pending = list(_children(scope))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                yield node.id
            continue
        if isinstance(node, ast.Constant):
            continue
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, _IMPORTS):
            yield from ((alias.asname or alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, _DECLARATIONS):
            yield from node.names
        elif isinstance(node, _NAMING) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest
        if isinstance(node, _DEFINITIONS):
            yield node.name
            if has_globals:
                # Its own names are not visible here, but a `global` in it binds them for the module.
                pending += (item for item in walk(node) if isinstance(item, ast.Global))
        else:
            pending += _children(node)
