"""Choosing the weights of a network that runs on the page: random ones, or those of a run that trained it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from playground.inspection.layer_values.weighted_network import network_with_weights
from playground.networks import NetworkSpec
from playground.training import Run, read_checkpoint
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


class WeightsError(Exception):
    """Weights that do not go into the network: one sentence that says so, and what to do."""


def choose_weights(network: NetworkSpec | str, key: str, run_id: str = "") -> Weights:
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


@st.cache_resource(max_entries=2, show_spinner="Building the network …", hash_funcs={NetworkSpec: hash})
def network_of(network: NetworkSpec | str, weights: Weights) -> Any:
    """The network with these weights, on the CPU in eval mode. Raises WeightsError for a damaged checkpoint."""
    if not weights.trained:
        return network_with_weights(network, seed=SEED)
    try:
        return network_with_weights(network, read_checkpoint(Path(weights.checkpoint))["state_dict"])
    except Exception as error:  # a damaged file makes torch raise anything
        raise WeightsError(
            "The checkpoint of this run cannot be read, or is one of another network; choose other weights."
        ) from error


def _runs_of(network: NetworkSpec | str) -> dict[str, Run]:
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
