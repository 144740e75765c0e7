"""What the network sees: an image after ToTensor and Normalize, its numbers, and the picture mapped back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from playground.charts import theme
from playground.charts.value_histogram import value_histogram
from playground.images import ImageError
from playground.images.network_view import (
    ChannelView,
    NetworkView,
    first_values,
    mapped_back,
    network_view,
    shown_as_it_is,
    to_code,
)
from playground.images.normalizations import NORMALIZATIONS, Normalization
from playground.ui.figures import figures
from playground.ui.images.inline_image import inline_image
from playground.ui.messages import show_error

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

_OWN = "own"
_SHOWN_SIDE = 360
_COLORS = {"red": theme.VERMILLION, "green": theme.GREEN, "blue": theme.BLUE, "grey": theme.PURPLE}


def network_view_panel(image: Image.Image, key: str = "network_view") -> None:
    """Draw what becomes of an image, of mode L or RGB, with the choice of what it is normalised by."""
    st.fragment(_panel)(image, key)


def _panel(image: Image.Image, key: str) -> None:
    try:
        normalization = _choose(image, key)
    except ImageError as error:
        show_error(error)
        return
    view = network_view(image, normalization)
    _draw_numbers(view, key)
    _draw_pictures(image, normalization)
    _draw_channels(view, key)
    _draw_first_values(first_values(image, normalization), view)
    with st.expander("Code", icon=":material/code:"):
        st.code(to_code(normalization), language="python")


def _choose(image: Image.Image, key: str) -> Normalization:
    name = st.segmented_control(
        "Normalise by the mean and standard deviation of",
        [*NORMALIZATIONS, _OWN],
        default="mnist" if image.mode == "L" else "imagenet",
        required=True,
        format_func=lambda name: "numbers of your own" if name == _OWN else NORMALIZATIONS[name].name,
        # Grey and coloured images begin differently.
        key=f"{key}_normalization_{image.mode}",
    )
    if name != _OWN:
        return NORMALIZATIONS[name]
    first = NORMALIZATIONS["mnist" if image.mode == "L" else "imagenet"]
    names = ("grey",) if image.mode == "L" else ("red", "green", "blue")
    mean = _numbers("Mean", names, first.mean, key)
    std = _numbers("Standard deviation", names, first.std, key)
    return Normalization("numbers of your own", mean, std)


def _numbers(what: str, names: tuple[str, ...], values: tuple[float, ...], key: str) -> tuple[float, ...]:
    with st.container(horizontal=True):
        return tuple(
            float(
                st.number_input(
                    f"{what}, {name}", -10.0, 10.0, value, 0.01, "%.4f", key=f"{key}_{what}_{name}", width=200
                )
            )
            for name, value in zip(names, values, strict=True)
        )


def _draw_numbers(view: NetworkView, key: str) -> None:
    values = 1
    for length in view.shape:
        values *= length
    shown = {
        "Shape (C, H, W)": " × ".join(f"{length:,}" for length in view.shape),
        "Type": view.dtype,
        "Lowest": f"{view.minimum:.4f}",
        "Highest": f"{view.maximum:.4f}",
        "Memory": f"{values * 4 / 1e6:.3g} MB",
    }
    figures(key, shown)
    if view.converted:
        count = "one mean" if view.converted == "grey" else "three means"
        st.caption(f"The image is converted to {view.converted}, since there is {count} to normalise by.")


def _draw_pictures(image: Image.Image, normalization: Normalization) -> None:
    small = image.reduce(max(1, max(image.size) // _SHOWN_SIDE))
    pictures = (
        (small, "The image"),
        (shown_as_it_is(small, normalization), "The tensor, shown as it is: below 0 is black, above 1 is white"),
        (mapped_back(small, normalization), "Mapped back by × std + mean: nothing was lost"),
    )
    for column, (picture, caption) in zip(st.columns(3), pictures, strict=True):
        with column:
            inline_image(picture, caption=caption, width=_width(picture))


def _width(picture: Image.Image) -> int | Literal["stretch"]:
    """As wide as there is room for; a tall one only so wide that it is not much higher than others."""
    width, height = picture.size
    return "stretch" if width >= height else max(1, _SHOWN_SIDE * width // height)


def _draw_channels(view: NetworkView, key: str) -> None:
    for column, channel in zip(st.columns(3), view.channels, strict=False):
        with column:
            _draw_channel(channel, key)


def _draw_channel(channel: ChannelView, key: str) -> None:
    st.markdown(f"**{channel.name.capitalize()}**: mean {channel.mean:.4f}, standard deviation {channel.std:.4f}")
    st.caption(f"from {channel.minimum:.4f} to {channel.maximum:.4f}")
    figure = value_histogram(channel.edges, channel.counts, f"Value of {channel.name}", color=_COLORS[channel.name])
    st.plotly_chart(figure, height=230, key=f"{key}_histogram_{channel.name}")


def _draw_first_values(values: NDArray[np.float32], view: NetworkView) -> None:
    with st.expander("The first values", icon=":material/grid_on:"):
        st.caption(f"The upper left corner of each channel, of {view.shape[1]:,} × {view.shape[2]:,} values.")
        for column, channel, corner in zip(st.columns(3), view.channels, values, strict=False):
            with column:
                rows = "\n".join("  ".join(f"{value:7.4f}" for value in row) for row in corner)
                st.code(f"{channel.name}\n{rows}", language=None)
