"""Why augmentation matters for batches: two images of different sizes, torch's error, and what cures it, live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from playground.images import SAMPLES, ImageError
from playground.images.stacking import MOST_SIDE, NOTES_SIZES, Cure, StackedBatches, cures, stack_batches, to_code
from playground.ui.images.chosen_image import sample_image
from playground.ui.images.image_grid import image_grid
from playground.ui.images.inline_image import inline_image
from playground.ui.messages import show_error
from playground.ui.trace import wait_for_torch
from playground.ui.warm_up import torch_is_ready

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from PIL import Image

Size = tuple[int, int]
_LEAST_SIDE = 64
_WIDEST = 320


def batch_panel(images: Sequence[Image.Image] = (), key: str = "batch") -> None:
    """Draw two images, the first of those given and then samples, as a batch, with the choice of their sizes."""
    if torch_is_ready():
        st.fragment(_panel)(images, key)
    else:
        wait_for_torch("the batch")


def _panel(images: Sequence[Image.Image], key: str) -> None:
    st.markdown(
        "A batch is one tensor `(N, C, H, W)`: all of its images have one height and one width. "
        "A `DataLoader` stacks what the data set gives it, and says so where that cannot be."
    )
    left, right = st.columns([1, 2], gap="large")
    with left:
        sizes = [_choose_size(f"Image {index + 1}", size, f"{key}_{index}") for index, size in enumerate(NOTES_SIZES)]
        side = int(st.slider("Side of the square", 32, 512, 224, 32, key=f"{key}_side"))
        seed = int(st.number_input("Seed", 0, 2**31 - 1, 0, key=f"{key}_seed", width=200))
    with right:
        cure = _choose_cure(side, key)
        try:
            pictures = _pictures(images, sizes)
            _draw(pictures, stack_batches(pictures, cure, seed))
        except ImageError as error:
            show_error(error)
        with st.expander("Code", icon=":material/code:"):
            st.code(to_code(sizes, cure, seed), language="python")


def _choose_size(name: str, size: Size, key: str) -> Size:
    height, width = st.columns(2)
    with height:
        chosen_height = _choose_side(f"{name}, height", size[0], f"{key}_height")
    with width:
        return chosen_height, _choose_side(f"{name}, width", size[1], f"{key}_width")


def _choose_side(label: str, side: int, key: str) -> int:
    return int(st.number_input(label, _LEAST_SIDE, MOST_SIDE, side, 32, key=key))


def _choose_cure(side: int, key: str) -> Cure:
    by_name = {cure.name: cure for cure in cures(side)}
    name = st.segmented_control(
        "Before they go into the batch", list(by_name), default=next(iter(by_name)), required=True, key=f"{key}_cure"
    )
    st.caption(by_name[name].explanation)
    return by_name[name]


def _pictures(images: Sequence[Image.Image], sizes: Sequence[Size]) -> list[Image.Image]:
    """The images in colours, resized to these heights and widths, with samples where there are too few."""
    from PIL import ImageOps

    there = [*images, *(sample_image(name).image for name in SAMPLES)]
    return [
        ImageOps.fit(image.convert("RGB"), (width, height))
        for image, (height, width) in zip(there, sizes, strict=False)
    ]


def _draw(pictures: Sequence[Image.Image], result: StackedBatches) -> None:
    if result.error:
        st.error("These images are no batch. PyTorch says:", icon=":material/error:")
        st.code(f"RuntimeError: {result.error}", language=None, wrap_lines=True)
        _draw_samples(pictures, result.shapes)
        return
    shape = tuple(result.batches[0].shape)
    st.success(f"One tensor of the shape {shape}: {shape[0]} images.", icon=":material/check_circle:")
    _draw_epochs(result.batches)


def _draw_samples(pictures: Sequence[Image.Image], shapes: Sequence[tuple[int, ...]]) -> None:
    """Each as large as it is beside the others."""
    scale = min(1.0, _WIDEST / max(picture.width for picture in pictures))
    with st.container(horizontal=True):
        for index, (picture, shape) in enumerate(zip(pictures, shapes, strict=True)):
            inline_image(picture, caption=f"image {index + 1}: {shape}", width=max(1, round(picture.width * scale)))


def _draw_epochs(batches: Sequence[torch.Tensor]) -> None:
    images: list[NDArray[np.uint8]] = []
    captions: list[str] = []
    for epoch, batch in enumerate(batches):
        pixels = (batch * 255).round().byte().permute(0, 2, 3, 1).numpy()
        images += list(pixels)
        captions += [f"epoch {epoch + 1}, image {index + 1}" for index in range(len(pixels))]
    image_grid(images, captions, captions, 160)
