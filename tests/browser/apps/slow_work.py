"""A page with work that takes longer than anybody waits, and a button beside it."""

import streamlit as st

from playground.networks import SpecError
from playground.sandbox import Work
from playground.ui.sandboxed import shown
from tests.sandbox.work_for_tests import sleep_for_ever

pressed = st.button("Something else")
st.markdown("Pressed" if pressed else "Not pressed")
if not pressed:
    try:
        shown(sleep_for_ever, work=Work("inspect", 1000.0, 2**26))
    except SpecError as error:
        st.error(error.message)
