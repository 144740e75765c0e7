from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from playground.data import load
from playground.networks import presets
from playground.training import EpochEvent, Run, RunStore, TrainConfig, recommended, to_script
from playground.training.evaluation import evaluate
from playground.training.process_identity import ProcessIdentity
from tests.browser.conftest import Server
from tests.browser.held_line import HeldLine
from tests.browser.train_page import (
    ENDLESS,
    PATIENCE_MS,
    QUICK,
    address,
    button,
    curve,
    drag_across_the_loss,
    last_step,
    run_id,
    sentences,
    start,
    tracebacks,
    wait_for,
    wait_for_status,
    wait_for_step,
    wait_for_torch,
)

if TYPE_CHECKING:
    from playwright.sync_api import Download, Page

pytestmark = pytest.mark.usefixtures("clean_console")


@pytest.fixture(autouse=True)
def _no_run_left(store: RunStore) -> Iterator[None]:
    """The next test finds the device free."""
    yield
    for run in store.runs():
        store.delete(run)


@pytest.fixture(scope="module")
def url(app: Callable[..., Server]) -> str:
    return app().url


@pytest.fixture(scope="module")
def second_server(app: Callable[..., Server]) -> Server:
    """Another server on the same runs; the last test kills it."""
    return app()


def test_lenet_is_trained_by_clicking(page: Page, url: str, store: RunStore) -> None:
    page.goto(url)
    button(page, "train_now").click()
    page.wait_for_url("**/train?run=*")
    run = store.get(run_id(page))
    assert (run.config.network, run.config.dataset) == ("lenet", "mnist")
    wait_for_torch(page)
    wait_for_step(page, 40)
    wait_for_status(page, "running")

    drag_across_the_loss(page)
    zoomed = curve(page)["range"]
    page.evaluate("document.querySelector('.st-key-loss_chart .live-chart').dataset.tag = 'mine'")
    wait_for_step(page, last_step(page) + 40)
    assert curve(page)["range"] == zoomed
    button(page, "run_stop").click()
    wait_for_status(page, "stopped")
    assert run.status == "stopped"
    assert curve(page)["range"] == zoomed
    assert page.locator(".st-key-loss_chart .live-chart").get_attribute("data-tag") == "mine"
    assert button(page, "run_stop").count() == button(page, "run_pause").count() == 0
    # What a run leaves comes with the rerun after the one that shows its status.
    page.get_by_test_id("stDownloadButton").first.wait_for()
    assert tracebacks(page).count() == 0


def test_a_refresh_and_a_second_tab_show_the_same_run_until_one_deletes_it(
    new_page: Callable[..., Page], url: str, store: RunStore
) -> None:
    first = new_page()
    first.goto(address(url, **ENDLESS))
    run = store.get(start(first))
    wait_for_step(first)
    before = curve(first)

    first.reload()
    assert run_id(first) == run.id
    wait_for_step(first, before["steps"][-1])
    assert curve(first)["steps"][0] == before["steps"][0]
    assert curve(first)["losses"][0] == before["losses"][0]
    assert first.locator(".st-key-epochs input").input_value() == ENDLESS["epochs"]

    second = new_page(color_scheme="dark", viewport={"width": 420, "height": 900})
    second.goto(first.url)
    wait_for_step(second, last_step(first))
    card, stop = second.locator(".st-key-run_heading").bounding_box(), button(second, "run_stop").bounding_box()
    assert card
    assert stop
    assert card["y"] <= stop["y"] < stop["y"] + stop["height"] <= card["y"] + card["height"]
    button(first, "run_pause").click()
    wait_for_status(second, "paused")
    button(second, "run_resume").click()
    wait_for_status(first, "running")
    wait_for_step(first, last_step(second))

    process = worker(run)
    second.get_by_role("button", name="Delete this run").click()
    button(second, "delete_run").click()
    second.wait_for_url(lambda address: "run=" not in address)
    sentences(first).filter(has_text="deleted").wait_for(timeout=PATIENCE_MS)
    assert store.runs() == []
    wait_for(lambda: not process.alive, "the end of the worker")
    for page in (first, second):
        assert tracebacks(page).count() == 0
        assert button(page, "start").is_enabled()


def test_a_network_brings_its_settings_though_the_run_asks_for_its_curve_meanwhile(page: Page, url: str) -> None:
    line = line_of_a_long_run(page, url)
    with line.held():
        choose_lenet(page)
        line.wait_for_an_answer()
        page.wait_for_timeout(1500)

    assert_lenets_settings_are_shown(page)


def test_a_network_brings_its_settings_though_the_run_asks_for_its_curve_first(page: Page, url: str) -> None:
    line = line_of_a_long_run(page, url)
    with line.overtaken():
        choose_lenet(page)
    assert_lenets_settings_are_shown(page)
    epochs = page.locator(".st-key-epochs input")
    epochs.fill(ENDLESS["epochs"])
    epochs.press("Enter")
    page.wait_for_timeout(1500)
    assert epochs.input_value() == ENDLESS["epochs"], "what a person sets after that counts"


def test_a_finished_run_can_be_taken_away(page: Page, url: str, store: RunStore) -> None:
    page.goto(address(url, **QUICK))
    run = store.get(start(page))
    wait_for_status(page, "finished")
    last_epoch = [event for event in run.events() if isinstance(event, EpochEvent)][-1]
    sentences(page).filter(has_text=f"{last_epoch.test_accuracy:.2%}").wait_for()

    model = presets.load("logistic_regression").build()
    model.load_state_dict(torch.load(download(page, "State dict"), weights_only=True))
    best = max(event.test_accuracy for event in run.events() if isinstance(event, EpochEvent))
    assert evaluate(model, load("mnist", train=False)).accuracy == pytest.approx(best)

    checkpoint = torch.load(download(page, "Checkpoint"), weights_only=True)
    assert {"epoch", "arch", "state_dict", "best_acc1"} <= set(checkpoint)
    assert checkpoint["best_acc1"] == pytest.approx(100 * best)
    assert TrainConfig.from_json(download(page, "Settings").read().decode()) == run.config

    page.get_by_text("The code that repeats this run").click()
    threads = run.events()[0].threads
    assert download(page, "script").read().decode() == to_script(run.config, threads)
    assert tracebacks(page).count() == 0


def test_three_quick_clicks_on_start_make_one_run(page: Page, url: str, store: RunStore) -> None:
    page.goto(address(url, **QUICK))
    wait_for_torch(page)
    button(page, "start").click(click_count=3, delay=20)
    page.wait_for_url("**run=*")
    wait_for_status(page, "finished")
    # A click that was still on its way would have brought another run into the address by now.
    page.wait_for_timeout(1500)
    assert [run.id for run in store.runs()] == [run_id(page)]


def test_a_killed_worker_leaves_an_interrupted_run_with_its_curve(page: Page, url: str, store: RunStore) -> None:
    page.goto(address(url, **ENDLESS))
    run = store.get(start(page))
    wait_for_step(page, 20)
    shown = curve(page)
    os.kill(worker(run).pid, signal.SIGKILL)
    wait_for_status(page, "interrupted")
    sentences(page).filter(has_text="nterrupted").wait_for()
    assert curve(page)["steps"][: len(shown["steps"])] == shown["steps"]
    assert tracebacks(page).count() == 0

    page.reload()
    wait_for_status(page, "interrupted")
    wait_for_step(page, shown["steps"][-1] - 1)
    again = start(page)
    assert again != run.id
    wait_for_step(page)


def test_a_second_server_shows_the_run_of_the_first_and_queues_behind_it(
    new_page: Callable[..., Page], second_server: Server, url: str, store: RunStore
) -> None:
    first = new_page()
    first.goto(address(url, **ENDLESS))
    holder = store.get(start(first))
    wait_for_step(first)

    second = new_page()
    second.goto(address(second_server.url, run=holder.id))
    wait_for_step(second, last_step(first))

    second.goto(address(second_server.url, **QUICK))
    waiting = store.get(start(second))
    wait_for_status(second, "queued")
    second.get_by_test_id("stProgress").filter(has_text="MLP 784-500-10 on MNIST").wait_for()
    button(first, "run_stop").click()
    wait_for_status(first, "stopped")
    wait_for_status(second, "finished")
    assert [run.status for run in (holder, waiting)] == ["stopped", "finished"]
    assert tracebacks(first).count() == tracebacks(second).count() == 0


def test_a_killed_server_is_replaced_and_shows_the_run_to_its_end(
    page: Page,
    app: Callable[..., Server],
    second_server: Server,
    store: RunStore,
    console_errors: list[str],
) -> None:
    page.goto(address(second_server.url, **{**QUICK, "epochs": "60"}))
    run = store.get(start(page))
    wait_for_step(page)
    button(page, "run_pause").click()
    wait_for_status(page, "paused")
    first = curve(page)["steps"][0]
    second_server.stop(signal.SIGKILL)
    run.resume()
    wait_for(lambda: epochs(run) > 0, "an epoch without a server")

    # The page finds the new server by itself.
    app(port=int(second_server.url.rpartition(":")[2]))
    wait_for_status(page, "finished")
    assert run_id(page) == run.id
    assert curve(page)["steps"][0] == first
    assert epochs(run) == 60
    assert tracebacks(page).count() == 0
    # Without a server, the browser said so in the console.
    console_errors.clear()


def download(page: Page, label: str) -> io.BytesIO:
    """What the browser saves for the button with this label."""
    with page.expect_download() as info:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name=label).click()
    saved: Download = info.value
    return io.BytesIO(Path(saved.path()).read_bytes())


def worker(run: Run) -> ProcessIdentity:
    wait_for((run.folder / "process.json").exists, "a worker")
    return ProcessIdentity(**json.loads((run.folder / "process.json").read_text()))


def epochs(run: Run) -> int:
    return sum(isinstance(event, EpochEvent) for event in run.events())


def line_of_a_long_run(page: Page, url: str) -> HeldLine:
    """The line of the page, on which a run trains now."""
    line = HeldLine(page)
    page.goto(address(url, **ENDLESS))
    wait_for_torch(page)
    start(page)
    wait_for_step(page)
    return line


def choose_lenet(page: Page) -> None:
    page.locator(".st-key-network input").click()
    page.keyboard.type("LeNet")
    page.keyboard.press("Enter")


def assert_lenets_settings_are_shown(page: Page) -> None:
    page.get_by_text(presets.info("lenet").description).wait_for()
    suited = recommended("lenet")
    expected = {"learning_rate": f"{suited.learning_rate:g}", "epochs": str(suited.epochs), "network": "LeNet"}
    for key, value in expected.items():
        wait_for(lambda key=key, value=value: page.locator(f".st-key-{key} input").input_value() == value, key)
