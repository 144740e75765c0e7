from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import psutil
import pytest
import torch
from torch.nn.functional import cross_entropy

from playground.data import DataError, ImageData, Subset, load, select
from playground.data.augmentation import RandomCrop
from playground.networks import NetworkSpec, presets
from playground.training import (
    ConfigError,
    DivergedError,
    EndEvent,
    EpochEvent,
    Event,
    Hook,
    StartEvent,
    StepEvent,
    TrainConfig,
    TrainState,
    check,
    resolve_device,
    train,
)
from playground.training.evaluation import evaluate
from playground.training.loop import load_training_data
from tests.training.conftest import network, small

FLATTEN = ("Flatten", {})


def linear(inputs: int, outputs: int) -> tuple[str, dict[str, Any]]:
    return "Linear", {"in_features": inputs, "out_features": outputs}


class Keep(Hook):
    """Keeps the state of the run, whose model a test then looks at."""

    state: TrainState

    def on_train_start(self, state: TrainState) -> None:
        self.state = state


def run(config: TrainConfig) -> tuple[list[Event], dict[str, torch.Tensor]]:
    """All events of a run and the weights at its end."""
    keep = Keep()
    events = list(train(config, [keep]))
    return events, keep.state.model.state_dict()


def without_times(events: list[Event]) -> list[Event]:
    """The events of starts and epochs, with what a clock says taken out; steps come when the clock says so."""
    kept: list[Event] = []
    for event in events:
        if isinstance(event, StartEvent):
            kept.append(replace(event, time=0.0))
        elif isinstance(event, EpochEvent):
            kept.append(replace(event, seconds=0.0, images_per_second=0.0))
    return kept


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


def test_the_loss_falls_and_the_events_tell_the_run() -> None:
    config = small(epochs=3)
    start, *middle, end = train(config)
    assert isinstance(start, StartEvent)
    assert isinstance(end, EndEvent)
    steps = [event for event in middle if isinstance(event, StepEvent)]
    epochs = [event for event in middle if isinstance(event, EpochEvent)]

    assert replace(start, time=0) == StartEvent(
        network="logistic_regression",
        device="cpu",
        device_name=resolve_device("cpu").label,
        threads=1,
        parameters=7850,
        training_images=600,
        test_images=2115,
        steps_per_epoch=6,
        epochs=3,
        time=0,
    )
    assert (end.status, end.message, end.step) == ("finished", "", 18)
    assert [epoch.epoch for epoch in epochs] == [1, 2, 3]
    assert [epoch.step for epoch in epochs] == [6, 12, 18]
    losses = [epoch.train_loss for epoch in epochs]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] / 5
    assert epochs[-1].test_accuracy > 0.99
    assert [step.step for step in steps] == sorted({step.step for step in steps})
    assert {1, 6, 12, 18} <= {step.step for step in steps}
    # ln 10 is the loss of a network that knows nothing about ten classes.
    assert steps[0].loss == pytest.approx(math.log(10), abs=0.8)
    assert all(event.images_per_second > 0 and event.epoch == -(-event.step // 6) for event in steps)
    assert sum(epoch.seconds for epoch in epochs) <= end.seconds


class LossOfEachImage(Hook):
    """Keeps the loss of each image of class 0 that the network sees in training."""

    def __init__(self) -> None:
        self.losses: list[float] = []

    def on_train_start(self, state: TrainState) -> None:
        state.model.register_forward_hook(self._add)

    def _add(self, model: torch.nn.Module, _images: Any, output: torch.Tensor) -> None:
        if model.training:
            self.losses += [cross_entropy(scores[None], torch.tensor([0])).item() for scores in output.detach()]


def test_the_training_loss_of_an_epoch_is_a_mean_over_its_images_however_few_the_last_batch_has() -> None:
    hook = LossOfEachImage()
    # Zeros only: the labels are known to the hook.
    config = small(subset=Subset(classes=(0,), first=101), batch_size=100, epochs=1, learning_rate=0.5)
    (epoch,) = (event for event in train(config, [hook]) if isinstance(event, EpochEvent))
    assert len(hook.losses) == 101
    assert epoch.train_loss == pytest.approx(sum(hook.losses) / 101, rel=1e-4)


@pytest.mark.parametrize("name", ["logistic_regression", "lenet", "cnn"])
def test_the_same_seed_repeats_the_run_and_another_does_not(name: str) -> None:
    config = small(network=name, augmentation=(RandomCrop(2),), validation=0.2)
    first, weights = run(config)
    again, same_weights = run(config)
    other, other_weights = run(replace(config, seed=1))
    assert without_times(first) == without_times(again)
    assert same(weights, same_weights)
    assert without_times(first)[1:] != without_times(other)[1:]
    assert not same(weights, other_weights)


def test_a_run_draws_nothing_from_what_happened_before_it() -> None:
    first = without_times(list(train(small())))
    torch.manual_seed(99)
    torch.rand(7)
    assert without_times(list(train(small()))) == first


class Record(Hook):
    """Writes down at which point it was called, at which epoch and step, and what the model was then."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int, int]] = []

    def on_train_start(self, state: TrainState) -> None:
        self.calls.append(("train start", state.epoch, state.step))

    def on_epoch_start(self, state: TrainState) -> None:
        self.calls.append(("epoch start", state.epoch, state.step))

    def on_step_end(self, state: TrainState) -> None:
        assert state.model.training
        self.calls.append(("step end", state.epoch, state.step))

    def on_epoch_end(self, state: TrainState, event: EpochEvent) -> None:
        assert (event.epoch, event.step) == (state.epoch, state.step)
        assert state.best_accuracy >= event.selection_accuracy
        self.calls.append(("epoch end", state.epoch, state.step))

    def on_train_end(self, state: TrainState) -> None:
        self.calls.append(("train end", state.epoch, state.step))


def test_the_hooks_are_called_in_order() -> None:
    record = Record()
    list(train(small(batch_size=300), [record]))
    assert record.calls == [
        ("train start", 0, 0),
        ("epoch start", 1, 0),
        ("step end", 1, 1),
        ("step end", 1, 2),
        ("epoch end", 1, 2),
        ("epoch start", 2, 2),
        ("step end", 2, 3),
        ("step end", 2, 4),
        ("epoch end", 2, 4),
        ("train end", 2, 4),
    ]


def test_an_epochs_hook_comes_before_its_event() -> None:
    record = Record()
    for event in train(small(), [record]):
        if isinstance(event, EpochEvent):
            assert record.calls[-1][0] == "epoch end"


class StopAt(Record):
    def __init__(self, step: int) -> None:
        super().__init__()
        self._step = step

    def on_step_end(self, state: TrainState) -> None:
        super().on_step_end(state)
        state.stop_requested = state.step == self._step


@pytest.mark.parametrize("step", [1, 4, 6, 7])
def test_a_run_stops_at_the_step_at_which_it_is_asked_to(step: int) -> None:
    stop = StopAt(step)
    *events, end = train(small(), [stop])
    assert (end.kind, end.status, end.step) == ("end", "stopped", step)
    assert stop.calls[-2:] == [("step end", -(-step // 6), step), ("train end", -(-step // 6), step)]
    assert sum(isinstance(event, EpochEvent) for event in events) == (step - 1) // 6


class Poison(Hook):
    """Puts a value into a weight after a step."""

    def __init__(self, step: int, value: float) -> None:
        self._step, self._value = step, value

    def on_step_end(self, state: TrainState) -> None:
        if state.step == self._step:
            with torch.no_grad():
                next(state.model.parameters()).fill_(self._value)


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("step", [1, 4, 7])
def test_a_loss_that_is_no_number_ends_the_run_and_names_its_step(step: int, value: float) -> None:
    record = Record()
    events = []
    with pytest.raises(DivergedError, match=rf"NaN.* at step {step + 1};.*learning rate ten times smaller"):
        events.extend(train(small(), [Poison(step, value), record]))
    assert record.calls[-1][0] == "step end"


def test_a_loss_that_is_no_number_only_in_the_evaluation_is_told_too() -> None:
    with pytest.raises(DivergedError, match=r"loss on the test images became NaN .* at step 6;"):
        list(train(small(epochs=1), [Poison(6, math.nan)]))


def test_a_learning_rate_far_too_large_diverges_in_the_real_loop() -> None:
    # Nothing between the two layers keeps their product from growing.
    spec = network(FLATTEN, linear(784, 50), linear(50, 10))
    config = small(network=spec, optimizer="sgd", learning_rate=100, schedule="constant", epochs=20)
    record = Record()
    with pytest.raises(DivergedError, match=r"at step ([0-9]+);") as caught:
        list(train(config, [record]))
    named = int(str(caught.value).partition("at step ")[2].partition(";")[0])
    assert 1 < named <= record.calls[-1][2]


def test_the_validation_images_are_disjoint_from_the_training_images() -> None:
    config = small(validation=0.25, subset=Subset(first=400))
    data = load_training_data(config, "cpu")
    assert data.validation is not None
    assert (len(data.train), len(data.validation), len(data.test)) == (300, 100, 10_000)
    both = {image.numpy().tobytes() for image in torch.cat([data.train.images, data.validation.images])}
    all_images = select(load("mnist", train=True), Subset(first=400)).images
    assert both == {image.numpy().tobytes() for image in all_images}
    assert len(both) == 400


def test_the_best_accuracy_is_that_on_the_validation_images() -> None:
    keep = Keep()
    config = small(subset=Subset(first=300), validation=0.3, epochs=4)
    epochs = [event for event in train(config, [keep]) if isinstance(event, EpochEvent)]
    assert keep.state.best_accuracy == max(epoch.validation_accuracy for epoch in epochs)
    assert keep.state.best_accuracy != max(epoch.test_accuracy for epoch in epochs)
    data = load_training_data(config, "cpu")
    assert data.validation is not None
    found = evaluate(keep.state.model, data.validation)
    assert (found.loss, found.accuracy) == (epochs[-1].validation_loss, epochs[-1].validation_accuracy)
    found = evaluate(keep.state.model, data.test)
    assert (found.loss, found.accuracy) == (epochs[-1].test_loss, epochs[-1].test_accuracy)


def test_without_a_split_there_is_no_validation() -> None:
    epochs = [event for event in train(small()) if isinstance(event, EpochEvent)]
    assert all(epoch.validation_loss is epoch.validation_accuracy is None for epoch in epochs)


HUGE = 10**9
MISFITS = [
    (TrainConfig(network="lenet", dataset="cifar10"), ["1 x 28 x 28", "3 x 32 x 32", "set in_channels to 3"]),
    (TrainConfig(network="lenet", dataset="emnist"), ["47 classes", "set out_features of fc.4 to 47"]),
    (small(network=network(FLATTEN, linear(784, 11))), ["(N, 11)", "set out_features of layer1 to 10"]),
    (small(network=network(FLATTEN, linear(700, 10))), ["700", "set in_features to 784"]),
    # To allocate this one would take 4 terabytes: that it is refused with a sentence says that nothing was.
    (
        small(network=network(FLATTEN, linear(784, HUGE), linear(HUGE, 11))),
        ["(N, 11)", "set out_features of layer2 to 10"],
    ),
]


@pytest.mark.parametrize(("config", "words"), MISFITS)
def test_a_network_that_does_not_fit_is_refused_with_the_fix_before_anything_is_allocated(
    config: TrainConfig, words: list[str]
) -> None:
    before = psutil.Process().memory_info().rss
    with pytest.raises(ConfigError) as caught:
        next(iter(train(config)))
    assert caught.value.field == "network"
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert psutil.Process().memory_info().rss - before < 200e6


def test_a_batch_larger_than_the_training_images_is_refused() -> None:
    with pytest.raises(ConfigError, match="601 is larger than the 600"):
        list(train(small(batch_size=601)))
    with pytest.raises(ConfigError, match="501 is larger than the 500"):
        list(train(small(batch_size=501, subset=Subset(first=600), validation=1 / 6)))
    assert list(train(small(batch_size=600, epochs=1)))[-1].step == 1


GROUPS = {"num_groups": 4, "num_channels": 784}
BATCH_NORM = [
    network(FLATTEN, linear(784, 8), ("BatchNorm1d", {"num_features": 8}), linear(8, 10)),
    network(("AdaptiveAvgPool2d", {"output_size": 1}), ("BatchNorm2d", {"num_features": 1}), FLATTEN, linear(1, 10)),
    network(FLATTEN, linear(784, 8), ("GroupNorm", {"num_groups": 8, "num_channels": 8}), linear(8, 10)),
]


@pytest.mark.parametrize("spec", BATCH_NORM)
@pytest.mark.parametrize(("first", "batch_size"), [(601, 100), (600, 1), (601, 600)])
def test_a_batch_of_one_image_is_refused_where_batch_normalization_needs_two(
    spec: Any, first: int, batch_size: int
) -> None:
    config = small(network=spec, subset=Subset(first=first), batch_size=batch_size, epochs=1)
    with pytest.raises(ConfigError, match=r"layer[12].*choose another batch size such as [0-9]+\.$") as caught:
        list(train(config))
    assert caught.value.field == "batch_size"
    better = int(str(caught.value).rsplit(" ", 1)[1].rstrip("."))
    assert list(train(replace(config, batch_size=better)))[-1].status == "finished"


@pytest.mark.parametrize("spec", BATCH_NORM)
def test_a_single_training_image_is_refused_where_two_are_needed(spec: Any) -> None:
    config = small(network=spec, subset=Subset(first=1), batch_size=1, epochs=1)
    with pytest.raises(ConfigError, match=r"^1 image is left .* layer[12].*; train on at least 2 images\.$") as caught:
        list(train(config))
    assert caught.value.field == "subset"
    assert list(train(replace(config, subset=Subset(first=2), batch_size=2)))[-1].status == "finished"


@pytest.mark.parametrize("spec", [presets.load("cnn"), network(FLATTEN, ("GroupNorm", GROUPS), linear(784, 10))])
def test_a_batch_of_one_image_is_no_trouble_elsewhere(spec: NetworkSpec) -> None:
    assert list(train(small(network=spec, subset=Subset(first=101), epochs=1)))[-1].step == 2


def test_a_network_without_parameters_is_refused_before_anything_is_read() -> None:
    config = small(network=network(FLATTEN, ("AdaptiveAvgPool1d", {"output_size": 10})))
    with pytest.raises(
        ConfigError, match=r"Own has no parameters, so there is nothing to train; add a layer"
    ) as caught:
        check(config)
    assert caught.value.field == "network"


@pytest.mark.parametrize(
    "ending", ["x.detach()", "images.flatten(1)[:, :10]", "x.argmax(1, keepdim=True).expand(-1, 10)"]
)
def test_a_network_whose_parameters_have_no_part_in_its_output_is_refused(ending: str) -> None:
    spec = NetworkSpec.from_code(
        f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, images):
        x = self.fc(images.flatten(1))
        return {ending}
"""
    )
    with pytest.raises(ConfigError, match=r"No parameter of Net has a part in its output, .*; take out") as caught:
        list(train(small(network=replace(spec, input_shape=(1, 28, 28)))))
    assert caught.value.field == "network"


def test_a_device_that_is_not_here_is_refused() -> None:
    with pytest.raises(ConfigError, match="no device cuda:99"):
        list(train(small(device="cuda:99")))


def test_a_subset_that_the_data_cannot_give_is_a_data_error() -> None:
    with pytest.raises(DataError, match="class 10"):
        list(train(small(subset=Subset(classes=(10,)))))


def test_labels_of_no_class_are_a_data_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoilt(name: str, *, train: bool, device: str) -> ImageData:
        data = load(name, train=train, device=device)
        return ImageData(data.images, data.labels + 5, data.info)

    monkeypatch.setattr("playground.training.loop.load", spoilt)
    with pytest.raises(DataError, match=r"labels of MNIST go from 5 to 14, but its classes are 0 to 9; .* fetch them"):
        list(train(small(subset=Subset(first=600))))


class PauseAt(Hook):
    """Lets time pass at a step, as a person does who pauses, and says so."""

    def __init__(self, step: int, seconds: float) -> None:
        self._step, self._seconds = step, seconds

    def on_step_end(self, state: TrainState) -> None:
        if state.step == self._step:
            time.sleep(self._seconds)
            state.paused_seconds += self._seconds


def test_a_pause_spoils_neither_the_speed_nor_the_time_of_its_epoch() -> None:
    pause = 2.0
    events = list(train(small(epochs=1), [PauseAt(3, pause)]))
    steps = [event for event in events if isinstance(event, StepEvent)]
    (epoch,) = (event for event in events if isinstance(event, EpochEvent))
    # With the pause counted, no more than 600 images in 2 seconds.
    assert min(step.images_per_second for step in steps) > 600 / pause
    assert epoch.images_per_second > 600 / (epoch.seconds + pause)
    assert epoch.seconds + pause <= events[-1].seconds


def test_an_incomplete_batch_counts_as_many_images_as_it_has() -> None:
    config = small(subset=Subset(classes=(0, 1), first=601), batch_size=600, epochs=1)
    events = list(train(config, [PauseAt(1, 0.0), SlowAt(2, 0.5)]))
    last = [event for event in events if isinstance(event, StepEvent)][-1]
    # The second batch has one image and takes half a second: two a second at most.
    assert last.step == 2
    assert last.images_per_second <= 2


def test_losses_are_read_by_time_and_not_at_each_step() -> None:
    quick = list(train(small(epochs=3, batch_size=2)))
    steps = [event for event in quick if isinstance(event, StepEvent)]
    assert quick[-1].step == 900
    # The first of the run, the last of each epoch, and ten a second.
    assert len(steps) <= 1 + 3 + quick[-1].seconds * 10
    slow = train(small(epochs=1, batch_size=200), [SlowAt(step, 0.15) for step in (1, 2, 3)])
    assert [event.step for event in slow if isinstance(event, StepEvent)] == [1, 2, 3]


class SlowAt(Hook):
    """Takes its time at a step."""

    def __init__(self, step: int, seconds: float) -> None:
        self._step, self._seconds = step, seconds

    def on_step_end(self, state: TrainState) -> None:
        if state.step == self._step:
            time.sleep(self._seconds)


@pytest.mark.parametrize("name", ["lenet", "cnn"])
def test_every_layer_of_the_network_learns(name: str) -> None:
    keep = Keep()
    events = train(small(network=name, epochs=1), [keep])
    next(iter(events))
    for event in events:
        if isinstance(event, StepEvent) and event.step == 1:
            before = {key: value.clone() for key, value in keep.state.model.state_dict().items()}
    after = keep.state.model.state_dict()
    assert [key for key in before if torch.equal(before[key], after[key])] == []
