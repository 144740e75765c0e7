"""A small histogram of an image's channels as HTML, in the colours of the page.

Streamlit takes SVG out of the HTML that a page shows, and a Plotly figure for each of a dozen cards is slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from playground.charts import theme

CHANNEL_COLORS = {"R": theme.VERMILLION, "G": theme.GREEN, "B": theme.BLUE}

_LAYER = "position:absolute;inset:0;opacity:0.55"
_LINE = "border-bottom:1px solid color-mix(in srgb,currentColor 40%,transparent)"


def level_histogram(
    edges: Sequence[float],
    counts: Sequence[Sequence[int]],
    channels: str,
    description: str,
    *,
    mark: float | None = None,
    ends: tuple[float, float] | None = None,
) -> str:
    """`counts[channel][bin]` values are from `edges[bin]` up to the next edge; `channels` names them: "RGB" or "".

    A single channel has the colour of the text. Heights are square roots, so that the few beside the many are seen.
    `mark` is a value at which a line stands, such as a threshold; `ends` are written below instead of the first and the
    last edge; `description` is what a screen reader says.
    """
    highest = max((max(each) for each in counts), default=0) or 1
    low, high = edges[0], edges[-1]
    layers = [
        f'<div style="{_LAYER};background:{CHANNEL_COLORS.get(name, "currentColor")};'
        f'clip-path:polygon({_outline(each, highest)})"></div>'
        for each, name in zip(counts, channels or "-" * len(counts), strict=True)
    ]
    if mark is not None:
        place = f"left:{(mark - low) / (high - low):.2%};top:0;bottom:0;width:2px;background:{theme.VERMILLION}"
        layers.append(f'<div style="position:absolute;{place}"></div>')
    written = "".join(f"<span>{end:.4g}</span>" for end in ends or (low, high))
    return (
        f'<div role="img" aria-label="{escape(description)}">'
        f'<div style="position:relative;height:4.5rem;{_LINE}">{"".join(layers)}</div>'
        f'<div style="display:flex;justify-content:space-between;font-size:0.7rem;opacity:0.7">{written}</div></div>'
    )


def _outline(counts: Sequence[int], highest: int) -> str:
    """Bars without gaps, as one shape."""
    points = ["0% 100%"]
    for index, count in enumerate(counts):
        y = 100 * (1 - (count / highest) ** 0.5)
        points += [f"{100 * each / len(counts):.2f}% {y:.1f}%" for each in (index, index + 1)]
    return ",".join([*points, "100% 100%"])
