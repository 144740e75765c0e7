"""What a person inspects, a network of the project or a model of torchvision by its name, and all that is asked of it.

Each function takes and gives plain data, so that it can run in a process of its own; a model that was made for one
question is kept for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from playground.inspection.graph.dataflow import DataFlow, FlowNode, data_flow
from playground.inspection.graph.graph_folding import FoldedGraph, folded_graph, graph_depth, readable_depth
from playground.inspection.layer_table.layer_details import LayerDetails, layer_details
from playground.inspection.layer_table.summary import LayerRow, Summary, summarize
from playground.inspection.layer_table.torchinfo_text import torchinfo_text
from playground.inspection.receptive_field.receptive_field import ReceptiveField, receptive_fields
from playground.inspection.torchvision_models import build_torchvision_model
from playground.inspection.training_cost.batch_size import largest_batch
from playground.inspection.training_cost.epoch_time import EpochTime, seconds_per_epoch
from playground.inspection.training_cost.memory_budget import Budget, budget
from playground.networks import NetworkSpec, SpecError
from playground.networks.spec import Shape

if TYPE_CHECKING:
    from torch import nn

Subject: TypeAlias = NetworkSpec | str
Report: TypeAlias = Callable[[str], None]

# A browser takes a second for so many.
_MOST_BOXES = 3000
_MOST_LINES = 12_000


@dataclass(frozen=True)
class GraphOutline:
    """How deep a graph goes, the depth at which it is read well, and the error and the node at which it stops."""

    deepest: int
    readable: int
    name: str
    error: str | None
    failed: FlowNode | None


def summary_of(subject: Subject, batch: Shape) -> Summary:
    """The layer table. Raises what `summarize` raises."""
    return summarize(_model_or_spec(subject), batch)


def fields_of(subject: Subject, batch: Shape) -> tuple[ReceptiveField, ...]:
    """The receptive fields of the convolutions and poolings; none where they cannot be followed."""
    try:
        return receptive_fields(_model_or_spec(subject), batch)
    except ValueError:
        return ()


@lru_cache(maxsize=2)
def flow_of(subject: Subject, batch: Shape) -> DataFlow:
    """The flow of data, of which the graph is drawn at several depths. Raises what `data_flow` raises."""
    return data_flow(_model_or_spec(subject), batch)


def graph_outline_of(subject: Subject, batch: Shape) -> GraphOutline:
    """The depths of the graph, and where it stops. Raises what `data_flow` raises."""
    flow = flow_of(subject, batch)
    failed = flow.nodes[flow.failed] if flow.failed is not None else None
    return GraphOutline(graph_depth(flow), readable_depth(flow), flow.name, flow.error, failed)


def graph_of(subject: Subject, batch: Shape, depth: int, fold_repeats: bool) -> FoldedGraph:
    """The graph at a depth. Raises SpecError where it has more boxes or lines than a browser can draw."""
    graph = folded_graph(flow_of(subject, batch), depth, fold_repeats=fold_repeats)
    if len(graph.nodes) > _MOST_BOXES or len(graph.edges) > _MOST_LINES:
        raise SpecError(
            f"At this depth there are {len(graph.nodes):,} boxes and {len(graph.edges):,} lines, too many to draw. "
            "Choose a smaller depth."
        )
    return graph


def details_of(subject: Subject, row: LayerRow) -> LayerDetails | None:
    """The details of a row of its table."""
    return layer_details(_model_or_spec(subject), row)


def torchinfo_of(subject: Subject, batch: Shape, depth: int) -> str:
    """What torchinfo prints. Raises what `torchinfo_text` raises."""
    return torchinfo_text(_model_or_spec(subject), batch, depth=depth)


def budget_of(subject: Subject, sample: Shape, batch_size: int, optimizer: str, precision: str, threads: int) -> Budget:
    """The memory of a training step on so many threads of the CPU. Raises what `budget` raises."""
    with _threads(threads):
        return budget(
            _model_or_spec(subject), (1, *sample), batch_size=batch_size, optimizer=optimizer, precision=precision
        )


def largest_batch_of(
    subject: Subject, sample: Shape, device_bytes: int, optimizer: str, precision: str, threads: int, *, report: Report
) -> Budget | None:
    """The budget of the largest batch that fits, on so many threads. Raises what `largest_batch` raises."""
    with _threads(threads):
        return largest_batch(
            _model_or_spec(subject),
            (1, *sample),
            device_bytes,
            optimizer=optimizer,
            precision=precision,
            progress=lambda batch_size: report(f"Trying a batch of {batch_size:,} …"),
        )


def epoch_time_of(
    subject: Subject,
    sample: Shape,
    batch_size: int,
    samples: int,
    optimizer: str,
    precision: str,
    threads: int,
    *,
    report: Report,
) -> EpochTime:
    """The time of an epoch on so many threads of the CPU, or on the GPU. Raises what `seconds_per_epoch` raises."""
    report("Preparing a network with real weights …")
    with _threads(threads):
        return seconds_per_epoch(
            _model_or_spec(subject),
            (1, *sample),
            batch_size=batch_size,
            samples=samples,
            optimizer=optimizer,
            precision=precision,
            progress=lambda step: report(f"Running training step {step} …"),
        )


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Let torch compute on so many threads of the CPU, on which its memory depends as well."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _model_or_spec(subject: Subject) -> nn.Module | NetworkSpec:
    return _torchvision_model(subject) if isinstance(subject, str) else subject


@lru_cache(maxsize=5)
def _torchvision_model(name: str) -> nn.Module:
    """The model on the meta device."""
    return build_torchvision_model(name)
