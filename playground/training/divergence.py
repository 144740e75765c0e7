"""Why a loss is no finite number: bad images, a network that gives it by itself, a gradient, or steps too large.

The run has ended by then, and its weights are spoilt. So the starting weights are made again from the seed: what they
give for the same images tells whether any step was to blame.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from playground.data import batch_count, epoch_batches, evaluation_batches
from playground.networks import SpecError
from playground.training.evaluation import EVALUATION_BATCH_SIZE
from playground.training.pipeline_batches import augmentations

if TYPE_CHECKING:
    import torch
    from torch import nn

    from playground.data import ImageData
    from playground.training.config import TrainConfig
    from playground.training.first_non_finite import Culprit
    from playground.training.losses import NonFiniteLossError

    Batch = tuple[torch.Tensor, torch.Tensor]

_BAD_IMAGES = (
    "the images of that step hold values that are NaN or infinite, from which no network learns. "
    "Leave out the pipeline and the augmentations one by one to find what makes them."
)
_LARGE_SCORES = (
    "no step is to blame: the network's scores are too large with its starting weights. "
    "Put a normalization before its last layer."
)
_NO_STEP = (
    "no step was taken yet, so the network gives it by itself. "
    "Look for a logarithm, a root, a division or an exponential in it and keep its input in bounds."
)
_LARGE_STEPS = (
    "the steps are too large. Try a learning rate ten times smaller, or the one-cycle schedule, which starts small."
)


@dataclass(frozen=True)
class _Pass:
    """What a batch gave with the starting weights: where NaN or infinity came from, if it came."""

    scores: Culprit | None
    is_loss_finite: bool
    gradient: Culprit | None
    risky: Culprit | None


def why_not_finite(
    found: NonFiniteLossError, config: TrainConfig, train: ImageData, evaluated: ImageData | None
) -> str:
    """Return at which step a loss stopped being a finite number, why, and what to do.

    ``evaluated`` are the images whose loss it is, unless it is that of the training step.
    """
    became = "NaN (not a number)" if math.isnan(found.loss) else "infinite"
    cause = _NO_STEP if found.step == 1 and evaluated is None else _LARGE_STEPS
    # Where there is no memory for a second network, the likely cause is said.
    with contextlib.suppress(RuntimeError, MemoryError, SpecError):
        cause = _proven_cause(found.step, config, train, evaluated) or cause
    subject = "The loss" if evaluated is None else f"The loss on the {found.images} images"
    return f"{subject} became {became} at step {found.step:,}; {cause}"


def _proven_cause(step: int, config: TrainConfig, train: ImageData, evaluated: ImageData | None) -> str | None:
    images, _ = _training_batch(config, train, step)
    if not images.isfinite().all():
        return _BAD_IMAGES
    passes = list(_passes(step, config, train, evaluated))
    proven = next(filter(None, map(_cause, passes)), None)
    risky = next((each.risky for each in passes if each.risky), None)
    if proven or risky is None or step == 1:
        return proven
    return f"{_LARGE_STEPS} Where that does not help, {risky.remedy}: {risky.where} may have no finite derivative."


def _cause(passed: _Pass) -> str | None:
    if passed.scores:
        return (
            "no step is to blame: the network gives such values with its starting weights. "
            f"They come from {passed.scores.where}; {passed.scores.remedy}."
        )
    if not passed.is_loss_finite:
        return _LARGE_SCORES
    if passed.gradient:
        return (
            "no step is to blame: with the starting weights, the loss is finite but its gradient is not. "
            f"The derivative of {passed.gradient.where} is not finite; {passed.gradient.remedy}."
        )
    return None


def _passes(step: int, config: TrainConfig, train: ImageData, evaluated: ImageData | None) -> Iterator[_Pass]:
    """The batch whose loss it is, and the one from which the step before that was taken."""
    if evaluated is None:
        yield _pass(_starting_model(config, train), _training_batch(config, train, step))
        step -= 1
    elif spoilt := _first_spoilt(_starting_model(config, train).eval(), evaluated):
        yield _pass(_starting_model(config, train).eval(), spoilt)
    if step:
        yield _pass(_starting_model(config, train), _training_batch(config, train, step))


def _first_spoilt(model: nn.Module, data: ImageData) -> Batch | None:
    """The first batch of an evaluation for which the network gives a score that is not finite."""
    import torch

    with torch.no_grad():
        batches = evaluation_batches(data, EVALUATION_BATCH_SIZE)
        return next((batch for batch in batches if not model(batch[0]).isfinite().all()), None)


def _pass(model: nn.Module, batch: Batch) -> _Pass:
    from torch.nn.functional import cross_entropy

    from playground.training.first_non_finite import Watch

    images, labels = batch
    watch = Watch(model)
    with watch:
        scores = model(images)
    loss = cross_entropy(scores, labels)
    is_loss_finite = bool(loss.isfinite())
    if is_loss_finite:
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    return _Pass(watch.first_before(scores), is_loss_finite, watch.first_of_gradient(), watch.risky)


def _starting_model(config: TrainConfig, train: ImageData) -> nn.Module:
    import torch

    torch.manual_seed(config.seed)
    return config.spec.build().to(train.device).to(memory_format=torch.channels_last)


def _training_batch(config: TrainConfig, train: ImageData, step: int) -> Batch:
    epoch, index = divmod(step - 1, batch_count(len(train), config.batch_size))
    batches = epoch_batches(
        train,
        config.batch_size,
        seed=config.seed,
        epoch=epoch + 1,
        augmentation=augmentations(config),
        channels_last=True,
    )
    return next(islice(batches, index, None))
