from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from playground.training import Run, RunStore, available_devices
from playground.ui.navigation import PAGES, PageInfo
from tests.pages.conftest import ROOT, SMALL, assert_no_traceback, charts, open_page


@pytest.mark.parametrize("info", PAGES, ids=lambda info: info.title)
def test_each_page_runs_and_links_to_all_pages(info: PageInfo, store: RunStore) -> None:
    page = open_page(info.script)
    assert_no_traceback(page)
    assert [title.value for title in page.title] == [info.heading]
    assert [link.label for link in page.sidebar.page_link] == [other.title for other in PAGES]
    assert store.runs() == []


def test_every_page_is_in_the_registry() -> None:
    scripts = {"app.py", *(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))}
    assert scripts == {page.script for page in PAGES}


def test_the_home_page_says_which_device_trains() -> None:
    page = open_page("app.py")
    (line,) = [caption.value for caption in page.main.caption if available_devices()[0].label in caption.value]
    assert available_devices()[0].name in line


def test_the_home_page_has_a_card_for_every_other_page() -> None:
    page = open_page("app.py")
    texts = " ".join(caption.value for caption in page.main.caption)
    links = [link.label.strip("*") for link in page.main.page_link]
    others = [page for page in PAGES if page.script != "app.py"]
    assert links == [page.title for page in others]
    assert all(page.purpose in texts for page in others)


def test_one_button_on_the_home_page_trains_lenet(store: RunStore) -> None:
    page = open_page("app.py")
    page.button(key="train_now").click().run()
    assert_no_traceback(page)
    (run,) = store.runs()
    assert run.config.network == "lenet"
    assert run.config.dataset == "mnist"
    assert run.status in ("starting", "running")


def test_the_home_page_shows_the_latest_run_and_leads_to_it(past_run: Callable[..., Run], finished: Run) -> None:
    latest = max(finished, past_run(replace(SMALL, epochs=1)), key=lambda run: run.id)
    page = open_page("app.py")
    assert_no_traceback(page)
    (loss,) = charts(page)
    assert loss["data"][0]["x"][-1] == latest.history.steps[-1]
    assert f"run={latest.id}" in [link.proto.query_string for link in page.main.page_link]
