"""The pipeline of the Augment page on the Train page: it is shown, kept, refused with fixes, and trained with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from playground.images import Pipeline, Transform
from playground.training import Run, RunStore
from tests.pages.conftest import SMALL, as_shown, assert_no_traceback, open_page

SUITS = Pipeline([Transform("RandomRotation", degrees=10), Transform("RandomInvert", probability=0.5)])
TOO_SMALL = Pipeline([Transform("CenterCrop", size=20)])


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has a store of its own."""


def texts(page: AppTest) -> str:
    return " ".join(element.value for element in page.markdown)


def test_without_a_pipeline_the_page_says_where_to_make_one() -> None:
    page = open_page()
    assert_no_traceback(page)
    assert "Pipeline" not in texts(page)
    assert "pipeline" not in page.query_params


def test_a_pipeline_in_the_address_is_shown_and_can_be_left_out() -> None:
    page = open_page(pipeline=SUITS.to_json())
    assert_no_traceback(page)
    assert "Random rotation → Invert" in texts(page)
    page.button(key="leave_out_pipeline").click().run()
    assert_no_traceback(page)
    assert "Pipeline" not in texts(page)
    assert "pipeline" not in page.query_params


def test_a_pipeline_that_does_not_suit_is_mended_by_a_click() -> None:
    page = open_page(pipeline=TOO_SMALL.to_json())
    assert "makes 20 x 20 pixels of 28 x 28" in page.error[0].value
    assert page.button(key="start").disabled
    next(button for button in page.button if "Resize((28, 28))" in as_shown(button.label)).click().run()
    assert_no_traceback(page)
    assert not page.error
    assert Pipeline.from_json(page.query_params["pipeline"]).transforms[-1].type == "Resize"


def test_a_pipeline_that_cannot_be_read_is_told() -> None:
    page = open_page(pipeline="{")
    assert_no_traceback(page)
    assert "pipeline in the address cannot be read" in page.error[0].value


def test_a_run_with_a_pipeline_fills_the_form_with_it(past_run: Callable[..., Run]) -> None:
    run = past_run(replace(SMALL, pipeline=SUITS))
    assert run.status == "finished"
    page = open_page(run=run.id)
    assert_no_traceback(page)
    assert "Random rotation → Invert" in texts(page)
    assert any("v2.RandomRotation(degrees=10)" in code.value for code in page.code)
