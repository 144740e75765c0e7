"""What the Inspect page says about the row that a person selects in the layer table."""

from __future__ import annotations

import streamlit as st

from playground.inspection import LayerDetails, LayerRow, ReceptiveField, subjects
from playground.inspection.subjects import Subject
from playground.ui.figures import figures
from playground.ui.inspect.folding import fold_block, open_block, opened_block_around
from playground.ui.inspect.inspected import Inspected, fields_of, summary_of
from playground.ui.inspect.table import is_folded
from playground.ui.inspect.view_choice import INSIDES, RECEPTIVE_FIELD, open_view
from playground.ui.kinds_of_work import inspecting
from playground.ui.sandboxed import shown
from playground.ui.text import by, plain, size
from playground.ui.trace import in_words


def layer_panel(inspected: Inspected, row: LayerRow | None) -> None:
    """Draw the call, the formula, the figures and the ways on of a row; a hint while none is selected."""
    if row is None:
        st.caption("Select a row to see its constructor, its formula, its receptive field and its feature maps.")
        return
    with st.container(border=True, key="layer_panel"):
        st.markdown(
            f"**{plain(row.path or inspected.name)}** {plain(row.type)}{'()' if row.kind == 'function' else ''}"
        )
        details = _details(inspected.network, row)
        if details:
            st.code(details.constructor, language="python")
        if details and details.formula:
            st.code("\n".join(details.formula.lines), language=None)
        _figures(row)
        field = next((field for field in fields_of(inspected) if field.path == row.path), None)
        if field and row.kind == "layer":
            st.markdown(field_in_words(field))
        _ways_on(inspected, row, field)


def field_in_words(field: ReceptiveField) -> str:
    """What a position of a layer's output sees of the image."""
    if field.size is None or field.stride is None or field.start is None:
        return "Receptive field: a position may see the whole image."
    ways = " It is the largest over all ways that lead here." if not field.is_series else ""
    return (
        f"Receptive field: a position sees **{by(field.size)}** pixels, the next one {by(field.stride)} pixels "
        f"further; the first begins at ({', '.join(f'{each:g}' for each in field.start)}).{ways}"
    )


def _figures(row: LayerRow) -> None:
    figures(
        "layer",
        {
            "Input": in_words(row.input_shapes) or "none",
            "Output": in_words(row.output_shapes) or "none",
            "Parameters": f"{row.parameters:,}",
            "of these trained": f"{row.trainable_parameters:,}",
            "MACs": f"{row.macs:,}",
            "Output memory": size(row.activation_bytes),
        },
    )


def _ways_on(inspected: Inspected, row: LayerRow, field: ReceptiveField | None) -> None:
    with st.container(horizontal=True):
        _folding(summary_of(inspected.network, inspected.batch).name, row)
        if row.kind not in ("layer", "block"):
            return
        st.button(
            "Its feature maps", key="open_insides", icon=":material/grid_view:", on_click=open_view, args=(INSIDES, row)
        )
        if field:
            st.button(
                "Its receptive field on an image",
                key="open_field",
                icon=":material/center_focus_strong:",
                on_click=open_view,
                args=(RECEPTIVE_FIELD, row),
            )


def _folding(network: str, row: LayerRow) -> None:
    """The button that opens a folded block, or folds the opened one that the row is in."""
    around = opened_block_around(network, row.path)
    if row.kind == "block":
        st.button(
            "Open this block",
            key="open_block",
            icon=":material/unfold_more:",
            on_click=open_block,
            args=(network, row.path),
        )
    elif around and is_folded():
        st.button(
            f"Fold {plain(around)}",
            key="fold_block",
            icon=":material/unfold_less:",
            on_click=fold_block,
            args=(network, around),
        )


def _details(network: Subject, row: LayerRow) -> LayerDetails | None:
    details: LayerDetails | None = shown(subjects.details_of, network, row, work=inspecting(network))
    return details
