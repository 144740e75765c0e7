"""The kernel of an operation, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from playground.charts.kernel_grid import kernel_grid

if TYPE_CHECKING:
    from playground.images.opencv import Operation


def draw_kernel(operation: Operation) -> None:
    """Draw the kernel, for operations that have one."""
    kernel = operation.kernel
    if kernel is None:
        return
    rows, columns = kernel.shape
    st.markdown(f"**The kernel**, {rows} × {columns}")
    description = f"Kernel of {operation.type.label}, {rows} by {columns}, {int((kernel != 0).sum())} pixels count"
    st.html(kernel_grid(kernel.tolist(), description))
