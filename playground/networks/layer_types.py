"""What is known about a layer beside its parameters: a name, words for people, and an example that works."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.networks.spec import Arguments, Shape


@dataclass(frozen=True)
class LayerType:
    """A class of `torch.nn`: `name` there, a `label` and a one-line `explanation` for people, its palette `group`.

    With `example_arguments` it works on a batch of shape `example_input`. `positional` are the optional
    parameters that PyTorch code usually passes by position.
    """

    name: str
    label: str
    explanation: str
    group: str
    example_input: Shape
    example_arguments: Arguments = field(default_factory=Arguments)
    positional: tuple[str, ...] = ()


def dimensions(name: str) -> int | None:
    """How many dimensions a layer slides or averages over, as its name says: 2 for "Conv2d", None for "Linear"."""
    return int(name[-2]) if name[-2:] in ("1d", "2d", "3d") else None


def family(name: str) -> str:
    """The name without its dimensions: "Conv" for "Conv1d", "Conv2d" and "Conv3d"."""
    return name if dimensions(name) is None else name[:-2]
