"""Slips in a class: its base, its constructor, `super`, and the attributes of `self`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from playground.networks.slips_source import (
    Function,
    Source,
    is_near_self,
    methods,
    parameter_names,
    self_attribute,
    walk,
)
from playground.networks.slips_text import Edit, Finding
from playground.networks.slips_torch import NN, layers, module_attributes, nearest

_DYNAMIC = frozenset({"setattr", "add_module", "register_module", "register_buffer", "register_parameter", "__dict__"})


def class_slips(source: Source) -> Iterator[Finding]:
    """All slips of this file, class by class."""
    for place, node in source.nodes(ast.ClassDef):
        yield from _missing_base(source, node)
        yield from _super_slips(source, node)
        if source.is_unbound("self", place):
            yield from _missing_self_parameter(source, node)
        if is_plain_module(source, node):
            yield from _misspelt_constructor(source, node)
            yield from _missing_super_call(source, node)
            yield from _lost_attributes(source, node)


def is_plain_module(source: Source, node: ast.ClassDef) -> bool:
    """Whether `nn.Module` is the one base of a class, so that all it has is known."""
    return len(node.bases) == 1 and not node.keywords and source.resolve(node.bases[0]) == f"{NN}.Module"


def _missing_base(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    """`class Net:` with layers, a forward and a call of `super().__init__()`."""
    own = methods(node)
    if node.bases or node.keywords or node.decorator_list or not {"__init__", "forward"} <= own.keys():
        return
    calls_super = any(_is_super(item) for item in walk(own["__init__"]))
    if not calls_super or not any(_makes_layer(source, item) for item in walk(own["__init__"])):
        return
    start = source.start(node)
    name = source.lines.text.find(node.name, start + len("class"))
    end = name + len(node.name)
    colon = source.lines.text.find(":", end)
    message = f"{node.name} has no base class; a network is an nn.Module: write class {node.name}(nn.Module)."
    yield Finding(name, message, (Edit(end, colon, "(nn.Module)"),))


def _super_slips(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    """`super().__init__` without its call, `super().__int__()`, `super(Other, self)`, `super().__init__(self)`."""
    called = source.calls
    for method in methods(node).values():
        for item in walk(method):
            if isinstance(item, ast.Call) and _is_super(item):
                yield from _wrong_class_in_super(source, node, item)
            if isinstance(item, ast.Expr) and isinstance(item.value, ast.Attribute) and _is_super(item.value.value):
                end = source.end(item)
                message = f"{source.text(item)} is not called; write the parentheses."
                yield Finding(source.start(item), message, (Edit(end, end, "()"),))
            if not isinstance(item, ast.Attribute) or not _is_super(item.value):
                continue
            if item.attr != "__init__" and is_near_init(item.attr):
                edit = source.attribute_edit(item, "__init__")
                message = f"super() has no {item.attr}; did you mean __init__?"
                yield Finding(edit.start, message, (edit,))
            call = called.get(id(item))
            if call and item.attr == "__init__" and is_plain_module(source, node):
                yield from _self_in_super_call(source, call)


def _wrong_class_in_super(source: Source, node: ast.ClassDef, call: ast.Call) -> Iterator[Finding]:
    names = [each.id for each in call.args if isinstance(each, ast.Name)]
    if names == ["self", node.name]:
        start, end = source.start(call.args[0]), source.end(call.args[1])
        message = f"super takes the class first: super({node.name}, self)."
        yield Finding(start, message, (Edit(start, end, f"{node.name}, self"),))
        return
    if names == [node.name] and len(call.args) == 1:
        end = source.end(call.args[0])
        message = f"super with a class needs self, too: super({node.name}, self)."
        yield Finding(source.start(call), message, (Edit(end, end, ", self"),))
        return
    if not call.args or not isinstance(call.args[0], ast.Name) or call.args[0].id == node.name:
        return
    other = call.args[0].id
    local = {item.name for item in source.tree.body if isinstance(item, ast.ClassDef)}
    is_known = source.is_bound_anywhere(other) or source.has_star_import
    if is_known and not (other in local and is_plain_module(source, node)):
        return
    start = source.start(call.args[0])
    message = f"super names {other}, but this class is {node.name}."
    yield Finding(start, message, (Edit(start, source.end(call.args[0]), node.name),))


def _self_in_super_call(source: Source, call: ast.Call) -> Iterator[Finding]:
    only = call.args[0] if len(call.args) == 1 and not call.keywords else None
    if isinstance(only, ast.Name) and only.id == "self":
        start = source.start(only)
        message = "super().__init__ gets self by itself; write nothing between the parentheses."
        yield Finding(start, message, (Edit(start, source.end(call) - 1, ""),))


def _missing_self_parameter(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    """`def forward(x)` in a class."""
    for method in methods(node).values():
        names = parameter_names(method)
        if method.decorator_list or "self" in names or method.args.vararg or method.args.kwonlyargs:
            continue
        uses = [item for item in walk(method) if isinstance(item, ast.Name) and item.id == "self"]
        unbound = uses and "self" not in source.bound_in(method)
        if not unbound and not (method.name in ("__init__", "forward") and not names):
            continue
        at = source.lines.text.find(method.name, source.start(method) + len("def"))
        opening = source.lines.text.find("(", at) + 1
        if names and is_near_self(names[0]):
            first = source.start(method.args.args[0])
            message = f"The first parameter of {method.name} is {names[0]}; did you mean self?"
            yield Finding(first, message, (Edit(first, first + len(names[0]), "self"),))
        else:
            message = f"{method.name} has no self; it is the first parameter of every method."
            yield Finding(opening, message, (Edit(opening, opening, "self, " if names else "self"),))


def _misspelt_constructor(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    """`def __int__(self)`, `def _init_(self)`."""
    own = methods(node)
    if "__init__" in own:
        return
    for method in own.values():
        if not is_near_init(method.name):
            continue
        body = [item for statement in method.body for item in walk(statement)]
        if any(_is_super(item) or (self_attribute(item) and _is_stored(item)) for item in body):
            at = source.lines.text.find(method.name, source.start(method) + len("def"))
            message = f"{method.name} is never called; the constructor is __init__."
            yield Finding(at, message, (Edit(at, at + len(method.name), "__init__"),))
            return


def is_near_init(name: str) -> bool:
    """Whether a name looks like a misspelt `__init__`; a private method such as `_init` is none."""
    underscores = "__" in name or (name.startswith("_") and name.endswith("_"))
    return underscores and bool(nearest(name, frozenset({"init"}), 0.75))


def _missing_super_call(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    constructor = methods(node).get("__init__")
    if constructor is None or "self" not in parameter_names(constructor):
        return
    items = list(walk(constructor))
    calls_base = any(isinstance(item, ast.Attribute) and is_near_init(item.attr) for item in items)
    mentions_super = any(isinstance(item, ast.Name) and nearest(item.id, frozenset({"super"}), 0.75) for item in items)
    stores = any(self_attribute(item) and _is_stored(item) for item in items)
    if calls_base or mentions_super or not stores:
        return
    statement = constructor.body[0]
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and len(constructor.body) > 1:
        statement = constructor.body[1]
    message = f"__init__ of {node.name} does not call super().__init__(); it must before the first layer."
    start = source.start(constructor)
    if statement.lineno == constructor.lineno:
        yield Finding(start, message)
        return
    line = source.lines.starts[statement.lineno - 1]
    indentation = source.lines.indentation(statement.lineno)
    text = f"{indentation}super().__init__(){source.lines.newline}"
    yield Finding(start, message, (Edit(line, line, text),))


def _lost_attributes(source: Source, node: ast.ClassDef) -> Iterator[Finding]:
    """`self.X` that is never assigned: a misspelling, or a `self.` that is missing at its assignment."""
    items = [item for item in walk(node) if isinstance(item, ast.Attribute | ast.Name)]
    if any(_name(item) in _DYNAMIC for item in items):
        return
    attributes = [item for item in items if self_attribute(item)]
    used = {_name(item) for item in attributes if not _is_stored(item)}
    stored = {_name(item) for item in attributes if _is_stored(item)}
    known = stored | source.bound_in(node) | module_attributes()
    constructor = methods(node).get("__init__")
    forgotten = dict(_locals_that_are_layers(source, constructor)) if constructor else {}
    for name, target in forgotten.items():
        if name in used - known:
            start = source.start(target)
            message = f"{name} is used as self.{name} but assigned without self; write self.{name}."
            yield Finding(start, message, (Edit(start, start, "self."),))
    for item in attributes:
        name = _name(item)
        if not isinstance(item, ast.Attribute) or name in known or name in forgotten:
            continue
        candidates = frozenset(other for other in stored if _digits(other) == _digits(name))
        near = nearest(name, candidates, 0.75)
        if len(near) == 1:
            edit = source.attribute_edit(item, near[0])
            yield Finding(edit.start, f"self.{name} is never assigned; did you mean self.{near[0]}?", (edit,))


def _locals_that_are_layers(source: Source, constructor: Function) -> Iterator[tuple[str, ast.Name]]:
    """The variables of a constructor that hold a layer and are never read there."""
    read = {item.id for item in walk(constructor) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Load)}
    for statement in constructor.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and _makes_layer(source, statement.value):
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id not in read:
                yield target.id, target


def _makes_layer(source: Source, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    module, _, name = (source.resolve(node.func) or "").rpartition(".")
    return module == NN and name in layers()


def _is_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _digits(name: str) -> str:
    return "".join(character for character in name if character.isdigit())
