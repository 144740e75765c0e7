"""A walk along the values of an image: each step with its line of code, in OpenCV and in PyTorch side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.images.normalizations import NORMALIZATIONS

if TYPE_CHECKING:
    from typing import Any

    import torch
    from numpy.typing import NDArray

    Values = NDArray[Any] | torch.Tensor


@dataclass(frozen=True)
class WalkSettings:
    """What a person sets: the size of the input, a pixel of it, what is normalized by, and what is added."""

    width: int = 160
    height: int = 96
    row: int = 0
    column: int = 0
    mean: tuple[float, ...] = NORMALIZATIONS["imagenet"].mean
    std: tuple[float, ...] = NORMALIZATIONS["imagenet"].std
    amount: int = 60


@dataclass(frozen=True)
class PixelStep:
    """A value and the code that gives it to the variable `name`.

    `axes` say what its dimensions are, such as "HWC", and `channels` in which order the colours are. `expressions` are
    code and its value. A `mistake` is what one should not do and often sees done.
    """

    name: str
    code: str
    value: Values = field(compare=False, repr=False)
    axes: str
    explanation: str
    is_mistake: bool = False
    channels: str = "RGB"
    expressions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """A step in OpenCV and NumPy beside that in PyTorch, where there is one."""

    title: str
    numpy: PixelStep
    torch: PixelStep | None = None

    @property
    def steps(self) -> Iterator[PixelStep]:
        """Those that there are, from left to right."""
        yield self.numpy
        if self.torch:
            yield self.torch


@dataclass(frozen=True)
class Walk:
    """Rows of steps after a beginning, which is code too."""

    beginning: str
    rows: tuple[Row, ...]

    @property
    def steps(self) -> Iterator[PixelStep]:
        """All steps in order; the code of each may use the variables of those before it."""
        for row in self.rows:
            yield from row.steps

    def to_code(self) -> str:
        """A script that does the whole walk."""
        return "\n\n".join([self.beginning, *(step.code for step in self.steps)]) + "\n"
