"""Two networks side by side: their totals, and their rows aligned."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from playground.inspection import Comparison, LayerRow, compare
from playground.inspection.layer_table.comparison import RowPair
from playground.ui.inspect.inspected import Inspected, summary_of
from playground.ui.inspect.network import select_network
from playground.ui.inspect.network_list import network_named
from playground.ui.kinds_of_work import inspecting
from playground.ui.messages import show_error
from playground.ui.sandboxed import shown
from playground.ui.text import size
from playground.ui.trace import in_words

_OTHER = "resnext50_32x4d"
_BYTES = ("parameter_bytes", "activation_bytes")
_HALF = ("Layer", "Type", "Kernel shape", "Output shape", "Parameters")
_TOTALS = {
    "layers": "Layers",
    "total_parameters": "Parameters",
    "trainable_parameters": "of these trained",
    "total_macs": "MACs",
    "total_flops": "FLOPs",
    "parameter_bytes": "Parameter memory",
    "activation_bytes": "Activation memory",
}


def comparison_view(inspected: Inspected) -> None:
    """Draw the choice of the second network, and both of them beside each other."""
    name = select_network("compared", _OTHER)
    network, sample = network_named(name)
    batch = (inspected.batch[0], *sample)
    try:
        with st.spinner("Aligning the rows …", show_time=True):
            found: Comparison = shown(
                compare,
                summary_of(inspected.network, inspected.batch),
                summary_of(network, batch),
                work=inspecting(network),
            )
    except ValueError as error:
        show_error(error)
        return
    first, second = _names(inspected.name, Inspected(network, batch).name)
    _totals(found, first, second)
    only_differences = st.toggle("Only what differs", key="compared_differences")
    _rows(found, first, second, only_differences)


def _names(first: str, second: str) -> tuple[str, str]:
    """Two headings, which a table needs to be different."""
    return (first, second) if first != second else (f"{first}, left", f"{second}, right")


def _totals(found: Comparison, first: str, second: str) -> None:
    st.dataframe(
        [
            {
                "": _TOTALS[name],
                first: _figure(name, one),
                second: _figure(name, other),
                "Ratio": f"{other / one:.3g}" if one else "",
            }
            for name, (one, other) in found.totals.items()
        ],
        hide_index=True,
        width="content",
    )


def _figure(name: str, value: int) -> str:
    return size(value) if name in _BYTES else f"{value:,}"


def _rows(found: Comparison, first: str, second: str, only_differences: bool) -> None:
    pairs = [pair for pair in found.pairs if not (only_differences and pair.same)]
    if not pairs:
        st.caption("Row by row, the two do not differ.")
        return
    st.dataframe(_side_by_side(pairs, first, second), hide_index=True, height=73 + 35 * min(len(pairs), 16))
    same = sum(pair.same for pair in found.pairs)
    st.caption(
        f"{same:,} of {len(found.pairs):,} rows are the same in type, weights and output (=). An empty half is a row "
        "that only the other network has."
    )


def _side_by_side(pairs: Sequence[RowPair], first: str, second: str) -> pd.DataFrame:
    """A row for each pair, under a heading for each network; an empty half where only the other has that row."""
    columns = [("", ""), *((name, cell) for name in (first, second) for cell in _HALF)]
    rows = [["=" if pair.same else "≠", *_half(pair.first), *_half(pair.second)] for pair in pairs]
    return pd.DataFrame(rows, columns=pd.MultiIndex.from_tuples(columns))


def _half(row: LayerRow | None) -> list[str]:
    if row is None:
        return [""] * len(_HALF)
    kernel = in_words((row.kernel_shape,)) if row.kernel_shape else ""
    return [row.path, row.type, kernel, in_words(row.output_shapes), f"{row.parameters:,}"]
