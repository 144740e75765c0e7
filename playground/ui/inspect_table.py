"""The layer table of the Inspect page: costs where the network works, else the rows up to its first fault."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground.inspection import LayerRow, Summary
from playground.networks import NetworkSpec, Trace
from playground.networks.spec import Shape
from playground.ui.fault import Mend, draw_fault
from playground.ui.inspected import summary_of
from playground.ui.trace import in_words


def cost_table(spec: NetworkSpec, batch: Shape) -> None:
    """Draw the totals, the table, and its downloads for a batch `(N, C, H, W)`."""
    summary = summary_of(spec, batch)
    _totals(summary, batch)
    with_functions = st.toggle(
        "Functions too",
        value=True,
        key="inspected_functions",
        help="Additions, concatenations and other steps between the layers, with what they cost.",
    )
    _rows(summary.rows if with_functions else summary.layers, summary.total_macs)
    name = spec.name.lower()
    with st.container(horizontal=True):
        _download("CSV", summary.to_dataframe().to_csv(index=False), f"{name}.csv", "text/csv")
        _download("Markdown", summary.to_markdown(), f"{name}.md", "text/markdown")
        _download("Text", summary.to_text(), f"{name}.txt", "text/plain")


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


def _rows(rows: Sequence[LayerRow], total_macs: int) -> None:
    st.dataframe(
        [
            {
                "#": "" if row.index is None else str(row.index),
                "Layer": row.path,
                "Type": row.type,
                "Kernel shape": in_words((row.kernel_shape,)) if row.kernel_shape else "",
                "Output shape": in_words(row.output_shapes),
                "Parameters": row.parameters,
                "MACs": row.macs,
                "Share of MACs": row.macs / total_macs if total_macs else 0.0,
                "Note": row.note,
            }
            for row in rows
        ],
        hide_index=True,
        height="content",
        column_config={
            "Parameters": st.column_config.NumberColumn(format="localized"),
            "MACs": st.column_config.NumberColumn(format="localized"),
            "Share of MACs": st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0),
        },
    )


def _download(label: str, text: str, file_name: str, mime: str) -> None:
    key = f"download_{label.lower()}"
    st.download_button(label, text, file_name, mime, icon=":material/download:", key=key)


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
