from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torchvision import tv_tensors
from torchvision.transforms import v2

from playground.images import AppliedStep, Pipeline, Transform, applied
from playground.images.augmentation.transform_modules import build
from tests.images.augmentation.examples import SINGLE, assert_same, example_pipeline, picture

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

SEEDS = range(6)
BOXES = [(30.0, 40.0, 120.0, 100.0), (0.0, 0.0, 240.0, 200.0)]


def mask() -> NDArray[np.bool_]:
    found = np.zeros((200, 240), np.bool_)
    found[40:100, 30:120] = True
    return found


def coordinates() -> Image.Image:
    """An image whose red is the column of each pixel, whose green is its row, and whose blue says that it is one."""
    rows, columns = np.mgrid[0:200, 0:240]
    return Image.fromarray(np.stack([columns, rows, np.full_like(rows, 255)], axis=2).astype(np.uint8))


def step_of(transform: Transform, seed: int) -> tuple[AppliedStep, NDArray[np.uint8]]:
    """The only step of a pipeline on the coordinates, and the coordinates that came out."""
    found = applied(Pipeline([transform]), coordinates(), seed)
    (step,) = found.steps
    return step, np.asarray(found.output)


@pytest.mark.parametrize("name", SINGLE)
def test_the_output_is_that_of_the_pipeline(name: str) -> None:
    pipeline, image = example_pipeline(name), picture(230, 310)
    found = applied(pipeline, image, 4)
    assert_same(found.output, pipeline.apply(image, 4))
    assert [step.index for step in found.steps] == list(range(len(pipeline.transforms)))
    sizes = [step.size_before for step in found.steps] + [found.steps[-1].size_after]
    assert sizes[0] == (230, 310)
    assert sizes[1:] == [step.size_after for step in found.steps]
    assert all(drawn.name and drawn.text for step in found.steps for drawn in step.drawn)


PLACED = [
    Transform("CenterCrop", size=(150, 101)),
    Transform("CenterCrop", size=(250, 101)),
    Transform("RandomCrop", size=(90, 60)),
    Transform("RandomCrop", size=(220, 60), pad_if_needed=True),
    Transform("RandomCrop", size=50, padding=(10, 20)),
    Transform("RandomResizedCrop", size=(80, 120), interpolation="nearest"),
    Transform("RandomRotation", degrees=180),
    Transform("RandomRotation", degrees=(90, 90)),
    Transform("RandomRotation", degrees=60, center=(20, 50)),
    Transform("RandomAffine", degrees=40, translate=(0.2, 0.3), scale=(0.6, 1.5), shear=(-20, 20, -10, 10)),
]


@pytest.mark.parametrize("transform", PLACED, ids=repr)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_region_is_where_the_pixels_come_from(transform: Transform, seed: int) -> None:
    step, output = step_of(transform, seed)
    ((corners),) = step.regions
    start, along, across = (
        np.array(corners[0]),
        np.subtract(corners[1], corners[0]),
        np.subtract(corners[3], corners[0]),
    )
    height, width = output.shape[:2]
    rows, columns = np.nonzero(output[..., 2] == 255)
    assert rows.size
    expected = start + np.outer((columns + 0.5) / width, along) + np.outer((rows + 0.5) / height, across)
    assert np.abs(expected - (output[rows, columns, :2] + 0.5)).max() <= 1.01


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_perspective_shows_lies_in_its_region(seed: int) -> None:
    step, output = step_of(Transform("RandomPerspective", p=1.0, interpolation="nearest"), seed)
    height, width = output.shape[:2]
    ((corners),) = step.regions
    # The homography of the four corners, as the oracle solves for it.
    targets = [(0, 0), (width, 0), (width, height), (0, height)]
    system = [
        row
        for (x, y), (u, v) in zip(targets, corners, strict=True)
        for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
    ]
    a = np.append(np.linalg.solve(np.array(system), np.array(corners).reshape(-1)), 1).reshape(3, 3)
    rows, columns = np.nonzero(output[..., 2] == 255)
    points = a @ np.stack([columns + 0.5, rows + 0.5, np.ones(len(rows))])
    found = output[rows, columns, :2] + 0.5
    assert np.abs(points[:2] / points[2] - found.T).max() <= 1.5


@pytest.mark.parametrize("seed", SEEDS)
def test_an_erased_region_is_what_is_erased(seed: int) -> None:
    step, output = step_of(Transform("RandomErasing", p=1.0), seed)
    ((left, top), _, (right, bottom), _) = step.regions[0]
    erased = np.zeros((200, 240), np.bool_)
    erased[int(top) : int(bottom), int(left) : int(right)] = True
    assert np.array_equal(output[..., 2] == 0, erased)


@pytest.mark.parametrize("name", ["FiveCrop", "TenCrop"])
def test_several_crops_have_a_region_each(name: str) -> None:
    found = applied(Pipeline([Transform(name, size=(51, 80))]), coordinates(), 0)
    assert len(found.steps[0].regions) == 5
    for corners, crop in zip(found.steps[0].regions, found.output[:5], strict=True):
        assert crop.tobytes() == coordinates().crop((*map(int, corners[0]), *map(int, corners[2]))).tobytes()


def numbers(step: AppliedStep) -> dict[str, str]:
    return {drawn.name: drawn.text for drawn in step.drawn}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_flip_says_whether_it_flipped(seed: int) -> None:
    for name, mirrored in (("RandomHorizontalFlip", np.fliplr), ("RandomVerticalFlip", np.flipud)):
        step, output = step_of(Transform(name), seed)
        original = np.asarray(coordinates())
        flipped = numbers(step) == {"flipped": "yes"}
        assert np.array_equal(output, mirrored(original) if flipped else original)
        assert flipped or numbers(step) == {"flipped": "no"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_crop_says_where_it_was(seed: int) -> None:
    for transform in (Transform("RandomCrop", size=70), Transform("CenterCrop", size=71)):
        step, output = step_of(transform, seed)
        assert numbers(step) == {"crop at": f"({output[0, 0, 0]}, {output[0, 0, 1]})"}


@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_numbers_are_those_that_torchvision_draws(seed: int) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        angle = v2.RandomRotation.get_params([-30.0, 30.0])
        torch.manual_seed(seed)
        order, brightness, contrast, saturation, hue = v2.ColorJitter.get_params(
            (0.5, 1.5), (0.2, 1.8), (0.9, 1.1), (-0.2, 0.2)
        )
        torch.manual_seed(seed)
        top, left, height, width = v2.RandomResizedCrop.get_params(
            picture(200, 240), scale=[0.08, 1.0], ratio=[3 / 4, 4 / 3]
        )
    step, _ = step_of(Transform("RandomRotation", degrees=30), seed)
    assert numbers(step) == {"angle": f"{angle:.1f} degrees"}
    step, _ = step_of(Transform("ColorJitter", brightness=0.5, contrast=0.8, saturation=0.1, hue=0.2), seed)
    texts = {
        "brightness": f"× {brightness:.2f}",
        "contrast": f"× {contrast:.2f}",
        "saturation": f"× {saturation:.2f}",
        "hue": f"{hue:+.3f}",
    }
    assert list(numbers(step).items()) == [list(texts.items())[index] for index in order]
    step, _ = step_of(Transform("RandomResizedCrop", size=50), seed)
    assert numbers(step) == {
        "crop at": f"({left}, {top})",
        "cut out": f"{height} × {width}",
        "share of the area": f"{width * height / (200 * 240):.0%}",
    }


def test_chance_is_told() -> None:
    transform = Transform("Pad", padding=3, probability=0.5)
    found = [applied(Pipeline([transform]), coordinates(), seed) for seed in range(20)]
    padded = [each.output.width == 246 for each in found]
    assert 0 < sum(padded) < 20
    assert [numbers(each.steps[0])["applied"] == "yes" for each in found] == padded
    assert [each.steps[0].happened for each in found] == padded


def test_policies_tell_their_operations() -> None:
    step, _ = step_of(Transform("RandAugment", num_ops=5), 0)
    assert list(numbers(step)) == [f"operation {number}" for number in range(1, 6)]


def test_what_is_switched_off_is_no_step() -> None:
    pipeline = Pipeline([Transform("Pad", padding=3, enabled=False), Transform("Grayscale")])
    (step,) = applied(pipeline, coordinates(), 0).steps
    assert step.index == 1


MOVING = [name for name in SINGLE if name not in ("ToPILImage",)]


@pytest.mark.parametrize("name", MOVING)
def test_boxes_and_masks_move_as_torchvision_moves_them(name: str) -> None:
    pipeline, image = example_pipeline(name), picture(200, 240)
    found = applied(pipeline, image, 2, BOXES, [mask()])
    assert_same(found.output, pipeline.apply(image, 2))
    marks = found.steps[-1].marks
    boxes = tv_tensors.BoundingBoxes(torch.tensor(BOXES), format="XYXY", canvas_size=(200, 240))
    sample = (image, boxes, tv_tensors.Mask(torch.from_numpy(mask()[None].astype(np.uint8))))
    modules = v2.Compose([build(transform) for transform in pipeline.transforms])
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(2)
            _, moved, mask_moved = modules(sample)
    except TypeError:
        assert not marks.known
        assert marks.boxes == marks.masks == ()
        return
    assert marks.known
    expected = [tuple(box) if box[2] > box[0] and box[3] > box[1] else None for box in moved.tolist()]
    assert list(marks.boxes) == expected
    assert np.array_equal(marks.masks[0], mask_moved[0].numpy())


def test_boxes_outside_of_a_crop_are_gone() -> None:
    found = applied(
        Pipeline([Transform("CenterCrop", size=20)]), coordinates(), 0, [(0, 0, 30, 30), (100, 90, 130, 120)]
    )
    assert found.steps[0].marks.boxes == (None, (0.0, 0.0, 20.0, 20.0))


def test_without_marks_there_are_none() -> None:
    marks = applied(Pipeline([Transform("RandAugment")]), coordinates(), 0).steps[0].marks
    assert (marks.boxes, marks.masks, marks.known) == ((), (), True)
