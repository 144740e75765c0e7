"""The one palette of all charts, and the layout that they share.

Text, grid and background are not set here: they come from the page's theme.
"""

from __future__ import annotations

from typing import Any

# From the palette for colour-blind readers of M. Okabe and K. Ito, "Color Universal Design" (2008):
# those four of its eight colours that keep a contrast of 3:1 (WCAG 2.2, 1.4.11) on white and on
# Streamlit's dark background alike.
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
GREEN = "#009E73"

PALETTE = (BLUE, VERMILLION, PURPLE, GREEN)

TRAINING = BLUE
TEST = VERMILLION
# Green would be close to blue for a reader with tritanopia.
VALIDATION = PURPLE


def layout(x_title: str, y_title: str, description: str) -> dict[str, Any]:
    """Return the layout that every curve starts from; `description` is what a screen reader says."""
    return {
        "meta": {"description": description},
        "xaxis": {"title": {"text": x_title}},
        "yaxis": {"title": {"text": y_title}},
        # Fixed margins: automatic ones move the plot when a tick label gets longer.
        "margin": {"l": 64, "r": 16, "t": 36, "b": 48},
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        "showlegend": True,
        "hovermode": "x unified",
    }


def show_hint(layout: dict[str, Any], hint: str) -> None:
    """Turn `layout` into that of an empty chart: bare axes with `hint` in the middle."""
    for axis in ("xaxis", "yaxis"):
        layout[axis] |= {"range": [0, 1], "showticklabels": False, "type": "linear"}
    layout["showlegend"] = False
    layout["annotations"] = [
        {
            "text": hint,
            "xref": "paper",
            "yref": "paper",
            "x": 0.5,
            "y": 0.5,
            "showarrow": False,
            "font": {"size": 14},
        }
    ]
