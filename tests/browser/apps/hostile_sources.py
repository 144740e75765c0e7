"""A page that reads hostile sources one after another in the sandbox of the pages, or one that counts clicks."""

import streamlit as st

from playground.networks import SpecError
from playground.networks.pasted import look_through, read_pasted
from playground.ui.kinds_of_work import READING
from playground.ui.sandboxed import ask
from tests.browser.hostile_choice import CHOSEN


def read(source: str) -> bool:
    """Whether the source is read as a network."""
    try:
        ask(look_through, source, work=READING)
        ask(read_pasted, source, None, "", work=READING)
    except SpecError:
        return False
    return True


if "hostile" in st.query_params:
    done = sum(read(each.source) in (True, False) for each in CHOSEN)
    st.markdown(f"Done: {done}")
else:
    count = st.session_state.setdefault("count", 0)
    if st.button("Read"):
        st.session_state["count"] += read("import torch.nn as nn\nnet = nn.Sequential(nn.Linear(3, 4))\n")
    st.markdown(f"Read {st.session_state['count']} times")
