"""What the Inspect page looks at: a network of the project or a model of torchvision, and a batch for it."""

from __future__ import annotations

from dataclasses import dataclass

from playground.inspection import ReceptiveField, Summary, subjects
from playground.inspection.subjects import Subject
from playground.networks import SpecError
from playground.networks.spec import Shape
from playground.ui.kinds_of_work import inspecting
from playground.ui.messages import show_error
from playground.ui.sandboxed import shown


@dataclass(frozen=True)
class Inspected:
    """A network, or the name of a torchvision model, and the shape of the batch for it, `(N, C, H, W)`."""

    network: Subject
    batch: Shape
    run_id: str = ""
    """The run whose checkpoint it is, if it was chosen as such."""

    @property
    def name(self) -> str:
        """The network's name."""
        return self.network if isinstance(self.network, str) else self.network.name


def summary_of(network: Subject, batch: Shape) -> Summary:
    """The layer table. Raises StoppedError and ValueError as `summarize` does, SpecError where it takes too much."""
    summary: Summary = shown(subjects.summary_of, network, batch, work=inspecting(network))
    return summary


def fields_of(inspected: Inspected) -> tuple[ReceptiveField, ...]:
    """The receptive fields of the network's convolutions and poolings; none where they cannot be followed."""
    try:
        fields: tuple[ReceptiveField, ...] = shown(
            subjects.fields_of, inspected.network, inspected.batch, work=inspecting(inspected.network)
        )
    except SpecError as error:
        show_error(error.message)
        return ()
    return fields
