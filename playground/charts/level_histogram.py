"""A small histogram of an image's channels as SVG, in the colours of the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from playground.charts import theme

CHANNEL_COLORS = {"R": theme.VERMILLION, "G": theme.GREEN, "B": theme.BLUE}

_WIDTH, _HEIGHT = 256, 72
_LABEL_HEIGHT = 16


def level_histogram(
    edges: Sequence[float],
    counts: Sequence[Sequence[int]],
    channels: str,
    description: str,
    *,
    mark: float | None = None,
) -> str:
    """`counts[channel][bin]` values are from `edges[bin]` up to the next edge; `channels` names them: "RGB" or "".

    A single channel has the colour of the text. `mark` is a value at which a line stands, such as a threshold;
    `description` is what a screen reader says.
    """
    highest = max((max(each) for each in counts), default=0) or 1
    low, high = edges[0], edges[-1]
    shapes = [
        _outline(each, highest, CHANNEL_COLORS[name] if len(counts) > 1 else "currentColor")
        for each, name in zip(counts, channels or "L" * len(counts), strict=True)
    ]
    if mark is not None:
        x = (mark - low) / (high - low) * _WIDTH
        shapes.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{_HEIGHT}" stroke="{theme.VERMILLION}" stroke-width="2"/>'
        )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + _LABEL_HEIGHT}" role="img" aria-label="{escape(description)}" '
        'style="width:100%;display:block;color:inherit">'
        f"{''.join(shapes)}"
        f'<line x1="0" x2="{_WIDTH}" y1="{_HEIGHT}" y2="{_HEIGHT}" stroke="currentColor" stroke-opacity="0.4"/>'
        f"{_label(0, 'start', low)}{_label(_WIDTH, 'end', high)}</svg>"
    )


def _outline(counts: Sequence[int], highest: int, color: str) -> str:
    """Bars without gaps, as one shape; the few beside the many stay visible, since heights are square roots."""
    width = _WIDTH / len(counts)
    points = [f"M0 {_HEIGHT}"]
    for index, count in enumerate(counts):
        y = _HEIGHT * (1 - (count / highest) ** 0.5)
        points.append(f"L{index * width:.1f} {y:.1f}L{(index + 1) * width:.1f} {y:.1f}")
    points.append(f"L{_WIDTH} {_HEIGHT}Z")
    return f'<path d="{"".join(points)}" fill="{color}" fill-opacity="0.3" stroke="{color}" stroke-width="1"/>'


def _label(x: float, anchor: str, value: float) -> str:
    return (
        f'<text x="{x}" y="{_HEIGHT + 12}" text-anchor="{anchor}" font-size="11" fill="currentColor" '
        f'fill-opacity="0.7">{value:.4g}</text>'
    )
