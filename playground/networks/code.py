"""A network as the text of a Python file, written as a person would write it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from playground.networks.code_classes import CodeClass, CodeClasses, Place, code_classes, initial_argument
from playground.networks.code_extensions import GIVES_A_TUPLE, OUTPUT, extension_forward
from playground.networks.containers import CONTAINERS
from playground.networks.errors import SpecError
from playground.networks.integer_inputs import vocabulary_size
from playground.networks.layers import check_arguments, layer_type, parameters
from playground.networks.operations import write_operation
from playground.networks.spec import INPUT, Forward, Layer, NetworkSpec, Step, Value, join
from playground.networks.widths import with_numbers
from playground.networks.wiring import free_name

_WIDTH = 88
# Containers written into one another; Python itself takes at most 200 brackets.
_MOST_NESTED = 10


def write_code(spec: NetworkSpec) -> str:
    """A file with the network's class that runs by itself: it builds it and prints the output's shape."""
    imports, classes = write_classes(spec)
    return "\n\n\n".join(["\n".join(imports), *classes, "\n".join(_main(spec))]) + "\n"


def write_classes(spec: NetworkSpec) -> tuple[list[str], list[str]]:
    """The lines that import what the network needs, and its classes in order: its own is the last."""
    spec = with_numbers(spec)
    network = spec.as_module()
    classes = code_classes(network)
    texts = [_extension(name, *extended) for extended, name in classes.extensions.items()]
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


def _extension(name: str, type_name: str, rule: str) -> str:
    return f"class {name}(nn.{type_name}):\n{textwrap.indent(extension_forward(type_name, rule), '    ')}"


def _class(code_class: CodeClass, path: str, classes: CodeClasses) -> str:
    parameters_ = "".join(f", {name}" for name in code_class.parameters)
    lines = [
        f"class {code_class.name}(nn.Module):",
        f"    def __init__(self{parameters_}):",
        "        super().__init__()",
    ]
    writer = _LayerWriter(code_class, path, classes)
    for layer in code_class.module.children:
        # What a class that extends nn.Sequential holds may be called "0", which no assignment can say.
        start, end = (
            (f'self.add_module("{layer.name}", ', ")") if layer.name.isdigit() else (f"self.{layer.name} = ", "")
        )
        lines += writer.deep_containers(layer, layer.name, " " * 8)
        lines += writer.layer(start, layer, end, layer.name, " " * 8)
    lines += writer.initial_values(code_class.module, "", "self", " " * 8)
    return "\n".join([*lines, "", *_forward(code_class.module)])


def _forward(module: Layer) -> Iterator[str]:
    forward = module.forward or Forward(tuple(Step(child=layer.name) for layer in module.children))
    yield f"    def forward(self, {', '.join(forward.inputs)}):"
    latest = forward.inputs[0]
    for step in forward.steps:
        inputs = step.inputs or (latest,)
        expression = write_step(module, step, inputs)
        latest = step.name
        if step is not forward.steps[-1] or step.name != INPUT:
            yield f"        {step.name} = {expression}"
        else:
            yield f"        return {expression}"
    if not forward.steps or latest != INPUT:
        yield f"        return {latest}"


def write_step(module: Layer, step: Step, inputs: Sequence[str]) -> str:
    """The Python expression for what a step of a module's forward computes from variables of these names."""
    if step.operation:
        return write_operation(step.operation, inputs, step.arguments)
    holder, layer, code = _child(module, step.child)
    if not layer.enabled:
        return f"{code}({inputs[0]})"
    if layer.type not in GIVES_A_TUPLE or (holder.rule and len(inputs) == 1):
        return f"{code}({', '.join(inputs)})"
    if layer.type == "MultiheadAttention" and len(inputs) == 1:
        inputs = (*inputs, *inputs, *inputs)
    if holder.rule:
        return f"nn.{layer.type}.forward({', '.join([code, *inputs])})[0]"
    return f"{code}({', '.join(inputs)})[0]"


def _child(module: Layer, path: str) -> tuple[Layer, Layer, str]:
    """The layer at a path below a module with what holds it, and how code names it: `self.branches["left"]`."""
    code, holder, layer = "self", module, module
    for name in path.split("."):
        child = next((child for child in layer.children if child.name == name), None)
        if child is None:
            raise SpecError(f"The forward of {module.name or 'the network'} applies {path!r}, which is not there.")
        code = _reach(code, layer, name)
        holder, layer = layer, child
    return holder, layer, code


def _reach(code: str, holder: Layer, name: str) -> str:
    """How code gets from a container to a child: `self.conv`, `self.blocks[0]` or `self.branches["left"]`."""
    if holder.type == "ModuleDict":
        return f'{code}["{name}"]'
    if not name.isdigit():
        return f"{code}.{name}"
    return f"{code}[{name}]" if holder.type in ("ModuleList", "Sequential") else f'getattr({code}, "{name}")'


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
    """Writes the layers of one class, whose module is at `module_path` in the network.

    `made` has the variables that hold containers, by their paths below the module.
    """

    code_class: CodeClass
    module_path: str
    classes: CodeClasses
    made: dict[str, str] = field(default_factory=dict)

    def deep_containers(self, layer: Layer, path: str, indent: str, depth: int = 0) -> Iterator[str]:
        """The lines that construct containers deep in a layer beforehand, the innermost first."""
        if layer.type == "Module" or not layer.enabled:
            return
        for child in layer.children:
            yield from self.deep_containers(child, join(path, child.name), indent, depth + 1)
        if layer.children and depth > 0 and depth % _MOST_NESTED == 0:
            name = free_name("inner", {*self.made.values(), *self.code_class.parameters})
            yield from self.layer(f"{name} = ", layer, "", path, indent)
            self.made[path] = name

    def layer(self, start: str, layer: Layer, end: str, path: str, indent: str, constructor: str = "") -> Iterator[str]:
        """The lines that construct the layer at a path below the module, between `start` and `end`."""
        if path in self.made:
            yield f"{indent}{start}{self.made[path]}{end}"
        elif not layer.enabled:
            yield f"{indent}{start}nn.Identity(){end}"
        elif layer.type == "Module":
            yield from self._module(start, end, path, indent)
        elif layer.children or layer.rule:
            yield from self._container(start, layer, end, path, indent)
        elif layer.type in CONTAINERS:
            yield f"{indent}{start}nn.{layer.type}(){end}"
        else:
            yield from _call(f"{start}{constructor or f'nn.{layer.type}'}", self._arguments(layer, path), end, indent)

    def initial_values(self, holder: Layer, below: str, code: str, indent: str) -> Iterator[str]:
        """The lines that start parameters of the layers in `holder` at constants."""
        for layer in holder.children:
            path, layer_code = join(below, layer.name), _reach(code, holder, layer.name)
            if not layer.enabled or layer.type == "Module":
                continue
            yield from self.initial_values(layer, path, layer_code, indent)
            for name, value in layer.initial.items():
                text = self._value((path, initial_argument(name)), value)
                yield indent + _initialization(f"{layer_code}.{name}", text)

    def _module(self, start: str, end: str, path: str, indent: str) -> Iterator[str]:
        full = join(self.module_path, path)
        inner = self.classes.at[full]
        values = inner.values[full]
        arguments = [self._value((path, name), values[name]) for name in inner.parameters]
        yield from _call(f"{start}{inner.name}", arguments, end, indent)

    def _container(self, start: str, layer: Layer, end: str, path: str, indent: str) -> Iterator[str]:
        opening, closing, around = _brackets(layer)
        extensions = self.classes.extensions
        constructor = extensions[layer.type, layer.rule] if layer.rule else f"nn.{layer.type}"
        yield f"{indent}{start}{constructor}({opening}"
        for child in layer.children:
            before, after = around(child.name)
            extension = extensions.get((child.type, OUTPUT), "") if layer.rule else ""
            yield from self.layer(before, child, after, join(path, child.name), indent + "    ", extension)
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


def _initialization(parameter: str, value: str) -> str:
    """The call that starts a parameter at a constant."""
    name = {"0.0": "zeros_", "1.0": "ones_"}.get(value)
    return f"nn.init.{name}({parameter})" if name else f"nn.init.constant_({parameter}, {value})"


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
