"""What a chain of OpenCV operations makes of an image, at full size; the browser gets reduced pictures of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from playground.charts.level_histogram import level_histogram
from playground.images.opencv import Chain
from playground.images.pixels.described import Described, described
from playground.ui.components.compare_slider import compare_slider
from playground.ui.images.chosen_image import ChosenImage
from playground.ui.pixels.photo import LONGEST_SIDE, encoded, identity, photo_of
from playground.ui.pixels.region import Region, choose_region
from playground.ui.pixels.running import RunningChain, running_chain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from playground.images.pixels import StoredPhoto

    Pixels = NDArray[np.uint8]

# What takes longer shows a preview of the reduced picture first, and how far the whole one is.
_PATIENCE_SECONDS = 0.1
_TICK_SECONDS = 0.1
# Of the slider, at most.
_WIDTH, _HEIGHT = 760, 700
_NARROWEST = 48


@dataclass(frozen=True)
class _Shown:
    """An image as the browser gets it, with what is said of it."""

    picture: bytes
    told: Described


def draw_result(chain: Chain, chosen: ChosenImage, photo: StoredPhoto) -> None:
    """Draw the image before and after, the histograms, and the download."""
    region = choose_region(photo.size)
    # Before the chain takes all cores; it is kept.
    reduced, factor = _reduced(chosen)
    running = running_chain(chain, chosen, photo)
    if not running.wait(_PATIENCE_SECONDS):
        _wait(running, reduced, factor, region)
    done = running.result()
    assert done.result is not None
    result = done.result
    before, after = _before(chosen, chain.is_grey, region), _shown(result, region)
    st.caption(_what_is_shown(region))
    _compare(before.picture, after.picture, chain, region)
    if done.threshold is not None:
        st.caption(f"Otsu's method took the threshold **{done.threshold:g}**.")
    _histograms(before.told, after.told, _threshold(chain, done.threshold))
    st.download_button(
        "The result at full size",
        lambda: _png(result),
        "result.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
        key="pixels_result_file",
    )


def _wait(running: RunningChain, reduced: Pixels, factor: float, region: Region) -> None:
    """Draw a preview and how far the chain is until it is done; then the page is drawn again with the result."""
    chain = running.asked[0]
    width, height = region.size
    text = (
        f":orange-badge[Preview] of the picture reduced {factor:.2g} times, with kernels reduced as well, until all "
        f"{width * height / 1e6:.3g} million pixels are done"
    )
    with running.paused():
        progress = st.progress(running.share, text)
        before = Chain((), in_colour=not chain.is_grey).run(reduced)
        after = chain.for_reduced(factor).run(reduced)
        _compare(encoded(region.of(before)), encoded(region.of(after)), chain, region)
    # What is still below belongs to the chain before.
    for _ in range(3):
        st.empty()
    while not running.wait(_TICK_SECONDS):
        progress.progress(running.share, text)
    st.rerun()


@st.cache_resource(max_entries=10, show_spinner=False, hash_funcs={ChosenImage: identity, Region: repr})
def _before(chosen: ChosenImage, is_grey: bool, region: Region) -> _Shown:
    return _shown(Chain((), in_colour=not is_grey).run(photo_of(chosen).bgr), region)


def _shown(pixels: Pixels, region: Region) -> _Shown:
    """The picture is that of the region, the histogram that of the whole image."""
    return _Shown(encoded(region.of(pixels)), described(pixels, "HW" if pixels.ndim == 2 else "HWC"))


def _threshold(chain: Chain, found: float | None) -> float | None:
    """The threshold that the image as it was is compared with, if there is one for all of it."""
    if found is not None:
        return found
    fixed = dict(chain.operations[0].values).get("threshold") if chain.operations else None
    return None if fixed is None or isinstance(fixed, str) else float(fixed)


def _compare(before: bytes, after: bytes, chain: Chain, region: Region) -> None:
    # A narrow image would else be as wide as the page, and many times as high.
    width = min(_WIDTH, _HEIGHT * region.width // region.height)
    labels = ", ".join(operation.type.label for operation in chain.operations)
    compare_slider(
        before,
        after,
        f"Before and after: {labels}",
        key="pixels_compare",
        labels=("Before", "After"),
        width=max(width, _NARROWEST),
    )


def _what_is_shown(region: Region) -> str:
    size = f"{region.width:,} × {region.height:,}"
    if not region.is_whole:
        return f"{size} pixels as they are, from column {region.left:,} and row {region.top:,} on."
    factor = max(region.size) / LONGEST_SIDE
    reduced = f", shown {factor:.2g} times smaller" if factor > 1 else ""
    return f"Computed on all {size} pixels{reduced}."


def _histograms(before: Described, after: Described, threshold: float | None) -> None:
    marks = (threshold, None)
    for title, told, mark, column in zip(("Before", "After"), (before, after), marks, st.columns(2), strict=True):
        order = "BGR" if len(told.counts) > 1 else ""
        what = f"Histogram {title.lower()}, from {told.minimum:g} to {told.maximum:g}"
        means = ", ".join(f"{mean:.4g}" for mean in told.means)
        with column:
            st.caption(f"{title}: {told.minimum:g} to {told.maximum:g}, mean {means}")
            st.html(level_histogram(told.edges, told.counts, order, what, mark=mark, ends=told.ends))


@st.cache_resource(max_entries=3, show_spinner=False, hash_funcs={ChosenImage: identity})
def _reduced(chosen: ChosenImage) -> tuple[Pixels, float]:
    """The image with no side longer than a picture's, and how many times smaller that is."""
    import cv2
    import numpy as np

    bgr = photo_of(chosen).bgr
    height, width = bgr.shape[:2]
    factor = max(max(height, width) / LONGEST_SIDE, 1.0)
    size = (max(round(width / factor), 1), max(round(height / factor), 1))
    return np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), np.uint8), factor


def _png(pixels: Pixels) -> bytes:
    import cv2

    return cv2.imencode(".png", pixels)[1].tobytes()
