"""A layer's output and a convolution's kernels as pictures: grids of images, tokens, bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from playground.charts.grey_images import grey_images
from playground.charts.token_heatmap import MOST_CHANNELS, MOST_TOKENS, token_heatmap
from playground.charts.vector_bars import top_values, vector_bars
from playground.inspection.layer_values.input_batch import takes_images
from playground.ui.images.image_grid import image_grid
from playground.ui.text import plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from playground.inspection.layer_values.feature_maps import FeatureMaps
    from playground.networks.spec import Shape

IMAGES_AT_ONCE = 64
_EACH, _ALL = "each by itself", "all by one scale"


def draw_output(picture: FeatureMaps, key: str, input_shape: Shape, classes: Sequence[str] = ()) -> None:
    """Draw maps as a grid, tokens as a heat map, a vector as bars; `classes` name its values if there are as many."""
    for note in picture.notes:
        st.caption(plain(note))
    if not picture.values.size:
        st.info("This output has no values for this image.", icon=":material/info:")
    elif picture.kind == "maps":
        _draw_maps(picture.values, key)
    elif picture.kind == "tokens":
        _draw_tokens(picture.values, key, input_shape)
    else:
        _draw_vector(picture.values, classes if len(classes) == len(picture.values) else ())


def draw_kernels(kernels: NDArray[np.float32], key: str) -> None:
    """Draw kernels `(N, H, W)` in grey or `(N, H, W, 3)` in colours."""
    together = _scale("insides_kernel_scale")
    colours = "red, green and blue are the three channels that it reads" if kernels.ndim == 4 else "brighter is higher"
    st.caption(f"{len(kernels):,} kernels of {kernels.shape[1]} × {kernels.shape[2]}; {colours}.")
    _draw_grid(kernels, together, "kernel", f"kernels_{key}", width=56)


def _draw_maps(maps: NDArray[np.float32], key: str) -> None:
    together = _scale("insides_map_scale")
    st.caption(f"{len(maps):,} channels; brighter is higher.")
    _draw_grid(maps, together, "channel", f"maps_{key}", width=96 if max(maps.shape[1:]) > 8 else 64)


def _scale(key: str) -> bool:
    """Whether the images share one scale from black to white."""
    choice = st.segmented_control(
        "Brightness",
        [_EACH, _ALL],
        default=_EACH,
        required=True,
        key=key,
        help="Black is the lowest value and white the highest, of each image by itself or of all of them.",
    )
    return choice == _ALL


def _draw_grid(values: NDArray[np.float32], together: bool, what: str, key: str, width: int) -> None:
    first = _first_of_page(len(values), what, key)
    last = min(first + IMAGES_AT_ONCE, len(values))
    # One scale is that of all images, also of those on other pages.
    images = grey_images(values, together=True)[first:last] if together else grey_images(values[first:last])
    titles = [f"{what} {index}: {values[index].min():.3g} to {values[index].max():.3g}" for index in range(first, last)]
    image_grid(list(images), [str(index) for index in range(first, last)], titles, width)


def _first_of_page(count: int, what: str, key: str) -> int:
    """The index of the first image shown; with buttons to the next ones where there are more."""
    if count <= IMAGES_AT_ONCE:
        return 0
    state = f"insides_first_{key}"
    first: int = st.session_state.setdefault(state, 0)
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, icon, target in (
            ("Previous", ":material/chevron_left:", first - IMAGES_AT_ONCE),
            ("Next", ":material/chevron_right:", first + IMAGES_AT_ONCE),
        ):
            st.button(
                label,
                icon=icon,
                key=f"{label.lower()}_{state}",
                disabled=not 0 <= target < count,
                on_click=st.session_state.__setitem__,
                args=(state, target),
            )
        st.caption(f"{what.capitalize()}s {first:,} to {min(first + IMAGES_AT_ONCE, count) - 1:,} of {count:,}")
    return first


def _draw_tokens(tokens: NDArray[np.float32], key: str, input_shape: Shape) -> None:
    from playground.inspection.layer_values.feature_maps import patch_maps

    is_square = takes_images(input_shape) and input_shape[1] == input_shape[2]
    maps = patch_maps(tokens) if is_square else None
    if maps is not None:
        side = maps.shape[1]
        as_maps = st.segmented_control(
            "Show",
            [False, True],
            default=False,
            required=True,
            format_func=lambda as_maps: f"maps of the {side} × {side} patches" if as_maps else "tokens by channels",
            key="insides_as_patches",
        )
        if as_maps:
            _draw_maps(maps, key)
            return
    if len(tokens) > MOST_TOKENS or tokens.shape[1] > MOST_CHANNELS:
        st.caption(f"Shown are the first {MOST_TOKENS:,} tokens and {MOST_CHANNELS:,} channels.")
    st.plotly_chart(token_heatmap(tokens), height=420, key="insides_tokens")


def _draw_vector(values: NDArray[np.float32], names: Sequence[str]) -> None:
    if len(values) == 1:
        return
    left, right = st.columns([3, 2])
    with left:
        st.markdown(f"**All {len(values):,} values**")
        st.plotly_chart(vector_bars(values), height=340, key="insides_vector")
    with right:
        st.markdown("**The highest**")
        st.plotly_chart(top_values(values, names), height=340, key="insides_top")
