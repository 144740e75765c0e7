"""From a recorded forward pass to the nodes and edges of its data flow."""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn
from torch.nn.parameter import is_lazy

from playground.inspection.graph.dataflow import DataFlow, FlowEdge, FlowNode
from playground.inspection.graph.dataflow_recording import INPUT, FlowCall, FlowRecording, Value
from playground.networks.spec import Shape


def flow_of(model: nn.Module, input_shape: Shape, recording: FlowRecording, cause: str | None = None) -> DataFlow:
    """The flow of data of this pass; `cause` says in plain words why the network cannot work, if that is known."""
    error = cause or (None if recording.error is None else str(recording.error))
    kept = _kept(recording)
    indices = {call: index for index, call in enumerate(kept, 1)} | {INPUT[0]: 0}
    calls = [recording.calls[index] for index in kept]
    nodes = [
        FlowNode("input", "", "Input", None, 0, output_shapes=(input_shape,)),
        *_Nodes(model, calls, [indices[call.parent] if call.parent is not None else None for call in calls]).all(),
    ]
    edges = [edge for index, call in enumerate(calls, 1) for edge in _edges(call.inputs, index, indices)]
    if recording.error is None:
        results = tuple(recording.results.values())
        edges.extend(_edges(recording.results, len(nodes), indices))
        nodes.append(FlowNode("output", "", "Output", None, 0, input_shapes=results))
    failed = next((index for index, call in enumerate(calls, 1) if call is recording.failed), None)
    return DataFlow(type(model).__name__, input_shape, tuple(nodes), tuple(edges), error, failed)


def _kept(recording: FlowRecording) -> list[int]:
    """The calls of modules, and of functions those that lead to a result; all, if an error left them without one."""
    needed = {source for source, _ in recording.results}
    kept = []
    for index in reversed(range(len(recording.calls))):
        call = recording.calls[index]
        if not call.function or index in needed or recording.error is not None:
            kept.append(index)
            needed.update(source for source, _ in call.inputs)
    return kept[::-1]


def _edges(inputs: dict[Value, Shape], target: int, indices: dict[int, int]) -> list[FlowEdge]:
    return [FlowEdge(indices[source], target, output, shape) for (source, output), shape in inputs.items()]


class _Nodes:
    """Turns calls into nodes, whose indices begin at 1; each parameter is counted in the first that it belongs to."""

    def __init__(self, model: nn.Module, calls: list[FlowCall], parents: list[int | None]) -> None:
        self._calls = calls
        self._parents = parents
        self._calls_in = _calls_in(parents)
        self._paths = {id(module): path for path, module in model.named_modules()}
        self._held: dict[int, int] = {}
        self._uses: dict[int, int] = {}
        self._counted: set[int] = set()

    def all(self) -> list[FlowNode]:
        # Functions take the parameters of the module that calls them, so what is left to it is known last.
        innermost_first = sorted(range(len(self._calls)), key=lambda index: self._calls_in[index] > 0)
        parameters = {index: self._parameters(index) for index in innermost_first}
        return [self._node(index, parameters[index]) for index in range(len(self._calls))]

    def _node(self, index: int, parameters: int) -> FlowNode:
        call = self._calls[index]
        name = id(call.module)
        if not call.function:
            self._uses[name] = self._uses.get(name, 0) + 1
        return FlowNode(
            kind="function" if call.function else "module",
            path=self._paths[name],
            type=call.function or type(call.module).__name__,
            parent=self._parents[index],
            calls=self._calls_in[index],
            arguments=call.arguments if call.function else call.module.extra_repr(),
            input_shapes=call.input_shapes,
            output_shapes=call.output_shapes,
            parameters=parameters,
            held_parameters=_count(call.parameters) if call.function else self._held_by(call.module),
            use=1 if call.function else self._uses[name],
        )

    def _parameters(self, index: int) -> int:
        call = self._calls[index]
        own = [] if call.function else call.module.parameters(recurse=False)
        first = {id(each): each for each in (*own, *call.parameters) if id(each) not in self._counted}
        self._counted.update(first)
        return _count(first.values())

    def _held_by(self, module: nn.Module) -> int:
        if id(module) not in self._held:
            self._held[id(module)] = _count(module.parameters())
        return self._held[id(module)]


def _calls_in(parents: list[int | None]) -> list[int]:
    """How many calls are in each; the index of the first is 1."""
    counts = [0] * len(parents)
    for position in reversed(range(len(parents))):
        parent = parents[position]
        if parent is not None:
            counts[parent - 1] += counts[position] + 1
    return counts


def _count(parameters: Iterable[nn.Parameter]) -> int:
    return sum(0 if is_lazy(each) else each.numel() for each in parameters)
