"""A network as the text of a Python file, written as a person would write it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from playground.networks.errors import SpecError
from playground.networks.integer_inputs import vocabulary_size
from playground.networks.layers import check_arguments, layer_type, parameters
from playground.networks.operations import write_operation
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import Forward, Layer, NetworkSpec, Step, Value

_WIDTH = 88


def write_code(spec: NetworkSpec) -> str:
    """A file with the network's class that runs by itself: it builds it and prints the output's shape."""
    imports, classes = write_classes(spec)
    return "\n\n\n".join(["\n".join(imports), *classes, "\n".join(_main(spec))]) + "\n"


def write_classes(spec: NetworkSpec) -> tuple[list[str], list[str]]:
    """The lines that import what the network needs, and its classes in order: its own is the last."""
    network = Layer(spec.name, "Module", children=spec.layers, class_name=spec.name, forward=spec.forward)
    names = _class_names(network)
    rules = {(layer.type, layer.rule) for _, layer in spec.walk() if layer.rule and layer.enabled}
    classes = [*(_rule_class(*each) for each in sorted(rules)), *(_class(layer, names) for layer in names)]
    return _imports(spec, "\n".join(classes)), classes


def _imports(spec: NetworkSpec, code: str) -> list[str]:
    named = any(layer.type == "Sequential" and layer.children and not _is_positional(layer) for _, layer in spec.walk())
    return [
        *(["from collections import OrderedDict", ""] if named else []),
        "import torch",
        *(["import torch.nn.functional as F"] if "F." in code else []),
        "from torch import nn",
    ]


def _class_names(network: Layer) -> dict[Layer, str]:
    """The name of the class of each different Module, those that others use first."""
    names: dict[Layer, str] = {}
    taken: set[str] = {network.class_name}
    for module in (*_modules(network.children), network):
        plain = _as_class(module)
        if plain not in names:
            wanted = module.class_name or _camel_case(module.name)
            numbered = (f"{wanted}{number}" for number in itertools.count(2))
            is_free = module is network or wanted not in taken
            names[plain] = wanted if is_free else next(name for name in numbered if name not in taken)
            taken.add(names[plain])
    return names


def _modules(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """All Modules in and under these layers, inner ones first."""
    for layer in layers:
        if layer.enabled:
            yield from _modules(layer.children)
            if layer.type == "Module":
                yield layer


def _as_class(module: Layer) -> Layer:
    """A Module without the name it has in its parent: what two uses of one class have in common."""
    return replace(module, name="", enabled=True)


def _camel_case(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) if not name.isdigit() else f"Block{name}"


def rule_class_name(type_name: str, rule: str) -> str:
    """The name of the class that a ModuleList or ModuleDict with a rule has in code."""
    return f"{_camel_case(rule)}{type_name.removeprefix('Module')}"


def _rule_class(type_name: str, rule: str) -> str:
    children = "self" if type_name == "ModuleList" else "self.values()"
    lines = [f"class {rule_class_name(type_name, rule)}(nn.{type_name}):", "    def forward(self, x):"]
    lines += [f"        {line.format(children=children)}" for line in FORWARD_RULES[rule].code]
    return "\n".join(lines)


def _class(module: Layer, names: dict[Layer, str]) -> str:
    lines = [f"class {names[module]}(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    for layer in module.children:
        lines += _layer(f"self.{layer.name} = ", layer, "", " " * 8, names)
    return "\n".join([*lines, "", *_forward(module)])


def _forward(module: Layer) -> Iterator[str]:
    forward = module.forward or Forward(tuple(Step(child=layer.name) for layer in module.children))
    yield f"    def forward(self, {', '.join(forward.inputs)}):"
    latest = forward.inputs[0]
    for step in forward.steps:
        inputs = step.inputs or (latest,)
        expression = _expression(module, step, inputs)
        latest = step.name
        is_last = step is forward.steps[-1]
        yield f"        return {expression}" if is_last else f"        {step.name} = {expression}"
    if not forward.steps:
        yield f"        return {latest}"


def _expression(module: Layer, step: Step, inputs: Sequence[str]) -> str:
    if step.operation:
        return write_operation(step.operation, inputs, step.arguments)
    layer, code = _child(module, step.child)
    return f"{code}({', '.join(inputs if layer.enabled else inputs[:1])})"


def _child(module: Layer, path: str) -> tuple[Layer, str]:
    """The layer at a path below a module, and how code names it: `self.branches["left"]`."""
    code, parent = "self", module
    for name in path.split("."):
        if parent.type == "ModuleDict":
            code += f'["{name}"]'
        elif parent.type in ("ModuleList", "Sequential") and name.isdigit():
            code += f"[{name}]"
        else:
            code += f".{name}"
        child = next((child for child in parent.children if child.name == name), None)
        if child is None:
            raise SpecError(f"The forward of {module.name or 'the network'} applies {path!r}, which is not there.")
        parent = child
    return parent, code


def _main(spec: NetworkSpec) -> Iterator[str]:
    yield 'if __name__ == "__main__":'
    yield f"    model = {spec.name}()"
    sizes = ", ".join(map(str, (2, *spec.input_shape)))
    vocabulary = vocabulary_size(spec)
    batch = f"torch.randn({sizes})" if vocabulary is None else f"torch.randint({vocabulary}, ({sizes}))"
    yield f"    batch = {batch}"
    yield "    print(model(batch).shape)"


def _layer(start: str, layer: Layer, end: str, indent: str, names: dict[Layer, str]) -> Iterator[str]:
    """The lines that construct a layer, between `start` and `end`."""
    if not layer.enabled:
        yield f"{indent}{start}nn.Identity(){end}"
    elif layer.type == "Module":
        yield f"{indent}{start}{names[_as_class(layer)]}(){end}"
    elif layer.children or layer.rule:
        yield from _container(start, layer, end, indent, names)
    else:
        yield from _call(f"{start}nn.{layer.type}", _arguments(layer), end, indent)


def _container(start: str, layer: Layer, end: str, indent: str, names: dict[Layer, str]) -> Iterator[str]:
    opening, closing, named = _brackets(layer)
    constructor = rule_class_name(layer.type, layer.rule) if layer.rule else f"nn.{layer.type}"
    yield f"{indent}{start}{constructor}({opening}"
    for child in layer.children:
        before, after = named(child.name)
        yield from _layer(before, child, after, indent + "    ", names)
    yield f"{indent}{closing}){end}"


def _brackets(layer: Layer) -> tuple[str, str, Callable[[str], tuple[str, str]]]:
    """What stands around the children of a container, and around each by its name."""
    if layer.type == "ModuleList":
        return "[", "]", lambda _: ("", ",")
    if layer.type == "ModuleDict":
        return "{", "}", lambda name: (f'"{name}": ', ",")
    if _is_positional(layer):
        return "", "", lambda _: ("", ",")
    return "OrderedDict([", "])", lambda name: (f'("{name}", ', "),")


def _call(start: str, arguments: list[str], end: str, indent: str) -> Iterator[str]:
    """A call on one line or, where that is too long, with one argument a line."""
    line = f"{indent}{start}({', '.join(arguments)}){end}"
    if len(line) <= _WIDTH or not arguments:
        yield line
        return
    yield f"{indent}{start}("
    yield from (f"{indent}    {argument}," for argument in arguments)
    yield f"{indent}){end}"


def _arguments(layer: Layer) -> list[str]:
    """The arguments as people write them: the usual ones by position, defaults left out."""
    check_arguments(layer.type, layer.arguments)
    written = []
    by_position = True
    for parameter in parameters(layer.type):
        usual = parameter.required or parameter.name in layer_type(layer.type).positional
        if parameter.name not in layer.arguments or (
            not parameter.required and _same(layer.arguments[parameter.name], parameter.default)
        ):
            by_position = False
            continue
        value = _literal(layer.arguments[parameter.name])
        by_position = by_position and usual
        written.append(value if by_position else f"{parameter.name}={value}")
    return written


def _literal(value: Value) -> str:
    """A value as Python source; a text in double quotes, whatever it contains."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _same(value: Value, default: Value) -> bool:
    """Whether a value is the default, and not only equal to it as 1 is to True."""
    return repr(value) == repr(default)


def _is_positional(layer: Layer) -> bool:
    """Whether the children have the names that `nn.Sequential(a, b, c)` gives."""
    return [child.name for child in layer.children] == [str(index) for index in range(len(layer.children))]
