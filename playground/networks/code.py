"""A network as the text of a Python file, written as a person would write it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from playground.networks.code_classes import CodeClass, CodeClasses, Place, camel_case, code_classes
from playground.networks.errors import SpecError
from playground.networks.integer_inputs import vocabulary_size
from playground.networks.layers import check_arguments, layer_type, parameters
from playground.networks.operations import write_operation
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import INPUT, Forward, Layer, NetworkSpec, Step, Value, join
from playground.networks.widths import with_numbers

_WIDTH = 88


def write_code(spec: NetworkSpec) -> str:
    """A file with the network's class that runs by itself: it builds it and prints the output's shape."""
    imports, classes = write_classes(spec)
    return "\n\n\n".join(["\n".join(imports), *classes, "\n".join(_main(spec))]) + "\n"


def write_classes(spec: NetworkSpec) -> tuple[list[str], list[str]]:
    """The lines that import what the network needs, and its classes in order: its own is the last."""
    spec = with_numbers(spec)
    network = spec.as_module()
    rules = {(layer.type, layer.rule) for _, layer in spec.walk() if layer.rule and layer.enabled}
    classes = code_classes(network)
    texts = [*(_rule_class(*each) for each in sorted(rules))]
    texts += [_class(each, _path_of(each, classes), classes) for each in classes.in_order]
    return _imports(spec, "\n".join(texts)), texts


def _path_of(wanted: CodeClass, classes: CodeClasses) -> str:
    """Where the module that stands for its class is."""
    return next(path for path, each in classes.at.items() if each is wanted)


def _imports(spec: NetworkSpec, code: str) -> list[str]:
    named = any(layer.type == "Sequential" and layer.children and not _is_positional(layer) for _, layer in spec.walk())
    return [
        *(["from collections import OrderedDict", ""] if named else []),
        "import torch",
        *(["import torch.nn.functional as F"] if "F." in code else []),
        "from torch import nn",
    ]


def rule_class_name(type_name: str, rule: str) -> str:
    """The name of the class that a ModuleList or ModuleDict with a rule has in code."""
    return f"{camel_case(rule)}{type_name.removeprefix('Module')}"


def _rule_class(type_name: str, rule: str) -> str:
    children = "self" if type_name == "ModuleList" else "self.values()"
    lines = [f"class {rule_class_name(type_name, rule)}(nn.{type_name}):", "    def forward(self, x):"]
    lines += [f"        {line.format(children=children)}" for line in FORWARD_RULES[rule].code]
    return "\n".join(lines)


def _class(code_class: CodeClass, path: str, classes: CodeClasses) -> str:
    parameters_ = "".join(f", {name}" for name in code_class.parameters)
    lines = [
        f"class {code_class.name}(nn.Module):",
        f"    def __init__(self{parameters_}):",
        "        super().__init__()",
    ]
    writer = _LayerWriter(code_class, path, classes)
    for layer in code_class.module.children:
        lines += writer.layer(f"self.{layer.name} = ", layer, "", layer.name, " " * 8)
    return "\n".join([*lines, "", *_forward(code_class.module)])


def _forward(module: Layer) -> Iterator[str]:
    forward = module.forward or Forward(tuple(Step(child=layer.name) for layer in module.children))
    yield f"    def forward(self, {', '.join(forward.inputs)}):"
    latest = forward.inputs[0]
    for step in forward.steps:
        inputs = step.inputs or (latest,)
        expression = _expression(module, step, inputs)
        latest = step.name
        if step is not forward.steps[-1] or step.name != INPUT:
            yield f"        {step.name} = {expression}"
        else:
            yield f"        return {expression}"
    if not forward.steps or latest != INPUT:
        yield f"        return {latest}"


def _expression(module: Layer, step: Step, inputs: Sequence[str]) -> str:
    if step.operation:
        return write_operation(step.operation, inputs, step.arguments)
    layer, code = _child(module, step.child)
    if not layer.enabled:
        return f"{code}({inputs[0]})"
    if layer.type == "MultiheadAttention" and len(inputs) == 1:
        inputs = (*inputs, *inputs, *inputs)
    # Recurrent layers and attention give their output first, then what nothing here uses.
    output = "[0]" if layer.type in ("LSTM", "GRU", "RNN", "MultiheadAttention") else ""
    return f"{code}({', '.join(inputs)}){output}"


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


@dataclass(frozen=True)
class _LayerWriter:
    """Writes the layers of one class, whose module is at `module_path` in the network."""

    code_class: CodeClass
    module_path: str
    classes: CodeClasses

    def layer(self, start: str, layer: Layer, end: str, path: str, indent: str) -> Iterator[str]:
        """The lines that construct the layer at a path below the module, between `start` and `end`."""
        if not layer.enabled:
            yield f"{indent}{start}nn.Identity(){end}"
        elif layer.type == "Module":
            yield from self._module(start, end, path, indent)
        elif layer.children or layer.rule:
            yield from self._container(start, layer, end, path, indent)
        else:
            yield from _call(f"{start}nn.{layer.type}", self._arguments(layer, path), end, indent)

    def _module(self, start: str, end: str, path: str, indent: str) -> Iterator[str]:
        full = join(self.module_path, path)
        inner = self.classes.at[full]
        values = inner.values[full]
        arguments = [self._value((path, name), values[name]) for name in inner.parameters]
        yield from _call(f"{start}{inner.name}", arguments, end, indent)

    def _container(self, start: str, layer: Layer, end: str, path: str, indent: str) -> Iterator[str]:
        opening, closing, around = _brackets(layer)
        constructor = rule_class_name(layer.type, layer.rule) if layer.rule else f"nn.{layer.type}"
        yield f"{indent}{start}{constructor}({opening}"
        for child in layer.children:
            before, after = around(child.name)
            yield from self.layer(before, child, after, join(path, child.name), indent + "    ")
        yield f"{indent}{closing}){end}"

    def _arguments(self, layer: Layer, path: str) -> list[str]:
        """The arguments as people write them: the usual ones by position, defaults left out."""
        check_arguments(layer.type, layer.arguments)
        written = []
        by_position = True
        for parameter in parameters(layer.type):
            usual = parameter.required or parameter.name in layer_type(layer.type).positional
            value = layer.arguments.get(parameter.name, parameter.default)
            is_default = not parameter.required and _same(value, parameter.default)
            if is_default and (path, parameter.name) not in self.code_class.holes:
                by_position = False
                continue
            text = self._value((path, parameter.name), value)
            by_position = by_position and usual
            written.append(text if by_position else f"{parameter.name}={text}")
        return written

    def _value(self, place: Place, value: Value) -> str:
        """The name of the parameter that fills a place, or the value itself."""
        return self.code_class.holes.get(place) or _literal(value)


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


def _literal(value: Value) -> str:
    """A value as Python source; a text in double quotes, whatever it contains."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _same(value: Value, default: Value) -> bool:
    """Whether a value is the default, and not only equal to it as 1 is to True."""
    return repr(value) == repr(default)


def _is_positional(layer: Layer) -> bool:
    """Whether the children have the names that `nn.Sequential(a, b, c)` gives."""
    return [child.name for child in layer.children] == [str(index) for index in range(len(layer.children))]
