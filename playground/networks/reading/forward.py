"""A forward of the source as steps: every tensor gets a number first, and a name when all are known."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, field, replace
from typing import Any

from playground.networks.reading.classes import find_method
from playground.networks.reading.effects import NO_EFFECT, Effect
from playground.networks.reading.memory import Change, check_uses, shared_with
from playground.networks.reading.reader import Reader
from playground.networks.reading.states import check_known, is_state, parts_given
from playground.networks.reading.values import (
    Applied,
    Child,
    FunctionValue,
    Node,
    Several,
    Variable,
    cannot_read,
    is_output_with_state,
    is_tensor,
)
from playground.networks.spec import INPUT, MAX_LAYERS, Forward, Step

_NESTED = "y"


def read_forwards(reader: Reader, network: Node) -> None:
    """Reads what the modules of a network compute, each as it is applied, and else as applied to tensors."""
    pending = [network]
    while pending:
        module = pending.pop()
        if module.type == "Module" and not module.readings:
            read_forward(reader, module)
        pending += reversed(module.children.values())


@dataclass(frozen=True)
class Given:
    """What a forward is read for: the parameters that are given tensors, and what the others are given."""

    tensors: tuple[str, ...]
    others: dict[str, Any] = field(default_factory=dict)


def read_forward(reader: Reader, module: Node, given: Given | None = None, place: ast.AST | None = None) -> None:
    """Gives a module what its forward computes of these inputs: None where its children simply run in order.

    Without a call, at `place`, these are tensors for the parameters without a default.
    """
    method = _method(module)
    given = given or Given(_inputs(method.definition))
    reading = (given.tensors, repr(sorted(given.others.items())))
    if reading not in module.readings:
        recorder = _Recorder(reader, module, method)
        _keep(module, recorder.record(given), reading, place or method.definition)
        module.effect, module.gives, module.lengths = recorder.effect, recorder.gives, recorder.lengths


def read_concatenation(reader: Reader, module: Node, count: int) -> dict[str, Any] | None:
    """Gives a module what its forward computes of a list of so many tensors, after it has joined them.

    The result are the arguments of this concatenation, so that the list can be joined before the module is applied;
    None if its forward makes something else of a list.
    """
    recorder = _Recorder(reader, module, _method(module), count)
    joined = recorder.record_joined()
    if joined is None:
        return None
    _keep(module, joined[1], count, recorder.method.definition)
    return joined[0]


def _method(module: Node) -> FunctionValue:
    method = find_method(module, "forward")
    if method is None:
        assert module.definition is not None
        raise cannot_read(
            module.definition.definition,
            f"the class {module.class_name} has no forward; write def forward(self, x): inside it, "
            "with the same indentation as __init__.",
        )
    return method


def _keep(module: Node, forward: Forward, reading: Any, place: ast.AST) -> None:
    """Gives a module its forward; raises SpecError if it was read for something else and is another one there."""
    found = None if forward == _in_order(module) else forward
    if module.readings and module.forward != found:
        if any(isinstance(each, int) for each in (reading, *module.readings)):
            problem = "this forward computes something else of a list than of a tensor; use two classes."
        else:
            problem = (
                f"this {module.class_name} computes something else here than where it is applied to other inputs; make "
                "a module in __init__ for each of the two."
            )
        raise cannot_read(place, problem)
    module.forward = found
    module.readings.add(reading)


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
    """Follows one forward and writes down what is applied to what; its one input may be a list of `count` tensors."""

    reader: Reader
    module: Node
    method: FunctionValue
    count: int = 0
    lines: list[_Line] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    seen: list[Applied] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    effect: Effect = NO_EFFECT
    gives: tuple[bool, ...] = ()
    lengths: dict[int, int] = field(default_factory=dict)
    tensors: int = 0

    def record(self, given: Given) -> Forward:
        """The forward, with a name for every tensor."""
        if not given.tensors:
            raise cannot_read(self.method.definition, "this forward takes no input; write def forward(self, x):")
        tensors = {name: self._new() for name in given.tensors}
        result = self._followed(tensors | given.others, list(tensors.values()))
        return self._named(dict(enumerate(given.tensors)), self._needed(result), result)

    def record_joined(self) -> tuple[dict[str, Any], Forward] | None:
        """How a forward joins the list of tensors that it is given, and what it computes of these as one tensor."""
        inputs = _inputs(self.method.definition)
        if len(inputs) != 1:
            return None
        tensors = [self._new() for _ in range(self.count)]
        result = self._followed({inputs[0]: list(tensors)}, tensors)
        lines, given = self._needed(result), tuple(range(self.count))
        joins = bool(lines) and lines[0].applied.operation == "concatenate" and lines[0].inputs == given
        uses_them_again = any(number in given for line in lines[1:] for number in line.inputs)
        if not joins or uses_them_again or self.effect != NO_EFFECT:
            return None
        return lines[0].applied.arguments, self._named({lines[0].number: inputs[0]}, lines[1:], result)

    def _followed(self, keywords: dict[str, Any], given: list[Variable]) -> int:
        """The number of the tensor that the forward gives for these tensors."""
        definition = self.method.definition
        outer = self.reader.bind, self.reader.changes
        self.reader.bind, self.reader.changes = self._bind, self.changes
        try:
            method = replace(self.method, owner=Child("", self.module))
            returned = self.reader.call_function(method, (), keywords, definition)
            self.reader.budget.go_through(definition, returned)
            if len(self.lines) > MAX_LAYERS:
                raise cannot_read(definition, f"this forward has more than {MAX_LAYERS:,} steps, the limit.")
        finally:
            self.reader.bind, self.reader.changes = outer
        if returned is None:
            raise cannot_read(definition, "this forward returns nothing; end it with return x.")
        result, name = self._result(returned, definition)
        number = self._emit(result, name)
        self._check_memory(result, number)
        self.effect = self._effect(result, given)
        return number

    def _check_memory(self, result: Any, number: int) -> None:
        """Puts the lines into the order in which they are computed; raises SpecError if one changes what others use."""
        for change in self.changes:
            if change.by_layer:
                self._emit(change.result, _NESTED)
        self.lines.sort(key=lambda line: line.applied.moment)
        used = [(tensor, line.applied.moment) for line in self.lines for tensor in line.applied.inputs]
        check_uses([*used, (result, math.inf)], self.changes)
        needed = {line.number for line in self._needed(number)}
        dropped = [each for each in self.changes if each.by_layer and self.numbers[id(each.result)] not in needed]
        check_uses([(result, math.inf)], [replace(each, by_layer=False) for each in dropped])

    def _effect(self, result: Any, given: list[Variable]) -> Effect:
        """What the forward does to the memory of the tensors that it is given."""
        by_layers, lost = set[int](), dict[int, ast.AST]()
        for change in self.changes:
            indices = shared_with(change.tensor, given)
            if change.by_layer:
                by_layers |= indices
            else:
                lost = dict.fromkeys(indices, change.cause or change.node) | lost
        return Effect(shared_with(result, given), frozenset(by_layers), lost)

    def _new(self) -> Variable:
        self.tensors += 1
        return Variable(self.tensors - 1)

    def _bind(self, name: str, value: Any) -> Variable:
        if isinstance(value, Variable):
            return value
        return Variable(self._emit(value, name), value)

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

    def _result(self, value: Any, definition: ast.AST) -> tuple[Any, str]:
        """The tensor that a forward gives, with its name."""
        wanted = value.name if isinstance(value, Several) else INPUT
        if isinstance(value, dict):
            value = value.get("out", next(iter(value.values()), None))
        if isinstance(value, tuple | list):
            # The state of a recurrent layer is not used here, so that it is not given back either.
            self.gives = tuple(not is_state(each) for each in value) if any(map(is_state, value)) else ()
            given = tuple(each for each in value if not is_state(each))
            if given and all(map(is_tensor, given)):
                value = given[0] if len(given) == 1 < len(value) else Applied(given, operation="tuple")
        elif is_output_with_state(value):
            self.gives = tuple(not is_state(each) for each in parts_given(value))
        check_known(value, definition.body[-1] if isinstance(definition, ast.FunctionDef) else definition)
        if not is_tensor(value):
            raise cannot_read(definition, "this forward returns something that is no tensor; return a tensor.")
        return value, wanted

    def _named(self, given: dict[int, str], lines: list[_Line], result: int) -> Forward:
        """The lines as steps of a forward that is given tensors of these names."""
        last_use = {number: index for index, line in enumerate(lines) for number in line.inputs}
        names, inputs = dict(given), tuple(given.values())
        holders = {name: number for number, name in names.items()}
        steps: list[Step] = []
        latest = inputs[0]
        for index, line in enumerate(lines):
            name = _free(line.wanted, holders, last_use, index)
            used = tuple(names[number] for number in line.inputs)
            applied = line.applied
            steps.append(
                Step(name, applied.child, applied.operation, () if used == (latest,) else used, applied.arguments)
            )
            if applied.length is not None:
                self.lengths[index] = applied.length
            names[line.number] = latest = name
            holders[name] = line.number
        if not steps and names[result] != inputs[0]:
            raise cannot_read(
                self.method.definition, "this forward returns one of its inputs; return what it computes."
            )
        return Forward(tuple(steps), inputs)

    def _needed(self, result: int) -> list[_Line]:
        """The lines up to the result, also those of which it does not use what they give."""
        last = max((index for index, line in enumerate(self.lines) if line.number == result), default=-1)
        return self.lines[: last + 1]


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
