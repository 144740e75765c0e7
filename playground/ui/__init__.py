"""What pages share. Only this package and the pages import Streamlit."""

from playground.ui.page import page

__all__ = ["page"]
