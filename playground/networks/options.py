"""What a person reads about a preset or a block, and what they choose before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playground.networks.errors import SpecError
from playground.networks.spec import MAX_INTEGER, Value


@dataclass(frozen=True)
class Option:
    """Something that a person may choose; without `choices` it is a whole number from 1."""

    name: str
    label: str
    explanation: str
    default: Value
    choices: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Info:
    """What a person reads before choosing: the label, what this is, where it comes from, its options."""

    name: str
    label: str
    description: str
    reference: str
    options: tuple[Option, ...] = ()


NORM = Option(
    "norm",
    "Normalization",
    "The layer that normalises after each convolution; GroupNorm has 32 groups.",
    "BatchNorm2d",
    ("BatchNorm2d", "GroupNorm", "InstanceNorm2d"),
)


def check_options(info: Info, given: Mapping[str, Value]) -> None:
    """Raises SpecError for an option that there is not, or a value that it cannot have."""
    known = {option.name: option for option in info.options}
    for name, value in given.items():
        if name not in known:
            raise SpecError(f"{info.label} has no option {name!r}; it has {', '.join(known) or 'none'}.")
        choices = known[name].choices
        if choices and not any(value == choice and type(value) is type(choice) for choice in choices):
            raise SpecError(f"{name} is {value!r}; choose one of {', '.join(map(repr, choices))}.")
        if not choices and (type(value) is not int or not 1 <= value <= MAX_INTEGER):
            raise SpecError(f"{name} is {value!r}; give a whole number from 1.")
