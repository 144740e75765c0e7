"""Calculators for layers on a small grid: convolution, pooling and normalization."""

from __future__ import annotations

import streamlit as st

from playground.ui.calculator_settings import choice
from playground.ui.inspect.normalization_calculator import normalization_view
from playground.ui.inspect.window_calculator import convolution_view, pooling_view

_VIEWS = {"Convolution": convolution_view, "Pooling": pooling_view, "Normalization": normalization_view}


# Of its own, so that a change here draws nothing else of the page again.
@st.fragment
def calculators_view() -> None:
    """Draw the calculators; what is set in one stays when another is shown."""
    _VIEWS[choice("Calculator", "calculator", list(_VIEWS))]()
