"""torchinfo's own printout, beside the table that corrects it."""

from __future__ import annotations

import streamlit as st

from playground.inspection import torchinfo_text
from playground.networks import NetworkSpec
from playground.networks.spec import Shape
from playground.ui.inspect.inspected import Inspected, model_or_spec
from playground.ui.inspect.network_list import is_detector
from playground.ui.messages import show_error


def torchinfo_view(inspected: Inspected) -> None:
    """Draw what torchinfo prints for the network and batch."""
    if is_detector(inspected.network):
        st.info("torchinfo cannot show a detection model without its weights: such a model looks at values.")
        return
    depth = st.slider("Depth", 1, 6, 3, key="torchinfo_depth", width=320)
    try:
        text = _text(inspected.network, inspected.batch, depth)
    except ValueError as error:
        show_error(error)
        return
    st.caption(
        "As torchinfo prints it. It leaves out the products of attention, counts a Linear on sequences once instead of "
        "for each position, and counts a layer that is used twice twice; the table of the first tab does not."
    )
    st.code(text, language=None, height=600)


@st.cache_data(max_entries=50, show_spinner="Asking torchinfo …", hash_funcs={NetworkSpec: hash})
def _text(network: NetworkSpec | str, batch: Shape, depth: int) -> str:
    return torchinfo_text(model_or_spec(network), batch, depth=depth)
