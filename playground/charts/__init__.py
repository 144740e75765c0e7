"""Figures from plain data: no Streamlit, no torch, nothing that trains."""

from playground.charts.decimation import decimate
from playground.charts.memory import memory_figure
from playground.charts.smoothing import smooth
from playground.charts.training_curves import accuracy_figure, loss_figure

__all__ = ["accuracy_figure", "decimate", "loss_figure", "memory_figure", "smooth"]
