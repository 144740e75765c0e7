"""The training loop, as a teacher would write it on the board, with the points where hooks can act."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from playground.data import DATASETS, DataError, Subset, batch_count, epoch_batches, load, select, split_validation
from playground.training.config import TrainConfig
from playground.training.devices import Device, resolve_device
from playground.training.divergence import why_not_finite
from playground.training.errors import ConfigError, DivergedError
from playground.training.evaluation import Evaluation, evaluate
from playground.training.events import EndEvent, EpochEvent, Event, StartEvent, StepEvent
from playground.training.hooks import Hook, TrainState
from playground.training.losses import EpochLosses, NonFiniteLossError
from playground.training.network_fit import check_trainable, layer_that_needs_two_images
from playground.training.optimizers import build_optimizer
from playground.training.pipeline_batches import augmentations
from playground.training.pipeline_fit import check_pipeline
from playground.training.schedules import build_schedule
from playground.training.sizes import check_sizes, selected_images

if TYPE_CHECKING:
    from playground.data import ImageData


@dataclass(frozen=True)
class TrainingData:
    """The images of a run on its device; ``validation`` is None without a split."""

    train: ImageData
    validation: ImageData | None
    test: ImageData


def train(config: TrainConfig, hooks: Sequence[Hook] = ()) -> Iterator[Event]:
    """Train the network and yield what happens: a start, steps by time, an end of each epoch, an end.

    Sets torch's global seed, and its CPU threads when ``config.threads`` is given. On a CPU the same settings
    and threads repeat the same numbers; on a GPU some kernels add in an order that changes.

    Raises ConfigError when the settings do not fit the data or this machine, DataError when the data cannot be
    read, DivergedError when the loss is no longer a finite number.
    """
    started = time.perf_counter()
    device = resolve_device(config.device)
    check_network(config)
    _set_threads(config.threads)
    data = load_training_data(config, device.name)
    state = _prepare(config, device, data)
    yield _start_event(state, device, data)

    for hook in hooks:
        hook.on_train_start(state)
    for epoch in range(1, config.epochs + 1):
        state.epoch = epoch
        try:
            yield from _train_epoch(state, data, hooks)
        except NonFiniteLossError as found:
            evaluated = {"test": data.test, "validation": data.validation}.get(found.images)
            raise DivergedError(why_not_finite(found, config, data.train, evaluated)) from found
        if state.stop_requested:
            break
    for hook in hooks:
        hook.on_train_end(state)
    yield EndEvent(
        status="stopped" if state.stop_requested else "finished",
        message="",
        step=state.step,
        seconds=time.perf_counter() - started,
    )


def check_settings(config: TrainConfig) -> None:
    """Raise ConfigError when the network cannot be trained on as many of the images as the settings ask for."""
    check_network(config)
    check_images(config, selected_images(config))


def check_network(config: TrainConfig) -> None:
    """Raise ConfigError, with the fix in its text, when network or pipeline cannot be trained with on the data."""
    info = DATASETS[config.dataset]
    error = check_trainable(config.spec, info)
    if error:
        fix = f" To fix it, {error.fixes[0].text}." if error.fixes else ""
        raise ConfigError(error.message + fix, "network")
    misfit = check_pipeline(config.pipeline, info.image_shape)
    if misfit:
        fix = f" To fix it, {misfit.fixes[0].text}." if misfit.fixes else ""
        raise ConfigError(misfit.message + fix, "pipeline")


def check_images(config: TrainConfig, images: int) -> None:
    """Raise ConfigError when so many images cannot be split and batched so that the network learns from them."""
    check_sizes(config, images, layer_that_needs_two_images(config.spec, DATASETS[config.dataset]))


def load_training_data(config: TrainConfig, device: str) -> TrainingData:
    """Read the images that the settings ask for onto the device.

    Raises DataError when they cannot be read, ConfigError when they cannot be split and batched.
    """
    train_data = load(config.dataset, train=True, device=device)
    test_data = load(config.dataset, train=False, device=device)
    if config.subset != Subset():
        train_data = select(train_data, config.subset)
        test_data = select(test_data, config.subset.for_test())
    _check_labels(train_data)
    _check_labels(test_data)
    check_images(config, len(train_data))
    if config.validation == 0:
        return TrainingData(train_data, None, test_data)
    train_data, validation_data = split_validation(train_data, config.validation, config.seed)
    return TrainingData(train_data, validation_data, test_data)


def _check_labels(data: ImageData) -> None:
    """Raise DataError where a label is the number of no class."""
    least, largest = int(data.labels.min()), int(data.labels.max())
    last = len(data.info.classes) - 1
    if least < 0 or largest > last:
        raise DataError(
            f"The labels of {data.info.label} go from {least} to {largest}, but its classes are 0 to {last}; "
            "its files are damaged or belong to another data set. Delete them and fetch them again."
        )


def _prepare(config: TrainConfig, device: Device, data: TrainingData) -> TrainState:
    import torch

    torch.manual_seed(config.seed)
    on_device = torch.device(device.name)
    model = config.spec.build().to(on_device).to(memory_format=torch.channels_last)
    optimizer = build_optimizer(config.optimizer, model.parameters(), config.learning_rate, on_device.type)
    steps_per_epoch = batch_count(len(data.train), config.batch_size)
    schedule = build_schedule(config.schedule, optimizer, config.learning_rate, steps_per_epoch, config.epochs)
    return TrainState(config, on_device, model, optimizer, schedule)


def _train_epoch(state: TrainState, data: TrainingData, hooks: Sequence[Hook]) -> Iterator[Event]:
    from torch.nn.functional import cross_entropy

    config, model, optimizer = state.config, state.model, state.optimizer
    for hook in hooks:
        hook.on_epoch_start(state)
    started, paused, images_seen = time.perf_counter(), state.paused_seconds, 0
    losses = EpochLosses(batch_count(len(data.train), config.batch_size), state.step + 1, state.device)
    epoch_speed, speed = _Speed(state), _Speed(state)
    model.train()
    batches = epoch_batches(
        data.train,
        config.batch_size,
        seed=config.seed,
        epoch=state.epoch,
        augmentation=augmentations(config),
        channels_last=True,
    )
    for images, labels in batches:
        optimizer.zero_grad()
        scores = model(images)
        if not scores.requires_grad:
            raise _nothing_to_learn(config)
        loss = cross_entropy(scores, labels)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        optimizer.step()
        learning_rate = optimizer.param_groups[0]["lr"]
        state.schedule.step()
        state.step += 1
        images_seen += len(labels)
        losses.add(loss, len(labels))
        for hook in hooks:
            hook.on_step_end(state)
        if losses.due:
            yield StepEvent(state.step, state.epoch, losses.read(), float(learning_rate), speed.measure(images_seen))
        if state.stop_requested:
            return
    images_per_second = epoch_speed.measure(images_seen)
    test = _evaluate(state, data.test, "test")
    validation = _evaluate(state, data.validation, "validation") if data.validation else None
    seconds = time.perf_counter() - started - (state.paused_seconds - paused)
    event = _epoch_event(state, losses.mean, test, validation, seconds, images_per_second)
    state.best_accuracy = max(state.best_accuracy, event.selection_accuracy)
    for hook in hooks:
        hook.on_epoch_end(state, event)
    yield event


def _nothing_to_learn(config: TrainConfig) -> ConfigError:
    return ConfigError(
        f"No parameter of {config.spec.name} has a part in its output, so there is nothing to train; take out what "
        "no gradient goes through, such as detach or argmax, or use the layers that have parameters.",
        "network",
    )


def _evaluate(state: TrainState, data: ImageData, images: Literal["validation", "test"]) -> Evaluation:
    evaluation = evaluate(state.model, data)
    if not math.isfinite(evaluation.loss):
        raise NonFiniteLossError(images, evaluation.loss, state.step)
    return evaluation


class _Speed:
    """Images per second of an epoch since the last measurement, pauses left out."""

    def __init__(self, state: TrainState) -> None:
        self._state = state
        self._restart(0)

    def _restart(self, images_seen: int) -> None:
        self._time = time.perf_counter()
        self._images_seen = images_seen
        self._paused = self._state.paused_seconds

    def measure(self, images_seen: int) -> float:
        """Return the speed, given how many images of the epoch have been seen."""
        seconds = time.perf_counter() - self._time - (self._state.paused_seconds - self._paused)
        images = images_seen - self._images_seen
        self._restart(images_seen)
        return images / max(seconds, 1e-9)


def _start_event(state: TrainState, device: Device, data: TrainingData) -> StartEvent:
    import torch

    return StartEvent(
        network=state.config.network_name,
        device=device.name,
        device_name=device.label,
        threads=torch.get_num_threads(),
        parameters=sum(parameter.numel() for parameter in state.model.parameters()),
        training_images=len(data.train),
        test_images=len(data.test),
        steps_per_epoch=batch_count(len(data.train), state.config.batch_size),
        epochs=state.config.epochs,
        time=time.time(),
    )


def _epoch_event(
    state: TrainState,
    train_loss: float,
    test: Evaluation,
    validation: Evaluation | None,
    seconds: float,
    images_per_second: float,
) -> EpochEvent:
    return EpochEvent(
        epoch=state.epoch,
        step=state.step,
        train_loss=train_loss,
        test_loss=test.loss,
        test_accuracy=test.accuracy,
        seconds=seconds,
        images_per_second=images_per_second,
        validation_loss=validation.loss if validation else None,
        validation_accuracy=validation.accuracy if validation else None,
    )


def _set_threads(threads: int | None) -> None:
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
