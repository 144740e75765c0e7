"""The dialog of the Build page that compares the containers."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground.networks.container_comparison import ContainerFacts, compare_containers
from playground.training import RunStore
from tests.pages.conftest import assert_no_traceback, open_page


@pytest.fixture
def page(store: RunStore) -> AppTest:  # noqa: ARG001 # each test has drafts of its own, beside its runs
    page = open_page("pages/build.py")
    page.button(key="select_conv").click().run()
    page.button(key="compare_containers").click().run()
    assert_no_traceback(page)
    return page


def test_the_dialog_compares_what_was_measured_and_shows_the_code_of_the_container_first(page: AppTest) -> None:
    (table,) = [each.value for each in page.markdown if each.value.startswith("|")]
    assert "58 of 58" in table
    assert ":red[:material/close: 0 of 58]" in table
    assert compare_containers()[0].code in [code.value for code in page.code]


@pytest.mark.parametrize("facts", compare_containers(), ids=lambda facts: facts.name)
def test_each_of_them_is_shown_with_what_pytorch_says(page: AppTest, facts: ContainerFacts) -> None:
    page.button_group(key="container_comparison").set_value(facts.name).run()
    assert_no_traceback(page)
    shown = [code.value for code in page.code]
    assert facts.code in shown
    assert facts.unfit_in_order.says in shown
