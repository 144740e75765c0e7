"""Figures from plain data: no Streamlit, no torch, nothing that trains."""

from playground.charts.decimation import decimate
from playground.charts.memory import memory_figure
from playground.charts.normalization_grid import normalization_figure
from playground.charts.smoothing import smooth
from playground.charts.training_curves import accuracy_figure, loss_figure
from playground.charts.window_grid import PositionGrid, SeenGrid, window_figure

__all__ = [
    "PositionGrid",
    "SeenGrid",
    "accuracy_figure",
    "decimate",
    "loss_figure",
    "memory_figure",
    "normalization_figure",
    "smooth",
    "window_figure",
]
