from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from playground.images import Pipeline, PipelineError, Transform, applied, load_sample
from playground.images.augmentation.preview import preview
from playground.images.augmentation.reduction import as_pictures, encoded, reduced
from playground.images.augmentation.transform import example
from tests.images.augmentation.examples import SINGLE, assert_same, example_pipeline, picture

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

PHOTOGRAPH = load_sample("coffee").resize((1200, 800))
SIDE = 240
NOT_EXACT = ("ColorJitter", "RandomPhotometricDistort", "GaussianBlur", "GaussianNoise", "ElasticTransform", "AugMix")


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.float64)


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_preview_is_the_full_output_reduced(name: str, seed: int) -> None:
    pipeline = example_pipeline(name)
    found = preview(pipeline, PHOTOGRAPH, seed, SIDE)
    full = applied(pipeline, PHOTOGRAPH, seed)
    expected = [reduced(each, SIDE) for each in as_pictures(full.output)]
    assert [shown.size for shown in found.pictures] == [each.size for each in expected]
    assert found.exact == (name not in NOT_EXACT)
    # Rounding to 8 bits; but lowest and highest are others when reduced, noise is another draw, small kernels are
    # coarse, and a policy may sharpen or round shifts.
    allowed = {"Normalize": 6, "GaussianNoise": 9, "GaussianBlur": 2, "ElasticTransform": 6, "AugMix": 4}.get(name, 0.8)
    for shown, each in zip(found.pictures, expected, strict=True):
        difference = np.abs(pixels(shown) - pixels(each)).mean()
        assert difference <= (0 if found.exact and name != "Normalize" else allowed)
    # The displacement is the mean over blocks, which is a little smaller.
    if name != "ElasticTransform":
        assert [step.drawn for step in found.steps] == [step.drawn for step in full.steps]
    assert [step.regions for step in found.steps] == [step.regions for step in full.steps]
    assert [step.size_after for step in found.steps] == [step.size_after for step in full.steps]
    assert found.size == full.steps[-1].size_after


LONG = Pipeline(
    [
        Transform("ColorJitter", brightness=0.4, saturation=0.6, hue=0.2, probability=0.7),
        Transform("RandomResizedCrop", size=600),
        Transform("RandomHorizontalFlip"),
        example("GaussianBlur"),
        Transform("RandomRotation", degrees=20, probability=0.5),
        Transform("RandAugment"),
    ]
)


@pytest.mark.parametrize("seed", range(8))
def test_colours_wait_for_places_and_draw_in_their_order(seed: int) -> None:
    found, full = preview(LONG, PHOTOGRAPH, seed, SIDE), applied(LONG, PHOTOGRAPH, seed)
    assert [(step.index, step.happened, step.drawn) for step in found.steps] == [
        (step.index, step.happened, step.drawn) for step in full.steps
    ]


@pytest.mark.parametrize("seed", range(4))
def test_colours_that_wait_look_as_those_that_do_not(seed: int) -> None:
    pipeline = Pipeline(LONG.transforms[:3])
    found, full = preview(pipeline, PHOTOGRAPH, seed, SIDE), pipeline.apply(PHOTOGRAPH, seed)
    assert np.abs(pixels(found.pictures[0]) - pixels(reduced(full, SIDE))).mean() < 3


@pytest.mark.parametrize("name", SINGLE)
def test_what_is_small_is_exact(name: str) -> None:
    pipeline, image = example_pipeline(name), picture(210, 250)
    for side in (SIDE * 2, SIDE, 90):
        found = preview(pipeline, image, 3, side)
        assert found.exact
        for shown, each in zip(found.pictures, as_pictures(pipeline.apply(image, 3)), strict=True):
            assert_same(shown, reduced(each, side) if isinstance(shown, Image.Image) else each)


def test_marks_are_in_pixels_of_the_picture() -> None:
    mask = np.zeros((800, 1200), np.bool_)
    mask[200:400, 300:900] = True
    found = preview(
        Pipeline([Transform("RandomHorizontalFlip", p=1.0)]), PHOTOGRAPH, 0, 120, [(0, 0, 300, 400)], [mask]
    )
    assert found.marks.boxes == ((90.0, 0.0, 120.0, 40.0),)
    expected = np.zeros((80, 120), np.bool_)
    expected[20:40, 30:90] = True
    assert np.array_equal(found.marks.masks[0], expected)


def test_errors_are_those_of_the_pipeline() -> None:
    with pytest.raises(PipelineError, match="cuts out") as raised:
        preview(Pipeline([Transform("Identity"), Transform("RandomCrop", size=5_000)]), PHOTOGRAPH, 0, SIDE)
    assert raised.value.transform == 1
    assert len(raised.value.fixes) == 2


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (3, 2), (900, 18)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_tiny_and_thin_images_are_shown_or_refused_in_a_sentence(name: str, size: tuple[int, int], mode: str) -> None:
    pipeline, image = example_pipeline(name), Image.new(mode, size)
    try:
        found = preview(pipeline, image, 1, SIDE)
    except PipelineError as error:
        refused = str(error)
    else:
        assert all(min(each.size) >= 1 for each in found.pictures)
        return
    assert len(refused) < 400
    with pytest.raises(PipelineError):
        pipeline.apply(image, 1)


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (500, 499), (1200, 800)])
def test_reduced_sides_fit_and_keep_their_proportions(size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, (10, 200, 30))
    found = reduced(image, 240)
    assert max(found.size) == min(240, max(size))
    assert min(found.size) == max(1, round(min(size) * max(found.size) / max(size)))
    assert (np.asarray(found) == (10, 200, 30)).all()
    assert Image.open(io.BytesIO(encoded(found))).size == found.size


def test_each_pixel_of_a_small_picture_is_sent_as_it_is() -> None:
    assert_same(Image.open(io.BytesIO(encoded(picture(28, 28)))).copy(), picture(28, 28))
