"""The Inspect page: the layer table of any network, its totals, and where it stops."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from playground.inspection import summarize
from playground.networks import Layer, NetworkSpec, presets
from playground.networks.share import to_link
from playground.training import Run, RunStore
from tests.pages.conftest import assert_no_traceback, open_page

SCRIPT = "pages/inspect.py"
# Its second layer takes other channels than the first gives.
BROKEN = NetworkSpec(
    "Broken",
    (
        Layer("a", "Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3}),
        Layer("b", "Conv2d", {"in_channels": 4, "out_channels": 8, "kernel_size": 3}),
    ),
    (3, 16, 16),
)


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has a store of its own."""


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_the_page_opens_with_the_table_of_resnet_50() -> None:
    page = open_page(SCRIPT)
    assert_no_traceback(page)
    assert metrics(page)["Parameters"] == "25,557,032"
    (table,) = page.dataframe
    assert list(table.value["Layer"][:2]) == ["conv1", "bn1"]


@pytest.mark.parametrize("name", ["lenet", "unet", "densenet121"])
def test_the_totals_are_those_of_the_summary(name: str) -> None:
    page = open_page(SCRIPT, inspected=presets.info(name).label)
    page.number_input(key="inspected_batch").set_value(4).run()
    assert_no_traceback(page)
    spec = presets.load(name)
    summary = summarize(spec, (4, *spec.input_shape))
    assert metrics(page)["MACs"] == f"{summary.total_macs:,}"
    assert metrics(page)["FLOPs"] == f"{2 * summary.total_macs:,}"
    assert len(page.dataframe[0].value) == len(summary.rows)


def test_another_input_shape_gives_other_costs_or_a_sentence() -> None:
    page = open_page(SCRIPT)
    before = metrics(page)["MACs"]
    page.text_input[0].set_value("3 x 112 x 112").run()
    assert metrics(page)["MACs"] != before
    page.text_input[0].set_value("none").run()
    assert_no_traceback(page)
    assert "whole numbers" in page.error[0].value


def test_a_network_that_stops_has_its_rows_up_to_there_and_fixes_that_work() -> None:
    page = open_page(SCRIPT, inspected="Broken, your own", own=to_link(BROKEN))
    assert_no_traceback(page)
    (table,) = page.dataframe
    assert list(table.value["Layer"]) == ["a"]
    assert any("stops at **b**" in text.value for text in page.markdown)
    page.button(key="fix_0").click().run()
    assert_no_traceback(page)
    assert not page.error
    assert metrics(page)["Parameters"] == f"{(3 * 9 + 1) * 8 + (8 * 9 + 1) * 8:,}"


@pytest.mark.parametrize("written", ["lenet", "LeNet"])
def test_the_address_names_a_network_and_keeps_the_one_that_is_chosen(written: str) -> None:
    page = open_page(SCRIPT, inspected=written)
    assert metrics(page)["Parameters"] == "44,426"
    assert page.query_params["inspected"] == "lenet"
    page.selectbox(key="inspected").select("torchvision.squeezenet1_1").run()
    assert page.query_params["inspected"] == "torchvision.squeezenet1_1"


def test_an_address_that_names_no_network_is_told() -> None:
    page = open_page(SCRIPT, inspected="resnet51")
    assert_no_traceback(page)
    assert "'resnet51', which is not here" in page.warning[0].value
    assert metrics(page)["Parameters"] == "25,557,032"


def test_the_checkpoint_of_a_run_is_a_network_with_its_weights(finished: Run) -> None:
    page = open_page(SCRIPT, inspected=f"run.{finished.id}")
    page.session_state["inspect_view"] = "Insides"
    page.run()
    assert_no_traceback(page)
    assert metrics(page)["Parameters"] == f"{784 * 10 + 10:,}"
    weights = next(box for box in page.selectbox if box.label == "Weights")
    assert weights.value == finished.id


def test_a_run_leads_to_its_insides(finished: Run) -> None:
    page = open_page("pages/train.py", run=finished.id)
    page.button(key="inspect_run").click().run()
    assert_no_traceback(page)
    assert page.query_params["inspected"] == f"run.{finished.id}"
    assert page.session_state["inspect_view"] == "Insides"


def test_a_network_of_ones_own_is_in_the_address() -> None:
    spec = replace(presets.load("cnn"), name="Mine")
    page = open_page(SCRIPT, inspected="Mine, your own", own=to_link(spec))
    assert_no_traceback(page)
    assert metrics(page)["Parameters"] == f"{summarize(spec, (1, *spec.input_shape)).total_parameters:,}"
    page.selectbox(key="inspected").select("lenet").run()
    assert "own" not in page.query_params
