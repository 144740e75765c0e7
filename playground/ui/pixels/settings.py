"""What can be set on a walk: the size of the input, a pixel, means and deviations, an amount."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import streamlit as st

from playground.images import NORMALIZATIONS
from playground.images.pixels import WALKS, WalkSettings
from playground.ui.calculator_settings import kept, number
from playground.ui.uninterrupted import uninterrupted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.images.pixels import StoredPhoto

_LARGEST_SIDE = 512
_DEFAULTS = WalkSettings()
_CHANNELS = ("red", "green", "blue")
_HALF = (0.5,)


def walk_settings(name: str, photo: StoredPhoto) -> WalkSettings:
    """Draw the settings that count for the walk of this name; the others are at their defaults."""
    wanted = WALKS[name].settings
    if "width" not in wanted:
        return _DEFAULTS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        limits = (1, _LARGEST_SIDE)
        width = number("Width", "pixels_width", limits, _DEFAULTS.width, "Of the network's input, in pixels.")
        height = number("Height", "pixels_height", limits, _DEFAULTS.height, "Of the network's input, in pixels.")
        row = number("Row", "pixels_row", (0, height - 1), height // 2) if "row" in wanted else 0
        column = number("Column", "pixels_column", (0, width - 1), width // 2) if "column" in wanted else 0
        amount = _amount() if "amount" in wanted else _DEFAULTS.amount
    mean, std = _means(photo) if "mean" in wanted else (_DEFAULTS.mean, _DEFAULTS.std)
    return WalkSettings(width, height, row, column, mean, std, amount)


def _amount() -> int:
    shown = kept("pixels_amount", _DEFAULTS.amount, (1, 255))
    return int(st.slider("Amount", 1, 255, int(st.session_state["pixels_amount"]), **shown, width=320))


def _means(photo: StoredPhoto) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A mean and a deviation for each channel: one of a grey image, three of one in colours."""
    channels = ("grey",) if photo.is_grey else _CHANNELS
    known = NORMALIZATIONS["mnist" if photo.is_grey else "imagenet"]
    usual = (known.mean, known.std)
    presets = {"MNIST" if photo.is_grey else "ImageNet": usual, "0.5": (_HALF * len(channels), _HALF * len(channels))}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Numbers of", width="content")
        for label, (mean, std) in presets.items():
            st.button(
                label,
                key=f"pixels_preset_{label.partition('.')[0]}",
                on_click=functools.partial(_set, channels, mean, std),
            )
    mean_sliders, std_sliders = st.columns(2)
    with mean_sliders:
        chosen_mean = tuple(
            _slider(f"Mean of {channel}", f"pixels_mean_{channel}", 0.0, default)
            for channel, default in zip(channels, usual[0], strict=True)
        )
    with std_sliders:
        chosen_std = tuple(
            _slider(f"Standard deviation of {channel}", f"pixels_std_{channel}", 0.01, default)
            for channel, default in zip(channels, usual[1], strict=True)
        )
    return chosen_mean, chosen_std


def _slider(label: str, key: str, low: float, default: float) -> float:
    shown = kept(key, default)
    return float(st.slider(label, low, 1.0, float(st.session_state[key]), 0.0001, format="%.4g", **shown))


@uninterrupted()
def _set(channels: Sequence[str], mean: Sequence[float], std: Sequence[float]) -> None:
    for channel, channel_mean, channel_std in zip(channels, mean, std, strict=True):
        st.session_state[f"pixels_mean_{channel}"] = channel_mean
        st.session_state[f"pixels_std_{channel}"] = channel_std
