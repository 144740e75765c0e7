"""What a chain of OpenCV operations makes of an image, at full size; the browser gets reduced pictures of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from playground.charts.level_histogram import level_histogram
from playground.images.opencv import Chain
from playground.images.pixels.described import described
from playground.ui.compare_slider import compare_slider
from playground.ui.pixels_photo import LONGEST_SIDE, encoded
from playground.ui.pixels_region import Region, choose_region
from playground.ui.pixels_running import RunningChain, running_chain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from playground.images.pixels import StoredPhoto
    from playground.ui.chosen_image import ChosenImage

    Pixels = NDArray[np.uint8]

# What takes longer shows a preview of the reduced picture first, and how far the whole one is.
_PATIENCE_SECONDS = 0.12
_TICK_SECONDS = 0.1
_WIDTH = 760


def draw_result(chain: Chain, chosen: ChosenImage, photo: StoredPhoto) -> None:
    """Draw the image before and after, the histograms, and the download."""
    region = choose_region(photo.size)
    running = running_chain(chain, chosen, photo)
    before = Chain((), in_colour=not chain.is_grey).run(photo.bgr)
    if not running.wait(_PATIENCE_SECONDS):
        _wait(running, before, region, photo)
    done = running.result()
    assert done.result is not None
    result = done.result
    st.caption(_what_is_shown(region))
    _compare(region.of(before), region.of(result), chain)
    if done.threshold is not None:
        st.caption(f"Otsu's method took the threshold **{done.threshold:g}**.")
    threshold = dict(chain.operations[0].values).get("threshold") if chain.operations else None
    mark = done.threshold if done.threshold is not None else threshold
    _histograms(before, result, float(mark) if mark is not None else None)
    st.download_button(
        "The result at full size",
        lambda: _png(result),
        "result.png",
        "image/png",
        icon=":material/download:",
        on_click="ignore",
        key="pixels_result_file",
    )


def _wait(running: RunningChain, before: Pixels, region: Region, photo: StoredPhoto) -> None:
    """Draw a preview and how far the chain is until it is done; then the page is drawn again with the result."""
    chain = running.asked[0]
    width, height = photo.size
    text = f"{width * height / 1e6:.3g} million pixels at full size …"
    progress = st.progress(running.share, text)
    reduced, factor = _reduced(photo.bgr)
    st.caption(f":orange-badge[Preview] of the picture reduced {factor:.2g} times, with kernels reduced as well.")
    _compare(region.of(before), region.of(chain.for_reduced(factor).run(reduced)), chain)
    while not running.wait(_TICK_SECONDS):
        progress.progress(running.share, text)
    st.rerun()


def _compare(before: Pixels, after: Pixels, chain: Chain) -> None:
    labels = ", ".join(operation.type.label for operation in chain.operations)
    compare_slider(
        encoded(before),
        encoded(after),
        f"Before and after: {labels}",
        key="pixels_compare",
        labels=("Before", "After"),
        width=_WIDTH,
    )


def _what_is_shown(region: Region) -> str:
    size = f"{region.width:,} × {region.height:,}"
    if not region.is_whole:
        return f"{size} pixels as they are, from column {region.left:,} and row {region.top:,} on."
    factor = max(region.size) / LONGEST_SIDE
    reduced = f", shown {factor:.2g} times smaller" if factor > 1 else ""
    return f"Computed on all {size} pixels{reduced}."


def _histograms(before: Pixels, after: Pixels, threshold: float | None) -> None:
    marks = (threshold, None)
    for title, pixels, mark, column in zip(("Before", "After"), (before, after), marks, st.columns(2), strict=True):
        told = described(pixels, "HW" if pixels.ndim == 2 else "HWC")
        order = "" if pixels.ndim == 2 else "BGR"
        what = f"Histogram {title.lower()}, from {told.minimum:g} to {told.maximum:g}"
        with column:
            means = ", ".join(f"{mean:.4g}" for mean in told.means)
            st.caption(f"{title}: {told.minimum:g} to {told.maximum:g}, mean {means}")
            st.html(level_histogram(told.edges, told.counts, order, what, mark=mark, ends=told.ends))


def _reduced(bgr: Pixels) -> tuple[Pixels, float]:
    """The image with no side longer than a picture's, and how many times smaller that is."""
    import cv2
    import numpy as np

    height, width = bgr.shape[:2]
    factor = max(max(height, width) / LONGEST_SIDE, 1.0)
    size = (max(round(width / factor), 1), max(round(height / factor), 1))
    return np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), np.uint8), factor


def _png(pixels: Pixels) -> bytes:
    import cv2

    return cv2.imencode(".png", pixels)[1].tobytes()
