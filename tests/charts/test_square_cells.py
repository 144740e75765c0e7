from __future__ import annotations

import pytest

from playground.charts import theme
from playground.charts.square_cells import LARGEST_CELL, WIDTH, DrawnCell, Label, Look, square_cells

FULL = Look("Full", theme.BLUE, fill=0.3)
EMPTY = Look("", theme.GREEN)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 7), (24, 50), (40, 2)])
def test_cells_are_square_in_a_figure_of_its_own_height(rows: int, columns: int) -> None:
    cells = [DrawnCell(column, row, FULL) for row in range(rows) for column in range(columns)]
    layout = square_cells(cells, [Label(-0.5, -1, "Title")], "Cells")["layout"]
    assert layout["yaxis"]["scaleanchor"] == "x"
    left, right = layout["xaxis"]["range"]
    bottom, top = layout["yaxis"]["range"]
    assert left <= -0.5
    assert right >= columns - 0.5
    assert bottom >= rows - 0.5 > top, "the first row is on top"
    side = (layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]) / (bottom - top)
    assert side == pytest.approx(min(LARGEST_CELL, WIDTH / (right - left)), rel=0.05)


def test_each_cell_is_outlined_in_its_look_and_found_by_the_pointer() -> None:
    cells = [DrawnCell(0, 0, FULL, "5", "first"), DrawnCell(1, 0, EMPTY, "", "second"), DrawnCell(2, 0, FULL)]
    figure = square_cells(cells, [], "Three cells")
    outlines = {trace["name"]: trace for trace in figure["data"] if trace.get("fill") == "toself"}
    assert outlines["Full"]["x"].count(None) == 2
    assert outlines[""]["x"].count(None) == 1
    assert [name for name, trace in outlines.items() if trace["showlegend"]] == ["Full"]
    (pointed,) = (trace for trace in figure["data"] if "customdata" in trace)
    assert pointed["customdata"] == ["first", "second", ""]
    assert figure["layout"]["meta"]["description"] == "Three cells"


def test_no_text_is_empty() -> None:
    """Plotly takes the node of an empty text away and misses it when the next figure has a text there."""
    figure = square_cells([DrawnCell(0, 0, FULL, "5"), DrawnCell(1, 0, FULL)], [], "")
    assert [trace["text"] for trace in figure["data"] if "text" in trace] == [["5"]]
