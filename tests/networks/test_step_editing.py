from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.networks import Layer, NetworkSpec, SpecError, presets, tree
from playground.networks import step_editing as edits
from playground.networks.code_classes import with_class_names
from playground.networks.forward_steps import (
    applicable_children,
    hidden_inputs,
    is_in_order,
    known_names,
    steps_of,
    tidy,
    unused_children,
    unused_inputs,
    unused_results,
)
from playground.networks.operations import OPERATIONS
from playground.networks.spec import Forward, Step
from playground.networks.step_editing import Applied

CONV = {"in_channels": 4, "out_channels": 4, "kernel_size": 3, "padding": 1}
CHILDREN = (Layer("conv1", "Conv2d", CONV), Layer("relu", "ReLU"), Layer("conv2", "Conv2d", CONV))
PLAIN = NetworkSpec("Plain", CHILDREN, (4, 8, 8))
ADD = Applied(operation="add")
UNET = presets.load("unet")


def lines(spec: NetworkSpec, path: str = "") -> list[str]:
    forward = steps_of(tree.find(spec, path))
    return [f"{step.name} = {step.child or step.operation}({', '.join(step.inputs)})" for step in forward.steps]


def output(spec: NetworkSpec) -> tuple[int, ...] | None:
    return spec.trace((1, *spec.input_shape)).output_shape


def as_read_from_code(spec: NetworkSpec) -> NetworkSpec:
    """The same network as the reader of code says it: steps that say nothing of their own are left out."""

    def plain(layer: Layer) -> Layer:
        children = tuple(map(plain, layer.children))
        return replace(layer, children=children, forward=None if is_in_order(layer) else layer.forward)

    network = plain(spec.as_module())
    return with_class_names(replace(spec, layers=network.children, forward=network.forward))


def modules(spec: NetworkSpec) -> list[str]:
    return ["", *(path for path, layer in spec.walk() if layer.type == "Module")]


def test_the_steps_of_a_plain_network_are_written_out_and_back() -> None:
    written = edits.write_out(PLAIN, "").spec
    assert written.forward == Forward((Step(child="conv1"), Step(child="relu"), Step(child="conv2")))
    assert is_in_order(written.as_module())
    assert edits.use_layers_in_order(written, "").spec == PLAIN
    moved = edits.move_step(written, "", 1, 1).spec
    assert not is_in_order(moved.as_module())
    assert edits.use_layers_in_order(moved, "").spec == PLAIN


def test_an_add_at_the_end_takes_the_result_before_it_and_the_input_which_is_kept_in_sight() -> None:
    edited = edits.add_step(PLAIN, "", ADD)
    assert edited.step == 3
    assert lines(edited.spec) == ["out = conv1()", "out = relu()", "out = conv2()", "out = add(out, x)"]
    assert output(edited.spec) == (1, 4, 8, 8)
    assert NetworkSpec.from_code(edited.spec.to_code()) == edited.spec


def test_an_added_step_is_used_by_what_comes_after_it() -> None:
    named = edits.rename_step(PLAIN, "", 0, "features").spec
    added = edits.add_step(named, "", Applied(operation="gelu"), 1).spec
    assert lines(added)[:3] == ["features = conv1()", "features = gelu()", "x = relu()"]
    assert lines(edits.add_step(PLAIN, "", Applied("relu"), 0).spec)[:2] == ["x = relu()", "x = conv1()"]
    middle = edits.add_step(PLAIN, "", ADD, 2).spec
    assert lines(middle) == ["out = conv1()", "out = relu()", "out = add(out, x)", "x = conv2()"]


def test_what_needs_several_inputs_takes_first_those_of_the_forward_that_nothing_uses() -> None:
    removed = edits.remove_step(UNET, "up4", 1).spec
    assert lines(removed, "up4") == ["x = up()", "x = conv()"]
    assert unused_inputs(steps_of(tree.find(removed, "up4"))) == ("skip",)
    again = edits.add_step(removed, "up4", Applied(operation="concatenate"), 1).spec
    assert lines(again, "up4") == ["x = up()", "x = concatenate(x, skip)", "x = conv()"]
    assert output(again) == output(UNET)
    twice = edits.add_step(UNET, "", Applied("up4"), 10).spec
    assert lines(twice)[8:11] == ["out = bottom()", "out = up4(out, skip4)", "out = up4(out, x)"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_can_be_added_and_its_code_is_read_back(name: str) -> None:
    spec = edits.add_step(PLAIN, "", Applied(operation=name)).spec
    code = spec.to_code()
    if output(spec) is not None:
        read = NetworkSpec.from_code(code)
        assert output(read) == output(spec)
        # A reshape to one dimension is read as a flatten, and what a forward returns has no name of its own.
        assert read == spec or name in ("reshape", "tuple")


def test_a_removed_step_is_passed_by() -> None:
    residual = edits.add_step(PLAIN, "", ADD).spec
    assert lines(edits.remove_step(residual, "", 3).spec) == ["out = conv1()", "out = relu()", "out = conv2()"]
    assert lines(edits.remove_step(residual, "", 0).spec)[0] == "out = relu()"
    named = edits.rename_step(PLAIN, "", 0, "a").spec
    assert lines(edits.remove_step(named, "", 0).spec) == ["x = relu()", "x = conv2()"]
    for _ in range(3):
        named = edits.remove_step(named, "", 0).spec
    assert output(named) == (1, 4, 8, 8)


def test_steps_move_as_lines_do_and_in_a_chain_of_names_they_change_places() -> None:
    assert lines(edits.move_step(PLAIN, "", 1, -1).spec) == ["x = relu()", "x = conv1()", "x = conv2()"]
    named = PLAIN
    for index, name in enumerate("abc"):
        named = edits.rename_step(named, "", index, name).spec
    moved = edits.move_step(named, "", 1, -1)
    assert lines(moved.spec) == ["a = relu()", "b = conv1()", "c = conv2()"]
    assert moved.step == 0
    assert edits.move_step(moved.spec, "", 0, 1).spec == named
    both = edits.set_step_input(named, "", 2, 1, "a").spec
    with pytest.raises(SpecError, match="use a"):
        edits.move_step(both, "", 1, -1)
    for index, by in ((0, -1), (2, 1)):
        with pytest.raises(SpecError, match="already"):
            edits.move_step(PLAIN, "", index, by)


def test_a_step_applies_something_else_to_as_many_inputs_as_that_takes() -> None:
    residual = edits.add_step(PLAIN, "", ADD).spec
    assert lines(edits.set_applied(residual, "", 3, Applied("relu")).spec)[3] == "out = relu()"
    assert lines(edits.set_applied(residual, "", 3, Applied(operation="concatenate")).spec)[3].endswith("(out, x)")
    assert lines(edits.set_applied(residual, "", 1, Applied(operation="multiply")).spec)[1] == "out = multiply(out, x)"
    for applied in (Applied("conv3"), Applied(operation="cube_root")):
        with pytest.raises(SpecError, match="There is no"):
            edits.set_applied(residual, "", 0, applied)


def test_a_renamed_result_is_renamed_where_it_is_used() -> None:
    renamed = edits.rename_step(UNET, "", 2, "low").spec
    assert lines(renamed)[2:4] == ["low = down2()", "skip3 = pool2()"]
    assert lines(renamed)[11] == "x = up2(x, low)"
    with pytest.raises(SpecError, match="skip1 is the name of another value"):
        edits.rename_step(UNET, "", 8, "skip1")
    for name in ("", "class", "a b", "self", "__x"):
        with pytest.raises(SpecError, match=r"\.$"):
            edits.rename_step(UNET, "", 2, name)


def test_the_inputs_of_a_step() -> None:
    residual = edits.add_step(PLAIN, "", ADD).spec
    twice = edits.set_step_input(residual, "", 3, 2, "out").spec
    assert lines(twice)[3] == "out = add(out, x, out)"
    two = edits.set_step_input(twice, "", 3, 0, "").spec
    assert lines(two)[3] == "out = add(x, out)"
    with pytest.raises(SpecError, match="Add needs 2 inputs"):
        edits.set_step_input(two, "", 3, 0, "")
    with pytest.raises(SpecError, match="ReLU takes 1 input"):
        edits.set_step_input(edits.add_step(PLAIN, "", Applied(operation="relu")).spec, "", 3, 1, "x")
    with pytest.raises(SpecError, match="There is no later yet"):
        edits.set_step_input(residual, "", 3, 0, "later")
    with pytest.raises(SpecError, match="needs an input"):
        edits.set_step_input(residual, "", 0, 0, "")
    shortcut = edits.set_step_to_forward_input(PLAIN, "", 2, 0, "x").spec
    assert lines(shortcut) == ["out = conv1()", "out = relu()", "x = conv2(x)"]
    assert unused_results(steps_of(shortcut.as_module())) == {1}


def test_known_and_hidden_names() -> None:
    forward = steps_of(tree.find(UNET, ""))
    assert known_names(forward, 4) == ("x", "skip1", "skip2", "skip3")
    assert hidden_inputs(forward, 4) == ()
    assert hidden_inputs(forward, 8) == ("x",)


def test_the_inputs_of_a_forward() -> None:
    renamed = edits.set_forward_inputs(UNET, "up4", ["low", "high"]).spec
    assert lines(renamed, "up4")[:2] == ["x = up()", "x = concatenate(high, x)"]
    assert output(renamed) == output(UNET)
    both = edits.set_forward_inputs(UNET, "up4", ["low", "skip", "gate"]).spec
    assert (
        edits.set_forward_inputs(both, "up4", ["low", "skip"]).spec
        == edits.set_forward_inputs(UNET, "up4", ["low", "skip"]).spec
    )
    swapped = edits.set_forward_inputs(UNET, "up4", ["skip", "x"]).spec
    assert lines(swapped, "up4")[0] == "x = up(x)"
    more = edits.set_forward_inputs(UNET, "up4", ["x", "skip", "gate"]).spec
    error = more.trace((1, 3, 32, 32)).error
    assert error is not None
    assert error.path == "up4"
    assert edits.set_forward_inputs(more, "up4", ["x", "skip"]).spec == UNET
    for names, said in (([], "at least one"), (["x"], "uses the input skip"), (["x", "x"], "same name")):
        with pytest.raises(SpecError, match=said):
            edits.set_forward_inputs(UNET, "up4", names)
    with pytest.raises(SpecError, match="one input"):
        edits.set_forward_inputs(UNET, "", ["x", "y"])


def test_arguments_at_their_defaults_are_left_out() -> None:
    flat = edits.add_step(PLAIN, "", Applied(operation="flatten")).spec
    assert flat.forward is not None
    changed = edits.set_step_arguments(flat, "", 3, {"start_dim": 2, "end_dim": -1}).spec
    assert steps_of(changed.as_module()).steps[3].arguments == {"start_dim": 2}
    with pytest.raises(SpecError, match="no argument"):
        edits.set_step_arguments(flat, "", 3, {"start": 2})


def test_a_child_that_no_step_applies_gets_its_step_after_that_of_the_child_before_it() -> None:
    without = edits.remove_step(PLAIN, "", 1).spec
    assert unused_children(without.as_module()) == ("relu",)
    assert edits.add_step_for_child(without, "", "relu").spec == edits.write_out(PLAIN, "").spec


def test_what_a_module_list_holds_can_be_applied_and_one_with_a_rule_itself() -> None:
    blocks = Layer("blocks", "ModuleList", children=(Layer("0", "ReLU"), Layer("1", "Tanh")))
    spec = NetworkSpec("Net", (blocks, Layer("fc", "Linear", {"in_features": 4, "out_features": 4})), (4,))
    assert list(applicable_children(spec.as_module())) == ["blocks.0", "blocks.1", "fc"]
    assert lines(edits.add_step(spec, "", Applied("blocks.1"), 0).spec)[0] == "x = blocks.1()"
    with_rule = replace(spec, layers=(replace(blocks, rule="sum"), spec.layers[1]))
    assert list(applicable_children(with_rule.as_module())) == ["blocks", "fc"]


def test_class_names() -> None:
    assert tree.find(edits.set_class_name(UNET, "up4", "Bottom").spec, "up4").class_name == "Bottom"
    assert edits.set_class_name(UNET, "", "Ronneberger").spec.name == "Ronneberger"
    for path, name in (("up4", "a b"), ("", ""), ("", "nn")):
        with pytest.raises(SpecError, match=r"\.$"):
            edits.set_class_name(UNET, path, name)
    with pytest.raises(SpecError, match="only a Module"):
        edits.set_class_name(UNET, "down1", "Down")


def test_a_step_that_is_gone_is_said() -> None:
    for edit in (
        lambda: edits.remove_step(PLAIN, "", 3),
        lambda: edits.rename_step(PLAIN, "gone", 0, "a"),
        lambda: edits.set_step_arguments(PLAIN, "", 0, {}),
    ):
        with pytest.raises(SpecError, match=r"\.$"):
            edit()


@st.composite
def networks_with_steps(draw: st.DrawFn) -> NetworkSpec:
    """A network of layers that keep the shape, with a Module of two inputs inside; all with steps at random."""
    children = (*CHILDREN, Layer("tanh", "Tanh"))
    inner = Layer("gate", "Module", children=children, class_name="Gate", forward=draw(_forwards(("x", "skip"))))
    spec = NetworkSpec("Net", (*children, inner), (4, 8, 8), draw(_forwards(("x",))))
    return edits.add_step(spec, "", Applied("gate")).spec if draw(st.booleans()) else spec


@st.composite
def _forwards(draw: st.DrawFn, inputs: tuple[str, ...]) -> Forward:
    steps: list[Step] = []
    for index in range(draw(st.integers(0, 5))):
        known = known_names(Forward(tuple(steps), inputs), index)
        name = draw(st.sampled_from(["x", "out", "a"]))
        operation = draw(st.sampled_from(["", "add", "relu", "concatenate"]))
        number = 2 if operation in ("add", "concatenate") else draw(st.integers(0, 1))
        used = tuple(draw(st.sampled_from(known)) for _ in range(number))
        child = "" if operation else draw(st.sampled_from(["conv1", "relu", "tanh"]))
        steps.append(Step(name, child, operation, used))
    return tidy(Forward(tuple(steps), inputs))


def _edit(data: st.DataObject, spec: NetworkSpec, path: str) -> Any:
    module = tree.find(spec, path)
    forward = steps_of(module)
    index = data.draw(st.integers(0, len(forward.steps)))
    names = st.sampled_from([*known_names(forward, min(index, len(forward.steps))), "b", "out"])
    applied = data.draw(
        st.one_of(
            st.sampled_from(list(applicable_children(module))).map(Applied),
            st.sampled_from(["add", "concatenate", "relu", "mean"]).map(lambda name: Applied("", name)),
        )
    )
    possible: list[Callable[[], Any]] = [
        lambda: edits.write_out(spec, path),
        lambda: edits.use_layers_in_order(spec, path),
        lambda: edits.add_step(spec, path, applied, index),
        lambda: edits.add_step(spec, path, applied),
        lambda: edits.remove_step(spec, path, index),
        lambda: edits.move_step(spec, path, index, data.draw(st.sampled_from([-1, 1]))),
        lambda: edits.set_applied(spec, path, index, applied),
        lambda: edits.rename_step(spec, path, index, data.draw(names)),
        lambda: edits.set_step_input(spec, path, index, data.draw(st.integers(0, 2)), data.draw(names)),
        lambda: edits.set_step_to_forward_input(spec, path, index, data.draw(st.integers(0, 2)), data.draw(names)),
        lambda: edits.set_forward_inputs(spec, path, data.draw(st.lists(names, max_size=3))),
        lambda: edits.set_class_name(spec, path, data.draw(names)),
    ]
    return data.draw(st.sampled_from(possible))()


@settings(max_examples=120, deadline=None)
@given(networks_with_steps(), st.data())
def test_any_edits_leave_a_network_whose_code_is_that_network(spec: NetworkSpec, data: st.DataObject) -> None:
    said: list[str] = []
    for _ in range(data.draw(st.integers(1, 5))):
        path = data.draw(st.sampled_from(modules(spec)))
        knew_all = _uses_known_names(spec)
        try:
            spec = _edit(data, spec, path).spec
        except SpecError as error:
            said.append(error.message)
            continue
        assert _uses_known_names(spec) or not knew_all
        assert NetworkSpec.from_json(spec.to_json()) == spec
    assert all(message.endswith(".") for message in said)
    if output(spec) is not None:
        read = NetworkSpec.from_code(spec.to_code())
        assert output(read) == output(spec)
        if all(_can_be_read_as_they_are(steps_of(tree.find(spec, path))) for path in modules(spec)):
            assert read == as_read_from_code(spec)


def _can_be_read_as_they_are(forward: Forward) -> bool:
    """Code leaves out what nothing uses, and `a + b + c` are two steps to its reader."""
    return not unused_results(forward) and all(
        len(step.inputs) <= 2 for step in forward.steps if step.operation in ("add", "subtract", "multiply", "matmul")
    )


def _uses_known_names(spec: NetworkSpec) -> bool:
    forwards = [steps_of(tree.find(spec, path)) for path in modules(spec)]
    return all(
        set(step.inputs) <= set(known_names(forward, index))
        for forward in forwards
        for index, step in enumerate(forward.steps)
    )
