"""torchinfo's own printout, beside the table that corrects it."""

from __future__ import annotations

import streamlit as st

from playground.inspection import subjects
from playground.inspection.subjects import Subject
from playground.networks.spec import Shape
from playground.ui.inspect.inspected import Inspected
from playground.ui.inspect.network_list import is_detector
from playground.ui.kinds_of_work import inspecting
from playground.ui.messages import show_error
from playground.ui.sandboxed import shown


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


def _text(network: Subject, batch: Shape, depth: int) -> str:
    text: str = shown(subjects.torchinfo_of, network, batch, depth, work=inspecting(network))
    return text
