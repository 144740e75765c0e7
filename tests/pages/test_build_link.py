"""The link of a network: whoever opens it has that network as a draft of their own."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground.networks import presets
from playground.networks.share import to_link
from playground.training import RunStore
from tests.pages.conftest import assert_no_traceback, open_page, sentences


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has drafts of its own, beside its runs."""


def opened(link: str) -> AppTest:
    page = open_page("pages/build.py", network=link)
    assert_no_traceback(page)
    return page


def test_a_link_opens_its_network_in_a_draft_that_a_refresh_keeps() -> None:
    page = opened(to_link(presets.load("cnn")))
    assert page.text_input(key="network_name").value == "CNN"
    assert "network" not in page.query_params
    draft = page.query_params["draft"]
    again = open_page("pages/build.py", draft=draft[0] if isinstance(draft, list) else draft)
    assert again.text_input(key="network_name").value == "CNN"


def test_a_broken_link_is_said_and_the_page_works() -> None:
    page = opened("broken")
    assert any("incomplete or was changed" in sentence for sentence in sentences(page))
    assert page.text_input(key="network_name").value == "LeNet"
