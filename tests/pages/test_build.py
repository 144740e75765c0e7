from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.networks import NetworkSpec, presets, tree
from playground.networks.containers import CONTAINERS
from playground.networks.layers import LAYER_TYPES
from playground.networks.spec_json import read_json
from playground.training import RunStore
from playground.ui.build.arguments import read_value, write_value
from playground.ui.build.draft import drafts_folder
from playground.ui.build.palette import PALETTE
from tests.pages.conftest import assert_no_traceback, field, modes, open_page, sentences

SCRIPT = "pages/build.py"


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has drafts of its own, beside its runs."""


def click(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert_no_traceback(page)


def begin(page: AppTest, preset: str) -> None:
    field(page, "preset").select(preset).run()
    click(page, "use_preset")


def draft(page: AppTest) -> NetworkSpec:
    """The network as it is saved under the id in the page's address."""
    return NetworkSpec.from_json((drafts_folder() / f"{draft_id(page)}.json").read_text())


def draft_id(page: AppTest) -> str:
    found = page.query_params["draft"]
    return found if isinstance(found, str) else found[0]


def fixes(page: AppTest) -> list[str]:
    return [button.key for button in page.button if button.key and button.key.startswith("fix_")]


def figures(page: AppTest) -> list[str]:
    """What stands beside the layers."""
    return [caption.value for caption in page.main.caption if caption.value.startswith("1 × ")]


def test_the_page_opens_with_lenet_its_shapes_and_no_file() -> None:
    page = open_page(SCRIPT)
    assert_no_traceback(page)
    assert "1 × 6 × 24 × 24 · 156" in figures(page)
    assert any("44,426 parameters" in caption.value for caption in page.main.caption)
    assert not page.query_params.get("draft")
    assert not drafts_folder().exists()


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_can_be_the_beginning_and_undo_brings_back_what_was(name: str) -> None:
    page = open_page(SCRIPT)
    click(page, "empty")
    assert draft(page).layers == ()
    begin(page, name)
    assert draft(page) == presets.load(name)
    assert not page.error
    click(page, "undo")
    assert draft(page).layers == ()
    click(page, "redo")
    assert draft(page) == presets.load(name)


def test_the_palette_has_every_layer_and_container_once() -> None:
    types = [entry.type for entry in PALETTE]
    assert len(set(types)) == len(types)
    assert set(types) == {*(each.name for each in LAYER_TYPES), *CONTAINERS}


def test_every_entry_of_the_palette_can_be_added_and_opens_its_controls() -> None:
    page = open_page(SCRIPT)
    click(page, "empty")
    for group in dict.fromkeys(entry.group for entry in PALETTE):
        page.button_group(key="palette_group").set_value(group).run()
        for entry in (entry for entry in PALETTE if entry.group == group):
            click(page, f"add_{entry.type}")
            assert draft(page).layers[0].type == entry.type
            assert page.button(key="layer_delete")
            click(page, "undo")


def test_the_search_has_all_that_can_be_added_and_adds_what_is_chosen() -> None:
    page = open_page(SCRIPT)
    search = field(page, "palette_search")
    for entry in PALETTE:
        assert any(entry.type in option and entry.label in option for option in search.options)
    search.select("MaxPool2d · 2-D max pooling").run()
    assert draft(page).layers[-1].type == "MaxPool2d"
    assert field(page, "palette_search").value is None


def test_what_is_added_goes_into_the_selected_container_or_after_it() -> None:
    page = open_page(SCRIPT)
    click(page, "select_conv")
    click(page, "add_Conv2d")
    assert draft(page).layers[0].children[-1].type == "Conv2d"
    click(page, "undo")
    click(page, "select_conv")
    page.button_group(key="place_conv").set_value("after").run()
    click(page, "add_Conv2d")
    assert draft(page).layers[1].type == "Conv2d"


def test_add_move_duplicate_switch_off_rename_and_delete() -> None:
    page = open_page(SCRIPT)
    click(page, "select_flatten")
    click(page, "layer_duplicate")
    assert [layer.name for layer in draft(page).layers] == ["conv", "flatten", "flatten2", "fc"]
    click(page, "layer_up")
    assert [layer.name for layer in draft(page).layers] == ["conv", "flatten2", "flatten", "fc"]
    click(page, "layer_switch")
    assert not draft(page).layers[1].enabled
    field(page, "name_flatten2").set_value("rows").run()
    assert [layer.name for layer in draft(page).layers] == ["conv", "rows", "flatten", "fc"]
    click(page, "layer_into_previous")
    assert [child.name for child in draft(page).layers[0].children] == [str(index) for index in range(7)]
    click(page, "layer_out")
    click(page, "layer_delete")
    assert draft(page) == presets.load("lenet")


def test_what_is_typed_and_a_click_elsewhere_that_arrive_together_both_count() -> None:
    page = open_page(SCRIPT)
    click(page, "select_conv.3")
    field(page, "argument_Conv2d_conv.3_kernel_size").set_value("3")
    click(page, "select_conv.0")
    assert draft(page).layers[0].children[3].arguments["kernel_size"] == 3
    field(page, "argument_Conv2d_conv.0_kernel_size").set_value("3").run()
    assert draft(page).layers[0].children[0].arguments["kernel_size"] == 3

    click(page, "select_conv")
    field(page, "name_conv").set_value("features")
    click(page, "add_Conv2d")
    field(page, "argument_Conv2d_features.6_kernel_size").set_value("5").run()
    assert draft(page).layers[0].children[-1].arguments["kernel_size"] == 5


def test_a_name_that_cannot_be_is_said_and_changes_nothing() -> None:
    page = open_page(SCRIPT)
    click(page, "select_flatten")
    field(page, "name_flatten").set_value("class").run()
    assert_no_traceback(page)
    (said,) = sentences(page)
    assert "class" in said
    assert field(page, "name_flatten").value == "flatten"
    assert not page.query_params.get("draft")


def test_a_broken_layer_is_marked_and_a_fix_is_one_click() -> None:
    page = open_page(SCRIPT)
    click(page, "select_conv.3")
    field(page, "argument_Conv2d_conv.3_in_channels").set_value(3).run()
    assert_no_traceback(page)
    (said,) = sentences(page)
    assert "expects 3 channels" in said
    assert ":red[" in page.button(key="select_conv.3").label
    assert "1 × 6 × 12 × 12" in figures(page)
    assert not any("1 × 16" in figure for figure in figures(page))
    assert page.button(key="open_in_train").disabled
    click(page, fixes(page)[0])
    assert draft(page) == presets.load("lenet")
    assert not sentences(page)
    assert not page.button(key="open_in_train").disabled


def test_undo_gives_the_widgets_their_former_values() -> None:
    page = open_page(SCRIPT)
    click(page, "select_conv.0")
    key = "argument_Conv2d_conv.0_out_channels"
    field(page, key).set_value(8).run()
    field(page, "argument_Conv2d_conv.0_kernel_size").set_value("(3, 5)").run()
    assert draft(page).layers[0].children[0].arguments == {"in_channels": 1, "out_channels": 8, "kernel_size": (3, 5)}
    click(page, "undo")
    click(page, "undo")
    assert draft(page) == presets.load("lenet")
    assert field(page, key).value == 6


def test_undo_closes_a_layer_that_is_gone() -> None:
    page = open_page(SCRIPT)
    click(page, "add_Conv2d")
    assert field(page, "name_conv2").value == "conv2"
    click(page, "undo")
    assert not [button for button in page.button if button.key == "layer_delete"]


def test_an_argument_at_its_default_is_left_out() -> None:
    page = open_page(SCRIPT)
    click(page, "select_fc.0")
    key = "argument_Linear_fc.0_bias"
    page.toggle(key=key).set_value(False).run()
    assert draft(page).layers[2].children[0].arguments["bias"] is False
    page.toggle(key=key).set_value(True).run()
    assert draft(page) == presets.load("lenet")


def test_a_module_list_says_that_it_has_no_forward_until_it_gets_a_rule() -> None:
    page = open_page(SCRIPT)
    click(page, "empty")
    page.button_group(key="palette_group").set_value("Container").run()
    click(page, "add_ModuleList")
    page.button_group(key="palette_group").set_value("Activation").run()
    click(page, "add_ReLU")
    (said,) = sentences(page)
    assert "no forward" in said
    click(page, "select_modulelist")
    field(page, "rule_modulelist").select("sum").run()
    assert_no_traceback(page)
    assert draft(page).layers[0].rule == "sum"
    assert not sentences(page)


def test_a_width_can_be_left_on_auto_and_the_code_has_the_number() -> None:
    page = open_page(SCRIPT)
    click(page, "select_conv.3")
    page.toggle(key="auto_Conv2d_conv.3").set_value(True).run()
    assert_no_traceback(page)
    assert draft(page).layers[0].children[3].arguments["in_channels"] == "auto"
    assert field(page, "arriving_conv.3_in_channels").value == 6
    click(page, "select_conv.0")
    field(page, "argument_Conv2d_conv.0_out_channels").set_value(9).run()
    assert not fixes(page)
    assert "nn.Conv2d(9, 16, 5)" in draft(page).to_code()
    click(page, "select_conv.3")
    page.toggle(key="auto_Conv2d_conv.3").set_value(False).run()
    assert draft(page).layers[0].children[3].arguments["in_channels"] == 9


def test_the_input_shape_can_be_changed_and_nonsense_is_said() -> None:
    page = open_page(SCRIPT)
    field(page, "input_shape").set_value("3 x 32 x 32").run()
    assert draft(page).input_shape == (3, 32, 32)
    assert fixes(page)
    for nonsense in ("", "a, b", "0, 1, 2", "9" * 30):
        field(page, "input_shape").set_value(nonsense).run()
        assert_no_traceback(page)
        assert draft(page).input_shape == (3, 32, 32)
        assert any("shape" in said for said in sentences(page))


def test_a_draft_comes_back_by_its_address() -> None:
    page = open_page(SCRIPT)
    begin(page, "mlp")
    again = open_page(SCRIPT, draft=draft_id(page))
    assert again.text_input(key="network_name").value == "MLP"
    assert not sentences(again)


def test_undo_and_redo_go_on_in_another_tab_and_after_a_restart() -> None:
    page = open_page(SCRIPT)
    for name in ("mlp", "cnn", "lenet"):
        begin(page, name)
    click(page, "undo")
    again = open_page(SCRIPT, draft=draft_id(page))
    assert draft(again) == presets.load("cnn")
    click(again, "redo")
    assert draft(again) == presets.load("lenet")
    assert again.button(key="redo").disabled
    click(again, "undo")
    click(again, "undo")
    assert draft(again) == presets.load("mlp")
    begin(again, "mlp_relu")
    last = open_page(SCRIPT, draft=draft_id(page))
    assert last.button(key="redo").disabled
    click(last, "undo")
    assert draft(last) == presets.load("mlp")


def test_a_history_that_was_not_written_to_its_end_loses_its_last_line_only() -> None:
    page = open_page(SCRIPT)
    for name in ("mlp", "cnn", "lenet"):
        begin(page, name)
    file = drafts_folder() / f"{draft_id(page)}.history"
    assert modes(drafts_folder(), *drafts_folder().iterdir()) == (0o700, 0o600, 0o600)
    file.write_bytes(file.read_bytes()[:-20])
    again = open_page(SCRIPT, draft=draft_id(page))
    assert_no_traceback(again)
    click(again, "undo")
    assert draft(again) == presets.load("cnn")


def test_a_draft_that_another_tab_changed_is_left_to_it() -> None:
    page = open_page(SCRIPT)
    begin(page, "mlp")
    other = open_page(SCRIPT, draft=draft_id(page))
    begin(other, "cnn")
    first = draft_id(page)
    begin(page, "lenet")
    (said,) = sentences(page)
    assert "another tab" in said
    assert draft_id(page) != first == draft_id(other)
    assert (draft(page), draft(other)) == (presets.load("lenet"), presets.load("cnn"))
    click(page, "undo")
    assert not sentences(page)
    assert draft(page) == presets.load("mlp")


@pytest.mark.parametrize("written", ["0", "", "3.5", "abc", "(1, 2, 3)"])
def test_a_draft_with_an_argument_that_cannot_be_comes_back_too(written: str) -> None:
    page = open_page(SCRIPT)
    begin(page, "cnn")
    click(page, "select_layer1.0")
    field(page, "argument_Conv2d_layer1.0_kernel_size").set_value(written).run()
    assert_no_traceback(page)
    assert sentences(page)
    again = open_page(SCRIPT, draft=draft_id(page))
    assert_no_traceback(again)
    assert not any("cannot be read" in said for said in sentences(again))
    file = drafts_folder() / f"{draft_id(page)}.json"
    assert tree.find(read_json(file.read_text(), whole=False), "layer1.0") != tree.find(presets.load("cnn"), "layer1.0")
    click(again, "undo")
    assert draft(again) == presets.load("cnn")


def test_a_number_that_no_file_could_hold_is_refused() -> None:
    page = open_page(SCRIPT)
    begin(page, "cnn")
    click(page, "select_layer1.0")
    field(page, "argument_Conv2d_layer1.0_kernel_size").set_value("9" * 20).run()
    assert_no_traceback(page)
    assert any("out of range" in said for said in sentences(page))
    assert draft(page) == presets.load("cnn")


@pytest.mark.parametrize("nonsense", ["0123456789ab", "../../runs", "%00", "broken"])
def test_a_draft_that_cannot_be_read_is_said(nonsense: str) -> None:
    page = open_page(SCRIPT, draft=nonsense)
    assert_no_traceback(page)
    (said,) = sentences(page)
    assert said.startswith("The draft of this address")


def test_a_damaged_draft_is_said_and_left_as_it_is() -> None:
    drafts_folder().mkdir(parents=True)
    file = drafts_folder() / "0123456789ab.json"
    file.write_text("{")
    page = open_page(SCRIPT, draft="0123456789ab")
    assert_no_traceback(page)
    assert sentences(page)
    begin(page, "mlp")
    assert file.read_text() == "{"


def test_json_goes_out_and_comes_in_as_text_and_as_a_file() -> None:
    page = open_page(SCRIPT)
    text = presets.load("cnn").to_json()
    page.text_area(key="json_text").set_value(text)
    click(page, "use_json_text")
    assert draft(page) == presets.load("cnn")
    page.session_state["take_away"] = "JSON"
    assert text in [code.value for code in page.run().code]
    page.file_uploader(key="json_file").set_value(("mlp.json", presets.load("mlp").to_json().encode(), "")).run()
    assert_no_traceback(page)
    assert draft(page) == presets.load("mlp")
    for bad in ("", "{}", '{"name": NaN}', "[" * 5000):
        page.text_area(key="json_text").set_value(bad)
        click(page, "use_json_text")
        assert sentences(page)
        assert draft(page) == presets.load("mlp")


def test_the_code_on_the_page_is_that_of_the_network() -> None:
    page = open_page(SCRIPT)
    page.session_state["take_away"] = "Code"
    page.run()
    assert presets.load("lenet").to_code().strip() in [code.value for code in page.code]


def test_open_in_train_chooses_this_network_there() -> None:
    page = open_page(SCRIPT)
    click(page, "select_conv.0")
    field(page, "argument_Conv2d_conv.0_out_channels").set_value(6).run()
    begin(page, "cnn")
    click(page, "open_in_train")
    assert [title.value for title in page.title] == ["Train"]
    assert field(page, "network").value == "own"
    (table,) = page.dataframe
    assert "BatchNorm2d" in list(table.value["Type"])


def test_open_in_inspect_shows_this_network_there() -> None:
    page = open_page(SCRIPT)
    begin(page, "cnn")
    click(page, "open_in_inspect")
    assert [title.value for title in page.title] == ["Inspect"]
    assert field(page, "inspected").value == "own"
    assert "BatchNorm2d" in list(page.dataframe[0].value["Type"])


def _edit_and_count_what_is_sent() -> None:
    from typing import Any

    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from playground.networks import SpecError, presets
    from playground.ui.build.draft import Draft, attempt, change, open_draft, redo, select, undo

    def refuse(_: Draft) -> Any:
        raise SpecError("It cannot be done.")

    open_draft()
    context = get_script_run_ctx()
    sent: list[object] = []
    context._enqueue = sent.append
    looked: list[object] = []
    object.__setattr__(context.session_state, "_yield_callback", lambda: looked.append(None))
    change(presets.load("unet"))
    attempt(refuse)
    select("conv")
    undo()
    redo()
    st.session_state["sent"] = len(sent) + len(looked)
    # That is where Streamlit looks, outside of an edit.
    st.session_state["looked"] = len(looked)
    st.session_state["kept"] = open_draft().spec.name


def test_an_edit_neither_looks_for_another_request_nor_sends_anything_that_would_end_it() -> None:
    page = AppTest.from_function(_edit_and_count_what_is_sent).run()
    assert_no_traceback(page)
    assert page.session_state["sent"] == 0
    assert page.session_state["looked"] > 0
    assert page.session_state["kept"] == "UNet"


def test_a_disk_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLAYGROUND_DRAFTS", str(tmp_path / "file" / "drafts"))
    page = open_page(SCRIPT)
    begin(page, "mlp")
    (said,) = sentences(page)
    assert "cannot be saved" in said
    assert field(page, "network_name").value == "MLP"


@pytest.mark.parametrize("value", [1, 0.5, (3, 5), "same", None, True, (2, (3, 4))])
def test_values_can_be_written_and_read(value: object) -> None:
    text = write_value(value)  # type: ignore[arg-type]
    assert (None if not text else read_value(text)) == value
