from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playground.ui.augment.drawn_marks import _boxes, _masks
from playground.ui.components.mark_canvas import Mark, read_marks

SIZE = (300, 200)


def test_what_a_browser_sends_becomes_marks_within_the_image() -> None:
    sent = [
        {"kind": "box", "points": [[250, 20], [100.5, 120]]},
        {"kind": "mask", "points": [[-5, 0], [400, 0], [10, 900]]},
    ]
    marks = read_marks(sent, SIZE)
    assert marks == (
        Mark("box", ((250, 20), (100.5, 120))),
        Mark("mask", ((0, 0), (300, 0), (10, 200))),
    )
    assert _boxes(marks) == ((100.5, 20.0, 250.0, 120.0),)
    (mask,) = _masks(marks, SIZE)
    assert mask.shape == (200, 300)
    assert mask.dtype == np.bool_
    assert mask[2, 150]
    assert not mask[199, 200]


def test_at_most_eight_are_taken() -> None:
    assert len(read_marks([{"kind": "box", "points": [[0, 0], [9, 9]]}] * 20, SIZE)) == 8


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "points", "x"]), inner),
    max_leaves=8,
)
points = st.lists(st.tuples(st.floats(), st.floats() | st.integers()).map(list) | junk, max_size=5)
marks = st.fixed_dictionaries({"kind": st.sampled_from(["box", "mask", "line"]) | junk, "points": points | junk})


@given(st.lists(marks | junk, max_size=4) | junk)
def test_junk_is_no_mark(content: Any) -> None:
    for mark in read_marks(content, SIZE):
        assert mark.kind in ("box", "mask")
        assert all(0 <= x <= 300 and 0 <= y <= 200 for x, y in mark.points)
        assert len(_boxes((mark,))) + len(_masks((mark,), SIZE)) == 1
