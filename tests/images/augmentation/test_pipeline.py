from __future__ import annotations

import copy
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.images import ImageError, Pipeline, PipelineError, Transform, load_sample
from playground.images.augmentation.transform import example
from tests.images.augmentation.examples import (
    SINGLE,
    as_torchvision_gives_it,
    assert_same,
    example_pipeline,
    picture,
)

# torchvision speaks of what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.mark.parametrize("name", SINGLE)
def test_pixels_are_those_that_torchvision_draws_after_manual_seed(name: str) -> None:
    pipeline, image = example_pipeline(name), picture(230, 310)
    before = torch.get_rng_state()
    for seed in (0, 1, 12345):
        output = pipeline.apply(image, seed)
        assert_same(output, as_torchvision_gives_it(pipeline, image, seed))
    assert torch.equal(torch.get_rng_state(), before), "the global generator was used"


@pytest.mark.parametrize("name", [name for name in SINGLE if name not in ("RGB", "Normalize", "RandomErasing")])
def test_grey_images_are_taken_too(name: str) -> None:
    pipeline, image = example_pipeline(name), picture(230, 310, "L")
    assert_same(pipeline.apply(image, 3), as_torchvision_gives_it(pipeline, image, 3))


def test_the_image_itself_is_left_alone() -> None:
    image = picture(60, 80)
    before = image.tobytes()
    for name in SINGLE:
        if name not in ("FiveCrop", "TenCrop", "RandomCrop"):
            example_pipeline(name).apply(image, 0)
    assert image.tobytes() == before


sizes = st.tuples(st.integers(1, 90), st.integers(1, 90))
angles = st.floats(0, 180)
transforms = st.one_of(
    st.builds(lambda size: Transform("CenterCrop", size=size), sizes),
    st.builds(lambda size: Transform("RandomCrop", size=size, pad_if_needed=True), sizes),
    st.builds(lambda size: Transform("Resize", size=size), sizes),
    st.builds(lambda size: Transform("Resize", size=size, interpolation="nearest"), st.integers(1, 40)),
    st.builds(
        lambda size, low, high: Transform("RandomResizedCrop", size=size, scale=tuple(sorted((low, high)))),
        sizes,
        st.floats(0.01, 1),
        st.floats(0.01, 1),
    ),
    st.builds(lambda p: Transform("RandomHorizontalFlip", p=p), st.floats(0, 1)),
    st.builds(lambda angle, expand: Transform("RandomRotation", degrees=angle, expand=expand), angles, st.booleans()),
    st.builds(lambda value: Transform("ColorJitter", brightness=value, hue=value / 2), st.floats(0, 1)),
    st.builds(lambda angle: Transform("RandomAffine", degrees=angle, shear=10), angles),
    st.sampled_from(
        [example(name) for name in ("RandAugment", "AutoAugment", "TrivialAugmentWide", "RandomErasing", "Pad")]
    ),
)
switched = st.builds(
    lambda transform, probability, enabled: transform.with_probability(probability).switched(enabled),
    transforms,
    st.sampled_from([1.0, 1.0, 0.5, 0.0]),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(switched, max_size=5), sizes, st.integers(0, 2**63 - 1), st.sampled_from(["RGB", "L"]))
def test_any_pipeline_gives_torchvisions_pixels(
    found: list[Transform], size: tuple[int, int], seed: int, mode: str
) -> None:
    pipeline, image = Pipeline(found), picture(*size, mode)
    assert Pipeline.from_json(pipeline.to_json()) == pipeline
    try:
        output = pipeline.apply(image, seed)
    except PipelineError as error:
        stopped = str(error)
    else:
        assert_same(output, as_torchvision_gives_it(pipeline, image, seed))
        return
    assert "no pixels" in stopped, "the only thing that can stop these"


def test_the_same_seed_gives_the_same_pixels_in_several_threads_at_once() -> None:
    image = picture(200, 260)
    pipelines = [example_pipeline(name) for name in ("RandomRotation", "ColorJitter", "RandAugment", "GaussianNoise")]
    work = [(pipeline, seed) for pipeline in pipelines for seed in range(12)]
    alone = [pipeline.apply(image, seed) for pipeline, seed in work]
    before = torch.get_rng_state()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda each: each[0].apply(image, each[1]), work))
    for one, other in zip(together, alone, strict=True):
        assert_same(one, other)
    assert torch.equal(torch.get_rng_state(), before)


def test_what_draws_elsewhere_meanwhile_changes_nothing() -> None:
    image, pipeline = picture(100, 100), example_pipeline("ElasticTransform")
    expected = pipeline.apply(image, 5)
    torch.rand(7)
    assert_same(pipeline.apply(image, 5), expected)


def test_an_empty_pipeline_gives_the_image_itself() -> None:
    image = picture(5, 5)
    assert Pipeline().apply(image, 0) is image
    assert Pipeline([Transform("Pad", padding=3, enabled=False)]).apply(image, 0) is image


def test_a_center_crop_shows_exactly_these_pixels_of_a_large_photograph() -> None:
    photograph = load_sample("astronaut").resize((4000, 3000))
    crop = Pipeline([Transform("CenterCrop", size=200)]).apply(photograph, 0)
    assert crop.tobytes() == photograph.crop((1900, 1400, 2100, 1600)).tobytes()


def test_pipelines_are_values() -> None:
    one = Pipeline([Transform("CenterCrop", size=8)])
    assert one == copy.deepcopy(one) == Pipeline((Transform("CenterCrop", size=(8, 8)).with_parameters(size=8),))
    assert hash(one) == hash(copy.deepcopy(one))


def test_what_belongs_into_no_pipeline_is_told() -> None:
    with pytest.raises(ImageError, match="MixUp mixes the images of a batch"):
        Pipeline([Transform("MixUp")])
    with pytest.raises(ImageError, match="'CenterCrop' is none"):
        Pipeline(["CenterCrop"])  # type: ignore[list-item]
    with pytest.raises(ImageError, match="at most 50"):
        Pipeline([Transform("Identity")] * 51)


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, True, "7", None])
def test_what_is_no_seed_is_told(seed: object) -> None:
    with pytest.raises(ImageError, match="whole number from 0"):
        Pipeline().apply(picture(2, 2), seed)  # type: ignore[arg-type]


CROPS = [Transform("RandomCrop", size=(90, 60)), Transform("FiveCrop", size=70), Transform("TenCrop", size=(50, 99))]


@pytest.mark.parametrize("crop", CROPS, ids=lambda crop: crop.type)
def test_a_crop_larger_than_the_image_offers_to_pad_or_resize_it(crop: Transform) -> None:
    image = picture(40, 50)
    with pytest.raises(PipelineError, match=r"cuts out .* only 40 × 50") as raised:
        Pipeline([Transform("Identity"), crop]).apply(image, 0)
    assert raised.value.transform == 1
    assert [fix.text for fix in raised.value.fixes] == [
        "Pad the image to the crop",
        f"Resize the shorter side to {max(crop.parameters['size']) if crop.type != 'FiveCrop' else 70} first",
    ]
    for fix in raised.value.fixes:
        assert_same(fix.pipeline.apply(image, 0), as_torchvision_gives_it(fix.pipeline, image, 0))


@pytest.mark.parametrize("name", ["GaussianNoise", "Normalize", "ToDtype", "ToPILImage"])
def test_what_needs_a_tensor_offers_to_make_one(name: str) -> None:
    with pytest.raises(PipelineError, match="needs a tensor") as raised:
        Pipeline([example(name)]).apply(picture(8, 8), 0)
    (fix,) = raised.value.fixes
    assert fix.text.startswith("Put ToImage")
    assert fix.pipeline.apply(picture(8, 8), 0) is not None


def test_floats_that_are_needed_are_made_of_whole_numbers() -> None:
    with pytest.raises(PipelineError, match="whole numbers") as raised:
        Pipeline([Transform("ToImage"), example("Normalize")]).apply(picture(8, 8), 0)
    (fix,) = raised.value.fixes
    assert fix.pipeline == Pipeline([Transform("ToImage"), example("ToDtype"), example("Normalize")])


TOO_LARGE = [
    (Transform("Resize", size=224), (1, 10_000)),
    (Transform("Resize", size=6_000), (10, 10)),
    (Transform("Resize", size=None, max_size=20_000), (100, 100)),
    (Transform("CenterCrop", size=6_000), (10, 10)),
    (Transform("RandomCrop", size=6_000, pad_if_needed=True), (10, 10)),
    (Transform("RandomCrop", size=6, padding=6_000), (10, 10)),
    (Transform("RandomResizedCrop", size=6_000), (10, 10)),
    (Transform("FiveCrop", size=3_000), (3_000, 3_000)),
    (Transform("Pad", padding=6_000), (10, 10)),
    (Transform("RandomZoomOut", side_range=(100, 100), p=1.0), (1_000, 1_000)),
    (Transform("RandomRotation", degrees=(45, 45), expand=True), (4_800, 4_800)),
    (Transform("ScaleJitter", target_size=(9_000, 9_000), scale_range=(1, 1)), (10, 10)),
    (Transform("RandomShortestSize", min_size=6_000), (10, 10)),
    (Transform("RandomResize", min_size=6_000, max_size=6_001), (10, 10)),
]


@pytest.mark.parametrize(("transform", "size"), TOO_LARGE, ids=lambda value: str(value)[:60])
def test_what_would_be_too_large_is_refused_before_it_is_made(transform: Transform, size: tuple[int, int]) -> None:
    image = Image.new("L", size[::-1])
    with pytest.raises(PipelineError, match="at most 25 million") as raised:
        Pipeline([transform]).apply(image, 0)
    for fix in raised.value.fixes:
        assert fix.pipeline.apply(image, 0).width > 0


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        (Transform("Resize", size=224), "Resize to a square of 224 × 224"),
        (Transform("RandomZoomOut", p=1.0, side_range=(4, 4)), "Resize the shorter side to 512 first"),
        (Transform("RandomRotation", degrees=(45, 45), expand=True), "Resize the shorter side to 512 first"),
    ],
    ids=repr,
)
def test_what_would_be_too_large_offers_to_be_smaller(transform: Transform, words: str) -> None:
    image = Image.new("L", (10_000, 1) if transform.type == "Resize" else (4_800, 4_800))
    with pytest.raises(PipelineError) as raised:
        Pipeline([transform]).apply(image, 0)
    (fix,) = raised.value.fixes
    assert fix.text == words
    assert fix.pipeline.apply(image, 0).width > 0


def test_what_would_have_no_pixels_is_refused() -> None:
    with pytest.raises(PipelineError, match="no pixels"):
        Pipeline([Transform("Resize", size=None, max_size=5)]).apply(Image.new("L", (100, 1)), 0)


def test_what_torchvision_itself_refuses_is_told_with_its_words() -> None:
    with pytest.raises(PipelineError, match="GaussianBlur cannot work on this image of 2 × 2 pixels"):
        Pipeline([Transform("GaussianBlur", kernel_size=9)]).apply(picture(2, 2), 0)


def test_importing_the_package_imports_neither_torch_nor_opencv() -> None:
    script = "import sys, playground.images; print({'torch', 'torchvision', 'cv2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
