from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision

from playground.data import DATASETS, DataError, ImageData, is_available, load
from playground.data.folders import MNIST_ASSETS, PROJECT
from tests.data.conftest import DAMAGES, damaged_copy


@pytest.mark.parametrize("train", [True, False])
def test_mnist_is_what_torchvision_reads_from_the_same_files(tmp_path: Path, train: bool) -> None:
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for packed in MNIST_ASSETS.glob("*.gz"):
        (raw / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))
    expected = torchvision.datasets.MNIST(tmp_path, train=train)

    data = load("mnist", train=train)

    assert data.images.dtype == torch.uint8
    assert torch.equal(data.images.squeeze(1), expected.data)
    assert torch.equal(data.labels, expected.targets)
    assert len(data) == data.info.size(train=train)


def test_mean_and_std_of_mnist_are_those_of_its_training_pixels() -> None:
    pixels = load("mnist", train=True).images.numpy().astype(np.float64) / 255
    assert DATASETS["mnist"].mean == (pytest.approx(pixels.mean(), abs=5e-5),)
    assert DATASETS["mnist"].std == (pytest.approx(pixels.std(), abs=5e-5),)


def test_images_and_labels_are_on_the_asked_device() -> None:
    data = load("mnist", train=False, device="meta")
    assert data.device.type == data.images.device.type == data.labels.device.type == "meta"


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("file", ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_a_damaged_asset_is_named_with_the_way_to_restore_it(tmp_path: Path, file: str, how: str) -> None:
    for packed in MNIST_ASSETS.glob("t10k*.gz"):
        if packed.name == file:
            damaged_copy(packed, tmp_path / file, how)
        else:
            shutil.copy(packed, tmp_path)

    with pytest.raises(DataError, match="restore it with `git restore assets/mnist`") as caught:
        load("mnist", train=False, assets=tmp_path)
    assert file in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_training_file_does_not_stop_the_test_set(tmp_path: Path) -> None:
    for packed in MNIST_ASSETS.glob("t10k*.gz"):
        shutil.copy(packed, tmp_path)
    assert len(load("mnist", train=False, assets=tmp_path)) == 10_000
    assert not is_available("mnist", assets=tmp_path)
    assert is_available("mnist")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    for function in (lambda: load("minst", train=True), lambda: is_available("minst")):
        with pytest.raises(DataError, match="no data set 'minst'; choose one of mnist, fashion_mnist"):
            function()


@pytest.mark.parametrize("name", [name for name, info in DATASETS.items() if not info.is_bundled])
def test_what_is_not_downloaded_says_how_to_download_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DOWNLOADS", str(tmp_path))
    assert not is_available(name)
    with pytest.raises(DataError, match=r"download it first .*python -m playground.data.download") as caught:
        load(name, train=True)
    assert str(tmp_path) in str(caught.value)


def test_image_data_refuses_other_types_and_shapes(mnist_test: ImageData) -> None:
    images, labels, info = mnist_test.images, mnist_test.labels, mnist_test.info
    for wrong_images, wrong_labels in (
        (images.float(), labels),
        (images.squeeze(1), labels),
        (images, labels.to(torch.uint8)),
        (images, labels[1:]),
    ):
        with pytest.raises(DataError, match="must be"):
            ImageData(wrong_images, wrong_labels, info)


def test_importing_the_package_and_asking_for_availability_does_not_import_torch() -> None:
    code = (
        "import sys, playground.data as data\n"
        "[data.is_available(name) for name in data.DATASETS]\n"
        "data.Subset(classes=(1,)).for_test(); data.BATCH_AUGMENTATIONS['RandomCrop']()\n"
        "assert not {'torch', 'torchvision', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)
