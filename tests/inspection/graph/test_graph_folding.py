"""A folded graph is the flow of data with blocks in one: nothing is lost, and repeated blocks are drawn once."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from torch import nn

from playground.inspection import build_torchvision_model
from playground.inspection.graph.dataflow import DataFlow, data_flow
from playground.inspection.graph.graph_folding import FoldedGraph, folded_graph, graph_depth, readable_depth
from playground.networks import NetworkSpec
from tests.networks.drawn_modules import networks_of_modules

IMAGE = (1, 3, 224, 224)


def repeated(graph: FoldedGraph) -> dict[str, int]:
    """How many times a node is there, by the paths of its first and last call."""
    return {f"{node.first.path} - {node.last.path}": node.times for node in graph.nodes if node.times > 1}


def test_resnet_50_draws_its_repeated_bottlenecks_once() -> None:
    flow = data_flow(build_torchvision_model("resnet50"), IMAGE)
    times = {
        "layer1.1 - layer1.2": 2,
        "layer2.1 - layer2.3": 3,
        "layer3.1 - layer3.5": 5,
        "layer4.1 - layer4.2": 2,
    }
    for depth in (2, 3, 4):
        assert repeated(folded_graph(flow, depth)) == times
    assert not repeated(folded_graph(flow, 3, fold_repeats=False))
    # A residual goes around each of the repeated bottlenecks; the first of a stage has a layer on that way.
    opened = folded_graph(flow, 3)
    skips = [edge for edge in opened.edges if edge.is_skip]
    assert {opened.nodes[edge.target].first.path for edge in skips} == {
        "layer1.1",
        "layer2.1",
        "layer3.1",
        "layer4.1",
    }
    assert {opened.nodes[edge.target].first.type for edge in skips} == {"add"}


def test_blocks_that_alternate_are_a_group() -> None:
    graph = folded_graph(data_flow(build_torchvision_model("swin_t"), IMAGE), 3)
    group = next(index for index, node in enumerate(graph.nodes) if node.is_group)
    assert graph.nodes[group].times == 3
    members = [node.first.path for node in graph.nodes if node.parent == group]
    assert members == ["features.5.0", "features.5.1"]


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "densenet121", "shufflenet_v2_x0_5"])
def test_parameters_stay_at_every_depth(name: str) -> None:
    flow = data_flow(build_torchvision_model(name), IMAGE)
    total = sum(node.parameters for node in flow.nodes)
    for depth, fold_repeats in product(range(graph_depth(flow) + 1), (True, False)):
        graph = folded_graph(flow, depth, fold_repeats=fold_repeats)
        assert sum(node.parameters for node in graph.nodes) == total
    assert folded_graph(flow, 0).drawn == 3
    assert folded_graph(flow, readable_depth(flow)).drawn <= 30


def test_a_network_of_many_layers_in_a_row_opens_as_one_box() -> None:
    flow = data_flow(nn.Sequential(*(nn.ReLU() for _ in range(301))), (1, 4))
    assert readable_depth(flow) == 0
    assert readable_depth(flow, most_at_first=303) == 1


def test_a_block_that_is_used_again_and_again_repeats() -> None:
    block = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    (node,) = (node for node in folded_graph(data_flow(nn.Sequential(*[block] * 3), (1, 4)), 1).nodes if node.times > 1)
    assert (node.times, node.parameters) == (3, 20)


def test_equal_blocks_side_by_side_do_not_repeat() -> None:
    class Branches(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = (nn.Sequential(nn.Linear(4, 4), nn.ReLU()) for _ in range(2))

        def forward(self, x: object) -> object:
            return self.one(x) + self.two(x)

    assert not repeated(folded_graph(data_flow(Branches(), (1, 4)), 2))


def test_blocks_whose_layers_have_other_arguments_do_not_repeat() -> None:
    model = nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 3, 3, padding=1)), nn.Sequential(nn.Conv2d(3, 3, 3, padding=2, dilation=2))
    )
    assert not repeated(folded_graph(data_flow(model, (1, 3, 8, 8)), 2))


def test_where_a_network_stops_is_marked_at_every_depth() -> None:
    model = nn.Sequential(nn.Sequential(nn.Linear(4, 4)), nn.Sequential(nn.Linear(4, 4), nn.Linear(5, 5)))
    flow = data_flow(model, (1, 4))
    marked = []
    for depth in range(graph_depth(flow) + 1):
        graph = folded_graph(flow, depth)
        assert graph.failed is not None
        marked.append(graph.nodes[graph.failed].first.path)
    assert marked == ["", "1", "1.1"]


@settings(max_examples=40, deadline=None)
@given(networks_of_modules())
def test_folding_only_joins_what_is_in_one_block(spec: NetworkSpec) -> None:
    flow = data_flow(spec, (1, *spec.input_shape))
    indices = {id(node): index for index, node in enumerate(flow.nodes)}
    for depth in range(graph_depth(flow) + 1):
        graph = folded_graph(flow, depth, fold_repeats=False)
        drawn = [indices[id(node.first)] for node in graph.nodes]
        assert {(drawn[edge.source], drawn[edge.target], edge.shape) for edge in graph.edges} == joined(flow, depth)


def joined(flow: DataFlow, depth: int) -> set[tuple[int, int, tuple[int, ...]]]:
    """The edges between the outermost calls that are at this depth or hold no others."""

    def around(index: int) -> list[int]:
        parent = flow.nodes[index].parent
        return [index] if parent is None else [*around(parent), index]

    def holder(index: int) -> int:
        way = around(index)
        return way[min(depth, len(way) - 1)]

    ends = ((holder(edge.source), holder(edge.target), edge.shape) for edge in flow.edges)
    return {(source, target, shape) for source, target, shape in ends if source != target}
