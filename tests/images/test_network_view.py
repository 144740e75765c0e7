from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import transforms

from playground.data import DATASETS
from playground.images import ImageError, load_sample
from playground.images.network_view import (
    BINS,
    first_values,
    mapped_back,
    network_view,
    normalized_levels,
    shown_as_it_is,
    to_code,
)
from playground.images.normalizations import NORMALIZATIONS, Normalization

OWN = Normalization("own", (0.2, 0.9, 0.4), (2.0, 0.01, 0.3))
ALL = [*NORMALIZATIONS.values(), OWN]
GENERATOR = np.random.default_rng(0)
IMAGES = {
    "coffee": load_sample("coffee"),
    "noise": Image.fromarray(GENERATOR.integers(0, 256, (37, 53, 3), np.uint8)),
    "grey": Image.fromarray(GENERATOR.integers(30, 90, (21, 10), np.uint8)),
    "dot": Image.new("RGB", (1, 1), (0, 255, 7)),
}


def tensor_of(image: Image.Image, normalization: Normalization) -> torch.Tensor:
    """The oracle: torchvision's own."""
    converted = image.convert("L" if len(normalization.mean) == 1 else "RGB")
    made: torch.Tensor = transforms.Normalize(normalization.mean, normalization.std)(transforms.ToTensor()(converted))
    return made


@pytest.mark.parametrize("normalization", ALL, ids=lambda normalization: normalization.name)
@pytest.mark.parametrize("image", IMAGES.values(), ids=IMAGES)
def test_the_numbers_are_those_of_the_tensor(image: Image.Image, normalization: Normalization) -> None:
    tensor = tensor_of(image, normalization)
    view = network_view(image, normalization)
    assert view.shape == tuple(tensor.shape)
    assert view.dtype == str(tensor.dtype)
    assert (view.minimum, view.maximum) == (tensor.min().item(), tensor.max().item())
    for channel, values in zip(view.channels, tensor.double(), strict=True):
        assert (channel.minimum, channel.maximum) == (values.min().item(), values.max().item())
        assert channel.mean == pytest.approx(values.mean().item(), abs=1e-9)
        assert channel.std == pytest.approx(values.std(correction=0).item(), abs=1e-9)
        expected, _ = np.histogram(values.numpy(), np.array(channel.edges))
        assert channel.counts == tuple(expected)
        assert len(channel.counts) == BINS
        assert sum(channel.counts) == values.numel()
    assert np.array_equal(first_values(image, normalization), tensor[:, :4, :4].numpy())


@pytest.mark.parametrize("normalization", ALL, ids=lambda normalization: normalization.name)
def test_mapped_back_it_is_the_image_again(normalization: Normalization) -> None:
    for image in IMAGES.values():
        converted = image.convert("L" if len(normalization.mean) == 1 else "RGB")
        assert np.array_equal(np.asarray(mapped_back(image, normalization)), np.asarray(converted))


def test_a_viewer_cuts_off_what_is_not_from_0_to_1() -> None:
    imagenet = NORMALIZATIONS["imagenet"]
    expected = tensor_of(IMAGES["noise"], imagenet).clamp(0, 1).mul(255).round().byte().permute(1, 2, 0)
    assert np.array_equal(np.asarray(shown_as_it_is(IMAGES["noise"], imagenet)), expected.numpy())


def test_colours_are_those_of_the_normalization_and_this_is_told() -> None:
    assert network_view(IMAGES["grey"], NORMALIZATIONS["imagenet"]).converted == "RGB"
    assert network_view(IMAGES["coffee"], NORMALIZATIONS["mnist"]).converted == "grey"
    assert network_view(IMAGES["coffee"], NORMALIZATIONS["imagenet"]).converted == ""


def test_the_numbers_of_a_data_set_are_stated_once_more_but_not_differently() -> None:
    for name in ("mnist", "cifar10"):
        assert (NORMALIZATIONS[name].mean, NORMALIZATIONS[name].std) == (DATASETS[name].mean, DATASETS[name].std)
    assert normalized_levels(NORMALIZATIONS["half"])[:, [0, -1]].tolist() == [[-1, 1]] * 3


@pytest.mark.parametrize(
    ("mean", "std", "words"),
    [
        ((0.5,), (0.0,), "above 0"),
        ((0.5,) * 3, (0.5, 0.5, -1.0), "above 0"),
        ((0.5,) * 3, (0.5,), "each channel"),
        ((0.5,) * 2, (0.5,) * 2, "each channel"),
        ((float("nan"),), (1.0,), "is a number"),
    ],
)
def test_numbers_by_which_nothing_can_be_normalised_are_refused(
    mean: tuple[float, ...], std: tuple[float, ...], words: str
) -> None:
    with pytest.raises(ImageError, match=words):
        Normalization("own", mean, std)


@pytest.mark.parametrize("name", ["imagenet", "mnist"])
def test_the_code_prints_the_same_numbers_and_saves_the_same_picture(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = IMAGES["coffee"]
    photo.save(tmp_path / "photo.png")
    (tmp_path / "script.py").write_text(to_code(NORMALIZATIONS[name], "photo.png"))
    monkeypatch.chdir(tmp_path)
    runpy.run_path("script.py", run_name="__main__")
    first, *channels = capsys.readouterr().out.splitlines()
    view = network_view(photo, NORMALIZATIONS[name])
    assert first == f"{view.shape} {view.dtype} {view.minimum} {view.maximum}"
    for line, channel in zip(channels, view.channels, strict=True):
        assert list(map(float, line.split())) == pytest.approx([channel.mean, channel.std], abs=1e-5)
    restored = Image.open(tmp_path / "restored.png")
    assert np.array_equal(np.asarray(restored), np.asarray(mapped_back(photo, NORMALIZATIONS[name])))
