"""Calls of OpenCV as data: each can be run, and written as the line of code that does the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Name(str):
    """A variable, a constant such as `cv2.MORPH_RECT`, or a sum of constants, written as it stands."""

    __slots__ = ()


Argument = Name | int | float | tuple[int, int]


@dataclass(frozen=True)
class Call:
    """One line: `gives = function(arguments, keywords)`; `gives` is one variable or several with commas between."""

    gives: str
    function: str
    arguments: tuple[Argument, ...]
    keywords: tuple[tuple[str, Argument], ...] = ()

    def __str__(self) -> str:
        written = [_written(argument) for argument in self.arguments]
        written += [f"{name}={_written(argument)}" for name, argument in self.keywords]
        return f"{self.gives} = {self.function}({', '.join(written)})"


def run(calls: Iterable[Call], image: NDArray[Any]) -> dict[str, Any]:
    """The variables after the calls, among them `image`, which holds this one at first."""
    import cv2

    variables: dict[str, Any] = {"cv2": cv2, "image": image}
    for call in calls:
        arguments = [_value(argument, variables) for argument in call.arguments]
        keywords = {name: _value(argument, variables) for name, argument in call.keywords}
        given = _looked_up(call.function, variables)(*arguments, **keywords)
        names = call.gives.split(", ")
        variables.update(zip(names, given if len(names) > 1 else (given,), strict=True))
    return variables


def _written(argument: Argument) -> str:
    return str(argument) if isinstance(argument, Name) else repr(argument)


def _value(argument: Argument, variables: dict[str, Any]) -> Any:
    if not isinstance(argument, Name):
        return argument
    first, *others = (_looked_up(name, variables) for name in argument.split(" + "))
    return sum(others, first) if others else first


def _looked_up(name: str, variables: dict[str, Any]) -> Any:
    first, *attributes = name.split(".")
    value = variables[first]
    for attribute in attributes:
        value = getattr(value, attribute)
    return value
