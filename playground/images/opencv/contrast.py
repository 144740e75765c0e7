"""Contrast: grey values spread by their histogram, of the whole image or tile by tile."""

from __future__ import annotations

from playground.images.opencv.call import Call
from playground.images.opencv.operation_type import CONTRAST, IMAGE, OperationType, Values
from playground.images.opencv.parameter import Parameter


def _equalize_histogram(_: Values) -> tuple[Call, ...]:
    return (Call("image", "cv2.equalizeHist", (IMAGE,)),)


def _clahe(values: Values) -> tuple[Call, ...]:
    keywords = (("clipLimit", values["clip_limit"]), ("tileGridSize", (values["tiles"], values["tiles"])))
    return Call("clahe", "cv2.createCLAHE", (), keywords), Call("image", "clahe.apply", (IMAGE,))


CONTRASTS: dict[str, OperationType] = {
    "equalize_histogram": OperationType(
        CONTRAST,
        "Histogram equalisation",
        "Spreads the grey values so that each is about as frequent as any other.",
        {},
        _equalize_histogram,
        needs_grey=True,
    ),
    "clahe": OperationType(
        CONTRAST,
        "CLAHE",
        "Equalises the histogram tile by tile, and limits how much contrast a tile may gain.",
        {
            "clip_limit": Parameter("Clip limit", 2.0, "Higher allows more contrast, and more noise.", 0.5, 40, 0.5),
            "tiles": Parameter("Tiles along each side", 8, "Into how many tiles a side is cut.", 1, 16),
        },
        _clahe,
        needs_grey=True,
    ),
}
