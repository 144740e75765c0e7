"""The code of each step, run on a real file, gives what is shown; and what is said about it is so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torchvision.transforms import ToTensor

from playground.images import ImageError
from playground.images.pixels import WALKS, PixelStep, StoredPhoto, Walk, WalkSettings

SAMPLES = Path(__file__).parents[3] / "assets" / "images"
SIZES = st.integers(1, 40)


def stored(path: Path) -> StoredPhoto:
    """The file as Pillow reads it, which takes thinner ones than a page."""
    return StoredPhoto(Image.open(path), str(path))


def executed(walk: Walk) -> dict[str, Any]:
    """The variables after all steps, each of which has just given its own."""
    variables: dict[str, Any] = {}
    exec(walk.beginning, variables)
    for step in walk.steps:
        exec(step.code, variables)
        assert_same(variables[step.name], step)
    return variables


def assert_same(value: object, step: PixelStep) -> None:
    assert type(value) is type(step.value), step.name
    assert value.dtype == step.value.dtype
    assert value.shape == step.value.shape
    assert len(step.axes) == len(step.value.shape)
    assert np.array_equal(np.asarray(value), np.asarray(step.value)), step.name


def drawn(height: int, width: int, mode: str = "RGB") -> Image.Image:
    pixels = np.random.default_rng(height * width).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels).convert(mode)


@pytest.fixture(params=["colour.png", "grey.png", "one.png", "thin.png", "flat.png"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / request.param
    images = {
        "colour.png": lambda: Image.open(SAMPLES / "chelsea.png"),
        "grey.png": lambda: drawn(30, 50, "L"),
        "one.png": lambda: drawn(1, 1),
        "thin.png": lambda: drawn(20_000, 1),
        "flat.png": lambda: drawn(1, 2_000, "L"),
    }
    images[request.param]().save(path)
    return path


@pytest.mark.parametrize("name", WALKS)
def test_the_code_of_each_step_gives_its_value(name: str, file: Path) -> None:
    walk = WALKS[name].of(stored(file), WalkSettings())
    variables = executed(walk)
    assert len({step.name for step in walk.steps}) == len(list(walk.steps))
    for step in walk.steps:
        assert step.explanation.endswith(".")
        for expression, value in step.expressions:
            found = eval(expression, variables)
            assert str(found if isinstance(found, tuple) else found.tolist()) == value


@pytest.mark.parametrize("name", WALKS)
def test_the_code_follows_the_settings(name: str, tmp_path: Path) -> None:
    photo = StoredPhoto(drawn(23, 31), str(tmp_path / "image.png"))
    Path(photo.path).write_bytes(photo.png)
    numbers = st.floats(0.01, 3)

    @settings(max_examples=15, deadline=None)
    @given(SIZES, SIZES, st.tuples(*[numbers] * 3), st.tuples(*[numbers] * 3), st.integers(1, 255), st.booleans())
    def holds(width: int, height: int, mean: Any, std: Any, amount: int, is_grey: bool) -> None:
        channels = slice(0, 1 if is_grey else 3)
        chosen = WalkSettings(width, height, height - 1, width // 2, mean[channels], std[channels], amount)
        executed(WALKS[name].of(photo, chosen))

    holds()


@pytest.mark.parametrize("name", WALKS)
def test_the_whole_walk_is_a_script_for_a_file_of_any_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = StoredPhoto(drawn(23, 31), 'Zoë\'s "image".png')
    (tmp_path / photo.path).write_bytes(photo.png)
    monkeypatch.chdir(tmp_path)
    walk = WALKS[name].of(photo, WalkSettings())
    variables: dict[str, Any] = {}
    exec(walk.to_code(), variables)
    for step in walk.steps:
        assert_same(variables[step.name], step)


def steps(name: str, **chosen: Any) -> dict[str, Any]:
    """The values of a walk along a photograph."""
    walk = WALKS[name].of(stored(SAMPLES / "chelsea.png"), WalkSettings(**chosen))
    return {step.name: step.value for step in walk.steps}


def test_files_are_read_as_the_notes_say() -> None:
    values = steps("reading")
    height, width = 300, 451
    assert values["grey"].shape == (height, width)
    assert values["bgr"].shape == (height, width, 3)
    assert values["grey_tensor"].shape == (1, height, width)
    assert values["tensor"].shape == (3, height, width)
    assert values["tensor"].dtype == torch.float32
    assert 0 <= values["tensor"].min() < values["tensor"].max() <= 1
    assert np.array_equal(values["bgr"][..., ::-1], values["rgb"])
    assert torch.equal(values["swapped"], ToTensor()(values["bgr"])), "the same mistake from the other side"
    levels = (values["grey_tensor"][0] * 255).round().numpy() - values["grey"]
    assert 0 < np.abs(levels).max() <= 1


def test_of_a_jpeg_both_read_the_same_colours_and_opencv_other_grey_values(tmp_path: Path) -> None:
    path = tmp_path / "photograph.jpg"
    Image.open(SAMPLES / "chelsea.png").save(path, quality=80)
    photo = stored(path)
    assert np.array_equal(cv2.imread(photo.path, 1), photo.bgr)
    difference = np.abs(cv2.imread(photo.path, 0).astype(int) - photo.grey)
    assert difference.max() > 1
    assert difference.mean() < 1


def test_resizing_takes_the_width_first_in_opencv_alone() -> None:
    values = steps("resizing", width=50, height=20)
    assert values["resized"].shape == (20, 50, 3)
    assert values["turned"].shape == (50, 20, 3)
    assert values["tensor"].shape == (3, 20, 50)
    assert values["turned_tensor"].shape == (3, 50, 20)


def test_the_shape_alone_is_neither_the_scale_nor_the_order() -> None:
    values = steps("tensors")
    assert values["shaped"].shape == values["scaled"].shape == (1, 1, 96, 160)
    assert values["shaped"].max() > 100
    assert torch.equal(values["divided"], values["scaled"])
    assert values["scrambled"].shape == values["permuted"].shape
    assert torch.equal(values["permuted"], values["colours"])
    assert not torch.equal(values["scrambled"], values["permuted"])
    assert torch.equal(values["scrambled"].flatten().sort().values, values["permuted"].flatten().sort().values)


def test_layouts_share_their_memory() -> None:
    values = steps("layouts")
    for name, value in values.items():
        assert np.shares_memory(np.asarray(value), values["hwc"]), name


def test_normalizing_of_each_kind_gives_the_same_and_leads_back() -> None:
    values = steps("normalizing")
    by_hand = torch.from_numpy(values["normalized"]).permute(2, 0, 1).float()
    torch.testing.assert_close(values["tensor"], by_hand, atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(values["back_tensor"], torch.from_numpy(values["back"]).permute(2, 0, 1).float())
    assert 0 <= values["back"].min() < values["back"].max() <= 1 + 1e-9


@pytest.mark.parametrize(
    ("mean", "std", "words"), [((0.5,), (0.0,), "above 0"), ((0.5, 0.5), (1.0, 1.0), "one channel"), ((), (), "one")]
)
def test_numbers_that_cannot_normalize_are_told(mean: Any, std: Any, words: str) -> None:
    with pytest.raises(ImageError, match=words):
        steps("normalizing", mean=mean, std=std)


def test_types_wrap_clamp_and_cut_off() -> None:
    amount = 60
    values = steps("data_types", amount=amount)
    rgb = np.round(values["doubles"] * 255).astype(int)
    assert np.array_equal(values["wrapped"], (rgb + amount) % 256)
    assert np.array_equal(values["saturated"], np.minimum(rgb + amount, 255))
    assert np.array_equal(values["clamped"].permute(1, 2, 0), values["saturated"])
    assert np.array_equal(values["darker"], (rgb - amount) % 256)
    assert np.array_equal(values["signed"].permute(1, 2, 0), rgb - amount)
    assert values["black"].max() <= 1
    assert np.array_equal(values["restored"].permute(1, 2, 0), rgb)
    layer = torch.nn.Conv2d(3, 1, 3)
    with pytest.raises(RuntimeError, match=r"Input type \(double\) and bias type \(float\) should be the same"):
        layer(torch.from_numpy(values["doubles"]).permute(2, 0, 1))
    layer(values["floats"])


def test_importing_needs_neither_opencv_nor_torch() -> None:
    check = "import sys, playground.images.pixels; print({'cv2', 'torch', 'streamlit'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
