from __future__ import annotations

import pytest

from playground.networks import Layer, NetworkSpec, SpecError, editing, presets
from playground.networks.graph import Graph, graph
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import Forward, Step


def arrows(found: Graph) -> list[str]:
    return [f"{found.nodes[source].type} {found.nodes[target].type}" for source, target in found.edges]


@pytest.mark.parametrize("name", presets.names())
def test_the_layers_are_those_of_the_trace_in_its_order(name: str) -> None:
    spec = presets.load(name)
    found = graph(spec)
    rows = spec.trace((1, *spec.input_shape)).rows
    assert [node.path for node in found.nodes[1:-1] if not node.is_operation] == [row.path for row in rows]


def test_a_stack_is_a_chain() -> None:
    found = graph(presets.load("lenet"))
    assert found.edges == tuple((index, index + 1) for index in range(len(found.nodes) - 1))


def test_containers_below_the_depth_are_single_nodes() -> None:
    assert arrows(graph(presets.load("lenet"), depth=0)) == [
        "Input Sequential",
        "Sequential Flatten",
        "Flatten Sequential",
        "Sequential Output",
    ]


def test_a_shortcut_is_an_edge_around_the_layers() -> None:
    forward = Forward((Step("out", child="relu"), Step("out", operation="add", inputs=("out", "x"))))
    found = graph(NetworkSpec("Residual", (Layer("relu", "ReLU"),), (4,), forward))
    assert arrows(found) == ["Input ReLU", "ReLU add", "Input add", "add Output"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("in_order", ["Input ReLU", "ReLU Tanh", "Tanh Output"]),
        ("sum", ["Input ReLU", "Input Tanh", "ReLU add", "Tanh add", "add Output"]),
        ("concatenate", ["Input ReLU", "Input Tanh", "ReLU concatenate", "Tanh concatenate", "concatenate Output"]),
    ],
)
def test_a_rule_says_how_branches_meet(rule: str, expected: list[str]) -> None:
    assert rule in FORWARD_RULES
    branches = Layer("branches", "ModuleList", children=(Layer("0", "ReLU"), Layer("1", "Tanh")), rule=rule)
    assert arrows(graph(NetworkSpec("Net", (branches,), (4, 8, 8)))) == expected


def test_a_layer_that_is_switched_off_is_not_in_the_graph() -> None:
    off = editing.set_enabled(presets.load("logistic_regression"), "flatten", False).spec
    assert arrows(graph(off)) == ["Input Linear", "Linear Output"]


def test_what_has_no_graph_is_a_spec_error() -> None:
    with pytest.raises(SpecError, match="without a forward"):
        graph(NetworkSpec("Net", (Layer("list", "ModuleList"),), (4,)))
    with pytest.raises(SpecError, match="not there"):
        graph(NetworkSpec("Net", (), (4,), Forward((Step(child="gone"),))))
    with pytest.raises(SpecError, match="more than 5"):
        graph(presets.load("lenet"), most_nodes=5)
