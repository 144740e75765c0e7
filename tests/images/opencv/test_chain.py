"""Chains as data: what they take, how they tell their progress, and what they say beforehand."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.images import ImageError
from playground.images.opencv import GROUPS, OPERATIONS, Chain, Operation
from playground.images.opencv import chain as chains
from tests.images.opencv.pictures import BGR, operations

SIZES = [(1, 1), (1, 300), (300, 1), (2, 2), (5, 9)]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_entry_is_complete(name: str) -> None:
    entry = OPERATIONS[name]
    assert entry.group in GROUPS
    assert entry.label
    assert entry.explanation.endswith(".")
    for parameter in entry.parameters.values():
        assert parameter.label
        assert parameter.explanation.endswith(".")
        assert parameter.checked(parameter.default) == parameter.default
    assert Operation(name) == Operation(name, **{key: each.default for key, each in entry.parameters.items()})
    assert len({Operation(name), Operation(name)}) == 1


@pytest.mark.parametrize("name", OPERATIONS)
def test_images_of_any_size_go_through(name: str) -> None:
    largest = {
        key: each.high
        for key, each in OPERATIONS[name].parameters.items()
        if not each.choices and key in ("size", "iterations", "tiles")
    }
    for height, width in SIZES:
        image = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
        for in_colour in (False, True):
            for operation in (Operation(name), Operation(name, **largest)):
                assert Chain((operation,), in_colour).run(image).shape[:2] == (height, width)


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if each.reach])
def test_bands_give_what_the_whole_image_gives(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = chains._PIXELS_OF_A_BAND

    @settings(max_examples=25, deadline=None)
    @given(BGR.map(lambda image: np.tile(image, (8, 1, 1))), operations(name), st.booleans())
    def holds(image: np.ndarray, operation: Operation, in_colour: bool) -> None:
        chain = Chain((operation,), in_colour)
        monkeypatch.setattr(chains, "_PIXELS_OF_A_BAND", whole)
        expected = chain.run(image)
        monkeypatch.setattr(chains, "_PIXELS_OF_A_BAND", 1)
        parts = list(chain.progress(image))
        assert np.array_equal(parts[-1].result, expected)
        shares = [part.share for part in parts]
        assert shares == sorted(shares)
        assert shares[-1] == 1
        assert len(parts) > 2 or len(image) <= 4 * max(operation.reach, 1)

    holds()


def test_the_image_is_left_alone() -> None:
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    before = image.copy()
    for name in OPERATIONS:
        Chain((Operation(name),), in_colour=True).run(image)
    assert np.array_equal(image, before)


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("sharpen", {}, "no operation 'sharpen'"),
        ("erosion", {"colour": 1}, "no parameter 'colour'"),
        ("erosion", {"size": 4}, "odd number"),
        ("erosion", {"size": 33}, "from 1 to 31"),
        ("erosion", {"size": -1}, "from 1 to 31"),
        ("erosion", {"size": "3"}, "is a number"),
        ("erosion", {"size": True}, "is a number"),
        ("erosion", {"size": float("nan")}, "from 1 to 31"),
        ("erosion", {"iterations": 1.5}, "whole number"),
        ("erosion", {"shape": "cv2.MORPH_STAR"}, "is one of cv2.MORPH_RECT"),
        ("erosion", {"shape": "__import__('os')"}, "is one of"),
        ("otsu", {"threshold": 3}, "no parameter 'threshold'; its parameters: kind"),
    ],
)
def test_what_does_not_work_is_told_in_a_sentence(name: str, values: dict[str, object], words: str) -> None:
    with pytest.raises(ImageError, match=words) as raised:
        Operation(name, **values)
    assert str(raised.value).endswith(".")


def test_a_kernel_larger_than_the_image_is_told() -> None:
    chain = Chain((Operation("otsu"), Operation("closing", size=9)))
    (sentence,) = chain.remarks(1, 20_000)
    assert "9 x 9 kernel is larger than the image of 1 x 20,000 pixels" in sentence
    assert chain.remarks(9, 9) == []


def test_colours_that_are_given_up_are_told() -> None:
    chain = Chain((Operation("canny"),), in_colour=True)
    assert chain.is_grey
    assert chain.remarks(100, 100) == ["Canny: works on grey values, so the image is converted first."]
    assert not Chain((Operation("box_blur"),), in_colour=True).is_grey


@pytest.mark.parametrize("name", OPERATIONS)
def test_kernels_shrink_with_the_image(name: str) -> None:
    operation = Operation(name)
    assert Chain((operation,)).for_reduced(1) == Chain((operation,))
    (reduced,) = Chain((operation,)).for_reduced(4).operations
    for (key, before), (_, after) in zip(operation.values, reduced.values, strict=True):
        is_length = OPERATIONS[name].parameters[key].is_length
        assert after < before if is_length else after == before


def test_importing_needs_neither_opencv_nor_torch() -> None:
    check = "import sys, playground.images.opencv; print({'cv2', 'torch', 'streamlit'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
