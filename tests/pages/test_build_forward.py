"""The forward of a Module on the Build page: its steps as lines, edited with widgets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from playground.networks import Layer, NetworkSpec, presets, tree
from playground.networks.forward_steps import steps_of
from playground.networks.share import to_link
from playground.networks.spec import Forward, Step
from playground.networks.step_editing import Applied
from playground.training import RunStore
from tests.pages.conftest import assert_no_traceback, field, open_page, sentences
from tests.pages.test_build import click, draft

CONV = {"in_channels": 4, "out_channels": 4, "kernel_size": 3, "padding": 1}
PLAIN = NetworkSpec("Plain", (Layer("conv1", "Conv2d", CONV), Layer("relu", "ReLU")), (4, 8, 8))
GATE = Layer(
    "gate",
    "Module",
    children=(Layer("conv", "Conv2d", CONV), Layer("drop", "Dropout")),
    class_name="Gate",
    forward=Forward((Step(child="conv"), Step(operation="multiply", inputs=("x", "skip"))), ("x", "skip")),
)
GATED = replace(
    PLAIN,
    layers=(*PLAIN.layers, GATE),
    forward=Forward((Step("a", child="conv1"), Step("b", child="relu"), Step(child="gate", inputs=("b", "a")))),
)


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has drafts of its own, beside its runs."""


def opened(spec: NetworkSpec) -> AppTest:
    page = open_page("pages/build.py", network=to_link(spec))
    assert_no_traceback(page)
    return page


def lines(page: AppTest, path: str = "") -> list[str]:
    """The lines as they stand on the page; one at fault is marked with !."""
    found = [button for button in page.button if button.key and button.key.startswith(f"line_{path}_")]
    return [("!" if ":red[" in button.label else "") + button.label.split("`")[1] for button in found]


def add_step(page: AppTest, path: str, applied: Applied) -> None:
    field(page, f"add_step_{path}").select(applied).run()
    assert_no_traceback(page)


def test_a_residual_block_from_layers_in_order_and_back() -> None:
    page = opened(PLAIN)
    click(page, "open_forward")
    click(page, "write_out_")
    assert lines(page) == ["def forward(self, x):", "x = self.conv1(x)", "x = self.relu(x)"]
    add_step(page, "", Applied(operation="add"))
    assert lines(page)[1:] == ["out = self.conv1(x)", "out = self.relu(out)", "out = out + x"]
    assert NetworkSpec.from_code(draft(page).to_code()) == draft(page)
    click(page, "layers_in_order_")
    assert draft(page) == PLAIN
    click(page, "undo")
    assert len(lines(page)) == 4


def test_the_steps_of_a_module_its_shapes_and_its_class_name() -> None:
    page = opened(GATED)
    click(page, "select_gate")
    assert lines(page, "gate") == ["def forward(self, x, skip):", "x = self.conv(x)", "x = x * skip"]
    assert all("1 × 4 × 8 × 8" in page.button(key=f"line_gate_{index}").label for index in (0, 1))
    field(page, "class_name_gate").set_value("Attention").run()
    assert tree.find(draft(page), "gate").class_name == "Attention"
    field(page, "class_name_gate").set_value("no name").run()
    assert any("no name" in said for said in sentences(page))
    assert field(page, "class_name_gate").value == "Attention"


def test_a_step_is_renamed_rewired_moved_and_deleted() -> None:
    page = opened(GATED)
    click(page, "open_forward")
    click(page, "line__0")
    field(page, "step_name__0").set_value("low").run()
    assert lines(page)[1:] == ["low = self.conv1(x)", "b = self.relu(low)", "x = self.gate(b, low)"]
    click(page, "line__2")
    assert field(page, "step_input__2_1").label == "Input skip"
    field(page, "step_input__2_1").select("b").run()
    assert lines(page)[3] == "x = self.gate(b, b)"
    click(page, "step_up")
    assert lines(page)[2:] == ["b = self.gate(low, low)", "x = self.relu(b)"]
    click(page, "line__2")
    click(page, "step_delete")
    assert lines(page)[2:] == ["b = self.gate(low, low)"]
    assert any("relu" in caption.value and "not used" in caption.value for caption in page.caption)
    click(page, "use__relu")
    assert lines(page)[2:] == ["low = self.relu(low)", "b = self.gate(low, low)"]


def test_a_move_that_cannot_be_is_said_and_changes_nothing() -> None:
    page = opened(GATED)
    click(page, "open_forward")
    click(page, "line__1")
    before = lines(page)
    click(page, "step_up")
    assert sentences(page) == ["Both this and later steps use a, so they must come after it."]
    assert lines(page) == before


def test_the_open_line_is_followed_when_an_undo_moves_it() -> None:
    page = opened(GATED)
    click(page, "open_forward")
    click(page, "line__2")
    click(page, "step_up")
    assert field(page, "step_applies__1").value == Applied("gate")
    click(page, "undo")
    assert field(page, "step_applies__2").value == Applied("gate")


def test_an_operation_has_its_arguments_with_their_words() -> None:
    page = opened(PLAIN)
    click(page, "open_forward")
    click(page, "write_out_")
    add_step(page, "", Applied(operation="flatten"))
    widget = field(page, "step_flatten_start_dim__2")
    assert "first dimension" in widget.help
    assert "`1`" in widget.help
    widget.set_value(2).run()
    assert lines(page)[-1] == "x = x.flatten(2, -1)"
    field(page, "step_applies__2").select(Applied(operation="softmax")).run()
    field(page, "step_softmax_dim__2").set_value("").run()
    assert any("softmax needs dim" in said for said in sentences(page))
    field(page, "step_softmax_dim__2").set_value("-1").run()
    assert lines(page)[-1] == "x = F.softmax(x, dim=-1)"


def test_the_arguments_of_an_operation_are_numbers_several_numbers_or_a_text() -> None:
    page = opened(PLAIN)
    click(page, "open_forward")
    click(page, "write_out_")
    add_step(page, "", Applied(operation="slice"))
    field(page, "step_slice_end__2").set_value("-1").run()
    assert lines(page)[-1] == "x = x[:, :-1]"
    field(page, "step_applies__2").select(Applied(operation="pad")).run()
    assert field(page, "step_pad_pad__2").value == "(1, 1, 1, 1)"
    field(page, "step_pad_pad__2").set_value("0, 3, 0, 1").run()
    assert lines(page)[-1] == "x = F.pad(x, (0, 3, 0, 1))"
    field(page, "step_applies__2").select(Applied(operation="einsum")).run()
    field(page, "step_einsum_equation__2").set_value("bchw,bdhw->bcd").run()
    assert lines(page)[-1] == 'x = torch.einsum("bchw,bdhw->bcd", out, x)'
    field(page, "step_applies__2").select(Applied(operation="stack")).run()
    assert lines(page)[-1] == "x = torch.stack([out, x], dim=1)"
    field(page, "step_applies__2").select(Applied(operation="clamp")).run()
    assert lines(page)[-1] == "x = out.clamp(min=0)"
    field(page, "step_clamp_min__2").set_value("").run()
    assert lines(page)[-1] == "!x = out.clamp()"
    assert any("the smallest or the largest value" in said for said in sentences(page))


def test_the_inputs_of_a_forward_are_named_in_its_first_line() -> None:
    page = opened(GATED)
    click(page, "select_gate")
    click(page, "line_gate_-1")
    field(page, "forward_inputs_gate").set_value("x, other").run()
    assert lines(page, "gate") == ["def forward(self, x, other):", "x = self.conv(x)", "x = x * other"]
    field(page, "forward_inputs_gate").set_value("x").run()
    assert any("uses the input other" in said for said in sentences(page))


def test_the_step_at_which_the_trace_stops_is_marked() -> None:
    wide = replace(PLAIN.layers[0], arguments={**CONV, "out_channels": 3})
    spec = replace(PLAIN, layers=(wide, PLAIN.layers[1]))
    page = opened(replace(spec, forward=Forward((Step("y", child="conv1"), Step(operation="add", inputs=("x", "y"))))))
    assert lines(page)[1:] == ["y = self.conv1(x)", "!x = x + y"]
    assert sentences(page)
    inside = replace(GATE, children=(replace(wide, name="conv"), GATE.children[1]))
    page = opened(replace(GATED, layers=(*PLAIN.layers, inside)))
    click(page, "select_gate")
    assert lines(page, "gate")[1:] == ["x = self.conv(x)", "!x = x * skip"]
    click(page, "open_forward")
    assert lines(page)[-1] == "!x = self.gate(b, a)"


def test_very_many_steps_are_shown_in_parts() -> None:
    many = Forward(tuple(Step(operation="relu") for _ in range(120)))
    page = opened(replace(PLAIN, forward=many))
    click(page, "open_forward")
    assert len(lines(page)) == 51
    add_step(page, "", Applied("relu"))
    assert lines(page)[-1] == "x = self.relu(x)"
    assert len(steps_of(draft(page).as_module()).steps) == 121


def test_every_network_with_steps_can_be_looked_at() -> None:
    page = open_page("pages/build.py", network=to_link(presets.load("unet")))
    click(page, "open_forward")
    assert len(lines(page)) == 15
    click(page, "select_up4")
    assert len(lines(page, "up4")) == 4


def test_an_edit_is_for_one_module_or_for_all_of_its_class() -> None:
    page = opened(presets.load("unet"))
    click(page, "select_up4")
    click(page, "line_up4_1")
    field(page, "step_name_up4_1").set_value("both").run()
    assert [tree.find(draft(page), path).class_name for path in ("up4", "up3")] == ["Up2", "Up"]
    click(page, "undo")
    page.toggle(key="build_whole_class").set_value(True).run()
    field(page, "step_name_up4_1").set_value("both").run()
    assert {tree.find(draft(page), path).forward for path in ("up4", "up3", "up2", "up1")} == {
        tree.find(draft(page), "up1").forward
    }
    assert lines(page, "up4")[2] == "both = torch.cat([skip, x], dim=1)"
    assert tree.find(draft(page), "up1").class_name == "Up"
