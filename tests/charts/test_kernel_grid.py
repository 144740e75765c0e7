from __future__ import annotations

import re

from playground.charts.kernel_grid import kernel_grid

CELL = re.compile(r'<div style="aspect-ratio:1[^"]*">([^<]*)</div>')


def test_each_weight_is_a_cell_with_its_number_and_the_middle_is_marked() -> None:
    drawn = kernel_grid([[-1, 0, 1], [-2, 0, 2], [-1, 0, 0.25]], 'a "kernel"')
    assert CELL.findall(drawn) == ["-1", "0", "1", "-2", "0", "2", "-1", "0", ".25"]
    cells = [match.group() for match in CELL.finditer(drawn)]
    assert [index for index, cell in enumerate(cells) if "outline" in cell] == [4]
    assert ["background" in cell for cell in cells] == [True, False, True, True, False, True, True, False, True]
    assert "grid-template-columns:repeat(3,1fr)" in drawn
    assert 'aria-label="a &quot;kernel&quot;"' in drawn


def test_stronger_weights_are_fuller_and_signs_have_colours() -> None:
    strong, weak, negative = re.findall(r"rgba\(([^)]*)\)", kernel_grid([[4, 1, -4]], ""))
    assert strong.rpartition(",")[0] == weak.rpartition(",")[0] != negative.rpartition(",")[0]
    assert float(strong.rpartition(",")[2]) > float(weak.rpartition(",")[2])


def test_large_kernels_have_no_numbers_and_fit() -> None:
    drawn = kernel_grid([[1.0] * 31] * 31, "")
    assert set(CELL.findall(drawn)) == {""}
    assert len(CELL.findall(drawn)) == 31 * 31
    assert "width:260px" in drawn


def test_a_kernel_of_zeros_is_empty() -> None:
    assert "background" not in kernel_grid([[0.0]], "")
