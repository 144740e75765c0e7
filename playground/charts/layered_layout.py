"""Where the items of a graph without cycles stand: in layers from top to bottom, with few crossings and straight ways.

The steps are those of Sugiyama, Tagawa, Toda, Methods for Visual Understanding of Hierarchical System Structures,
IEEE Transactions on Systems, Man, and Cybernetics 11(2), 1981: layers by the longest way, orders by barycentres,
then positions. What leaves an item on the same track, such as one tensor for many layers, shares one way.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

_SWEEPS = 6
_GAP = 22.0
_WAY_GAP = 11.0
# How straight links are to be: those on a longest way, which is the spine of the graph; others; where a way that
# goes around items begins and ends.
_SPINE, _STRAIGHT, _DETOUR = 10_000.0, 1.0, 0.001


@dataclass(frozen=True)
class Item:
    """Something to place: how far it reaches to the left and right of its middle, and its height.

    `below` is the room that it wants under it for a text. An item that is `first` or `last` stands above or below
    all others.
    """

    left: float
    right: float
    height: float
    below: float = 0.0
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class Link:
    """A way from one item to a later one; it begins and ends so far right of their middles."""

    source: int
    target: int
    track: Hashable
    begins_at: float = 0.0
    ends_at: float = 0.0


@dataclass(frozen=True)
class Bend:
    """A way crosses from one layer to the next: from here down to there."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True)
class Arrangement:
    """The middle and the top of each item, and the bends of each link, from (0, 0) to the width and height."""

    middles: tuple[float, ...]
    tops: tuple[float, ...]
    ways: tuple[tuple[Bend, ...], ...]
    width: float
    height: float


def arrange(items: Sequence[Item], links: Sequence[Link]) -> Arrangement:
    """Places the items; every link leads from one item to another that comes after it in the sequence."""
    graph = _Layered(items, links)
    graph.order()
    graph.position()
    return graph.arrangement()


@dataclass
class _Place:
    """An item, or where a way passes a layer (`item` is None), with what it is linked to above and below."""

    item: int | None
    layer: int
    left: float
    right: float
    x: float = 0.0
    above: list[_Tie] = field(default_factory=list)
    below: list[_Tie] = field(default_factory=list)


@dataclass(frozen=True)
class _Tie:
    """To the place of this index, which would stand straight if it were so far right of here."""

    other: int
    offset: float
    weight: float


class _Layered:
    def __init__(self, items: Sequence[Item], links: Sequence[Link]) -> None:
        self._items = items
        self._links = links
        layers = _layers(items, links)
        self._spine = _on_a_longest_way(items, links)
        self._places = [_Place(index, layers[index], item.left, item.right) for index, item in enumerate(items)]
        self._ways: dict[tuple[int, Hashable], list[int]] = {}
        self._chains = [self._tied(link) for link in links]
        self._layers: list[list[int]] = [[] for _ in range(max(layers, default=-1) + 1)]
        for index, place in enumerate(self._places):
            self._layers[place.layer].append(index)

    def _tied(self, link: Link) -> list[int]:
        """The places from the link's source to its target, which it ties together; it shares those of its track."""
        start, end = self._places[link.source].layer, self._places[link.target].layer
        way = self._ways.setdefault((link.source, link.track), [])
        while len(way) < end - start - 1:
            way.append(len(self._places))
            self._places.append(_Place(None, start + len(way), _WAY_GAP / 2, _WAY_GAP / 2))
        chain = [link.source, *way[: end - start - 1], link.target]
        is_detour = len(chain) > 2
        for upper, lower in itertools.pairwise(chain):
            above, below = self._places[upper], self._places[lower]
            if any(tie.other == lower for tie in above.below) and below.item is None:
                continue
            is_end = above.item is not None or below.item is not None
            weight = self._weight(link, is_end and is_detour)
            offset = (link.begins_at if above.item is not None else 0.0) - (
                link.ends_at if below.item is not None else 0.0
            )
            above.below.append(_Tie(lower, offset, weight))
            below.above.append(_Tie(upper, -offset, weight))
        return chain

    def _weight(self, link: Link, is_end_of_a_detour: bool) -> float:
        if is_end_of_a_detour:
            return _DETOUR
        return _SPINE if link.source in self._spine and link.target in self._spine else _STRAIGHT

    def order(self) -> None:
        """Orders each layer so that few ways cross."""
        best, fewest = [list(layer) for layer in self._layers], self._crossings()
        for sweep in range(_SWEEPS):
            if not fewest:
                break
            goes_down = sweep % 2 == 0
            layers = self._layers if goes_down else self._layers[::-1]
            for before, layer in itertools.pairwise(layers):
                self._sort(layer, before, goes_down)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self._layers], crossings
        self._layers = best

    def _sort(self, layer: list[int], before: list[int], goes_down: bool) -> None:
        """Sorts a layer by the mean position of what its places are tied to in the layer before."""
        position = {place: index for index, place in enumerate(before)}
        means = {}
        for index, place in enumerate(layer):
            ties = self._places[place].above if goes_down else self._places[place].below
            means[place] = sum(position[tie.other] for tie in ties) / len(ties) if ties else index
        layer.sort(key=means.__getitem__)

    def _crossings(self) -> int:
        count = 0
        for upper, lower in zip(self._layers, self._layers[1:], strict=False):
            position = {place: index for index, place in enumerate(lower)}
            seen: list[int] = []
            for place in upper:
                targets = sorted(position[tie.other] for tie in self._places[place].below)
                count += sum(len(seen) - bisect.bisect_right(seen, target) for target in targets)
                for target in targets:
                    bisect.insort(seen, target)
        return count

    def position(self) -> None:
        """Gives each place its x: near what it is tied to, and apart from its neighbours."""
        for layer in self._layers:
            self._spread(layer, [0.0] * len(layer), [1.0] * len(layer))
        for sweep in range(2 * _SWEEPS):
            goes_down = sweep % 2 == 0
            for layer in self._layers if goes_down else self._layers[::-1]:
                self._pull(layer, goes_down)
        for way in self._ways.values():
            self._straighten(way)

    def _pull(self, layer: list[int], goes_down: bool) -> None:
        wanted, weights = [], []
        for index in layer:
            place = self._places[index]
            ties = place.above if goes_down else place.below
            weight = sum(tie.weight for tie in ties)
            sums = sum(tie.weight * (self._places[tie.other].x - tie.offset) for tie in ties)
            wanted.append(sums / weight if ties else place.x)
            weights.append(weight if ties else _DETOUR)
        self._spread(layer, wanted, weights)

    def _spread(self, layer: list[int], wanted: list[float], weights: list[float]) -> None:
        """The positions nearest to those wanted, by weighted squares, at which the places do not overlap.

        Without the room that the places before take, positions only have to rise: pools of adjacent violators.
        """
        before = [0.0]
        for left, right in itertools.pairwise(layer):
            before.append(before[-1] + self._distance(self._places[left], self._places[right]))
        pools: list[tuple[float, float, int]] = []
        for want, weight, room in zip(wanted, weights, before, strict=True):
            mean, count = want - room, 1
            while pools and pools[-1][0] >= mean:
                other, other_weight, other_count = pools.pop()
                mean = (mean * weight + other * other_weight) / (weight + other_weight)
                weight, count = weight + other_weight, count + other_count
            pools.append((mean, weight, count))
        means = [mean for mean, _, count in pools for _ in range(count)]
        for index, mean, room in zip(layer, means, before, strict=True):
            self._places[index].x = mean + room

    def _distance(self, left: _Place, right: _Place) -> float:
        gap = _GAP if left.item is not None and right.item is not None else _WAY_GAP
        return left.right + right.left + (0.0 if left.item is None and right.item is None else gap)

    def _straighten(self, way: list[int]) -> None:
        """Makes a way one vertical line where its neighbours leave room for that."""
        lowest, highest = float("-inf"), float("inf")
        for index in way:
            layer = self._layers[self._places[index].layer]
            position = layer.index(index)
            place = self._places[index]
            if position:
                other = self._places[layer[position - 1]]
                lowest = max(lowest, other.x + self._distance(other, place))
            if position + 1 < len(layer):
                other = self._places[layer[position + 1]]
                highest = min(highest, other.x - self._distance(place, other))
        if way and lowest <= highest:
            middle = sorted(self._places[index].x for index in way)[len(way) // 2]
            for index in way:
                self._places[index].x = min(max(middle, lowest), highest)

    def arrangement(self) -> Arrangement:
        """The result, with the smallest x and y at 0."""
        left = min((place.x - place.left for place in self._places), default=0.0)
        for place in self._places:
            place.x -= left
        tops, bends_at, height = self._heights()
        items = range(len(self._items))
        return Arrangement(
            middles=tuple(self._places[index].x for index in items),
            tops=tuple(
                tops[self._places[index].layer]
                + (self._band(self._places[index].layer) - self._items[index].height) / 2
                for index in items
            ),
            ways=tuple(
                self._way(link, chain, tops, bends_at) for link, chain in zip(self._links, self._chains, strict=True)
            ),
            width=max((place.x + place.right for place in self._places), default=0.0),
            height=height,
        )

    def _band(self, layer: int) -> float:
        return max((self._items[index].height for index in self._layers[layer] if index < len(self._items)), default=0)

    def _heights(self) -> tuple[list[float], list[float], float]:
        """The top of each layer, where ways out of it begin to bend, and the height of all."""
        tops, bends_at, y = [], [], 0.0
        for number, layer in enumerate(self._layers):
            tops.append(y)
            y += self._band(number)
            y += max((self._items[index].below for index in layer if index < len(self._items)), default=0.0)
            bends_at.append(y)
            farthest = max(
                (
                    abs(self._places[tie.other].x - tie.offset - self._places[index].x)
                    for index in layer
                    for tie in self._places[index].below
                ),
                default=0.0,
            )
            if number + 1 < len(self._layers):
                y += 16 + min(24, farthest / 6)
        return tops, bends_at, y

    def _way(
        self, link: Link, chain: Sequence[int], tops: Sequence[float], bends_at: Sequence[float]
    ) -> tuple[Bend, ...]:
        bends = []
        for upper, lower in itertools.pairwise(chain):
            above, below = self._places[upper], self._places[lower]
            x = above.x + (link.begins_at if above.item is not None else 0.0)
            to_x = below.x + (link.ends_at if below.item is not None else 0.0)
            bends.append(Bend(x, bends_at[above.layer], to_x, tops[below.layer]))
        return tuple(bends)


def _layers(items: Sequence[Item], links: Sequence[Link]) -> list[int]:
    """The layer of each item, one below the lowest that links to it; an item without such, just above its targets."""
    layers = _depths(items, links)
    highest_target: dict[int, int] = {}
    for link in links:
        highest_target[link.source] = min(highest_target.get(link.source, len(items)), layers[link.target])
    targets = {link.target for link in links}
    for index, item in enumerate(items):
        if index not in targets and not item.is_first and index in highest_target:
            layers[index] = highest_target[index] - 1
    bottom = max((layer for layer, item in zip(layers, items, strict=True) if not item.is_last), default=0) + 1
    return [bottom if item.is_last else layer for layer, item in zip(layers, items, strict=True)]


def _depths(items: Sequence[Item], links: Sequence[Link]) -> list[int]:
    """How many links the longest way to each item has; all are below those that are to be first."""
    top = 1 if any(item.is_first for item in items) else 0
    depths = [0 if item.is_first else top for item in items]
    # In the order of their sources, each of which is then settled.
    for link in sorted(links, key=lambda link: link.source):
        depths[link.target] = max(depths[link.target], depths[link.source] + 1)
    return depths


def _on_a_longest_way(items: Sequence[Item], links: Sequence[Link]) -> set[int]:
    """The items on a longest way through the graph."""
    depths = _depths(items, links)
    left = [0] * len(items)
    for link in sorted(links, key=lambda link: -link.target):
        left[link.source] = max(left[link.source], left[link.target] + 1)
    longest = max(map(sum, zip(depths, left, strict=True)), default=0)
    return {index for index in range(len(items)) if depths[index] + left[index] == longest}
