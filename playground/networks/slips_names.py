"""Slips in names: of torch, its layers and their arguments, of `self`, and names that are never imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from playground.networks.slips_source import (
    Function,
    Place,
    Source,
    is_near_self,
    parameter_names,
    self_attribute,
)
from playground.networks.slips_text import Edit, Finding
from playground.networks.slips_torch import (
    FUNCTIONAL,
    MODULES,
    NN,
    TORCH,
    USUAL_NAMES,
    arguments,
    functions,
    layers,
    names,
    near_names,
    nearest,
    needs_no_argument,
    same_name,
)

_IMPORTS = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "optim": "from torch import optim",
}
# Each takes a search among all names of torch.
_MAX_UNKNOWN = 200
_LITERALS = {"true": "True", "false": "False", "none": "None"}


def misspelt_attributes(source: Source) -> Iterator[Finding]:
    """`nn.Liear`, `nn.Relu`, `F.ReLU(x)`, `nn.relu(x)`."""
    for place, node, module in islice(_unknown_attributes(source), _MAX_UNKNOWN):
        written = source.text(node)
        kind = "layer" if module == NN else "name of torch"
        right_module, right_names = _right_names(source, place, node, module)
        if not right_names:
            continue
        same_module = right_module == module
        prefix = source.text(node.value) if same_module else _written(source, right_module)
        right = " or ".join(f"{prefix}.{name}" for name in right_names)
        end = source.end(node)
        start = end - len(node.attr) if same_module else source.start(node)
        edit = Edit(start, end, right_names[0] if same_module else right)
        yield Finding(start, f"{written} is no {kind}; did you mean {right}?", (edit,) if len(right_names) == 1 else ())


def misspelt_imports(source: Source) -> Iterator[Finding]:
    """`import troch`, `from torch.nnn import Linear`, `from torch.nn import Liear`."""
    for place in source.places:
        node = place.node
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _misspelt_path(alias.name, source.start(alias))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            start = source.start(node)
            at = source.lines.text.find(node.module, start + len("from"), source.end(node))
            if at >= 0:
                yield from _misspelt_path(node.module, at)
            if node.module in MODULES:
                yield from _misspelt_imported_names(source, node.module, node)


def misspelt_arguments(source: Source) -> Iterator[Finding]:
    """`nn.Conv2d(3, 16, kernal_size=3)`."""
    for call in source.calls.values():
        layer = _layer(source, call.func)
        known = arguments(layer) if layer else None
        if known is None:
            continue
        written = {argument.arg for argument in call.keywords if argument.arg} | set(known[: len(call.args)])
        for argument in call.keywords:
            if argument.arg is None or argument.arg in known:
                continue
            near = nearest(argument.arg, frozenset(known) - written, 0.7)
            if len(near) == 1:
                start = source.start(argument)
                yield Finding(
                    start,
                    f"nn.{layer} has no argument {argument.arg}; did you mean {near[0]}?",
                    (Edit(start, start + len(argument.arg), near[0]),),
                )


def input_at_construction(source: Source) -> Iterator[Finding]:
    """`nn.ReLU(x)` in forward: the layer is made where it should be applied."""
    for place in source.places:
        node = place.node
        if not isinstance(node, ast.Call) or not node.args or not _is_forward(place):
            continue
        layer = _layer(source, node.func)
        inputs = [name for name in parameter_names(place.functions[-1]) if name != "self"]
        first = node.args[0]
        if not layer or arguments(layer) is None or not inputs or not isinstance(first, ast.Name):
            continue
        if first.id != inputs[0] or (arguments(layer) or ("",))[0] in ("module", "modules"):
            continue
        end = source.end(node.func)
        simple = needs_no_argument(layer) and len(node.args) == 1 and not node.keywords
        message = f"nn.{layer}({first.id}) makes a layer with the input as its argument, it does not apply one; "
        advice = f"write nn.{layer}()({first.id})." if simple else "make it in __init__ and call it here."
        yield Finding(source.start(node), message + advice, (Edit(end, end, "()"),) if simple else ())


def unknown_names(source: Source) -> Iterator[Finding]:
    """Names that nothing gives a value: `troch.relu`, `slef.fc`, `fc(x)` for `self.fc(x)`, `Linear(1, 2)`, `true`."""
    owners = {id(node.value): node for _, node in source.nodes(ast.Attribute)}
    attributes = _assigned_attributes(source)
    for place, node in islice(_unknown(source), _MAX_UNKNOWN):
        right = _right_name(source, place, node, owners.get(id(node)), attributes)
        if right:
            start = source.start(node)
            message = f"{node.id} has no value here; did you mean {right}?"
            yield Finding(start, message, (Edit(start, source.end(node), right),))


def missing_imports(source: Source) -> Iterator[Finding]:
    """`nn`, `F` or `torch` used without its import; an expression alone, without any import or class, needs none."""
    if not any(isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef) for node in source.tree.body):
        return
    first: dict[str, int] = {}
    for place, node in source.nodes(ast.Attribute):
        if isinstance(node.value, ast.Name):
            name = node.value.id
            if name in _IMPORTS and node.attr in names(USUAL_NAMES[name]) and source.is_unbound(name, place):
                start = source.start(node)
                first[name] = min(start, first.get(name, start))
    missing = sorted(first, key=lambda name: first[name])
    where, is_below_imports = _import_place(source)
    newline = source.lines.newline
    for name in missing:
        blank = "" if is_below_imports or name != missing[-1] else newline * 2
        line = _IMPORTS[name] + newline + blank
        message = f"{name} is used here but never imported; write {_IMPORTS[name]} at the top."
        yield Finding(first[name], message, (Edit(where, where, line),))


def _unknown_attributes(source: Source) -> Iterator[tuple[Place, ast.Attribute, str]]:
    for place, node in source.nodes(ast.Attribute):
        if isinstance(node.ctx, ast.Load):
            module = source.resolve(node.value)
            if module in MODULES and node.attr not in names(module):
                yield place, node, module


def _unknown(source: Source) -> Iterator[tuple[Place, ast.Name]]:
    for place, node in source.nodes(ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id not in USUAL_NAMES and source.is_unbound(node.id, place):
            yield place, node


def _right_names(source: Source, place: Place, node: ast.Attribute, module: str) -> tuple[str, tuple[str, ...]]:
    """The module and the names, nearest first, that an attribute can have been meant to be."""
    if _applies_a_function(source, place, node, module):
        candidates = [(FUNCTIONAL, functions(FUNCTIONAL)), (TORCH, functions(TORCH)), (NN, layers())]
        candidates.sort(key=lambda candidate: module == TORCH and candidate[0] != TORCH)
    else:
        candidates = [(NN, layers())] if module in (NN, TORCH, FUNCTIONAL) else []
    for candidate, known in candidates:
        same = same_name(node.attr, known)
        if same:
            return candidate, (same,)
    own = near_names(node.attr, module)
    if not own and module == TORCH:
        return NN, near_names(node.attr, NN)
    return module, own


def _applies_a_function(source: Source, place: Place, node: ast.Attribute, module: str) -> bool:
    """Whether a call hands over a tensor, as in `F.relu(x)`, and does not make a layer, as `nn.ReLU()` does."""
    call = source.calls.get(id(node))
    if call is None:
        return module != NN
    if not call.args:
        return False
    first = call.args[0].id if isinstance(call.args[0], ast.Name) else None
    if not place.functions:
        return module == FUNCTIONAL and first is not None
    function = place.functions[-1]
    if "forward" in function.name:
        return True
    inputs = [name for name in parameter_names(function) if name != "self"]
    is_input = bool(inputs) and first == inputs[0]
    return function.name != "__init__" and is_input and (module != NN or len(call.args) == 1)


def _written(source: Source, module: str) -> str:
    """How a module is written in this source."""
    for alias in source.imports:
        if source.meaning(alias) == module:
            return alias
    if module == FUNCTIONAL and "nn" in source.imports:
        return "nn.functional"
    if "torch" in source.imports:
        return module
    return next(name for name, meaning in USUAL_NAMES.items() if meaning == module)


def _misspelt_path(path: str, start: int) -> Iterator[Finding]:
    root, *rest = path.split(".")
    near = _near_root(root)
    if near and (not rest or near != TORCH or rest[0] in names(TORCH)):
        yield Finding(start, f"{root} is no module; did you mean {near}?", (Edit(start, start + len(root), near),))
        return
    module = root
    start += len(root) + 1
    for part in rest:
        if module not in MODULES:
            return
        if part not in names(module):
            close = nearest(part, frozenset(name for name in ("nn", "functional", "optim", "init", "utils")), 0.7)
            if len(close) == 1:
                message = f"{module}.{part} is no module; did you mean {module}.{close[0]}?"
                yield Finding(start, message, (Edit(start, start + len(part), close[0]),))
            return
        module = f"{module}.{part}"
        start += len(part) + 1


def _near_root(name: str) -> str | None:
    """torch or torchvision for a misspelling of it; other packages, such as torchaudio, stay what they are."""
    if name in ("torch", "torchvision"):
        return None
    if name.startswith("torch"):
        close = nearest(name, frozenset({"torchvision"}), 0.85)
    else:
        close = nearest(name, frozenset({"torch", "torchvision"}), 0.8)
    return close[0] if close else None


def _misspelt_imported_names(source: Source, module: str, node: ast.ImportFrom) -> Iterator[Finding]:
    for alias in node.names:
        if alias.name == "*" or alias.name in names(module):
            continue
        near = near_names(alias.name, module)
        if len(near) == 1:
            start = source.start(alias)
            message = f"{module} has no {alias.name}; did you mean {near[0]}?"
            yield Finding(start, message, (Edit(start, start + len(alias.name), near[0]),))


def _layer(source: Source, function: ast.expr) -> str | None:
    """The name of the layer that a call makes."""
    module, _, name = (source.resolve(function) or "").rpartition(".")
    return name if module == NN and name in layers() else None


def _is_forward(place: Place) -> bool:
    return bool(place.functions) and place.functions[-1].name == "forward"


def _assigned_attributes(source: Source) -> dict[int, set[str]]:
    """For each class, the X of every `self.X = ...`."""
    found: dict[int, set[str]] = {}
    for place in source.places:
        name = self_attribute(place.node)
        if name and place.within and isinstance(place.node, ast.Attribute) and isinstance(place.node.ctx, ast.Store):
            found.setdefault(id(place.within), set()).add(name)
    return found


def _right_name(
    source: Source, place: Place, node: ast.Name, owner: ast.Attribute | None, attributes: dict[int, set[str]]
) -> str | None:
    """What an unknown name can only have been meant to be."""
    name = node.id
    if name in _LITERALS:
        return _LITERALS[name]
    if place.within and place.functions and _has_self(place.functions):
        if is_near_self(name) and owner is not None:
            return "self"
        if name in attributes.get(id(place.within), ()):
            return f"self.{name}"
    if owner is not None:
        return _right_module(name, owner)
    if id(node) not in source.calls and not (place.within and node in place.within.bases):
        return None
    return _right_callable(source, place, name)


def _has_self(functions_around: tuple[Function, ...]) -> bool:
    return any("self" in parameter_names(function) for function in functions_around)


def _right_module(name: str, owner: ast.Attribute) -> str | None:
    near = _near_root(name)
    if near == "torch" and owner.attr in names(TORCH):
        return near
    for usual, module in USUAL_NAMES.items():
        if name.lower() == usual.lower() and owner.attr in names(module):
            return usual
    return None


def _right_callable(source: Source, place: Place, name: str) -> str | None:
    if nearest(name, frozenset({"super"}), 0.75) and place.within and place.functions:
        return "super"
    imported = frozenset(alias for alias in source.imports if (source.meaning(alias) or "").startswith(f"{NN}."))
    near = nearest(name, imported, 0.8)
    if len(near) == 1:
        return near[0]
    if name in layers():
        return f"{_written(source, NN)}.{name}"
    if name in functions(FUNCTIONAL) and place.functions:
        return f"{_written(source, FUNCTIONAL)}.{name}"
    return None


def _import_place(source: Source) -> tuple[int, bool]:
    """Where an import belongs: the beginning of a line, and whether imports stand above it."""
    after: ast.stmt | None = None
    for index, node in enumerate(source.tree.body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            after = node
        elif not (index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            before = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
            break
    else:
        before = len(source.lines.starts)
    if after is not None and after.end_lineno is not None and after.end_lineno < before:
        return source.lines.starts[after.end_lineno], True
    return source.lines.starts[before - 1], False
