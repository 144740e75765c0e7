from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from playground.data import Subset
from playground.networks import presets
from playground.training import (
    EpochEvent,
    Event,
    TrainConfig,
    checkpoint_path,
    read_checkpoint,
    state_dict_bytes,
    train,
)
from playground.training.checkpoint import CheckpointWriter
from playground.training.evaluation import evaluate
from playground.training.loop import load_training_data
from tests.training.conftest import network, small
from tests.training.test_loop import Keep, Poison, StopAt, same

CONFIG = small(subset=Subset(first=400), epochs=4, batch_size=50)


def run(folder: Path, config: TrainConfig, *hooks: Any) -> list[Event]:
    return list(train(config, [CheckpointWriter(folder), *hooks]))


def epochs(events: list[Event]) -> list[EpochEvent]:
    return [event for event in events if isinstance(event, EpochEvent)]


@pytest.mark.parametrize(("validation", "steps"), [(0.0, 32), (0.3, 24)])
def test_the_best_checkpoint_has_the_accuracy_of_the_best_epoch(tmp_path: Path, validation: float, steps: int) -> None:
    config = replace(CONFIG, validation=validation)
    # The weights are lost in the last step, so that an earlier epoch is the best.
    best = max(epochs(run(tmp_path, config, Poison(steps, 0.0))), key=lambda epoch: epoch.selection_accuracy)
    assert best.epoch < config.epochs

    path = checkpoint_path(tmp_path, "best")
    checkpoint = torch.load(path, weights_only=True)
    assert checkpoint["epoch"] == best.epoch
    assert checkpoint["arch"] == "logistic_regression"
    assert checkpoint["best_acc1"] == pytest.approx(100 * best.selection_accuracy)
    assert TrainConfig.from_json(checkpoint["config"]) == config

    model = config.spec.build()
    model.load_state_dict(torch.load(io.BytesIO(state_dict_bytes(path)), weights_only=True))
    data = load_training_data(config, "cpu")
    assert evaluate(model, data.test).accuracy == best.test_accuracy
    if data.validation:
        assert evaluate(model, data.validation).accuracy == best.validation_accuracy


def test_where_there_is_a_validation_split_the_test_images_do_not_choose_the_best(tmp_path: Path) -> None:
    keep = Keep()
    list(train(CONFIG, [keep]))
    writer = CheckpointWriter(tmp_path)
    for number, (validation_accuracy, test_accuracy) in enumerate([(0.8, 0.5), (0.9, 0.3), (0.7, 0.9)], start=1):
        keep.state.epoch = number
        event = EpochEvent(number, 8 * number, 0.5, 0.4, test_accuracy, 1.0, 1000.0, 0.4, validation_accuracy)
        writer.on_epoch_end(keep.state, event)
    assert read_checkpoint(checkpoint_path(tmp_path, "best"))["epoch"] == 2
    assert read_checkpoint(checkpoint_path(tmp_path, "last"))["epoch"] == 3


def test_the_last_checkpoint_is_the_model_and_its_optimizer_at_the_end(tmp_path: Path) -> None:
    keep = Keep()
    events = run(tmp_path, CONFIG, keep)
    last = read_checkpoint(checkpoint_path(tmp_path, "last"))
    assert (last["epoch"], last["step"]) == (4, events[-1].step)
    assert last["best_acc1"] == pytest.approx(100 * max(epoch.test_accuracy for epoch in epochs(events)))
    assert same(keep.state.model.state_dict(), last["state_dict"])
    keep.state.optimizer.load_state_dict(last["optimizer"])


@pytest.mark.parametrize("name", [*presets.trainable_names(), "Own"])
def test_the_checkpoint_of_every_network_loads_into_its_spec(tmp_path: Path, name: str) -> None:
    own = network(("Flatten", {}), ("Linear", {"in_features": 784, "out_features": 10}))
    config = small(network=own if name == "Own" else name, epochs=1)
    keep = Keep()
    run(tmp_path, config, keep)
    for which in ("last", "best"):
        path = checkpoint_path(tmp_path, which)
        model = config.spec.build()
        model.load_state_dict(read_checkpoint(path)["state_dict"])
        assert same(model.state_dict(), keep.state.model.state_dict())
        assert read_checkpoint(path)["arch"] == name
        content = torch.load(io.BytesIO(state_dict_bytes(path)), weights_only=True)
        assert list(content) == list(model.state_dict())


def test_a_stopped_run_keeps_what_it_has_learned_since_its_last_epoch(tmp_path: Path) -> None:
    keep = Keep()
    run(tmp_path, small(epochs=5), keep, StopAt(9))
    last, best = (read_checkpoint(checkpoint_path(tmp_path, name)) for name in ("last", "best"))
    assert (last["epoch"], last["step"]) == (2, 9)
    assert same(keep.state.model.state_dict(), last["state_dict"])
    assert (best["epoch"], best["step"]) == (1, 6)


def test_a_run_stopped_in_its_first_epoch_has_a_last_checkpoint_and_no_best(tmp_path: Path) -> None:
    run(tmp_path, small(), StopAt(2))
    assert read_checkpoint(checkpoint_path(tmp_path, "last"))["step"] == 2
    assert not checkpoint_path(tmp_path, "best").exists()


def test_nothing_lies_beside_the_checkpoints(tmp_path: Path) -> None:
    run(tmp_path, small())
    assert sorted(path.name for path in checkpoint_path(tmp_path, "last").parent.iterdir()) == [
        "best.pth.tar",
        "last.pth.tar",
    ]
