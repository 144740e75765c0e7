"""Where items stand: apart from each other, links lead down, and no way goes through an item."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.charts.layered_layout import Arrangement, Item, Link, arrange


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Item], list[Link]]:
    sizes = st.integers(5, 60).map(float)
    items = [
        Item(draw(sizes), draw(sizes), draw(sizes), draw(st.sampled_from([0.0, 12.0])))
        for _ in range(draw(st.integers(1, 9)))
    ]
    pairs = list(combinations(range(len(items)), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=14)) if pairs else []
    return items, [Link(source, target, draw(st.booleans())) for source, target in chosen]


@given(graphs())
def test_items_are_apart_and_links_lead_down_beside_them(graph: tuple[list[Item], list[Link]]) -> None:
    items, links = graph
    placed = arrange(items, links)
    for one, other in combinations(range(len(items)), 2):
        assert not overlap(placed, items, one, other)
    for link, bends in zip(links, placed.ways, strict=True):
        assert placed.tops[link.source] + items[link.source].height <= bends[0].y + 0.01
        assert bends[-1].to_y <= placed.tops[link.target] + 0.01
        assert bends[0].x == placed.middles[link.source]
        assert bends[-1].to_x == placed.middles[link.target]
        for before, after in pairwise(bends):
            assert before.y < before.to_y <= after.y
            # Between two bends the way goes straight down past a layer.
            assert before.to_x == after.x
            for index, item in enumerate(items):
                passes = before.to_y < placed.tops[index] + item.height and placed.tops[index] < after.y
                if passes:
                    assert not placed.middles[index] - item.left < after.x < placed.middles[index] + item.right


def overlap(placed: Arrangement, items: list[Item], one: int, other: int) -> bool:
    beside = (
        placed.middles[one] + items[one].right <= placed.middles[other] - items[other].left + 0.01
        or placed.middles[other] + items[other].right <= placed.middles[one] - items[one].left + 0.01
    )
    above = (
        placed.tops[one] + items[one].height <= placed.tops[other] + 0.01
        or placed.tops[other] + items[other].height <= placed.tops[one] + 0.01
    )
    return not beside and not above


def test_a_series_with_a_way_around_it_is_straight() -> None:
    items = [Item(10, 10, 10)] * 5
    links = [*(Link(index, index + 1, "main") for index in range(4)), Link(0, 4, "skip")]
    placed = arrange(items, links)
    assert max(placed.middles) - min(placed.middles) < 0.1
    (column,) = {round(bend.to_x, 3) for bend in placed.ways[-1][:-1]}
    assert column > placed.middles[0] + 10


def test_branches_do_not_cross() -> None:
    # The order in which the targets come is the reverse of that of their sources.
    items = [Item(10, 10, 10)] * 6
    links = [Link(0, 1, 0), Link(0, 2, 1), Link(0, 3, 2), Link(1, 5, 0), Link(2, 4, 0)]
    placed = arrange(items, links)
    assert (placed.middles[1] < placed.middles[2]) == (placed.middles[5] < placed.middles[4])


def test_links_of_one_track_share_their_way() -> None:
    items = [Item(10, 10, 10)] * 4
    chain = [Link(index, index + 1, "main") for index in range(3)]
    placed = arrange(items, [*chain, Link(0, 2, "skip"), Link(0, 3, "skip")])
    assert placed.ways[3][0] == placed.ways[4][0]


def test_the_first_and_the_last_are_at_the_borders() -> None:
    items = [Item(5, 5, 0, is_first=True), Item(9, 9, 30), Item(9, 9, 30), Item(5, 5, 0, is_last=True)]
    placed = arrange(items, [Link(0, 1, 0), Link(1, 3, 0), Link(2, 1, 0)])
    assert placed.tops[0] == 0
    assert placed.tops[3] == pytest.approx(placed.height)
    assert placed.tops[0] < placed.tops[2] < placed.tops[1] < placed.tops[3]


def test_nothing_takes_no_room() -> None:
    assert arrange([], []).ways == ()
