"""Runs that have ended, and what can happen to their files: each damage by its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playground.training import EndEvent, EpochEvent, Event, Run, RunStore, StartEvent, StepEvent
from playground.training.event_log import EventLogWriter
from tests.training.conftest import small

START = StartEvent("logistic_regression", "cpu", "CPU", 1, 7850, 600, 2115, 6, 1, 0.0)
STEP = StepEvent(6, 1, 0.5, 0.01, 1000.0)
EPOCH = EpochEvent(1, 6, 0.6, 0.4, 0.9, 1.0, 1000.0)
END = EndEvent("finished", "", 6, 1.5)
DEEP = "[" * 200_000

Damage = Callable[[Run], None]


def ended_run(store: RunStore, *events: Event) -> Run:
    """A run that has come to its end, of a process that is gone."""
    run = store.create(small())
    write(run, *(events or (START, STEP, EPOCH, END)))
    (run.folder / "process.json").write_text('{"pid": 99, "started": 1}')
    return run


def write(run: Run, *events: Event) -> None:
    with EventLogWriter(run.folder) as log:
        for event in events:
            log.append(event)


def _text(name: str, content: str) -> Damage:
    return lambda run: (run.folder / name).write_text(content)  # type: ignore[func-returns-value]


def _event(event: Event, field: str, content: str) -> Damage:
    """The event has this in place of the value of that field."""

    def damage(run: Run) -> None:
        path = run.folder / "events.jsonl"
        marked = replace(event, **{field: "here"})
        path.unlink()
        write(run, *(marked if each == event else each for each in (START, STEP, EPOCH, END)))
        path.write_text(path.read_text().replace('"here"', content))

    return damage


def _in_its_place(name: str, put: Callable[[Path], object]) -> Damage:
    """Something else lies there in place of a file, or of the run's folder where the name is ""."""

    def damage(run: Run) -> None:
        path = run.folder / name if name else run.folder
        if name:
            path.unlink(missing_ok=True)
            path.parent.mkdir(exist_ok=True)
        else:
            shutil.rmtree(path)
        put(path)

    return damage


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def _link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


_PROCESSES = {
    "no number": '{"pid": "a", "started": 1}',
    "all processes": '{"pid": -1, "started": 1}',
    "the own group": '{"pid": 0, "started": 1}',
    "the first process": '{"pid": 1, "started": 1}',
    "a large number": '{"pid": 1e30, "started": 1}',
    "true": '{"pid": true, "started": 1}',
    "many digits": '{"pid": ' + "9" * 500 + ', "started": 1}',
    "started null": '{"pid": 99, "started": null}',
    "started text": '{"pid": 99, "started": "noon"}',
    "started NaN": '{"pid": 99, "started": NaN}',
    "started never": '{"pid": 99, "started": 1e999}',
    "no start": '{"pid": 99}',
    "more": '{"pid": 99, "started": 1, "name": "python"}',
    "a key twice": '{"pid": 99, "pid": 98, "started": 1}',
    "brackets": DEEP,
    "nothing": "",
    "a list": "[]",
}
_CONFIGS = {
    "nothing": "",
    "brackets": DEEP,
    "a list": "[]",
    "another version": '{"version": 99}',
    "version true": '{"version": true}',
    "a key twice": '{"version": 1, "epochs": 1, "epochs": 2}',
    "NaN": '{"version": 1, "learning_rate": NaN}',
    "no network": '{"version": 1, "network": {}}',
    "device of bytes": '{"version": 1, "device": "\\ud800"}',
}
_FILES = ("config.json", "process.json", "events.jsonl", "worker.log", "reserve", "stop", "pause")
_CHECKPOINTS = ("checkpoints/last.pth.tar", "checkpoints/best.pth.tar")
_THINGS = {"a folder": Path.mkdir, "a pipe": os.mkfifo, "a link to itself": _link_to_itself}

DAMAGES: dict[str, Damage] = {
    **{f"process.json: {name}": _text("process.json", content) for name, content in _PROCESSES.items()},
    **{f"config.json: {name}": _text("config.json", content) for name, content in _CONFIGS.items()},
    "config.json: none": lambda run: (run.folder / "config.json").unlink(),
    "end: status []": _event(END, "status", "[]"),
    "end: status bogus": _event(END, "status", '"bogus"'),
    "epoch: accuracy null": _event(EPOCH, "test_accuracy", "null"),
    "epoch: accuracy NaN": _event(EPOCH, "test_accuracy", "NaN"),
    "start: steps text": _event(START, "steps_per_epoch", '"a"'),
    "start: half a letter": _event(START, "device_name", '"\\ud800"'),
    "step: loss infinite": _event(STEP, "loss", "1e999"),
    "log: no event": _text("events.jsonl", "[]\n"),
    "log: brackets": _text("events.jsonl", f"{DEEP}\n"),
    "log: no JSON": _text("events.jsonl", "what?\n"),
    **{
        f"{file}: {name}": _in_its_place(file, put)
        for file in (*_FILES, *_CHECKPOINTS)
        for name, put in _THINGS.items()
    },
    "checkpoints: a file": _in_its_place("checkpoints", Path.touch),
    "folder: a file": _in_its_place("", Path.touch),
    "folder: a pipe": _in_its_place("", os.mkfifo),
    "folder: empty": _in_its_place("", Path.mkdir),
    "folder: a link to itself": _in_its_place("", _link_to_itself),
    "folder: a link to nothing": _in_its_place("", _link_to_nothing),
}


def damaged_run(store: RunStore, name: str) -> Run:
    """A run to which that has happened."""
    run = ended_run(store)
    assert run.status == "finished"
    DAMAGES[name](run)
    return run
