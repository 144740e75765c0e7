"""The views of the Inspect page: filters of its rows, memory, two networks, receptive fields, torchinfo."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from playground.inspection import budget, build_torchvision_model, compare, fold, receptive_fields, summarize
from playground.networks import presets
from playground.training import RunStore
from playground.ui.inspect.memory import peak_size
from playground.ui.text import size
from tests.pages.conftest import assert_no_traceback, field, open_page

SCRIPT = "pages/inspect.py"


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has a store of its own."""


def open_view(view: str, network: str = "LeNet") -> AppTest:
    page = open_page(SCRIPT, inspected=network)
    page.session_state["inspect_view"] = view
    page.run()
    assert_no_traceback(page)
    return page


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_rows_fold_and_are_filtered_by_type_and_words() -> None:
    page = open_page(SCRIPT)
    summary = summarize(presets.load("resnet50"), (1, 3, 224, 224))
    page.button_group(key="inspected_depth").set_value(1).run()
    rows = fold(summary, 1)
    (table,) = page.dataframe
    assert list(table.value["Layer"]) == [row.path for row in rows]
    assert table.value["Parameters"].sum() == summary.total_parameters

    page.button_group(key="inspected_depth").set_value("All").run()
    page.multiselect(key="inspected_types").set_value(["Conv2d"]).run()
    page.text_input(key="inspected_search").set_value("layer4").run()
    (table,) = page.dataframe
    expected = [row.path for row in summary.layers if row.type == "Conv2d" and "layer4" in row.path]
    assert list(table.value["Layer"]) == expected
    page.text_input(key="inspected_search").set_value("no such layer").run()
    assert_no_traceback(page)
    assert not page.dataframe
    assert any("change the filters" in caption.value for caption in page.caption)


def test_a_model_of_torchvision_has_its_table_and_the_published_figures() -> None:
    page = open_page(SCRIPT, inspected="squeezenet1_1 · torchvision")
    assert_no_traceback(page)
    assert metrics(page)["Parameters"] == "1,235,496"
    assert any("1,235,496 parameters" in caption.value for caption in page.caption)


def test_a_torchvision_model_that_stops_shows_its_rows_up_to_there() -> None:
    page = open_page(SCRIPT, inspected="squeezenet1_1 · torchvision")
    page.text_input[0].set_value("1, 224, 224").run()
    assert_no_traceback(page)
    assert any("3 channels" in error.value for error in page.error)


def test_memory_is_that_of_the_budget() -> None:
    page = open_view("Memory")
    page.number_input(key="memory_batch").set_value(64).run()
    page.selectbox(key="memory_optimizer").set_value("sgd").run()
    assert_no_traceback(page)
    expected = budget(presets.load("lenet"), (1, 1, 28, 28), batch_size=64, optimizer="sgd")
    shown = metrics(page)
    assert shown["Peak of a training step"] == peak_size(expected)
    assert shown["Saved activations"] == size(expected.saved_activations)

    page.number_input(key="memory_device").set_value(0.1).run()
    page.button(key="find_largest").click().run()
    assert_no_traceback(page)
    assert "fits into 0.1 GiB" in page.success[0].value

    page.number_input(key="memory_samples").set_value(640).run()
    page.button(key="measure_epoch").click().run()
    assert_no_traceback(page)
    assert "10 steps" in page.info[0].value


def test_two_networks_have_their_totals_and_rows_side_by_side() -> None:
    page = open_view("Compare", "ResNet-50")
    shapes = (1, 3, 224, 224)
    found = compare(summarize(presets.load("resnet50"), shapes), summarize(presets.load("resnext50_32x4d"), shapes))
    totals, rows = page.dataframe
    assert "25,028,904" in list(totals.value["ResNeXt50_32x4d"])
    assert len(rows.value) == len(found.pairs)
    page.toggle(key="compared_differences").set_value(True).run()
    assert len(page.dataframe[1].value) == sum(not pair.same for pair in found.pairs)


def test_receptive_fields_are_drawn_and_listed() -> None:
    page = open_view("Receptive field", "mobilenet_v2 · torchvision")
    (table,) = page.dataframe
    fields = receptive_fields(build_torchvision_model("mobilenet_v2"), (1, 3, 224, 224))
    assert list(table.value["Layer"]) == [each.path for each in fields]
    assert any("Receptive field: a position sees" in text.value for text in page.markdown)


def test_torchinfo_prints_what_it_prints() -> None:
    page = open_view("torchinfo")
    assert "Total params: 44,426" in page.code[0].value


def test_the_same_network_twice_has_two_headings() -> None:
    page = open_view("Compare")
    field(page, "compared").set_value("lenet").run()
    assert_no_traceback(page)
    assert {"LeNet, left", "LeNet, right"} <= set(page.dataframe[0].value.columns)
    assert set(page.dataframe[0].value["Ratio"]) == {"1"}


def test_a_peak_is_shown_as_far_as_it_is_known() -> None:
    known = budget(presets.load("mlp"), (1, 1, 28, 28), batch_size=2, device="cpu")
    ranging = dataclasses.replace(known, least_peak=2_000_000, peak=3_000_000)
    assert peak_size(known) == size(known.peak)
    assert peak_size(ranging) == f"{size(2_000_000)} to {size(3_000_000)}"
    assert peak_size(dataclasses.replace(ranging, is_bounded=False)) == f"at least {size(2_000_000)}"
