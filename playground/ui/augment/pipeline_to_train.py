"""From the pipeline of the Augment page to the Train page."""

from __future__ import annotations

from playground.images import Pipeline
from playground.ui.open_page import open_page_button
from playground.ui.own_pipeline import keep_own_pipeline


def use_in_train(pipeline: Pipeline) -> None:
    """Make this the pipeline of the Train page."""
    keep_own_pipeline(pipeline)


def use_in_train_button(pipeline: Pipeline) -> None:
    """Draw the button that hands the pipeline on and opens the Train page."""
    open_page_button(
        "Train",
        "Use in Train",
        "augment_use_in_train",
        lambda: use_in_train(pipeline),
        type="primary",
        help="Each training image goes through this pipeline each time that it is used, with numbers of its own.",
    )
