from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.charts import accuracy_figure, loss_figure, smooth, theme

STEPS = list(range(1, 2001))
LOSSES = [2.3 * math.exp(-step / 500) + 0.1 * math.sin(step) for step in STEPS]
ENDS = [1000, 2000]

FIGURES: dict[str, Callable[[], dict[str, Any]]] = {
    "loss, empty": lambda: loss_figure([], []),
    "loss, first step": lambda: loss_figure([1], [2.3]),
    "loss": lambda: loss_figure(STEPS, LOSSES, epoch_steps=ENDS, test_losses=[0.5, 0.4]),
    "loss, everything": lambda: loss_figure(
        STEPS,
        LOSSES,
        epoch_steps=ENDS,
        training_losses=[0.7, 0.6],
        test_losses=[0.5, 0.4],
        validation_losses=[0.6, 0.5],
        log=True,
    ),
    "loss, not smoothed": lambda: loss_figure(STEPS, LOSSES, smoothing=0),
    "loss, not a number": lambda: loss_figure([1, 2, 3], [2.3, math.nan, math.inf]),
    "loss, never a number": lambda: loss_figure([1, 2], [math.nan, math.inf]),
    "accuracy, empty": lambda: accuracy_figure([], []),
    "accuracy": lambda: accuracy_figure([1, 2, 3], [0.11, 0.981, 0.989]),
    "accuracy, with validation": lambda: accuracy_figure([1, 2], [None, 0.98], validation_accuracies=[0.9, 1]),
    "accuracy, 100 epochs": lambda: accuracy_figure(range(1, 101), [0.98] * 100),
}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())
def test_is_a_valid_plotly_figure_and_strict_json(figure: Callable[[], dict[str, Any]]) -> None:
    built = figure()
    go.Figure(built)
    assert json.loads(json.dumps(built, allow_nan=False)) == built
    assert built["layout"]["meta"]["description"]
    assert built["layout"]["xaxis"]["title"]["text"]
    assert built["layout"]["yaxis"]["title"]["text"]


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())
def test_sets_no_colour_that_belongs_to_the_page(figure: Callable[[], dict[str, Any]]) -> None:
    built = figure()
    colors = {trace["line"]["color"] for trace in built["data"]}
    assert colors <= set(theme.PALETTE)
    assert "color" not in json.dumps(built["layout"])


@pytest.mark.parametrize("empty", [loss_figure([], []), accuracy_figure([], []), accuracy_figure([1], [None])])
def test_an_empty_chart_says_what_will_come(empty: dict[str, Any]) -> None:
    assert empty["data"] == []
    assert "Drawn" in empty["layout"]["annotations"][0]["text"]


def test_raw_loss_is_faint_and_smoothed_loss_is_bold() -> None:
    raw, smoothed = loss_figure(STEPS, LOSSES, smoothing=0.95)["data"]
    assert raw["line"]["color"] == smoothed["line"]["color"]
    assert raw["opacity"] < 1
    assert raw["line"]["width"] < smoothed["line"]["width"]
    assert smoothed["y"][-1] == pytest.approx(smooth(LOSSES, 0.95)[-1], rel=1e-5)


def test_long_runs_are_decimated() -> None:
    steps = range(100_000)
    for trace in loss_figure(steps, [math.sin(step) for step in steps])["data"]:
        assert len(trace["x"]) <= 500
        assert (trace["x"][0], trace["x"][-1]) == (0, 99_999)


def test_test_loss_stands_where_its_epoch_ended() -> None:
    *_, test = loss_figure(STEPS, LOSSES, epoch_steps=ENDS, test_losses=[None, 0.4])["data"]
    assert (test["name"], test["x"], test["y"]) == ("Test", [2000], [0.4])


def test_the_loss_of_a_batch_and_the_training_loss_of_an_epoch_have_names_of_their_own() -> None:
    built = FIGURES["loss, everything"]()
    names = [trace["name"] for trace in built["data"]]
    assert names == ["Batch", "Batch, smoothed", "Training", "Validation", "Test"]
    training = built["data"][2]
    assert (training["x"], training["y"]) == (ENDS, [0.7, 0.6])


def test_log_axis_on_request() -> None:
    assert loss_figure(STEPS, LOSSES)["layout"]["yaxis"]["type"] == "linear"
    assert loss_figure(STEPS, LOSSES, log=True)["layout"]["yaxis"]["type"] == "log"


def test_curves_keep_their_ids_when_others_join() -> None:
    early = [trace["uid"] for trace in loss_figure(STEPS, LOSSES)["data"]]
    late = [trace["uid"] for trace in FIGURES["loss, everything"]()["data"]]
    assert early == late[:2]
    assert len(set(late)) == len(late) == 5


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_no_axis_is_set_that_would_undo_the_persons_zoom(accuracies: list[float]) -> None:
    axis = accuracy_figure(range(1, len(accuracies) + 1), accuracies)["layout"]["yaxis"]
    assert "range" not in axis
    # The best value is always inside.
    assert axis["autorangeoptions"]["clipmin"] < 100 * max(accuracies) < axis["autorangeoptions"]["clipmax"]


def test_near_values_stay_apart_after_a_bad_first_epoch() -> None:
    layout = accuracy_figure([1, 2, 3], [0.11, 0.981, 0.989])["layout"]
    visible = 100 - layout["yaxis"]["autorangeoptions"]["clipmin"]
    assert (98.9 - 98.1) / visible > 0.1
    assert layout["annotations"][0]["text"] == "1 earlier value below 93%"


def test_the_last_accuracy_is_written_at_its_point() -> None:
    (trace,) = accuracy_figure([1, 2], [0.981, 0.9893])["data"]
    assert trace["text"] == ["", "98.93%"]


def test_says_when_epochs_and_values_do_not_match() -> None:
    with pytest.raises(ValueError, match="2 epochs and 1 test values"):
        accuracy_figure([1, 2], [0.9])
    with pytest.raises(ValueError, match="1 epochs and 2 validation values"):
        loss_figure([1], [1.0], epoch_steps=[1], validation_losses=[1.0, 2.0])


def test_charts_import_neither_torch_nor_streamlit_nor_plotly() -> None:
    code = "import sys, playground.charts; print({'torch', 'streamlit', 'plotly'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
