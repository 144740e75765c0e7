"""Blocks in the palette of the Build page: those of the catalogue with their options, and one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from playground.networks import NetworkSpec, SpecError, presets
from playground.networks.blocks import BLOCKS
from playground.training import RunStore
from playground.ui.build.blocks import OWN
from playground.ui.build.own_blocks import MOST_CHARACTERS, blocks_folder, own_block
from tests.pages.conftest import as_shown, assert_no_traceback, modes, open_page, sentences
from tests.pages.test_build import click, draft


@pytest.fixture
def page(store: RunStore) -> AppTest:  # noqa: ARG001 # each test has blocks of its own, beside its runs
    return palette()


def palette() -> AppTest:
    """The page with the blocks in its palette."""
    page = open_page("pages/build.py")
    page.button_group(key="palette_group").set_value("Block").run()
    return page


def choose(page: AppTest, block: str) -> None:
    page.button_group(key="palette_block").set_value(block).run()
    assert_no_traceback(page)


def choices(page: AppTest) -> list[str]:
    return list(page.button_group(key="palette_block").options)


def save(page: AppTest, path: str, name: str) -> None:
    """Save the container at `path` as a block of this name."""
    click(page, f"select_{path}")
    page.session_state["save_block"] = True
    page.run()
    page.text_input(key=f"block_name_{path}").set_value(name).run()
    click(page, "save_as_block")


def captions(page: AppTest) -> str:
    return " ".join(as_shown(caption.value) for caption in page.caption)


def test_every_block_of_the_catalogue_says_what_it_is_and_has_its_options(page: AppTest) -> None:
    for name, block in BLOCKS.items():
        choose(page, name)
        assert block.info.reference in captions(page)
        widgets = {widget.key for kind in (page.number_input, page.selectbox, page.toggle) for widget in kind}
        assert {f"block_{name}_{option.name}" for option in block.info.options} <= widgets


def test_a_block_is_added_with_what_was_chosen_and_the_next_one_goes_after_it(page: AppTest) -> None:
    click(page, "select_conv.2")
    choose(page, "basic_block")
    page.number_input(key="block_basic_block_channels").set_value(12).run()
    page.selectbox(key="block_basic_block_stride").select(2).run()
    click(page, "add_block")
    choose(page, "double_conv")
    click(page, "add_block")
    click(page, "add_block")
    first, *rest = draft(page).layers[0].children[3:6]
    assert first.class_name == "BasicBlock"
    assert first.children[0].arguments["in_channels"] == 6
    assert first.children[0].arguments["out_channels"] == 12
    assert first.children[0].arguments["stride"] == 2
    assert [layer.children[0].arguments["in_channels"] for layer in rest] == [12, 64]


def test_the_search_opens_a_block(page: AppTest) -> None:
    page.button_group(key="palette_group").set_value("Linear").run()
    page.selectbox(key="palette_search").select("ASPP (DeepLabV3) · block").run()
    assert page.number_input(key="block_aspp_out_channels").value == 256


def test_a_block_that_cannot_be_there_is_said_and_changes_nothing(page: AppTest) -> None:
    click(page, "empty")
    choose(page, "shuffle_unit")
    click(page, "add_block")
    (said,) = [each for each in sentences(page) if "network is empty" not in each]
    assert "even number of channels" in said
    assert draft(page).layers == ()


def test_a_container_becomes_a_block_for_every_network(page: AppTest) -> None:
    save(page, "conv", "Stem 5 x 5")
    other = palette()
    assert "Stem 5 x 5" in choices(other)
    click(other, "empty")
    other.text_input(key="input_shape").set_value("3, 32, 32").run()
    choose(other, f"{OWN}Stem 5 x 5")
    click(other, "add_block")
    (added,) = draft(other).layers
    assert added.name == "stem_5_x_5"
    assert [layer.type for layer in added.children] == [
        layer.type for layer in presets.load("lenet").layers[0].children
    ]
    assert added.children[0].arguments["in_channels"] == 3
    assert draft(other).trace((1, 3, 32, 32)).error is None


def test_a_block_that_is_replaced_or_deleted_can_be_brought_back(page: AppTest) -> None:
    save(page, "conv", "mine")
    (file,) = blocks_folder().iterdir()
    assert modes(blocks_folder(), file) == (0o700, 0o600)
    first = file.read_text()
    save(page, "fc", "mine")
    assert file.read_text() != first
    click(page, "own_block_back")
    assert file.read_text() == first
    choose(page, f"{OWN}mine")
    click(page, "delete_block")
    assert not file.exists()
    assert not any("mine" in choice for choice in choices(page))
    click(page, "own_block_back")
    assert file.read_text() == first
    assert any("mine" in choice for choice in choices(page))


def test_a_block_that_holds_what_the_input_shape_is_there_is_a_network_by_itself(page: AppTest) -> None:
    save(page, "fc", "head")
    (file,) = blocks_folder().iterdir()
    spec = NetworkSpec.from_json(file.read_text())
    assert spec.input_shape == (256,)
    assert spec.trace((1, 256)).output_shape == (1, 10)


@pytest.mark.parametrize("name", ["", "../mine", "a/b", ".mine", "con:"])
def test_a_name_that_no_file_can_have_is_said(page: AppTest, name: str) -> None:
    save(page, "conv", name)
    (said,) = sentences(page)
    assert "at most 40 characters" in said
    assert not blocks_folder().exists()


@given(st.text(max_size=MOST_CHARACTERS + 5) | st.from_regex(r"[\w .\-]{1,40}", fullmatch=True))
def test_any_other_name_is_the_name_of_a_file_and_its_network_reads_back(name: str) -> None:
    try:
        block = own_block(name, presets.load("lenet").layers[0], (1, 28, 28))
    except SpecError:
        return
    file = f".{block.name}.json.{2**22}.tmp"
    assert Path(file).name == file
    assert len(file.encode()) <= 255
    assert NetworkSpec.from_json(block.spec.to_json()) == block.spec


@pytest.mark.parametrize(
    "content",
    ["", "{", "\udcff", presets.load("lenet").to_json(), json.dumps({"name": "A", "layers": [], "input_shape": [1]})],
    ids=["empty", "torn", "bytes", "a network", "no layer"],
)
def test_a_file_that_is_no_block_is_named_and_the_others_work(page: AppTest, content: str) -> None:
    save(page, "conv", "good")
    file = blocks_folder() / "bad_one.json"
    file.write_text(content, errors="surrogateescape")
    page.run()
    assert_no_traceback(page)
    assert str(file) in captions(page)
    choose(page, f"{OWN}good")
    click(page, "add_block")
    assert draft(page).layers[0].children[-1].type == "Sequential"


def _a_file_in_place_of_the_folder(folder: Path) -> None:
    folder.write_text("")


def _a_folder_in_place_of_the_file(folder: Path) -> None:
    (folder / "mine.json").mkdir(parents=True)


@pytest.mark.parametrize("spoil", [_a_file_in_place_of_the_folder, _a_folder_in_place_of_the_file])
def test_a_folder_that_cannot_be_written_is_said(page: AppTest, spoil: Callable[[Path], None]) -> None:
    spoil(blocks_folder())
    save(page, "conv", "mine")
    assert any("cannot be saved" in said for said in sentences(page))
    assert "cannot be read" in captions(page)
