"""Which network a person inspects, and for which batch: one's own, a preset, or a model of torchvision."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.inspection import TorchvisionModel, torchvision_models
from playground.networks import NetworkSpec, SpecError, presets
from playground.networks.spec import Shape
from playground.ui.inspected import Inspected
from playground.ui.own_network import OWN, keep_own_network, network_label, own_network, put_into_address
from playground.ui.text import read_shape

_KEY = "inspected"
_FIRST = "resnet50"
_MOST_IMAGES = 100_000
_BIND: Any = "query-params"
_TORCHVISION = "torchvision."


def inspect_own_network(spec: NetworkSpec) -> None:
    """Choose a network of the person's own; to be called before the widgets are drawn, such as in a callback."""
    keep_own_network(spec)
    st.session_state[_KEY] = OWN


def choose_network() -> Inspected | None:
    """Draw the choice; the network and its batch, or None, with a sentence, where it has none."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = select_network(_KEY, _FIRST, bind=_BIND)
        network, sample = network_named(name)
        shape = st.text_input(
            "Input shape",
            ", ".join(map(str, sample)),
            key=f"inspected_shape_{name}_{sample}",
            width=180,
            help="The shape of one sample, for images channels, height, width.",
        )
        batch = st.number_input("Batch size", 1, _MOST_IMAGES, 1, key="inspected_batch", width=150)
    put_into_address(name)
    st.caption(_description(name))
    try:
        return Inspected(network, (batch, *read_shape(shape)))
    except SpecError as error:
        st.error(error.message, icon=":material/error:")
        return None


def select_network(key: str, first: str, **settings: Any) -> str:
    """Draw a list of all networks, which begins with `first`; the name of the one that is chosen."""
    own = own_network()
    names = [*([OWN] if own else []), *presets.names(), *(f"{_TORCHVISION}{name}" for name in _models())]
    chosen: str = st.selectbox(
        "Network",
        names,
        names.index(first),
        format_func=lambda name: _label(name, own),
        key=key,
        width=320,
        **settings,
    )
    return chosen


def network_named(name: str) -> tuple[NetworkSpec | str, Shape]:
    """The network of this name in the list, and the shape of one sample for it."""
    own = own_network()
    if name.startswith(_TORCHVISION):
        model = _models()[name.removeprefix(_TORCHVISION)]
        return model.name, model.input_shape
    spec = own if own and name == OWN else presets.load(name)
    return spec, spec.input_shape


def is_detector(network: NetworkSpec | str) -> bool:
    """Whether it is a detection model of torchvision, which looks at values and trains on boxes."""
    return isinstance(network, str) and _models()[network].task == "detection"


def _label(name: str, own: NetworkSpec | None) -> str:
    if not name.startswith(_TORCHVISION):
        return network_label(name, own)
    return f"{name.removeprefix(_TORCHVISION)} · torchvision"


def _description(name: str) -> str:
    if name == OWN:
        return "A network of your own."
    if not name.startswith(_TORCHVISION):
        return presets.info(name).description
    model = _models()[name.removeprefix(_TORCHVISION)]
    return (
        f"torchvision's model for {model.task}, without its published weights, which say "
        f"{model.published_parameters:,} parameters and {model.published_macs / 1e9:g} billion MACs"
        + (" at another input and with frozen normalizations." if model.task == "detection" else ".")
    )


@st.cache_data(show_spinner=False)
def _models() -> dict[str, TorchvisionModel]:
    return {model.name: model for model in torchvision_models()}
