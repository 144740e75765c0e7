"""Follows every text that Streamlit shows as Markdown back to what it is made of, through the sources of the pages.

What is made of literals, constants, numbers, fields of the project's registries and `plain(...)` is the project's own.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# Methods of Streamlit by which of their arguments are Markdown; a number is the place of one without a name.
_FIRST = (
    "badge button camera_input caption checkbox color_picker date_input dialog download_button error expander "
    "file_uploader header info link_button markdown menu_button metric multiselect number_input pills popover radio "
    "segmented_control select_slider selectbox slider spinner status subheader success text_area text_input "
    "time_input title toast toggle warning write"
)
_NAMED = ("label", "body", "help", "text", "caption", "captions", "title")
# Options are Markdown, too, or what a function says of them; in a selectbox and a multiselect they are plain text.
_WITH_OPTIONS = ("pills", "radio", "segmented_control")
_OPTIONS = (1, "options")
# What functions of the project hand on to Streamlit among their `**settings`.
_HANDED_ON = ("label", "help", "caption")
SHOWN: dict[str, tuple[int | str, ...]] = {
    **dict.fromkeys(_FIRST.split(), (0, *_NAMED)),
    **dict.fromkeys(_WITH_OPTIONS, (0, *_OPTIONS, "format_func", *_NAMED)),
    **{"page_link": _NAMED, "image": _NAMED, "tabs": (0,), "table": (0,), "progress": (1, "text")},
}
# Not of Streamlit, though their methods are called like its.
_NO_PLACES = frozenset({"presets", "stream"})
_ESCAPES = frozenset({"plain", "as_code"})
_NUMBERS = frozenset({"len", "sum", "int", "float", "bool", "round", "range"})
_MADE_OF_THEIR_ARGUMENTS = frozenset({"min", "max", "list", "str", "zip", "enumerate", "filter", "next", "tuple"})
_MADE_OF_THEIR_OBJECT = frozenset({"lower", "capitalize", "partition", "replace", "strip", "get", "items", "values"})
_NUMBER_FORMAT = re.compile(r"[,.\d]*[defg%,]")

_Function = ast.FunctionDef | ast.Lambda
_Origins = list[tuple[ast.expr, "_Scope"]] | None
"""What a name may be, each with where it is to be understood; None where that is not known."""


@dataclass(frozen=True)
class Place:
    """An expression that is shown as Markdown, and that is not known to be the project's own text."""

    file: str
    line: int
    expression: str


@dataclass
class _Scope:
    """The names of a function, or of a module."""

    module: _Module
    function: _Function | None = None
    around: _Scope | None = None
    names: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class _Module:
    file: str
    functions: dict[str, tuple[ast.FunctionDef, _Scope]] = field(default_factory=dict)
    calls: list[tuple[ast.Call, _Scope]] = field(default_factory=list)


def foreign_parts(sources: Mapping[str, str], our_names: str) -> list[Place]:
    """What reaches Markdown in the sources and is not ours; a function that shows an argument is followed to its calls.

    `our_names` are those of attributes and functions that give texts of our own, or numbers, with spaces between.
    """
    modules = [_read(file, source) for file, source in sources.items()]
    search = _Search(frozenset(our_names.split()))
    found: set[Place] = set()
    while True:
        before = {name: set(shown) for name, shown in search.showing.items()}
        found = {place for module in modules for place in search.foreign_in(module)}
        if before == search.showing:
            return sorted(found, key=lambda place: (place.file, place.line, place.expression))


@dataclass
class _Search:
    our_names: frozenset[str]
    showing: dict[str, set[int | str]] = field(default_factory=dict)
    """The functions of the project that show arguments as Markdown, by name, and which."""

    def foreign_in(self, module: _Module) -> Iterator[Place]:
        for call, scope in module.calls:
            for shown in self._shown(call):
                for part in self._foreign(shown, scope, frozenset()):
                    yield Place(module.file, part.lineno, ast.unparse(part))

    def _shown(self, call: ast.Call) -> list[ast.expr]:
        match call.func:
            case ast.Attribute(value, name) if ast.unparse(value) not in _NO_PLACES:
                said = any(keyword.arg == "format_func" for keyword in call.keywords)
                return _arguments(call, [shown for shown in SHOWN.get(name, ()) if not said or shown not in _OPTIONS])
            case ast.Name(name):
                return _arguments(call, {*self.showing.get(name, ()), *_HANDED_ON})
        return []

    def _foreign(self, node: ast.expr, scope: _Scope, seen: frozenset[object]) -> Iterator[ast.expr]:
        """The smallest parts of an expression that are not known to be ours."""
        parts = self._parts(node)
        origins = [(part, scope) for part in parts] if parts is not None else self._origins(node, scope)
        if origins is None:
            yield node
            return
        for origin, where in origins:
            if (key := (id(origin), id(where))) not in seen:
                for part in self._foreign(origin, where, seen | {key}):
                    yield part if where.module is scope.module else node

    def _parts(self, node: ast.expr) -> list[ast.expr] | None:
        """What an expression is made of, as far as that decides; None where a name has to be followed."""
        match node:
            case ast.Constant():
                return []
            case ast.Name(name) if name in _ESCAPES:
                return []
            case ast.Name(name) | ast.Attribute(ast.Name(), name) if name.isupper():
                return []  # a constant
            case ast.FormattedValue(value, _, spec):
                is_number = spec is not None and _NUMBER_FORMAT.fullmatch(ast.unparse(spec)[2:-1])
                return [] if is_number else [value]
            case ast.BinOp(left, operator, right):
                return [left, right] if isinstance(operator, ast.Add) and not _is_number(right) else []
            case ast.IfExp(_, body, other):
                return [body, other]
            case ast.JoinedStr(values) | ast.BoolOp(_, values) | ast.Tuple(values) | ast.List(values):
                return list(values)
            case ast.Dict(keys, values):
                return [each for each in (*keys, *values) if each and not _is_function(each)]
            case ast.Starred(value) | ast.Subscript(value) | ast.Lambda(_, value) | ast.NamedExpr(_, value):
                return [value]
            case ast.GeneratorExp(element) | ast.ListComp(element):
                return [element]
            case ast.DictComp(key, value):
                return [key, value]
            case ast.Compare() | ast.UnaryOp():
                return []
            case ast.Attribute(value, name):
                return [] if name in self.our_names else [value] if isinstance(value, ast.Subscript) else None
            case ast.Call(ast.Name(name) | ast.Attribute(_, name)) if name in _ESCAPES | _NUMBERS | self.our_names:
                return []
            case ast.Call(ast.Name(name), arguments) if name in _MADE_OF_THEIR_ARGUMENTS:
                return list(arguments)
            case ast.Call(ast.Attribute(value, "join"), arguments):
                return [value, *arguments]
            case ast.Call(ast.Attribute(value, name)) if name in _MADE_OF_THEIR_OBJECT:
                return [value]
        return None

    def _origins(self, node: ast.expr, scope: _Scope) -> _Origins:
        match node:
            case ast.Call(ast.Name(name)) | ast.Name(name) if name in scope.module.functions:
                function, inner = scope.module.functions[name]
                returned = [each.value for each in _own_nodes(function) if isinstance(each, ast.Return) and each.value]
                return [(value, inner) for value in returned]
            case ast.Name(name):
                return self._of_name(name, scope)
        return None

    def _of_name(self, name: str, scope: _Scope) -> _Origins:
        if scope.function and name in (places := _parameters(scope.function)):
            return self._of_parameter(places[name], places, scope)
        if name in scope.names:
            return [(value, scope) for value in scope.names[name]]
        return self._of_name(name, scope.around) if scope.around else None

    def _of_parameter(self, parameter: ast.arg, places: dict[str, ast.arg], scope: _Scope) -> _Origins:
        """What is given at the calls in the module; a function that others call is noted as one that shows it."""
        if isinstance(parameter.annotation, ast.Name) and parameter.annotation.id in _NUMBERS:
            return []
        if not isinstance(scope.function, ast.FunctionDef):
            return None
        name, place = scope.function.name, list(places).index(parameter.arg)
        if not name.startswith("_"):
            self.showing.setdefault(name, set()).update({place, parameter.arg})
            return []
        calls = [each for each in scope.module.calls if isinstance(each[0].func, ast.Name) and each[0].func.id == name]
        given = [(value, where) for call, where in calls for value in _arguments(call, (place, parameter.arg))]
        return given or None


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _is_function(node: ast.expr) -> bool:
    return isinstance(node, ast.Lambda) or ast.unparse(node).startswith("functools.partial(")


def _arguments(call: ast.Call, shown: Iterable[int | str]) -> list[ast.expr]:
    named = [keyword.value for keyword in call.keywords if keyword.arg in shown]
    return named + [argument for place, argument in enumerate(call.args) if place in shown]


def _parameters(function: _Function) -> dict[str, ast.arg]:
    arguments = function.args
    return {each.arg: each for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def _read(file: str, source: str) -> _Module:
    module = _Module(file)
    _read_scope(ast.parse(source), _Scope(module))
    return module


def _read_scope(node: ast.AST, scope: _Scope) -> None:
    for each in _own_nodes(node):
        match each:
            case ast.Call():
                scope.module.calls.append((each, scope))
            case ast.Assign(targets, value):
                _bind(targets, value, scope)
            case ast.AnnAssign(target, _, ast.expr() as value) | ast.AugAssign(target, _, value):
                _bind([target], value, scope)
            case ast.NamedExpr(target, value):
                _bind([target], value, scope)
            case ast.For(target, value) | ast.comprehension(target, value):
                _bind([target], value, scope)
        if isinstance(each, _Function):
            inner = _Scope(scope.module, each, scope)
            if isinstance(each, ast.FunctionDef):
                scope.module.functions[each.name] = each, inner
            _read_scope(each, inner)


def _bind(targets: Iterable[ast.expr], value: ast.expr, scope: _Scope) -> None:
    for target in targets:
        match target, value:
            case ast.Tuple(each), ast.Call(ast.Name("zip"), given) | ast.Tuple(given) if len(each) == len(given):
                for part, part_given in zip(each, given, strict=True):
                    _bind([part], part_given, scope)
            case ast.Tuple([index, each]), ast.Call(ast.Name("enumerate"), [given]):
                _bind([index], ast.Constant(0), scope)
                _bind([each], given, scope)
            case _:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                        scope.names[name.id].append(value)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a function or module; of the functions in it only that they are there."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _Function):
            yield from _own_nodes(child)
