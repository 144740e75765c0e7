from __future__ import annotations

import re

from playground.charts.network_graph import GraphEdge, GraphNode, network_graph


def test_nodes_stand_in_their_containers_and_edges_have_their_texts() -> None:
    text = network_graph(
        [GraphNode("Input"), GraphNode("Conv2d", "0", ("conv", "block")), GraphNode("Add", is_operation=True)],
        [GraphEdge(0, 1, "1 × 3"), GraphEdge(1, 2)],
        marked=1,
    )
    assert text.count("{") == text.count("}")
    assert re.search(r'"cluster_conv" .*"cluster_conv\.block" .*  1 \[label="Conv2d\\n0" color="#d33"', text, re.DOTALL)
    assert '  0 -> 1 [label=" 1 × 3"]' in text
    assert '  2 [label="Add" shape=ellipse style=solid]' in text


def test_quotes_and_backslashes_stay_inside_their_texts() -> None:
    text = network_graph([GraphNode('"]; \\', containers=('"',))], [])
    assert r'label="\"]; \\"' in text
    assert r'label="\""' in text
