"""One transform of a pipeline as plain data: which one, with which parameters, how often, and whether at all."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.images.augmentation.parameter_rules import check_together
from playground.images.augmentation.transform_catalogue import TRANSFORMS
from playground.images.augmentation.transform_types import Parameter, TransformType
from playground.images.augmentation.value_kinds import Value, check, describe, plain
from playground.images.errors import ImageError


@dataclass(frozen=True, init=False)
class Transform:
    """A transform of torchvision by its name, such as `Transform("CenterCrop", size=(200, 200))`.

    It is applied with this `probability`, and not at all if it is not `enabled`. Parameters that equal torchvision's
    defaults are left out, so that what does the same is equal. Raises ImageError for an unknown name or parameter and
    for values that cannot work. Imports torchvision, whose signatures say what there is.
    """

    type: str
    probability: float
    enabled: bool
    given: tuple[tuple[str, Value], ...]

    def __init__(self, type: str, *, probability: float = 1.0, enabled: bool = True, **parameters: object) -> None:
        known = transform_type(type)
        if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
            raise ImageError(f"The probability of {type} is {probability!r}; it must be from 0 to 1.")
        if probability < 1 and known.work in ("tensor", "several", "batch"):
            raise ImageError(f"{type} changes what later transforms are given, so it cannot be left to chance.")
        if not isinstance(enabled, bool):
            raise ImageError(f"Whether {type} is enabled is {enabled!r}; it must be true or false.")
        object.__setattr__(self, "type", type)
        object.__setattr__(self, "probability", float(probability))
        object.__setattr__(self, "enabled", enabled)
        object.__setattr__(self, "given", _checked(known, parameters))

    @property
    def parameters(self) -> dict[str, Value]:
        """The parameters that differ from torchvision's defaults, in the order of its signature."""
        return dict(self.given)

    @property
    def all_parameters(self) -> dict[str, Value]:
        """All parameters, those that are left out with their defaults."""
        given = self.parameters
        return {each.name: given.get(each.name, each.default) for each in transform_type(self.type).parameters()}

    def with_parameters(self, **changes: object) -> Transform:
        """The same with some parameters changed."""
        return self._with(self.probability, self.enabled, {**self.parameters, **changes})

    def with_probability(self, probability: float) -> Transform:
        """The same, applied with this probability."""
        return self._with(probability, self.enabled, self.parameters)

    def switched(self, enabled: bool) -> Transform:
        """The same, on or off."""
        return self._with(self.probability, enabled, self.parameters)

    def _with(self, probability: float, enabled: bool, parameters: Mapping[str, Any]) -> Transform:
        return Transform(self.type, probability=probability, enabled=enabled, **parameters)

    def __repr__(self) -> str:
        arguments = [repr(self.type)]
        if self.probability < 1:
            arguments.append(f"probability={self.probability}")
        if not self.enabled:
            arguments.append("enabled=False")
        arguments += [f"{name}={value!r}" for name, value in self.given]
        return f"Transform({', '.join(arguments)})"


def transform_type(name: str) -> TransformType:
    """The entry of the catalogue; ImageError with the nearest name if there is none."""
    if isinstance(name, str) and name in TRANSFORMS:
        return TRANSFORMS[name]
    near = difflib.get_close_matches(str(name), TRANSFORMS, 1, 0.5)
    meant = f" Did you mean {near[0]}?" if near else f" There are {', '.join(TRANSFORMS)}."
    raise ImageError(f"There is no transform {str(name)[:60]!r}.{meant}")


def example(name: str) -> Transform:
    """The transform with the parameters of its example."""
    parameters: Mapping[str, Any] = transform_type(name).example
    return Transform(name, **parameters)


def _checked(known: TransformType, parameters: Mapping[str, object]) -> tuple[tuple[str, Value], ...]:
    declared = {each.name: each for each in known.parameters()}
    for name in parameters:
        if name not in declared:
            has = ", ".join(declared) or "none"
            raise ImageError(f"{known.name} has no parameter {name[:60]!r}; its parameters are: {has}.")
    values = {name: plain(parameters[name]) for name in declared if name in parameters}
    for name, each in declared.items():
        _check_one(known.name, each, values)
        if name in values and not each.required and _equal(values[name], each.default):
            del values[name]
    check_together(known.name, {each.name: values.get(each.name, each.default) for each in declared.values()})
    return tuple(values.items())


def _check_one(transform: str, parameter: Parameter, values: Mapping[str, Value]) -> None:
    if parameter.name in values:
        # What torchvision itself writes there is right, such as None where its text says nothing of it.
        if parameter.required or not _equal(values[parameter.name], parameter.default):
            check(values[parameter.name], parameter.kind, f"{parameter.name} of {transform}")
    elif parameter.required:
        raise ImageError(f"{transform} needs {parameter.name}; give it {describe(parameter.kind)}.")


def _equal(value: Value, other: Value) -> bool:
    """Equal and of the same type; True is no 1 here."""
    return isinstance(value, bool) == isinstance(other, bool) and value == other
