"""What holds layers: PyTorch's three containers, and a class of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from playground.networks.errors import SpecError
from playground.networks.spec import Layer


@dataclass(frozen=True)
class Container:
    """A container: its class in `torch.nn`, a `label`, and what it is for.

    One that `has_rule` has no forward in PyTorch and computes by a name of FORWARD_RULES.
    """

    name: str
    label: str
    explanation: str
    has_rule: bool = False


CONTAINERS = {
    container.name: container
    for container in (
        Container(
            "Sequential",
            "Sequential",
            "Applies its layers one after the other, so neighbours have to fit. It has a forward.",
        ),
        Container(
            "ModuleList",
            "ModuleList",
            "A list of layers: it registers their parameters, which a plain Python list does not, and has no forward.",
            has_rule=True,
        ),
        Container(
            "ModuleDict",
            "ModuleDict",
            "Layers by name: it registers their parameters, as a ModuleList does, and has no forward.",
            has_rule=True,
        ),
        Container(
            "Module",
            "Module of your own",
            "A class with named layers and a forward of your own: any network without cycles.",
        ),
    )
}


def check_no_arguments(container: Layer) -> None:
    """Raises SpecError if a container has arguments: what it holds are its children."""
    if container.arguments:
        raise SpecError(f"{container.type} has no argument {next(iter(container.arguments))[:100]!r}; there are none.")
