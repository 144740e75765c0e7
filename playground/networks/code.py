"""A network as the text of a Python file, written as a person would write it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from playground.networks.layers import check_arguments, layer_type, parameters
from playground.networks.spec import Layer, NetworkSpec, Value

_WIDTH = 88


def write_code(spec: NetworkSpec) -> str:
    """A file with the network's class that runs by itself: it builds it and prints the output's shape."""
    imports, network_class = write_class(spec)
    lines = [*imports, "", "", network_class, "", "", *_main(spec)]
    return "\n".join(lines) + "\n"


def write_class(spec: NetworkSpec) -> tuple[list[str], str]:
    """The lines that import what the network's class needs, and the class."""
    named = any(layer.children and not _is_positional(layer) for _, layer in spec.walk())
    imports = ["from collections import OrderedDict", ""] if named else []
    imports += ["import torch", "from torch import nn"]
    lines = [f"class {spec.name}(nn.Module):", *_constructor(spec), *_forward(spec)]
    return imports, "\n".join(lines)


def _constructor(spec: NetworkSpec) -> Iterator[str]:
    yield "    def __init__(self):"
    yield "        super().__init__()"
    for layer in spec.layers:
        yield from _layer(f"self.{layer.name} = ", layer, "", " " * 8)
    yield ""


def _forward(spec: NetworkSpec) -> Iterator[str]:
    yield "    def forward(self, x):"
    for layer in spec.layers[:-1]:
        yield f"        x = self.{layer.name}(x)"
    yield f"        return self.{spec.layers[-1].name}(x)" if spec.layers else "        return x"


def _main(spec: NetworkSpec) -> Iterator[str]:
    yield 'if __name__ == "__main__":'
    yield f"    model = {spec.name}()"
    yield f"    batch = torch.randn({', '.join(map(str, (2, *spec.input_shape)))})"
    yield "    print(model(batch).shape)"


def _layer(start: str, layer: Layer, end: str, indent: str) -> Iterator[str]:
    """The lines that construct a layer, between `start` and `end`."""
    if layer.children and _is_positional(layer):
        yield f"{indent}{start}nn.{layer.type}("
        for child in layer.children:
            yield from _layer("", child, ",", indent + "    ")
        yield f"{indent}){end}"
    elif layer.children:
        yield f"{indent}{start}nn.{layer.type}(OrderedDict(["
        for child in layer.children:
            yield from _layer(f'("{child.name}", ', child, "),", indent + "    ")
        yield f"{indent}])){end}"
    else:
        yield from _call(f"{start}nn.{layer.type}", _arguments(layer), end, indent)


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
