"""What a person chooses about a preset or a block before it is made, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from playground.networks.errors import SpecError
from playground.networks.spec import MAX_INTEGER, Value

if TYPE_CHECKING:
    from playground.networks.presets import PresetInfo


def check_options(info: PresetInfo, given: Mapping[str, Value]) -> None:
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
