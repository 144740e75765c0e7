"""The flow of data through a network: which call of a module or function takes what which other gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playground.networks import NetworkSpec
from playground.networks.spec import Shape

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class FlowNode:
    """A call of a module, of a function between a module's layers, the batch, or what the network gives.

    `path` is the module's name, for a function that of the module which called it; `type` is the class, or torch's
    name of the function. `parent` is the index of the module call in which it ran; None for the network itself,
    the input and the output. `calls` is how many calls are in it, which come right after it.
    `arguments` are those of the constructor, as torch prints them, or those of the function that are no tensors.
    `parameters` are its own, without those of the calls in it, each counted at its first use; `held_parameters` are
    all that the module holds. `use` says which call of the same module it is, from 1.
    """

    kind: Literal["input", "module", "function", "output"]
    path: str
    type: str
    parent: int | None
    calls: int
    arguments: str = ""
    input_shapes: tuple[Shape, ...] = ()
    output_shapes: tuple[Shape, ...] = ()
    parameters: int = 0
    held_parameters: int = 0
    use: int = 1


@dataclass(frozen=True)
class FlowEdge:
    """The node `target` takes the tensor that `source` gave as its `output`-th, of this shape."""

    source: int
    target: int
    output: int
    shape: Shape


@dataclass(frozen=True)
class DataFlow:
    """What ran, in the order in which it began: the input, the network with all calls in it, the output.

    Edges lead between nodes without calls in them: layers, functions, input and output. A function is there if
    something takes what it gives. If the batch does not get through, `error` says why and `failed` is the node, if
    one was running; there is no output then.
    """

    name: str
    input_shape: Shape
    nodes: tuple[FlowNode, ...]
    edges: tuple[FlowEdge, ...]
    error: str | None = None
    failed: int | None = None

    def children(self, index: int) -> tuple[int, ...]:
        """The indices of the calls directly in this one."""
        found = []
        child = index + 1
        while child < self.end(index):
            found.append(child)
            child = self.end(child)
        return tuple(found)

    def end(self, index: int) -> int:
        """The index after the last call in this one."""
        return index + 1 + self.nodes[index].calls


def data_flow(model_or_spec: nn.Module | NetworkSpec, input_shape: Shape) -> DataFlow:
    """The flow of data for a batch of this shape, `(N, C, H, W)`, in evaluation.

    Watched on a copy without weights (meta device): the model itself is not run and not changed.
    Raises ValueError for a negative size, SpecError for a spec that cannot be built.
    """
    from playground.inspection.forward_pass import forward_pass
    from playground.inspection.graph.dataflow_nodes import flow_of
    from playground.inspection.graph.dataflow_recording import record_flow
    from playground.inspection.meta_copy import network_on_meta

    shape = tuple(input_shape)
    if any(size < 0 for size in shape):
        raise ValueError(f"A batch cannot have the shape {shape}; a size is 0 or more.")
    if isinstance(model_or_spec, NetworkSpec):
        # A trace says in plain words what is wrong. What is too large for any machine must not reach the CPU.
        fault = model_or_spec.trace(shape).error
        model = network_on_meta(model_or_spec)
        ran, recording = forward_pass(model, None if fault else model, shape, "eval", record_flow)
        return flow_of(ran, shape, recording, fault.cause if fault else None)
    ran, recording = forward_pass(network_on_meta(model_or_spec), model_or_spec, shape, "eval", record_flow)
    return flow_of(ran, shape, recording)
