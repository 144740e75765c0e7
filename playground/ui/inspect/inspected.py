"""What the Inspect page looks at: a network of the project or a model of torchvision, and a batch for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from playground.inspection import ReceptiveField, Summary, build_torchvision_model, receptive_fields, summarize
from playground.networks import NetworkSpec
from playground.networks.spec import Shape

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Inspected:
    """A network, or the name of a torchvision model, and the shape of the batch for it, `(N, C, H, W)`."""

    network: NetworkSpec | str
    batch: Shape
    run_id: str = ""
    """The run whose checkpoint it is, if it was chosen as such."""

    @property
    def name(self) -> str:
        """The network's name."""
        return self.network if isinstance(self.network, str) else self.network.name


def model_or_spec(network: NetworkSpec | str) -> nn.Module | NetworkSpec:
    """What the functions of `playground.inspection` take: the spec, or torchvision's model without weights."""
    return _torchvision(network) if isinstance(network, str) else network


@st.cache_data(max_entries=50, show_spinner=False, hash_funcs={NetworkSpec: hash})
def summary_of(network: NetworkSpec | str, batch: Shape) -> Summary:
    """The layer table, once for each network and batch. Raises StoppedError as `summarize` does."""
    return summarize(model_or_spec(network), batch)


def fields_of(inspected: Inspected) -> tuple[ReceptiveField, ...]:
    """The receptive fields of the network's convolutions and poolings; none where they cannot be followed."""
    return _fields(inspected.network, inspected.batch)


@st.cache_data(max_entries=50, show_spinner="Following what each layer sees …", hash_funcs={NetworkSpec: hash})
def _fields(network: NetworkSpec | str, batch: Shape) -> tuple[ReceptiveField, ...]:
    try:
        return receptive_fields(model_or_spec(network), batch)
    except ValueError:
        return ()


@st.cache_resource(max_entries=5, show_spinner=False)
def _torchvision(name: str) -> nn.Module:
    return build_torchvision_model(name)
