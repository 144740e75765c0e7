"""The layer table of the Inspect page: costs where the network works, else the rows up to its first fault."""

from __future__ import annotations

import streamlit as st

from playground.inspection import Summary
from playground.networks import NetworkSpec, Trace
from playground.networks.spec import Shape
from playground.ui.fault import Mend, draw_fault
from playground.ui.layer_table import layers_of, summary_of
from playground.ui.trace import in_words


def cost_table(spec: NetworkSpec, batch: Shape) -> None:
    """Draw the totals, the table, and its downloads for a batch `(N, C, H, W)`."""
    summary = summary_of(spec, batch)
    _totals(summary, batch)
    layers_of(summary)
    with st.container(horizontal=True):
        name = spec.name.lower()
        csv = summary.to_dataframe().to_csv(index=False)
        st.download_button("CSV", csv, f"{name}.csv", "text/csv", icon=":material/download:", key="download_csv")
        st.download_button(
            "Text", summary.to_text(), f"{name}.txt", "text/plain", icon=":material/download:", key="download_text"
        )


def rows_up_to_the_fault(spec: NetworkSpec, trace: Trace, mend: Mend) -> None:
    """Draw the layers that work, and under them what is wrong with the next one and what would mend it."""
    assert trace.error is not None
    st.dataframe(
        [
            {
                "Layer": row.path,
                "Type": row.type,
                "Input shape": in_words((row.input_shape,)),
                "Output shape": in_words((row.output_shape,)),
                "Parameters": row.parameters,
            }
            for row in trace.rows
        ],
        hide_index=True,
        height="content",
        column_config={"Parameters": st.column_config.NumberColumn(format="localized")},
    )
    st.markdown(f"The network stops at **{trace.error.path or spec.name}**.")
    draw_fault(spec, trace.error, mend)


def _totals(summary: Summary, batch: Shape) -> None:
    figures = {
        "Parameters": f"{summary.total_parameters:,}",
        "of these trained": f"{summary.trainable_parameters:,}",
        "MACs": f"{summary.total_macs:,}",
        "FLOPs": f"{2 * summary.total_macs:,}",
    }
    with st.container(horizontal=True, gap="large"):
        for name, value in figures.items():
            st.metric(name, value, width="content")
    images = "one sample" if batch[0] == 1 else f"a batch of {batch[0]:,}"
    st.caption(f"MACs (multiply-accumulates) of one forward pass of {images}; a MAC is two FLOPs.")
