from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from playground.charts import theme

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text())
BACKGROUNDS = {of: CONFIG["theme"][of]["backgroundColor"] for of in ("light", "dark")}

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of
# Color Vision Deficiency" (2009), severity 1.0, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS.keys())
@pytest.mark.parametrize("color", theme.PALETTE)
def test_lines_stand_out_from_the_page(color: str, background: str) -> None:
    lighter, darker = sorted((luminance(color), luminance(background)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3, "WCAG 2.2, 1.4.11"


@pytest.mark.parametrize("vision", VISION)
def test_curves_are_told_apart_without_full_colour_vision(vision: str) -> None:
    curves = (theme.TRAINING, theme.TEST, theme.VALIDATION)
    for first, second in combinations(curves, 2):
        seen = [lab(np.clip(VISION[vision] @ linear(color), 0, 1)) for color in (first, second)]
        # 2.3 is a just noticeable difference; thin lines want several times that.
        assert np.linalg.norm(seen[0] - seen[1]) > 20


def linear(color: str) -> np.ndarray:
    """sRGB to linear RGB, IEC 61966-2-1."""
    channels = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(color: str) -> float:
    return float(linear(color) @ [0.2126, 0.7152, 0.0722])


def lab(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB to CIE L*a*b*, D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    scaled = to_xyz @ rgb / (to_xyz @ np.ones(3))
    f = np.where(scaled > (6 / 29) ** 3, np.cbrt(scaled), scaled / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
