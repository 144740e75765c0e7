from __future__ import annotations

from typing import Any

from playground.charts import PositionGrid, SeenGrid, window_figure


def drawn(figure: dict[str, Any], name: str) -> set[tuple[int, int]]:
    """The (row, column) of the cells of an entry of the legend; each is a path of five points and a gap."""
    (trace,) = (each for each in figure["data"] if each.get("name") == name)
    starts = range(0, len(trace["x"]), 6)
    return {tuple(round(sum(trace[axis][start : start + 4]) / 4) for axis in "yx") for start in starts}


def hovers(figure: dict[str, Any]) -> list[str]:
    (pointed,) = (trace for trace in figure["data"] if "customdata" in trace)
    return list(pointed["customdata"])


def test_the_window_its_gaps_and_the_output_beside_it() -> None:
    window = [(0, 0), (0, 2), (2, 0), (2, 2)]
    figure = window_figure([SeenGrid("Input", (3, 4), window=window), PositionGrid("Output", (1, 2), (0, 1))], "")
    cells = drawn(figure, "Window")
    assert set(window) < cells
    ((row, column),) = cells - set(window)
    assert row == 0
    assert column > 4, "the output is on the right, its current cell the second"


def test_padding_surrounds_the_input_and_the_rest_lies_beyond() -> None:
    figure = window_figure([SeenGrid("Input", (2, 2), padding=1, reach=(4, 3))], "")
    assert len(drawn(figure, "Padding")) == 4 * 4 - 2 * 2
    assert len(drawn(figure, "Beyond the padding")) == 4
    named = hovers(figure)
    assert named.count("row 1, column 1, index 3") == 1
    assert sum(text.startswith("padding, ") for text in named) == 12


def test_the_maximum_and_cells_of_no_window_look_different() -> None:
    grid = SeenGrid(
        "Input", (2, 2), window=[(0, 0), (0, 1)], left_out=[(1, 0)], marked=(0, 1), values=[["4", "7"], ["1", "2"]]
    )
    figure = window_figure([grid], "")
    assert drawn(figure, "Maximum of the window") == {(0, 1)}
    assert drawn(figure, "In no window") == {(1, 0)}
    assert drawn(figure, "Window") == {(0, 0)}
    assert "row 0, column 1, index 1: 7" in hovers(figure)


def test_titles_do_not_run_into_each_other() -> None:
    titles = ["Input 2 x 2", "Output 1 x 1", "Indices"]
    figure = window_figure([PositionGrid(title, (1, 1)) for title in titles], "")
    places = [(each["x"], each["text"]) for each in figure["layout"]["annotations"]]
    assert [text for _, text in places] == titles
    pixels = [x * 40 for x, _ in places]
    assert pixels[1] - pixels[0] > 8 * len(titles[0])
