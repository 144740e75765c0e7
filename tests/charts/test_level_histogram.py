from __future__ import annotations

import re

import pytest

from playground.charts.level_histogram import CHANNEL_COLORS, level_histogram


def heights(polygon: str) -> list[float]:
    """How high each bin is, from 0 to 1."""
    points = [tuple(float(each.rstrip("%")) for each in point.split()) for point in polygon.split(",")]
    return [1 - y / 100 for _, y in points[1:-1:2]]


def test_heights_are_square_roots_of_the_counts_on_one_scale_for_all_channels() -> None:
    drawn = level_histogram([0, 1, 2, 3], [[0, 1, 4], [16, 0, 0]], "BG", "")
    first, second = re.findall(r"polygon\(([^)]*)\)", drawn)
    assert heights(first) == pytest.approx([0, 0.25, 0.5])
    assert heights(second) == pytest.approx([1, 0, 0])
    assert drawn.index(CHANNEL_COLORS["B"]) < drawn.index(CHANNEL_COLORS["G"])
    assert "<span>0</span><span>3</span>" in drawn


def test_one_channel_has_the_colour_of_the_text_and_a_mark_stands_at_its_value() -> None:
    drawn = level_histogram([0, 128, 256], [[1, 1]], "", 'of "grey"', mark=64)
    assert "background:currentColor" in drawn
    assert "left:25.00%" in drawn
    assert 'aria-label="of &quot;grey&quot;"' in drawn
    assert "left:" not in level_histogram([0, 1], [[1]], "", "")


def test_without_values_there_are_no_bars() -> None:
    (polygon,) = re.findall(r"polygon\(([^)]*)\)", level_histogram([0, 1, 2], [[0, 0]], "", ""))
    assert heights(polygon) == [0, 0]
