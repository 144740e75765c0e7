"""The charts of a run, from what its log has said so far."""

from __future__ import annotations

from typing import Any

from playground.charts import accuracy_figure, loss_figure
from playground.training import RunHistory

DEFAULT_SMOOTHING = 0.6


def run_loss_figure(
    curve: RunHistory | None, *, smoothing: float = DEFAULT_SMOOTHING, log: bool = False
) -> dict[str, Any]:
    """Return the loss by step and by epoch, empty when there is no run."""
    epochs = curve.epochs if curve else []
    return loss_figure(
        curve.steps if curve else [],
        curve.losses if curve else [],
        epoch_steps=[epoch.step for epoch in epochs],
        training_losses=[epoch.train_loss for epoch in epochs],
        test_losses=[epoch.test_loss for epoch in epochs],
        validation_losses=[epoch.validation_loss for epoch in epochs],
        smoothing=smoothing,
        log=log,
    )


def run_accuracy_figure(curve: RunHistory | None) -> dict[str, Any]:
    """Return the accuracy by epoch, empty when there is no run."""
    epochs = curve.epochs if curve else []
    return accuracy_figure(
        [epoch.epoch for epoch in epochs],
        [epoch.test_accuracy for epoch in epochs],
        validation_accuracies=[epoch.validation_accuracy for epoch in epochs],
    )
