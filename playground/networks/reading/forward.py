"""A forward of the source as steps: every tensor gets a number first, and a name when all are known."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from playground.networks.reading.classes import find_method
from playground.networks.reading.reader import Reader
from playground.networks.reading.values import (
    IGNORED,
    Applied,
    Child,
    FunctionValue,
    Node,
    StateOf,
    Variable,
    cannot_read,
    is_tensor,
)
from playground.networks.spec import INPUT, Forward, Step

_NESTED = "y"


def read_forward(reader: Reader, module: Node) -> Forward | None:
    """What a module's forward computes, or None where its children simply run in order."""
    method = find_method(reader.globals, module, "forward")
    if method is None:
        assert module.definition is not None
        raise cannot_read(
            module.definition.definition,
            f"the class {module.class_name} has no forward; write def forward(self, x): inside it, "
            "with the same indentation as __init__.",
        )
    forward = _Recorder(reader, module, method).record()
    return None if forward == _in_order(module) else forward


def concatenation_at_start(reader: Reader, module: Node, count: int) -> dict[str, Any] | None:
    """How a module joins a list of so many tensors before it does what it does with a single one.

    These are the arguments of the concatenation, so that the list can be joined before the module is applied;
    None if its forward makes something else of a list.
    """
    method = find_method(reader.globals, module, "forward")
    inputs = _inputs(method.definition) if method else ()
    if method is None or len(inputs) != 1:
        return None
    given = tuple(f"{inputs[0]}{index}" for index in range(count))
    first, *others = _Recorder(reader, module, method, given).record().steps or (Step(),)
    alone = module.forward or _in_order(module)
    joins = first.operation == "concatenate" and first.inputs == given
    return dict(first.arguments) if joins and tuple(others) == alone.steps else None


def _in_order(module: Node) -> Forward:
    return Forward(tuple(Step(child=name) for name in module.children))


@dataclass(frozen=True)
class _Line:
    """A step before it has its name: `number` is the tensor that it computes, `wanted` the name it would like."""

    number: int
    wanted: str
    applied: Applied
    inputs: tuple[int, ...]


@dataclass
class _Recorder:
    """Follows one forward and writes down what is applied to what; its one input may be a `given` list of tensors."""

    reader: Reader
    module: Node
    method: FunctionValue
    given: tuple[str, ...] = ()
    lines: list[_Line] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    seen: list[Applied] = field(default_factory=list)
    count: int = 0

    def record(self) -> Forward:
        """The forward, with a name for every tensor."""
        definition = self.method.definition
        inputs = _inputs(definition)
        if not inputs:
            raise cannot_read(definition, "this forward takes no input; write def forward(self, x):")
        keywords: dict[str, Any] = {name: self._new() for name in self.given or inputs}
        if self.given:
            keywords = {inputs[0]: list(keywords.values())}
        outer, self.reader.bind = self.reader.bind, self._bind
        try:
            method = FunctionValue(definition, {**self.method.names, "self": Child("", self.module)}, self.module)
            result = self.reader.call_function(method, (), keywords, definition)
        finally:
            self.reader.bind = outer
        if result is None:
            raise cannot_read(definition, "this forward returns nothing; end it with return x.")
        return self._named(self.given or inputs, self._result(result, definition))

    def _new(self) -> Variable:
        self.count += 1
        return Variable(self.count - 1)

    def _bind(self, name: str, value: Any) -> Variable:
        if isinstance(value, Variable):
            return value
        variable = Variable(self._emit(value, name), value)
        # Looked up at once, so that no shape is ever looked for through a whole network.
        self.reader.shapes.of(variable)
        return variable

    def _emit(self, value: Any, wanted: str) -> int:
        """The number of a tensor; what is applied to it first comes before it."""
        if isinstance(value, Variable):
            return value.number
        if id(value) in self.numbers:
            return self.numbers[id(value)]
        inner = wanted if len(value.inputs) == 1 else _NESTED
        inputs = tuple(self._emit(each, inner) for each in value.inputs)
        number = self._new().number
        self.lines.append(_Line(number, wanted, value, inputs))
        # Kept, so that no other value ever has the same id.
        self.seen.append(value)
        self.numbers[id(value)] = number
        return number

    def _result(self, value: Any, definition: ast.AST) -> int:
        if isinstance(value, dict):
            value = value.get("out", next(iter(value.values()), None))
        if isinstance(value, tuple | list):
            # The state of a recurrent layer is not used here, so that it is not given back either.
            given = tuple(each for each in value if each is not IGNORED and not isinstance(each, StateOf))
            if given and all(map(is_tensor, given)):
                value = given[0] if len(given) == 1 < len(value) else Applied(given, operation="tuple")
        if not is_tensor(value):
            raise cannot_read(definition, "this forward returns something that is no tensor; return a tensor.")
        return self._emit(value, INPUT)

    def _named(self, inputs: tuple[str, ...], result: int) -> Forward:
        lines = self._needed(result)
        last_use = {number: index for index, line in enumerate(lines) for number in line.inputs}
        names = dict(enumerate(inputs))
        holders = {name: number for number, name in names.items()}
        steps: list[Step] = []
        latest = inputs[0]
        for index, line in enumerate(lines):
            name = _free(line.wanted, holders, last_use, index)
            given = tuple(names[number] for number in line.inputs)
            steps.append(
                Step(
                    name,
                    line.applied.child,
                    line.applied.operation,
                    () if given == (latest,) else given,
                    line.applied.arguments,
                )
            )
            names[line.number] = latest = name
            holders[name] = line.number
        if not steps and names[result] != inputs[0]:
            raise cannot_read(
                self.method.definition, "this forward returns one of its inputs; return what it computes."
            )
        return Forward(tuple(steps), inputs)

    def _needed(self, result: int) -> list[_Line]:
        """The lines up to the result that it depends on."""
        needed = {result}
        for line in reversed(self.lines):
            if line.number in needed:
                needed.update(line.inputs)
        return [line for line in self.lines if line.number in needed]


def _inputs(definition: ast.FunctionDef | ast.Lambda) -> tuple[str, ...]:
    """The parameters of a forward that have no default, without self."""
    parameters = [*definition.args.posonlyargs, *definition.args.args][1:]
    defaults = len(definition.args.defaults)
    return tuple(parameter.arg for parameter in (parameters[:-defaults] if defaults else parameters))


def _free(wanted: str, holders: dict[str, int], last_use: dict[int, int], index: int) -> str:
    """The wanted name or, where a tensor that is still needed has it, with a number after it."""
    name, number = wanted, 1
    while name in holders and last_use.get(holders[name], -1) > index:
        number += 1
        name = f"{wanted}{number}"
    return name
