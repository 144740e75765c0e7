"""Choosing the weights of a network that runs on the page: random ones, or those of a run that trained it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.inspection.layer_values.insides import WeightsFile
from playground.inspection.subjects import Subject
from playground.training import Run, read_state_dict
from playground.ui.text import config_title
from playground.ui.trained_runs import checkpoint_of, config_of, trained_network, trained_runs

SEED = 0
_UNTRAINED = "untrained"


@dataclass(frozen=True)
class Weights:
    """The weights of a run's best epoch, with the data set that it trained on; without a run random ones by SEED."""

    run_id: str = ""
    dataset: str | None = None
    checkpoint: str = ""
    """The file, and when it was written."""
    written: int = 0

    @property
    def trained(self) -> bool:
        """Whether a run has trained them."""
        return bool(self.run_id)

    @property
    def source(self) -> WeightsFile | int:
        """Where they come from: a file, or a seed."""
        return WeightsFile(self.checkpoint, self.written, read_state_dict) if self.trained else SEED


def choose_weights(network: Subject, key: str, run_id: str = "") -> Weights:
    """Draw the choice, at first that run or the newest finished one; a model of torchvision has random weights."""
    runs = _runs_of(network)
    names = [*runs, _UNTRAINED]
    name = st.selectbox(
        "Weights",
        names,
        names.index(run_id) if run_id in names else 0,
        format_func=lambda name: f"Untrained, seed {SEED}" if name == _UNTRAINED else _label(runs[name]),
        key=f"{key}_{len(runs)}_{run_id}",
        help="The runs of the Train page that have trained this network are listed here, the newest first.",
    )
    if name == _UNTRAINED:
        return Weights()
    path = checkpoint_of(runs[name])
    dataset = config_of(runs[name]).dataset
    return Weights(name, dataset, str(path), path.stat().st_mtime_ns if path.exists() else 0)


def _runs_of(network: Subject) -> dict[str, Run]:
    """The runs that have ended and left weights of this very network: first those that finished, the newest first."""
    if isinstance(network, str):
        return {}
    ended = [run for run in trained_runs().values() if trained_network(run) == network and not run.active]
    return {run.id: run for run in sorted(ended, key=lambda run: run.status != "finished")}


def _label(run: Run) -> str:
    best = run.history.best
    accuracy = f", {best.selection_accuracy:.2%}" if best else ""
    when = f"{run.id[4:6]}-{run.id[6:8]} {run.id[9:11]}:{run.id[11:13]}"
    return f"{config_title(config_of(run))}{accuracy}, {when}"
