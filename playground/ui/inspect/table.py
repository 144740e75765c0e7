"""The layer table of the Inspect page: totals, filters, the rows, and its downloads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from playground.charts.text_width import text_width
from playground.inspection import LayerRow, Summary, deepest, fold
from playground.networks import NetworkSpec, Trace
from playground.ui.fault import Mend, draw_fault
from playground.ui.figures import figures
from playground.ui.inspect.folding import opened_blocks
from playground.ui.text import plain, size
from playground.ui.trace import in_words

_DEPTH = "inspected_depth"
_UNFOLDED = "All"
_MOST_LEVELS = 6
_FUNCTION = "function"
_FONT_SIZE, _PADDING, _NARROWEST, _WIDEST, _NUMBER_WIDTH = 12, 8, 90, 300, 50
"""Pixels."""


def totals(summary: Summary) -> None:
    """Draw what the whole network has and costs."""
    values = {
        "Parameters": f"{summary.total_parameters:,}",
        "of these trained": f"{summary.trainable_parameters:,}",
        "MACs": f"{summary.total_macs:,}",
        "FLOPs": f"{summary.total_flops:,}",
        "Parameter memory": size(summary.parameter_bytes),
        "Activation memory": size(summary.activation_bytes),
    }
    figures("totals", values)
    batch = summary.input_shape[0]
    images = "one sample" if batch == 1 else f"a batch of {batch:,}"
    st.caption(
        f"MACs (multiply-accumulates) of one forward pass of {images}; a MAC is two FLOPs. "
        "Activation memory is the outputs of all rows together."
    )


def layer_rows(summary: Summary) -> LayerRow | None:
    """Draw the rows with their filters and downloads; the row that a person has selected, if any."""
    rows = _filtered(summary)
    selected = _table(rows, summary.total_macs)
    _downloads(summary)
    return selected


def is_folded() -> bool:
    """Whether the table folds blocks."""
    return bool(st.session_state.get(_DEPTH, _UNFOLDED) != _UNFOLDED)


def _filtered(summary: Summary) -> Sequence[LayerRow]:
    """Draw the filters; the rows that they leave."""
    levels = min(deepest(summary), _MOST_LEVELS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        depth = st.segmented_control(
            "Depth",
            [*range(1, levels), _UNFOLDED],
            default=_UNFOLDED,
            required=True,
            key=_DEPTH,
            help="How many names of a path have rows of their own; what is deeper is folded into its block. "
            "Select a folded block to open it alone.",
        )
        rows = summary.rows if depth == _UNFOLDED else fold(summary, int(depth), opened_blocks(summary.name))
        types = st.multiselect(
            "Types", sorted({_type(row) for row in rows}), key="inspected_types", placeholder="All", width=280
        )
        wanted = st.text_input("Search", key="inspected_search", placeholder="layer1, conv …", width=180)
        with_functions = st.toggle(
            "Functions too",
            value=True,
            key="inspected_functions",
            help="Additions, concatenations and other steps between the layers, with what they cost.",
        )
    return [
        row
        for row in rows
        if (with_functions or row.kind != _FUNCTION)
        and (not types or _type(row) in types)
        and wanted.strip().lower() in f"{row.path} {row.type}".lower()
    ]


def _type(row: LayerRow) -> str:
    return f"{row.type}()" if row.kind == _FUNCTION else row.type


def _table(rows: Sequence[LayerRow], total_macs: int) -> LayerRow | None:
    if not rows:
        st.caption("No row is left; change the filters.")
        return None
    with_notes = any(row.note for row in rows)
    event = st.dataframe(
        [_cells(row, total_macs, with_note=with_notes) for row in rows],
        hide_index=True,
        height=_height(len(rows)),
        key="inspected_rows",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "#": st.column_config.TextColumn(width=_NUMBER_WIDTH),
            "Layer": st.column_config.TextColumn(width=_width(row.path for row in rows)),
            "Kernel shape": st.column_config.TextColumn(
                width=_width(_kernel(row) for row in rows), help="Channels in × channels out × the kernel's sides."
            ),
            **{name: st.column_config.NumberColumn(format="localized") for name in ("Parameters", "MACs")},
            "Share of MACs": st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0),
            "Trained": st.column_config.CheckboxColumn(),
        },
    )
    index = next(iter(event["selection"]["rows"]), None)
    return rows[index] if index is not None and index < len(rows) else None


def _cells(row: LayerRow, total_macs: int, *, with_note: bool) -> dict[str, object]:
    return {
        # Aligned, so that a browser that sorts texts sorts the numbers.
        "#": "" if row.index is None else f"{row.index:>4}",
        "Layer": row.path,
        "Type": _type(row),
        "Kernel shape": _kernel(row),
        "Input shape": in_words(row.input_shapes),
        "Output shape": in_words(row.output_shapes),
        "Parameters": row.parameters,
        "Trained": row.trainable,
        "MACs": row.macs,
        "Share of MACs": row.macs / total_macs if total_macs else 0.0,
        **({"Note": row.note} if with_note else {}),
    }


def _kernel(row: LayerRow) -> str:
    return in_words((row.kernel_shape,)) if row.kernel_shape else ""


def _width(texts: Iterable[str]) -> int:
    """The width of a column in pixels in which these texts are not cut, as far as they leave room for others."""
    longest = max(text_width(text, _FONT_SIZE) for text in texts)
    return min(max(round(longest) + 2 * _PADDING, _NARROWEST), _WIDEST)


def _height(count: int) -> int:
    """The height of the table in pixels: that of its rows, as far as they leave room for what is selected."""
    return 38 + 35 * min(count, 14)


def _downloads(summary: Summary) -> None:
    name = summary.name.lower()
    with st.container(horizontal=True):
        _download("CSV", summary.to_dataframe().to_csv(index=False), f"{name}.csv", "text/csv")
        _download("Markdown", summary.to_markdown(), f"{name}.md", "text/markdown")
        _download("Text", summary.to_text(), f"{name}.txt", "text/plain")


def _download(label: str, text: str, file_name: str, mime: str) -> None:
    key = f"download_{label.lower()}"
    st.download_button(label, text, file_name, mime, icon=":material/download:", key=key)


def rows_up_to_the_fault(spec: NetworkSpec, trace: Trace, mend: Mend) -> None:
    """Draw the layers that work, and under them what is wrong with the next one and what would mend it."""
    assert trace.error is not None
    if trace.rows:
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
    st.markdown(f"The network stops at **{plain(trace.error.path or spec.name)}**.")
    draw_fault(spec, trace.error, mend)
