"""A network with weights, to run it on the CPU: random ones, or those of a state dict; and what is too much."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from playground.inspection.torchvision_models import build_torchvision_model
from playground.networks import NetworkSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from playground.inspection.layer_table.summary import Summary

MOST_PARAMETER_BYTES = 2 * 10**9
MOST_ACTIVATION_BYTES = 10**9
MOST_MACS = 500 * 10**9

# The seed is that of the whole process.
_seeding = threading.Lock()


class TooLargeError(ValueError):
    """A network that one pass on the CPU would take too much memory or time for."""


def network_with_weights(
    network: NetworkSpec | str, state_dict: Mapping[str, Any] | None = None, seed: int = 0
) -> nn.Module:
    """The network, or torchvision's model of that name, on the CPU in eval mode; the random numbers are as before.

    Raises RuntimeError, with torch's words, if the state dict is one of another network.
    """
    import torch

    with _seeding, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build_torchvision_model(network, device="cpu") if isinstance(network, str) else network.build()
    if state_dict is not None:
        model.load_state_dict(state_dict)
    return model.eval()


def needed_bytes(summary: Summary) -> int:
    """The bytes of all parameters, and of the largest output with the inputs that it is made of, for one sample."""
    largest = max((row.activation_bytes for row in summary.rows), default=0)
    return sum(row.parameter_bytes for row in summary.rows) + 2 * largest


def check_size(summary: Summary, rows: int | None = None) -> None:
    """Raises TooLargeError if a pass through the first `rows` rows of the table, by default all, is too much."""
    ran = summary.rows[:rows]
    weights = sum(row.parameter_bytes for row in summary.rows)
    if weights > MOST_PARAMETER_BYTES:
        raise TooLargeError(
            f"{summary.name} has {weights / 1e9:.1f} GB of parameters; its insides are shown up to "
            f"{MOST_PARAMETER_BYTES / 1e9:.0f} GB. Choose a smaller network."
        )
    largest = max((row.activation_bytes for row in ran), default=0)
    if largest > MOST_ACTIVATION_BYTES:
        raise TooLargeError(
            f"A layer gives {largest / 1e9:.1f} GB for one sample; the limit is {MOST_ACTIVATION_BYTES / 1e9:.0f} GB. "
            "Choose a smaller input shape."
        )
    macs = sum(row.macs for row in ran)
    if macs > MOST_MACS:
        raise TooLargeError(
            f"Up to this layer one sample takes {macs / 1e9:,.0f} billion multiply-accumulates; the limit is "
            f"{MOST_MACS / 1e9:,.0f}. Choose an earlier layer or a smaller input shape."
        )
