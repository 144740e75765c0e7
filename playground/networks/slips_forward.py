"""Slips around `forward`: its name, its place, its return, and statements in it whose result is lost."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from playground.networks.slips_classes import is_plain_module
from playground.networks.slips_indentation import code_lines
from playground.networks.slips_source import Function, Source, methods, parameter_names, self_attribute, walk
from playground.networks.slips_text import Edit, Finding
from playground.networks.slips_torch import FUNCTIONAL, NN, functions, layers, nearest

# Methods of a tensor that return a new one and change nothing.
_PURE_METHODS = frozenset(
    {"view", "reshape", "flatten", "permute", "transpose", "squeeze", "unsqueeze", "contiguous", "expand", "repeat"}
)


def forward_slips(source: Source) -> Iterator[Finding]:
    """All slips of this file, class by class."""
    for _, node in source.nodes(ast.ClassDef):
        if not is_plain_module(source, node):
            continue
        forward = methods(node).get("forward")
        if forward:
            dedented = list(_dedented_return(source, node, forward))
            yield from dedented or _missing_return(source, forward)
            yield from _lost_results(source, node, forward)
        else:
            found = [*_misspelt(source, node), *_nested(source, node), *_outside(source, node)]
            yield from found[:1]


def wrong_assignments(source: Source) -> Iterator[Finding]:
    """`self.conv: nn.Conv2d(1, 2, 3)`, `self.conv == ...`, and a comma at the end of `self.conv = nn.Conv2d(...),`."""
    for place in source.places:
        node = place.node
        if isinstance(node, ast.AnnAssign) and place.functions and node.value is None:
            if isinstance(node.annotation, ast.Call):
                start, end = source.end(node.target), source.start(node.annotation)
                colon = source.lines.text.find(":", start)
                message = f"{source.text(node.target)} is assigned with =, not with a colon."
                yield Finding(colon, message, (Edit(start, end, " = "),))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
            yield from _comparison(source, node.value)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and len(node.targets) == 1:
            yield from _comma_at_the_end(source, node.targets[0], node.value)


def _comparison(source: Source, node: ast.Compare) -> Iterator[Finding]:
    right = node.comparators[0]
    is_one = len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)
    if is_one and isinstance(right, ast.Call) and (self_attribute(node.left) or isinstance(node.left, ast.Name)):
        at = source.lines.text.find("==", source.end(node.left))
        message = f"{source.text(node.left)} is assigned with =; == only compares."
        yield Finding(at, message, (Edit(at, at + 2, "="),))


def _comma_at_the_end(source: Source, target: ast.expr, value: ast.Tuple) -> Iterator[Finding]:
    if not self_attribute(target) or len(value.elts) != 1 or source.text(value).startswith("("):
        return
    item = value.elts[0]
    path = source.resolve(item.func) if isinstance(item, ast.Call) else None
    if path and path.startswith(f"{NN}.") and path.removeprefix(f"{NN}.") in layers():
        end = source.end(value)
        message = f"The comma at the end makes {source.text(target)} a tuple; delete it."
        yield Finding(end - 1, message, (Edit(source.end(item), end, ""),))


def _misspelt(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    """`def foward(self, x)`."""
    for method in methods(node).values():
        name = method.name
        is_like = nearest(name, frozenset({"forward"}), 0.75) and not any(letter.isdigit() for letter in name)
        if not is_like or (name.startswith("_") and not name.endswith("_")) or "self" not in parameter_names(method):
            continue
        at = source.lines.text.find(name, source.start(method) + len("def"))
        uses = [item for item in walk(node) if self_attribute(item) == name and isinstance(item, ast.Attribute)]
        edits = (Edit(at, at + len(name), "forward"), *(source.attribute_edit(item, "forward") for item in uses))
        yield Finding(at, f"{node.name} has no forward, but {name}; did you mean forward?", edits)
        return


def _nested(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    """`forward` indented into another method."""
    for method in methods(node).values():
        for index, inner in enumerate(method.body):
            if not (isinstance(inner, ast.FunctionDef) and inner.name == "forward" and _has_self(inner)):
                continue
            rest = method.body[index:]
            movable = index > 0 and all(_has_self(item) for item in rest)
            indentation = source.lines.indentation(method.lineno)
            edits = _indent(source, rest, indentation) if movable else ()
            message = f"forward stands within {method.name}; indent it as {method.name}, so that {node.name} has it."
            yield Finding(source.start(inner), message, edits)
            return


def _outside(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    """`forward` at the level of the module, below its class."""
    body = source.tree.body
    if node not in body:
        return
    below = body[body.index(node) + 1 :]
    contiguous = []
    for item in below:
        if not _has_self(item):
            break
        contiguous.append(item)
    for item in below:
        if isinstance(item, ast.ClassDef):
            return
        if isinstance(item, ast.FunctionDef) and item.name == "forward" and _has_self(item):
            own = [method.lineno for method in methods(node).values()]
            movable = item in contiguous and bool(own) and own[0] != node.lineno
            edits = _indent(source, contiguous, source.lines.indentation(own[0])) if movable else ()
            message = f"forward stands outside of {node.name}; indent it, so that the class has it."
            yield Finding(source.start(item), message, edits)
            return


def _indent(source: Source, nodes: Sequence[ast.stmt], indentation: str) -> tuple[Edit, ...]:
    """Move nodes to another indentation; () if that cannot be done line by line."""
    lines = source.lines
    first = min([nodes[0].lineno, *(item.lineno for item in getattr(nodes[0], "decorator_list", []))])
    now = lines.indentation(first)
    edits = []
    for line in code_lines(lines, source.tokens):
        if first <= line <= (nodes[-1].end_lineno or nodes[-1].lineno):
            if not lines.line(line).startswith(now):
                return ()
            start = lines.starts[line - 1]
            edits.append(_reindent(start, now, indentation))
    return tuple(edits)


def _reindent(start: int, now: str, wanted: str) -> Edit:
    """The smallest edit that makes one indentation of another, so that both ways are one edit at the line's start."""
    if wanted.startswith(now):
        return Edit(start, start, wanted[len(now) :])
    return Edit(start, start + len(now), wanted)


def _dedented_return(source: Source, node: ast.ClassDef, forward: Function) -> Iterator[Finding]:
    """`return x` as deep as `def forward`, below it; what stands between the two belongs to forward as well."""
    below = node.body[node.body.index(forward) + 1 :]
    outside: list[ast.stmt] = []
    for statement in below:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return
        outside.append(statement)
        if isinstance(statement, ast.Return):
            break
    else:
        return
    if forward.body[0].lineno == forward.lineno:
        return
    right = source.lines.indentation(forward.body[0].lineno)
    now = source.lines.indentation(outside[0].lineno)
    message = f"This line is indented by {len(now)} spaces where {len(right)} are right."
    yield Finding(source.start(outside[0]), message, _indent(source, outside, right))


def _missing_return(source: Source, forward: Function) -> Iterator[Finding]:
    items = list(_own_nodes(forward))
    returns = any(isinstance(item, ast.Return) and item.value for item in items)
    if returns or any(isinstance(item, ast.Raise | ast.Yield | ast.YieldFrom) for item in items):
        return
    real = [statement for statement in forward.body if not _does_nothing(statement)]
    if not real:
        return
    at = source.start(forward)
    last = real[-1]
    if isinstance(last, ast.Return):
        name = _last_assigned(real[:-1])
        edits = (Edit(source.end(last), source.end(last), f" {name}"),) if name else ()
        yield Finding(source.start(last), _return_message(name), edits)
    elif isinstance(last, ast.Expr) and _is_tensor_call(source, last.value):
        start = source.start(last)
        message = f"forward returns nothing; write return {source.text(last)[:60]}."
        yield Finding(at, message, (Edit(start, start, "return "),))
    else:
        name = _last_assigned(real)
        edits = ()
        if name and forward.body[0].lineno > forward.lineno:
            line = forward.body[-1].end_lineno or forward.body[-1].lineno
            end = source.lines.line_end(line)
            indentation = source.lines.indentation(forward.body[0].lineno)
            edits = (Edit(end, end, f"{source.lines.newline}{indentation}return {name}"),)
        yield Finding(at, _return_message(name), edits)


def _return_message(name: str | None) -> str:
    return f"forward returns nothing; end it with return {name}." if name else "forward returns nothing."


def _last_assigned(body: Sequence[ast.stmt]) -> str | None:
    """The name that was assigned last, also within a loop or a condition."""
    assigned = [
        (item.lineno, item.col_offset, item.id)
        for statement in body
        for item in walk(statement)
        if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)
    ]
    loops = {
        name.id
        for statement in body
        for item in walk(statement)
        if isinstance(item, ast.For | ast.comprehension)
        for name in walk(item.target)
        if isinstance(name, ast.Name)
    }
    names = [name for _, _, name in sorted(assigned) if name not in loops]
    return names[-1] if names else None


def _lost_results(source: Source, node: ast.ClassDef, forward: Function) -> Iterator[Finding]:
    """`F.relu(x)` or `x.view(-1, 10)` as a statement: the result goes nowhere."""
    made = {
        self_attribute(item.targets[0])
        for item in walk(node)
        if isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.value, ast.Call)
        if (source.resolve(item.value.func) or "").startswith(f"{NN}.")
        if not any(argument.arg == "inplace" for argument in item.value.keywords)
    }
    has_return = any(isinstance(item, ast.Return) and item.value for item in _own_nodes(forward))
    for statement in forward.body[: None if has_return else -1]:
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        name = _lost_name(source, statement.value, made)
        if name:
            start = source.start(statement)
            message = f"The result of {source.text(statement)[:60]} is lost; assign it to {name}."
            yield Finding(start, message, (Edit(start, start, f"{name} = "),))


def _lost_name(source: Source, call: ast.Call, made: set[str | None]) -> str | None:
    """The variable that a call was meant to change; None if the call may have another purpose."""
    if not isinstance(call.func, ast.Attribute):
        return None
    owner = call.func.value
    if isinstance(owner, ast.Name) and call.func.attr in _PURE_METHODS and source.meaning(owner.id) is None:
        return owner.id if owner.id != "self" else None
    if not call.args or not isinstance(call.args[0], ast.Name):
        return None
    is_function = source.resolve(owner) == FUNCTIONAL and call.func.attr in functions(FUNCTIONAL)
    is_inplace = call.func.attr.endswith("_") or any(item.arg == "inplace" for item in call.keywords)
    if (is_function and not is_inplace and len(call.args) < 3) or self_attribute(call.func) in made - {None}:
        return call.args[0].id
    return None


def _is_tensor_call(source: Source, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return bool(self_attribute(node.func)) or (source.resolve(node.func) or "").startswith(FUNCTIONAL)


def _has_self(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and parameter_names(node)[:1] == ["self"]


def _does_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """What stands in a function itself and not in one that it defines."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending += ast.iter_child_nodes(node)
