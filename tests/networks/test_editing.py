from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.networks import Layer, NetworkSpec, SpecError, editing, presets, tree
from playground.networks.containers import CONTAINERS
from playground.networks.layers import LAYER_TYPES
from playground.networks.spec import Forward, Step
from tests.networks.drawn_networks import networks

CONV = {"in_channels": 4, "out_channels": 4, "kernel_size": 3, "padding": 1}
RESIDUAL = NetworkSpec(
    "Residual",
    (
        Layer("conv1", "Conv2d", CONV),
        Layer("relu", "ReLU"),
        Layer("conv2", "Conv2d", CONV),
        Layer("blocks", "ModuleList", children=(Layer("0", "Tanh"), Layer("1", "Sigmoid"))),
    ),
    (4, 8, 8),
    Forward(
        (
            Step("out", child="conv1"),
            Step("out", child="relu"),
            Step("out", child="conv2"),
            Step("out", operation="add", inputs=("out", "x")),
            Step("out", child="blocks.0"),
            Step("out", child="blocks.1"),
        )
    ),
)
U = NetworkSpec(
    "U",
    (
        Layer("down", "Conv2d", CONV),
        Layer("pool", "MaxPool2d", {"kernel_size": 2}),
        Layer("up", "Upsample", {"scale_factor": 2}),
    ),
    (4, 8, 8),
    Forward(
        (
            Step("skip", child="down"),
            Step(child="pool"),
            Step(child="up"),
            Step(operation="concatenate", inputs=("x", "skip"), arguments={"dim": 1}),
        )
    ),
)


def steps(spec: NetworkSpec) -> list[str]:
    assert spec.forward is not None
    return [f"{s.name} = {s.child or s.operation}({', '.join(s.inputs)})" for s in spec.forward.steps]


def paths(spec: NetworkSpec) -> list[str]:
    return [f"{path} {layer.type}" for path, layer in spec.walk() if not layer.children]


@pytest.mark.parametrize("type_name", [*(each.name for each in LAYER_TYPES), *CONTAINERS])
def test_every_type_can_be_added_and_is_a_layer_that_can_be_made(type_name: str) -> None:
    edited = editing.add(NetworkSpec("Net", (), (4, 8, 8)), type_name)
    assert [layer.type for layer in edited.spec.layers] == [type_name]
    edited.spec.build()


def test_an_added_layer_takes_what_comes_in_there() -> None:
    lenet = presets.load("lenet")
    edited = editing.add(lenet, "Conv2d", "conv", 3)
    assert edited.path == "conv.3"
    (layer,) = [layer for path, layer in edited.spec.walk() if path == "conv.3"]
    assert layer.arguments["in_channels"] == 6
    assert editing.add(lenet, "Linear").spec.layers[-1].arguments["in_features"] == 10
    assert editing.add(lenet, "BatchNorm2d", "conv", 1).spec.layers[0].children[1].arguments == {"num_features": 6}


def test_a_copy_and_what_it_holds_take_what_comes_in_there() -> None:
    lenet = presets.load("lenet")
    assert tree.find(editing.duplicate(lenet, "conv.0").spec, "conv.1").arguments["in_channels"] == 6
    resnet = presets.load("resnet50", num_classes=10)
    spec, path = editing.duplicate(resnet, "layer2")
    assert spec.trace((1, *spec.input_shape)).error is None
    assert tree.find(spec, f"{path}.0.conv1").arguments["in_channels"] == 512
    assert tree.find(spec, f"{path}.0.shortcut.0").arguments["in_channels"] == 512
    assert tree.find(spec, f"{path}.1") == tree.find(resnet, "layer2.1")


def test_numbered_layers_are_numbered_anew_and_named_ones_keep_their_names() -> None:
    spec, path = editing.duplicate(presets.load("lenet"), "fc.0")
    assert path == "fc.1"
    assert [child.name for child in spec.layers[2].children] == [str(index) for index in range(6)]
    spec, path = editing.duplicate(spec, "flatten")
    assert [layer.name for layer in spec.layers] == ["conv", "flatten", "flatten2", "fc"]
    assert path == "flatten2"


def test_rename_in_a_sequential_gives_it_names_and_a_module_list_has_none() -> None:
    spec, path = editing.rename(presets.load("lenet"), "fc.1", "activation")
    assert path == "fc.activation"
    assert [child.name for child in spec.layers[2].children] == ["0", "activation", "2", "3", "4"]
    with pytest.raises(SpecError, match="ModuleDict"):
        editing.rename(RESIDUAL, "blocks.0", "first")
    for bad in ("", "class", "1st", "relu"):
        with pytest.raises(SpecError, match=r"\.$"):
            editing.rename(RESIDUAL, "conv1", bad)


def test_moves_within_into_and_out_of_containers() -> None:
    lenet = presets.load("lenet")
    down, path = editing.move_down(lenet, "fc.0")
    assert (path, paths(down)[7:9]) == ("fc.1", ["fc.0 Sigmoid", "fc.1 Linear"])
    assert editing.move_up(down, path).spec == lenet
    inside, path = editing.move_into_next(lenet, "flatten")
    assert (path, paths(inside)[6:8]) == ("fc.0", ["fc.0 Flatten", "fc.1 Linear"])
    at_the_end, path = editing.move_into_previous(lenet, "flatten")
    assert path == "conv.6"
    out, path = editing.move_out(at_the_end, path)
    assert out == lenet
    assert path == "flatten"
    for move, where in (
        (editing.move_up, "conv"),
        (editing.move_down, "fc"),
        (editing.move_out, "fc"),
        (editing.move_into_next, "fc"),
        (editing.move_into_previous, "fc.1"),
    ):
        with pytest.raises(SpecError):
            move(lenet, where)


def test_a_numbered_layer_moves_into_a_container_that_is_numbered_after_it() -> None:
    inner = Layer("1", "Sequential", children=(Layer("0", "Tanh"),))
    spec = NetworkSpec("Net", (Layer("all", "Sequential", children=(Layer("0", "ReLU"), inner)),), (4,))
    moved, path = editing.move_into_next(spec, "all.0")
    assert path == "all.0.0"
    assert paths(moved) == ["all.0.0 ReLU", "all.0.1 Tanh"]


def test_steps_follow_a_rename_and_a_removal() -> None:
    assert steps(editing.rename(RESIDUAL, "conv2", "second").spec)[2] == "out = second()"
    assert steps(editing.rename(RESIDUAL, "blocks", "tail").spec)[4:] == ["out = tail.0()", "out = tail.1()"]
    assert steps(editing.delete(RESIDUAL, "blocks.0").spec)[4:] == ["out = blocks.0()"]
    assert steps(editing.delete(RESIDUAL, "blocks").spec)[-1] == "out = add(out, x)"
    assert steps(editing.delete(U, "pool").spec) == ["skip = down()", "x = up()", "x = concatenate(x, skip)"]


def test_a_result_that_is_gone_gives_way_to_what_its_step_was_given() -> None:
    left = editing.delete(U, "down").spec
    assert steps(left) == ["x2 = pool()", "x3 = up()", "x = concatenate(x3, x)"]
    assert left.trace((1, 4, 8, 8)).output_shape == (1, 8, 8, 8)


def test_an_added_layer_gets_a_step_where_its_result_is_used() -> None:
    assert steps(editing.add(U, "ReLU", index=1).spec)[:3] == ["skip = down()", "skip = relu()", "x = pool()"]
    added = editing.add(RESIDUAL, "BatchNorm2d", index=0).spec
    assert steps(added)[:2] == ["x2 = batchnorm()", "out = conv1()"]
    assert added.layers[0].arguments == {"num_features": 4}
    assert added.trace((1, 4, 8, 8)).error is None


def test_a_moved_layer_takes_its_step_with_it() -> None:
    moved, path = editing.move_down(RESIDUAL, "conv1")
    assert path == "conv1"
    assert steps(moved)[:3] == ["out = relu()", "out = conv1()", "out = conv2()"]
    assert steps(editing.move_up(moved, "conv1").spec)[:2] == ["x2 = conv1()", "out = relu()"]


def test_a_layer_that_a_step_applies_by_its_path_keeps_that_step_wherever_it_is_moved() -> None:
    pair = Layer("pair", "ModuleDict", children=(Layer("left", "ReLU"), Layer("right", "Tanh")))
    more = Layer("more", "ModuleDict", children=(Layer("other", "Sigmoid"),))
    steps_ = (Step("a", child="pair.left"), Step("b", child="pair.right", inputs=("x",)), Step(child="more.other"))
    spec = NetworkSpec("Net", (pair, more), (4,), forward=Forward(steps_))
    out, path = editing.move_out(spec, "pair.left")
    assert path == "left"
    assert steps(out) == ["a = left()", "b = pair.right(x)", "x = more.other()"]
    inside, path = editing.move_into_next(out, "left")
    assert path == "more.left"
    assert steps(inside) == ["a = more.left()", "b = pair.right(x)", "x = more.other()"]
    assert inside.trace((2, 4)).error is None
    # A Sequential applies what it holds by itself.
    stack = Layer("stack", "Sequential", children=(Layer("0", "ReLU"),))
    ordered = NetworkSpec(
        "Net", (Layer("left", "Tanh"), stack), (4,), forward=Forward((Step(child="left"), Step(child="stack")))
    )
    assert steps(editing.move_into_next(ordered, "left").spec) == ["x = stack()"]


def test_switching_off_arguments_rule_and_input_shape() -> None:
    off = editing.set_enabled(RESIDUAL, "relu", False).spec
    assert not off.layers[1].enabled
    assert editing.set_enabled(off, "relu", True).spec == RESIDUAL
    assert editing.set_arguments(RESIDUAL, "conv1", {"in_channels": 1}).spec.layers[0].arguments == {"in_channels": 1}
    assert editing.set_rule(RESIDUAL, "blocks", "sum").spec.layers[3].rule == "sum"
    assert editing.set_input_shape(RESIDUAL, (4, 9, 9)).input_shape == (4, 9, 9)
    for path, rule in (("relu", "sum"), ("blocks", "som")):
        with pytest.raises(SpecError):
            editing.set_rule(RESIDUAL, path, rule)


def test_nothing_can_be_put_into_a_layer_that_holds_none() -> None:
    with pytest.raises(SpecError, match="holds no layers"):
        editing.add(RESIDUAL, "ReLU", "conv1")


def _edits(spec: NetworkSpec, path: str) -> list:  # type: ignore[type-arg]
    return [
        lambda: editing.duplicate(spec, path),
        lambda: editing.delete(spec, path),
        lambda: editing.rename(spec, path, "renamed"),
        lambda: editing.move_up(spec, path),
        lambda: editing.move_down(spec, path),
        lambda: editing.move_into_previous(spec, path),
        lambda: editing.move_into_next(spec, path),
        lambda: editing.move_out(spec, path),
        lambda: editing.set_enabled(spec, path, False),
        lambda: editing.add(spec, "ReLU", path),
        lambda: editing.add(spec, "Sequential", *tree.place_of(spec, path)),
    ]


@settings(max_examples=60, deadline=None)
@given(st.one_of(networks(), st.sampled_from([RESIDUAL, U])), st.data())
def test_any_edits_leave_a_network_that_can_be_built_with_its_selected_layer(
    spec: NetworkSpec, data: st.DataObject
) -> None:
    said: list[str] = []
    for _ in range(data.draw(st.integers(1, 6))):
        if not spec.layers:
            break
        path = data.draw(st.sampled_from([path for path, _ in spec.walk()]))
        try:
            edited = data.draw(st.sampled_from(_edits(spec, path)))()
        except SpecError as error:
            said.append(error.message)
            continue
        spec = edited.spec
        assert edited.path == "" or edited.path in [path for path, _ in spec.walk()]
        assert NetworkSpec.from_json(spec.to_json()) == spec
        spec.build()
    assert all(message.endswith(".") for message in said)


@settings(max_examples=40, deadline=None)
@given(networks(), st.data())
def test_layers_in_other_containers_keep_their_keys(spec: NetworkSpec, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path, layer in spec.walk() if not layer.children]))
    parent = path.rpartition(".")[0]
    edited = data.draw(st.sampled_from([editing.duplicate, editing.delete]))(spec, path)
    with torch.device("meta"):
        before, after = (set(each.build().state_dict()) for each in (spec, edited.spec))
    others = {key for key in before if key.rpartition(".")[0].rpartition(".")[0] != parent and not key.startswith(path)}
    assert others <= after
