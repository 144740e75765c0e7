"""Receptive fields: the table of all layers, and the region that one position sees on a person's own image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from playground.inspection import ReceptiveField, region
from playground.inspection.layer_values.input_batch import image_batch, takes_images
from playground.networks.spec import Shape
from playground.ui.images.inline_image import inline_image
from playground.ui.images.sample_image import ChosenImage, choose_image
from playground.ui.inspect.inspected import Inspected, fields_of
from playground.ui.inspect.layer import field_in_words
from playground.ui.text import by, plain

if TYPE_CHECKING:
    from PIL import Image

# A small image is drawn larger, so that its pixels and the region can be seen.
_LEAST_WIDTH = 448
_OUTLINE = (213, 94, 0)


def field_view(inspected: Inspected, path: str = "") -> None:
    """Draw the receptive fields, and that of one layer, at first the one at `path`, on an image."""
    fields = fields_of(inspected)
    if not fields:
        st.info("No convolution or pooling of this network sees a part of an image.", icon=":material/info:")
        return
    choice = _choose(fields, path, inspected.batch[2:])
    st.markdown(field_in_words(choice))
    if takes_images(inspected.batch[1:]):
        _on_an_image(choice, inspected.batch[1:])
    _table(fields)


def _choose(fields: Sequence[ReceptiveField], path: str, sides: Shape) -> ReceptiveField:
    """Draw the choice of a layer, which begins with the one at `path`, else the last that sees less than the image."""
    wanted = [index for index, field in enumerate(fields) if field.path == path]
    partial = [index for index, field in enumerate(fields) if field.size and max(field.size) < min(sides, default=0)]
    first = next(iter([*wanted, *partial[-1:]]), 0)
    index = st.selectbox(
        "Layer",
        range(len(fields)),
        first,
        format_func=lambda index: f"{fields[index].path} · {fields[index].type}",
        key=f"field_layer_{path}_{hash(tuple(fields))}",
        width=420,
    )
    return fields[index]


def _on_an_image(field: ReceptiveField, shape: Shape) -> None:
    left, right = st.columns([1, 2])
    with left:
        image = choose_image("field_image", digit_first=shape[0] == 1)
        position = _position(field)
    with right:
        if image:
            inline_image(
                _drawn(image, shape, region(field, position)), caption=f"{plain(image.name)}, {shape[1]} × {shape[2]}"
            )


def _position(field: ReceptiveField) -> tuple[int, ...]:
    """Draw a slider for each side of the output, which begins in its middle."""
    sides = field.output_shape[2:] if field.size is not None else ()
    names = ("Row", "Column") if len(sides) == 2 else tuple(f"Side {place + 1}" for place in range(len(sides)))
    chosen = []
    for name, length in zip(names, sides, strict=True):
        key = f"field_{name}_{field.path}_{length}"
        chosen.append(int(st.slider(name, 0, length - 1, length // 2, key=key)) if length > 1 else 0)
    return tuple(chosen)


def _drawn(image: ChosenImage, shape: Shape, box: tuple[tuple[int, int], ...] | None) -> Image.Image:
    """The image as the network is given it, dark outside of the box."""
    from PIL import Image, ImageDraw, ImageEnhance

    pixels = (image_batch(image.image, shape, None)[0].permute(1, 2, 0).numpy() * 255).round().astype("uint8")
    picture = Image.fromarray(pixels.squeeze(-1) if shape[0] == 1 else pixels).convert("RGB")
    scale = max(1, -(-_LEAST_WIDTH // picture.width))
    picture = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)
    if box is None or len(box) != 2:
        return picture
    (top, bottom), (left, right) = ((start * scale, end * scale) for start, end in box)
    dark = ImageEnhance.Brightness(picture).enhance(0.35)
    if bottom > top and right > left:
        dark.paste(picture.crop((left, top, right, bottom)), (left, top))
        ImageDraw.Draw(dark).rectangle((left, top, right - 1, bottom - 1), outline=_OUTLINE, width=3)
    return dark


def _table(fields: Sequence[ReceptiveField]) -> None:
    st.dataframe(
        [
            {
                "Layer": field.path,
                "Type": field.type,
                "Receptive field": by(field.size or ()) or "the whole image",
                "Stride": by(field.stride or ()),
                "Start": by(field.start or ()),
                "Series path": field.is_series,
            }
            for field in fields
        ],
        hide_index=True,
        height=38 + 35 * min(len(fields), 10),
        column_config={
            "Series path": st.column_config.CheckboxColumn(help="A single way leads to the layer, without branches.")
        },
    )
    st.caption(
        "In pixels of the input, height first. Where several ways lead to a layer, its field is the largest over all. "
        "Networks of one name may differ: the 483 pixels that are published for a ResNet-50 are those of a variant "
        "that strides elsewhere. Formulas: Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural "
        "Networks, distill.pub, 2019."
    )
