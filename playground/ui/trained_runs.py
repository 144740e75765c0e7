"""The runs that have left weights: the network that each trained, and the checkpoint with them."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from playground.networks import NetworkSpec
from playground.training import Run, StoreError, TrainConfig, TrainingError, checkpoint_path
from playground.ui.runs import store
from playground.ui.text import config_title


def trained_runs() -> dict[str, Run]:
    """By their ids the runs that have a checkpoint and settings that can be read, the newest first."""
    try:
        runs = store().runs()
    except StoreError:
        return {}
    return {run.id: run for run in runs if has_checkpoint(run) and trained_network(run)}


def checkpoint_of(run: Run) -> Path:
    """The checkpoint of the run's best epoch; where there is none that of the last, which may not be there either."""
    best = checkpoint_path(run.folder, "best")
    return best if _is_file(best) else checkpoint_path(run.folder, "last")


def has_checkpoint(run: Run) -> bool:
    """Whether the run has left a checkpoint."""
    return _is_file(checkpoint_of(run))


def trained_network(run: Run) -> NetworkSpec | None:
    """The network that the run trains; None where its settings cannot be read."""
    try:
        return config_of(run).spec
    except TrainingError:
        return None


def config_of(run: Run) -> TrainConfig:
    """The settings of the run, which do not change. Raises StoreError where they cannot be read."""
    return _config(run.folder)


def run_label(run: Run) -> str:
    """What a list of networks calls the run's checkpoint: "LeNet on MNIST · run 20261121-163205123456-lenet-0a1b2c"."""
    return f"{config_title(config_of(run))} · run {run.id}"


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 # in a folder that this account may not read it raises nothing


@st.cache_resource(max_entries=1000, show_spinner=False)
def _config(folder: Path) -> TrainConfig:
    return Run(folder).config
