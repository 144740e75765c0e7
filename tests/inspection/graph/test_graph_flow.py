"""The flow of data is what really ran: torch.fx as the oracle, and networks that are hard to follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from torch import fx, nn
from torch.nn import functional

from playground.inspection import build_torchvision_model, summarize
from playground.inspection.graph.dataflow import DataFlow, data_flow
from playground.networks import Layer, NetworkSpec
from tests.networks.drawn_modules import networks_of_modules, networks_of_modules_with_a_fault

BATCH = (2, 3, 8, 8)
Wiring = Counter[tuple[Hashable, Hashable]]


@pytest.mark.parametrize(
    "name", ["resnet18", "googlenet", "densenet121", "mobilenet_v2", "shufflenet_v2_x0_5", "squeezenet1_1"]
)
def test_layers_take_what_those_give_that_torch_fx_finds(name: str) -> None:
    model = build_torchvision_model(name).eval()
    assert wiring_by_fx(model) == wiring(data_flow(model, (1, 3, 224, 224)))


def wiring(flow: DataFlow) -> Wiring:
    """Which layer's call takes what which other's gives, through any functions."""
    inputs: dict[int, set[int]] = {}
    for edge in flow.edges:
        inputs.setdefault(edge.target, set()).add(edge.source)
    names = {
        index: (node.path, node.use) if node.kind == "module" else node.kind
        for index, node in enumerate(flow.nodes)
        if not node.calls and node.kind != "function"
    }
    return through_functions(inputs, names)


def wiring_by_fx(model: nn.Module) -> Wiring:
    """The same by torch.fx, which runs the model on placeholders."""
    inputs: dict[fx.Node, set[fx.Node]] = {}
    names: dict[fx.Node, Hashable] = {}
    uses: Counter[str] = Counter()
    for node in fx.symbolic_trace(model).graph.nodes:
        inputs[node] = set(node.all_input_nodes)
        if node.op == "call_module":
            uses[node.target] += 1
            names[node] = (node.target, uses[node.target])
        elif node.op in ("placeholder", "output"):
            names[node] = {"placeholder": "input", "output": "output"}[node.op]
    return through_functions(inputs, names)


def through_functions(inputs: Mapping[Any, set[Any]], names: Mapping[Any, Hashable]) -> Wiring:
    """The pairs of named nodes between which there is a way through nodes without a name."""

    @cache
    def sources(node: Any) -> set[Any]:
        found = set()
        for source in inputs.get(node, ()):
            found |= {source} if source in names else sources(source)
        return found

    return Counter((names[source], name) for node, name in names.items() for source in sources(node))


class Net(nn.Module):
    """A network of one's own, whose forward is given."""

    def __init__(self, compute: Callable[[Any, torch.Tensor], Any], **layers: nn.Module) -> None:
        super().__init__()
        self.compute = compute
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x: torch.Tensor) -> Any:
        return self.compute(self, x)


def convolution() -> nn.Module:
    return nn.Conv2d(3, 3, 1)


def edges(compute: Callable[[Any, torch.Tensor], Any], **layers: nn.Module) -> set[tuple[str, str]]:
    """The edges of such a network, by the names of layers and functions; what runs again has a number after it."""
    flow = data_flow(Net(compute, **layers), BATCH)
    assert flow.error is None
    seen: Counter[str] = Counter()
    names = []
    for node in flow.nodes:
        name = node.path if node.kind == "module" else node.type
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}{seen[name]}")
    return {(names[edge.source], names[edge.target]) for edge in flow.edges}


def test_a_residual_around_a_dropout_does_not_go_through_it() -> None:
    assert edges(lambda net, x: x + net.drop(x), drop=nn.Dropout()) == {
        ("Input", "drop"),
        ("Input", "add"),
        ("drop", "add"),
        ("add", "Output"),
    }


def test_what_changes_a_tensor_in_place_gives_it_and_its_views_anew() -> None:
    def compute(net: Any, x: torch.Tensor) -> torch.Tensor:
        x = net.conv(x)
        first = x[:, 0]
        first.add_(1)
        return net.relu(x)

    assert edges(compute, conv=convolution(), relu=nn.ReLU(inplace=True)) == {
        ("Input", "conv"),
        ("conv", "getitem"),
        ("getitem", "add"),
        ("add", "relu"),
        ("relu", "Output"),
    }


def test_writing_into_a_tensor_is_a_step() -> None:
    def compute(net: Any, x: torch.Tensor) -> torch.Tensor:
        result = torch.zeros_like(x)
        result[:, :1] = net.conv(x)[:, :1]
        return result

    assert {("getitem", "setitem"), ("zeros_like", "setitem"), ("setitem", "Output")} <= edges(
        compute, conv=convolution()
    )


def test_a_normalization_before_an_activation_in_place_leaves_the_residual_alone() -> None:
    assert edges(lambda net, x: x + net.relu(net.norm(x)), norm=nn.BatchNorm2d(3), relu=nn.ReLU(inplace=True)) == {
        ("Input", "norm"),
        ("norm", "relu"),
        ("relu", "add"),
        ("Input", "add"),
        ("add", "Output"),
    }


def test_a_layer_used_twice_is_there_twice_and_counted_once() -> None:
    flow = data_flow(Net(lambda net, x: net.conv(net.conv(x)), conv=convolution()), BATCH)
    calls = [node for node in flow.nodes if node.path == "conv"]
    assert [(node.use, node.parameters) for node in calls] == [(1, 12), (2, 0)]
    assert {(edge.source, edge.target) for edge in flow.edges} == {(0, 2), (2, 3), (3, 4)}


def test_parts_of_a_tensor_are_several_outputs_of_one_node() -> None:
    def compute(_: Any, x: torch.Tensor) -> dict[str, Any]:
        one, two, *_rest = x.chunk(3, dim=1)
        return {"sum": (one + two,), "two": two}

    flow = data_flow(Net(compute, unused=nn.ReLU()), BATCH)
    chunk = next(index for index, node in enumerate(flow.nodes) if node.type == "chunk")
    assert flow.nodes[chunk].output_shapes == ((2, 1, 8, 8),) * 3
    assert flow.nodes[chunk].arguments == "3, dim=1"
    assert sorted(edge.output for edge in flow.edges if edge.source == chunk) == [0, 1, 1]
    assert flow.nodes[-1].input_shapes == ((2, 1, 8, 8), (2, 1, 8, 8))


def test_a_layer_takes_what_it_reads_besides_its_arguments() -> None:
    class Reads(nn.Module):
        kept: list[torch.Tensor]

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.kept[0]

    def compute(net: Any, x: torch.Tensor) -> torch.Tensor:
        net.reads.kept = [net.conv(x)]
        result: torch.Tensor = net.reads(x)
        return result

    assert {("Input", "reads"), ("conv", "reads")} <= edges(compute, conv=convolution(), reads=Reads())


def test_functions_whose_results_nobody_takes_are_not_there() -> None:
    def compute(net: Any, x: torch.Tensor) -> torch.Tensor:
        functional.relu(x).mean()
        result: torch.Tensor = net.conv(x)
        return result

    assert edges(compute, conv=convolution()) == {("Input", "conv"), ("conv", "Output")}


def test_a_network_that_looks_at_values_runs_for_real() -> None:
    assert ("conv", "Output") in edges(lambda net, x: net.conv(x) if x.sum() < 1 else x, conv=convolution())


def test_a_network_that_stops_has_its_flow_up_to_there() -> None:
    model = Net(lambda net, x: net.second(net.first(x)), first=convolution(), second=nn.Conv2d(4, 4, 1))
    flow = data_flow(model, BATCH)
    assert flow.error is not None
    assert flow.failed is not None
    assert flow.nodes[flow.failed].path == "second"
    assert [(edge.source, edge.target) for edge in flow.edges] == [(0, 2), (2, 3)]


def test_a_function_can_be_where_a_network_stops() -> None:
    flow = data_flow(Net(lambda net, x: torch.cat([net.conv(x), x[:, :, 1:]], 1), conv=convolution()), BATCH)
    assert flow.failed is not None
    assert flow.nodes[flow.failed].type == "cat"


def test_a_spec_that_is_too_large_for_any_machine_says_so() -> None:
    spec = NetworkSpec("Large", (Layer("a", "Linear", {"in_features": 10**6, "out_features": 10**7}),), (10**6,))
    flow = data_flow(spec, (1, 10**6))
    assert flow.error is not None
    assert "limit" in flow.error


def test_the_network_itself_is_not_changed() -> None:
    model = nn.Sequential(convolution(), nn.BatchNorm2d(3), nn.Dropout()).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    data_flow(model, BATCH)
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert torch.equal(torch.get_rng_state(), state)


@settings(max_examples=40, deadline=None)
@given(networks_of_modules())
def test_every_call_of_a_module_is_there_once_with_its_shape(spec: NetworkSpec) -> None:
    model = spec.build().eval()
    calls: list[tuple[str, tuple[int, ...]]] = []
    for path, module in model.named_modules():
        module.register_forward_hook(lambda _, __, output, path=path: calls.append((path, tuple(output.shape))))
    with torch.no_grad():
        model(torch.zeros(1, *spec.input_shape))
    flow = data_flow(spec, (1, *spec.input_shape))
    assert Counter((node.path, node.output_shapes[0]) for node in flow.nodes if node.kind == "module") == Counter(calls)
    rows = summarize(spec, (1, *spec.input_shape)).rows
    assert sum(node.parameters for node in flow.nodes) == sum(row.parameters for row in rows if row.kind != "unused")


@settings(max_examples=30, deadline=None)
@given(networks_of_modules_with_a_fault())
def test_a_network_with_a_fault_has_a_flow_and_a_cause(spec: NetworkSpec) -> None:
    batch = (1, *spec.input_shape)
    error = spec.trace(batch).error
    flow = data_flow(spec, batch)
    assert flow.error == (error.cause if error else None)
    if error is None:
        assert flow.nodes[-1].kind == "output"
    else:
        assert flow.failed is not None
        assert flow.nodes[flow.failed].path == error.path
