"""The layer table of a network, as a page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from playground.networks import NetworkSpec
from playground.ui.inspect.inspected import summary_of
from playground.ui.sandboxed import sandbox_is_ready
from playground.ui.trace import in_words, wait_for_sandbox

if TYPE_CHECKING:
    from playground.networks.spec import Shape


def layer_table(spec: NetworkSpec, input_shape: Shape) -> None:
    """Draw the table for a batch of the given shape ``(N, C, H, W)``; while torch is imported, say so."""
    if not sandbox_is_ready():
        wait_for_sandbox("the layer table")
        return
    summary = summary_of(spec, input_shape)
    st.dataframe(
        [
            {
                "Layer": row.path,
                "Type": row.type,
                "Kernel shape": _shape(row.kernel_shape),
                "Output shape": _shape(row.output_shape),
                "Parameters": row.parameters,
                "MACs": row.macs,
            }
            for row in summary.rows
        ],
        hide_index=True,
        height="content",
        column_config={name: st.column_config.NumberColumn(format="localized") for name in ("Parameters", "MACs")},
    )
    st.caption(
        f"{summary.total_parameters:,} parameters, {summary.total_macs:,} MACs (multiply-accumulates) for one image."
    )


def _shape(shape: Shape | None) -> str:
    return "" if shape is None else in_words((shape,))
