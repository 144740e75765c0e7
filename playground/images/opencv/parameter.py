"""What can be set on an operation of OpenCV, and the check of what a person sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.images.errors import ImageError
from playground.images.opencv.call import Name

Value = int | float | Name


@dataclass(frozen=True)
class Parameter:
    """A number from `low` to `high` in steps, or one of the `choices`: the constants of cv2 and what they mean.

    It is a whole number if its default is one. A `length` is in pixels, so that it shrinks with the image.
    """

    label: str
    default: Value
    explanation: str
    low: float = 0
    high: float = 0
    step: float = 1
    choices: Mapping[str, str] = field(default_factory=dict)
    is_length: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it takes whole numbers alone."""
        return isinstance(self.default, int)

    def checked(self, value: object) -> Value:
        """The value as OpenCV is given it; raises ImageError for one that the parameter cannot have."""
        if self.choices:
            if isinstance(value, str) and value in self.choices:
                return Name(value)
            raise ImageError(f"{self.label} is one of {', '.join(self.choices)}; {value!r} is none of them.")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ImageError(f"{self.label} is a number; {value!r} is none.")
        if not self.low <= value <= self.high:
            raise ImageError(f"{self.label} is from {self.low:g} to {self.high:g}; {value:g} is not.")
        if not self.is_whole:
            return float(value)
        if self.step == 2 and value % 2 != self.low % 2:
            raise ImageError(f"{self.label} is an odd number, so that there is a middle; {value:g} is not.")
        if value != int(value):
            raise ImageError(f"{self.label} is a whole number; {value:g} is not.")
        return int(value)
