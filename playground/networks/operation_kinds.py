"""What an operation of a forward is, and the kinds of them: operators, functions and methods of PyTorch."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from playground.networks.spec import Value

if TYPE_CHECKING:
    from torch import Tensor

Function: TypeAlias = "Callable[[Sequence[Tensor], Mapping[str, Any], bool], Any]"
"""What computes an operation: the inputs, all arguments, and whether the network is training."""


@dataclass(frozen=True)
class OperationParameter:
    """A parameter of an operation, with what it does in one line, and its default unless it is required.

    A new step begins with `first`, where it needs an argument or does nothing without one.
    """

    name: str
    explanation: str
    default: Value = None
    required: bool = False
    first: Value = None


@dataclass(frozen=True)
class Operation:
    """An operation on one or more tensors: how people name it, how code says it, and the function itself.

    `code` gives the Python expression for the names of the inputs and all arguments. `most_inputs` is None
    where there may be any number.
    """

    name: str
    label: str
    explanation: str
    code: Callable[[Sequence[str], Mapping[str, Value]], str]
    function: Function
    least_inputs: int = 1
    most_inputs: int | None = 1
    parameters: tuple[OperationParameter, ...] = ()


def operator(name: str, label: str, sign: str, explanation: str, compute: Callable[[Any, Any], Any]) -> Operation:
    """An operator of Python between two tensors or more."""
    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, _: f" {sign} ".join(inputs),
        function=lambda inputs, _, __: functools.reduce(compute, inputs),
        least_inputs=2,
        most_inputs=None,
    )


def with_a_number(name: str, label: str, sign: str, explanation: str, compute: Callable[[Any, Any], Any]) -> Operation:
    """An operator of Python between a tensor and a number."""
    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, values: f"{inputs[0]} {sign} {values['number']!r}",
        function=lambda inputs, values, _: compute(inputs[0], values["number"]),
        parameters=(OperationParameter("number", "The number to compute with.", required=True, first=1),),
    )


def functional(name: str, label: str, explanation: str, *parameters: OperationParameter) -> Operation:
    """A function of torch.nn.functional that takes one tensor."""

    def compute(inputs: Sequence[Tensor], values: Mapping[str, Any], _: bool) -> Any:
        from torch.nn import functional

        return getattr(functional, name)(*inputs, **values)

    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, values: f"F.{name}({', '.join([*inputs, *keywords(values, parameters)])})",
        function=compute,
        parameters=parameters,
    )


def between_two(name: str, label: str, explanation: str) -> Operation:
    """A function of torch that takes two tensors and nothing else."""

    def compute(inputs: Sequence[Tensor], _: Mapping[str, Any], __: bool) -> Any:
        import torch

        return getattr(torch, name)(*inputs)

    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, _: f"torch.{name}({', '.join(inputs)})",
        function=compute,
        least_inputs=2,
        most_inputs=2,
    )


def method(name: str, label: str, explanation: str, *parameters: OperationParameter) -> Operation:
    """A method of a tensor, called with all its arguments by position."""
    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, values: f"{inputs[0]}.{name}({', '.join(map(repr, values.values()))})",
        function=lambda inputs, values, _: getattr(inputs[0], name)(*values.values()),
        parameters=parameters,
    )


def named_method(name: str, label: str, explanation: str, *parameters: OperationParameter) -> Operation:
    """A method of a tensor, called with the names of its arguments."""
    return Operation(
        name,
        label,
        explanation,
        code=lambda inputs, values: f"{inputs[0]}.{name}({', '.join(keywords(values, parameters))})",
        function=lambda inputs, values, _: getattr(inputs[0], name)(**values),
        parameters=parameters,
    )


def keywords(values: Mapping[str, Value], parameters: Sequence[OperationParameter]) -> Iterator[str]:
    """The arguments that are not their defaults, as code passes them."""
    for parameter in parameters:
        if parameter.required or values[parameter.name] != parameter.default:
            yield f"{parameter.name}={literal(values[parameter.name])}"


def literal(value: Value) -> str:
    """A value as Python source; a text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def sizes(values: Value) -> str:
    """Several numbers as arguments of a call."""
    return ", ".join(map(str, values)) if isinstance(values, tuple) else str(values)
