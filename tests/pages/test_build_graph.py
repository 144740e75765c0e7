from __future__ import annotations

from playground.networks import Layer, NetworkSpec, editing, presets
from playground.ui.build.graph import graph_text


def text(spec: NetworkSpec) -> str:
    return graph_text(spec, spec.trace((1, *spec.input_shape)))


def test_the_edges_have_the_shapes_and_the_failing_layer_is_marked() -> None:
    assert "1 × 16 × 8 × 8" in text(presets.load("lenet"))
    assert "#d33" not in text(presets.load("lenet"))
    broken = editing.set_arguments(presets.load("lenet"), "fc.0", {"in_features": 3, "out_features": 4}).spec
    (marked,) = [line for line in text(broken).splitlines() if "#d33" in line]
    assert "Linear" in marked


def test_a_large_network_is_drawn_by_its_containers() -> None:
    block = Layer("", "Sequential", children=tuple(Layer(str(index), "ReLU") for index in range(9)))
    spec = NetworkSpec("Large", tuple(Layer(f"b{i}", "Sequential", children=block.children) for i in range(9)), (4,))
    drawn = text(spec)
    assert drawn.count("Sequential") == 9
    assert "ReLU" not in drawn
    assert drawn.count("1 × 4") == 10
