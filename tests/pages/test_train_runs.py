from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.training import EndEvent, Run, RunStore
from playground.training.process_identity import ProcessIdentity
from playground.training.run_files import PROCESS_NAME, write_process
from playground.ui.train import starting
from tests.pages.conftest import (
    SMALL,
    ancestors,
    as_shown,
    assert_no_traceback,
    charts,
    open_page,
    sentences,
    wait_for,
)
from tests.training.damages import DAMAGES, EPOCH, START, STEP, damaged_run, ended_run, write

FORM: dict[str, Any] = {
    "network": SMALL.network,
    "dataset": SMALL.dataset,
    "epochs": SMALL.epochs,
    "batch_size": SMALL.batch_size,
    "optimizer": SMALL.optimizer,
    "learning_rate": SMALL.learning_rate,
    "schedule": SMALL.schedule,
    "device": "cpu",
    "seed": SMALL.seed,
    "first": 600,
    "classes": [3, 5],
    "validation": SMALL.validation,
    "augmentation": [],
    "threads": 1,
}

NEVER_SEEN = "20200101-000000000000-lenet-0a0a0a"


def form(page: Any) -> dict[str, Any]:
    widgets = (*page.selectbox, *page.number_input, *page.multiselect)
    return {widget.key: widget.value for widget in widgets if widget.key in FORM}


def test_start_puts_the_run_into_the_address_and_shows_it_to_its_end(store: RunStore) -> None:
    page = open_page(first="600", epochs="2", network="Logistic regression", threads="1")
    page.button(key="start").click().run()
    assert_no_traceback(page)
    (run,) = store.runs()
    assert page.query_params["run"] == run.id
    wait_for(lambda: not run.active, "the end of the run")
    page.run()
    assert_no_traceback(page)
    assert run.status == "finished"
    assert f"{run.history.epochs[-1].test_accuracy:.2%}" in page.success[0].value


def test_a_finished_run_shows_its_result_its_curve_and_what_can_be_taken_away(finished: Run) -> None:
    page = open_page(run=finished.id)
    assert_no_traceback(page)
    curve = finished.history
    accuracy = f"{curve.epochs[-1].test_accuracy:.2%}"
    assert accuracy in page.success[0].value
    assert accuracy in [metric.value for metric in page.metric]
    metrics = {metric.label: metric.value for metric in page.metric}
    assert metrics["Batch loss"] == f"{curve.losses[-1]:.4f}"
    assert metrics["Training loss"] == f"{curve.epochs[-1].train_loss:.4f}"
    loss, accuracies = charts(page)
    assert [loss["data"][0]["x"][0], loss["data"][0]["x"][-1]] == [curve.steps[0], curve.steps[-1]]
    percent = [epoch.test_accuracy * 100 for epoch in curve.epochs]
    assert any(line["y"] == pytest.approx(percent) for line in accuracies["data"])

    endings = [Path(button.proto.url).suffix for button in page.download_button if button.proto.url]
    assert sorted(endings) == [".json", ".py"]
    assert len(page.download_button) == 4
    (code,) = page.code
    compile(code.value, "script.py", "exec")


def test_opening_the_address_of_a_run_fills_the_form_with_its_settings(finished: Run) -> None:
    assert form(open_page(run=finished.id)) == FORM


def test_opening_a_past_run_fills_the_form_with_its_settings(finished: Run) -> None:
    page = open_page(network="LeNet")
    assert form(page) != FORM
    page.button(key=f"open_{finished.id}").click().run()
    assert_no_traceback(page)
    assert page.query_params["run"] == finished.id
    assert page.success
    assert form(page) == FORM


def test_a_fresh_page_opens_the_newest_run_with_its_settings_and_puts_it_into_the_address(
    finished: Run, interrupted: Run
) -> None:
    newest = max(finished, interrupted, key=lambda run: run.id)
    page = open_page()
    assert_no_traceback(page)
    assert page.query_params["run"] == newest.id
    assert "No run yet" not in " ".join(markdown.value for markdown in page.markdown)
    assert form(page) == form(open_page(run=newest.id))


def test_a_fresh_page_opens_the_run_that_trains_before_newer_ones(store: RunStore) -> None:
    running, waiting = (store.create(replace(SMALL, seed=seed)) for seed in range(2))
    write_process(running.folder, ProcessIdentity.of(os.getpid()))
    assert [running.status, waiting.status] == ["starting", "queued"]
    assert waiting.id == store.runs()[0].id
    assert open_page().query_params["run"] == running.id
    (running.folder / PROCESS_NAME).unlink()


def test_settings_in_the_address_stay_what_they_are_beside_the_newest_run(finished: Run) -> None:
    page = open_page(epochs="9")
    assert_no_traceback(page)
    assert form(page) == {**form(open_page(network="LeNet")), "epochs": 9}
    assert "run" not in page.query_params
    assert any(f"{finished.history.epochs[-1].test_accuracy:.2%}" in said.value for said in page.success)


def test_the_run_that_a_person_chose_is_shown_again_after_a_visit_elsewhere(finished: Run, interrupted: Run) -> None:
    first, second = sorted((finished, interrupted), key=lambda run: run.id)
    page = open_page()
    assert page.query_params["run"] == second.id
    page.button(key=f"open_{first.id}").click().run()
    page.switch_page("pages/build.py").run()
    page.query_params.clear()
    page.switch_page("pages/train.py").run()
    assert page.query_params["run"] == first.id


def test_a_run_that_cannot_be_read_is_not_opened_where_another_can(finished: Run, failed: Run) -> None:
    first, second = sorted((finished, failed), key=lambda run: run.id)
    (second.folder / "config.json").write_text("{")
    assert open_page().query_params["run"] == first.id


def test_the_address_wins_over_the_settings_of_its_run(finished: Run) -> None:
    assert form(open_page(run=finished.id, epochs="9")) == {**FORM, "epochs": 9}


def test_a_failed_run_says_why(failed: Run) -> None:
    page = open_page(run=failed.id)
    assert_no_traceback(page)
    (error,) = [box.value for box in page.error if "only 5,923" in box.value]
    assert error.endswith(".")


def test_an_interrupted_run_says_so_and_keeps_its_curve_and_checkpoint(interrupted: Run) -> None:
    page = open_page(run=interrupted.id)
    assert_no_traceback(page)
    (warning,) = page.warning
    assert "nterrupted" in warning.value
    assert charts(page)[0]["data"][0]["x"] == list(interrupted.history.steps)
    assert len(page.download_button) == 4


def test_past_runs_are_listed_newest_first_with_how_they_ended(finished: Run, failed: Run, interrupted: Run) -> None:
    page = open_page()
    assert_no_traceback(page)
    listed = [button.key.removeprefix("open_") for button in page.button if (button.key or "").startswith("open_")]
    assert listed == sorted((run.id for run in (finished, failed, interrupted)), reverse=True)
    badges = " ".join(markdown.value for markdown in page.markdown)
    assert all(status in badges for status in ("finished", "failed", "interrupted"))


def test_the_list_says_on_which_images_an_accuracy_was_measured(past_run: Callable[..., Run]) -> None:
    runs = {"validation": past_run(SMALL), "test": past_run(replace(SMALL, validation=0.0))}
    captions = [caption.value for caption in open_page(network="LeNet").caption]
    for images, run in runs.items():
        best = run.history.best
        assert best
        assert any(caption.startswith(f"{best.selection_accuracy:.2%} {images} · ") for caption in captions)


def test_a_long_list_is_shown_in_parts(store: RunStore, finished: Run) -> None:
    for number in range(20):
        shutil.copytree(finished.folder, store.folder / f"{finished.id[:-6]}{number:06x}")
    page = open_page()
    shown = -1
    while more := [button for button in page.button if "more" in button.label]:
        count = sum((button.key or "").startswith("open_") for button in page.button)
        assert count > shown
        shown = count
        more[0].click().run()
        assert_no_traceback(page)
    assert sum((button.key or "").startswith("open_") for button in page.button) == 21


def test_delete_asks_first_and_removes_the_run(store: RunStore, finished: Run, failed: Run) -> None:
    page = open_page(run=finished.id)
    assert "popover" in ancestors(page, "delete_run")
    page.button(key="delete_run").click().run()
    assert_no_traceback(page)
    assert [run.id for run in store.runs()] == [failed.id]
    assert not finished.folder.exists()
    assert page.query_params["run"] == failed.id
    assert f"open_{finished.id}" not in [button.key for button in page.button]
    assert any("only 5,923" in sentence for sentence in sentences(page)), "the run that is left is shown"
    page.button(key="delete_run").click().run()
    assert_no_traceback(page)
    assert store.runs() == []
    assert "No run yet" in " ".join(markdown.value for markdown in page.markdown)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    "run_id",
    [
        "none",
        "20200101-000000-lenet-0a0a0a",
        "..",
        "../..",
        "20200101-000000-lenet-0a0a0a/..",
        "/",
        "/etc/passwd",
        "\x00",
        "a" * 5000,
    ],
    ids=lambda run_id: repr(run_id)[:32],
)
def test_a_run_that_never_was_is_answered_in_a_sentence(run_id: str) -> None:
    page = open_page(run=run_id)
    assert_no_traceback(page)
    (sentence,) = sentences(page)
    assert sentence.startswith("This is not the id of a run")
    assert not page.button(key="start").disabled


@pytest.mark.usefixtures("store")
def test_a_run_that_was_never_seen_here_is_not_said_to_have_been() -> None:
    page = open_page(run=NEVER_SEEN)
    assert_no_traceback(page)
    (sentence,) = sentences(page)
    assert as_shown(sentence).startswith(f"There is no run {NEVER_SEEN} here; if")


def test_a_run_that_was_deleted_while_its_page_was_open(store: RunStore, finished: Run) -> None:
    page = open_page(run=finished.id)
    store.delete(finished)
    page.run()
    assert_no_traceback(page)
    assert "deleted" in sentences(page)[0]
    assert not page.download_button


@pytest.mark.parametrize(
    "config", ["", "{", "[]", '{"version": 1, "network": "no such"}', '{"version": 1, "network": {}}']
)
def test_a_run_whose_settings_are_damaged_still_shows_its_curve(finished: Run, config: str) -> None:
    (finished.folder / "config.json").write_text(config)
    page = open_page(run=finished.id)
    assert_no_traceback(page)
    assert any("settings" in sentence for sentence in sentences(page))
    assert charts(page)[0]["data"][0]["x"]


def test_damaged_runs_are_listed_with_the_reason_and_a_button_that_deletes_them(store: RunStore, finished: Run) -> None:
    damaged = [damaged_run(store, name) for name in DAMAGES]
    home = open_page("app.py")
    assert_no_traceback(home)
    page = open_page()
    page.session_state["runs_shown"] = len(damaged) + 1
    page.run()
    assert_no_traceback(page)
    captions = [as_shown(caption.value) for caption in page.caption]
    assert sum("cannot be read: " in caption for caption in captions) == len(damaged)
    assert sum("damaged" in markdown.value for markdown in page.markdown) == len(damaged)

    for run in damaged[::9]:
        page.button(key=f"delete_{run.id}").click().run()
        assert_no_traceback(page)
        assert not run.folder.is_symlink()
        assert not run.folder.exists()
    assert finished in store.runs()
    assert len(store.runs()) == 1 + len(damaged) - len(damaged[::9])


@pytest.mark.parametrize("name", [*DAMAGES][::6])
def test_a_damaged_run_is_opened_with_the_reason_and_deleted(store: RunStore, name: str) -> None:
    run = damaged_run(store, name)
    page = open_page(run=run.id)
    assert_no_traceback(page)
    (reason,) = sentences(page)
    assert as_shown(reason) == run.damage
    page.button(key="delete_run").click().run()
    assert_no_traceback(page)
    assert store.runs() == []
    assert "run" not in page.query_params


def test_a_run_that_is_damaged_while_it_is_open_is_said_to_be(store: RunStore) -> None:
    run = store.create(SMALL)
    write(run, START, STEP)
    write_process(run.folder, ProcessIdentity.of(os.getpid()))
    page = open_page(run=run.id)
    assert run.status == "running"
    write(run, EPOCH)
    DAMAGES["process.json: brackets"](run)
    page.run()
    assert_no_traceback(page)
    assert run.damage in [as_shown(sentence) for sentence in sentences(page)]


def test_a_run_from_a_machine_with_another_device_opens_here(finished: Run) -> None:
    config = replace(SMALL, device="cuda:7")
    (finished.folder / "config.json").write_text(config.to_json())
    page = open_page(run=finished.id)
    assert_no_traceback(page)
    assert page.success
    assert form(page)["device"] == "auto"


def test_an_unwritable_run_folder_is_said_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path / "file" / "runs"))
    for script, key in (("app.py", "train_now"), ("pages/train.py", "start")):
        page = open_page(script)
        assert_no_traceback(page)
        page.button(key=key).click().run()
        assert_no_traceback(page)
        (sentence,) = sentences(page)
        assert str(tmp_path / "file" / "runs") in sentence
        assert "PLAYGROUND_RUNS" in sentence


def test_an_unreadable_run_folder_is_said_and_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path / "loop" / "runs"))
    assert_no_traceback(open_page("app.py"))
    for address in ({}, {"run": NEVER_SEEN}):
        page = open_page(**address)
        assert_no_traceback(page)
        assert all(str(tmp_path / "loop" / "runs") in as_shown(sentence) for sentence in sentences(page))
        assert page.error


def test_a_queued_run_says_so_and_names_what_holds_the_device(store: RunStore) -> None:
    page = open_page(network="MLP 784-500-10", epochs="10000", learning_rate="0.00001")
    page.button(key="start").click().run()
    (holder,) = store.runs()
    second = open_page(network="Logistic regression", epochs="1", first="600")
    second.button(key="start").click().run()
    (waiting,) = [run for run in store.runs() if run.id != holder.id]
    assert waiting.status == "queued"
    (progress,) = second.get("progress")
    assert "MLP 784-500-10 on MNIST" in as_shown(progress.proto.text)
    second.button(key="run_stop").click().run()
    wait_for(lambda: not waiting.active, "the queued run to end")
    second.run()
    assert_no_traceback(second)
    assert sentences(second) == ["Stopped while it waited for its device."]
    assert "learned" not in second.get("progress")[0].proto.text


def test_a_run_that_was_stopped_while_it_trained_says_that_what_it_learned_is_saved(store: RunStore) -> None:
    run = ended_run(store, START, STEP, EndEvent("stopped", "", 6, 1.5))
    assert sentences(open_page(run=run.id)) == ["Stopped before its last epoch; what it learned is saved."]


def test_quick_clicks_on_start_make_one_run(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "_SAME_CLICK_SECONDS", 3600.0)
    page = open_page(first="600", epochs="1", network="Logistic regression", threads="1")
    for _ in range(3):
        page.button(key="start").click().run()
        assert_no_traceback(page)
    (run,) = store.runs()
    assert page.query_params["run"] == run.id
    # Other settings are meant.
    page.number_input(key="epochs").set_value(2).run()
    page.button(key="start").click().run()
    assert len(store.runs()) == 2
    # One that was deleted can be started again at once.
    (second,) = [each for each in store.runs() if each != run]
    store.delete(second)
    page.button(key="start").click().run()
    assert [each.config.epochs for each in store.runs()] == [2, 1]


def test_the_same_settings_can_be_started_again_later(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "_SAME_CLICK_SECONDS", 0.0)
    page = open_page(first="600", epochs="1", network="Logistic regression", threads="1")
    for _ in range(2):
        page.button(key="start").click().run()
    first, second = store.runs()
    assert first.config == second.config


def test_quick_clicks_on_the_button_of_the_home_page_make_one_run(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "_SAME_CLICK_SECONDS", 3600.0)
    page = open_page("app.py")
    for _ in range(2):
        page.switch_page("app.py").run()
        page.button(key="train_now").click().run()
        assert_no_traceback(page)
    (run,) = store.runs()
    run.stop()
