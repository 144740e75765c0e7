"""Data sets that torchvision reads, from made-up files of the real sizes."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision

from playground.data import DATASETS, DataError, is_available, load
from tests.data.conftest import idx_bytes, numbered_images


@pytest.fixture
def kmnist(tmp_path: Path) -> Path:
    """The test part of Kuzushiji-MNIST; the training files are there, but empty."""
    raw = tmp_path / "kmnist" / "KMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte").touch()
    (raw / "train-labels-idx1-ubyte").touch()
    (raw / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(numbered_images(10_000)))
    (raw / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(np.arange(10_000, dtype=np.uint64).astype(np.uint8)))
    return raw


@pytest.mark.usefixtures("kmnist")
def test_a_downloaded_set_is_read_into_one_tensor(tmp_path: Path) -> None:
    assert is_available("kmnist", downloads=tmp_path)
    data = load("kmnist", train=False, downloads=tmp_path)
    assert np.array_equal(data.images.squeeze(1).numpy(), numbered_images(10_000))
    assert data.labels.tolist() == [index % 256 for index in range(10_000)]


@pytest.mark.parametrize("file", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
@pytest.mark.parametrize("how", ["truncated", "empty", "other content", "fewer"])
def test_a_damaged_download_says_to_delete_its_folder(kmnist: Path, tmp_path: Path, file: str, how: str) -> None:
    content = (kmnist / file).read_bytes()
    contents = {
        "truncated": content[: len(content) // 2],
        "empty": b"",
        "other content": b"<html>Please log in</html>",
        "fewer": idx_bytes(numbered_images(3)),
    }
    (kmnist / file).write_bytes(contents[how])
    with pytest.raises(DataError, match="damaged or incomplete; delete that folder") as caught:
        load("kmnist", train=False, downloads=tmp_path)
    assert str(tmp_path / "kmnist") in str(caught.value)


def test_a_download_without_one_of_its_files_is_not_available(kmnist: Path, tmp_path: Path) -> None:
    (kmnist / "train-labels-idx1-ubyte").unlink()
    assert not is_available("kmnist", downloads=tmp_path)


def test_emnist_is_turned_upright(tmp_path: Path) -> None:
    upright = numbered_images(18_800)
    raw = tmp_path / "emnist" / "EMNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "test"):
        (raw / f"emnist-balanced-{part}-images-idx3-ubyte").write_bytes(
            idx_bytes(np.ascontiguousarray(upright.transpose(0, 2, 1)))
        )
        labels = np.zeros(18_800, np.uint8)
        (raw / f"emnist-balanced-{part}-labels-idx1-ubyte").write_bytes(idx_bytes(labels))

    data = load("emnist", train=False, downloads=tmp_path)
    assert np.array_equal(data.images.squeeze(1).numpy(), upright)
    assert data.images.is_contiguous()
    with pytest.raises(DataError, match="incomplete"):
        load("emnist", train=True, downloads=tmp_path)


def test_cifar10_is_read_with_channels_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cifar10" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    pixels = np.random.default_rng(0).integers(0, 256, (10_000, 3, 32, 32), dtype=np.uint8)
    labels = [index % 10 for index in range(10_000)]
    batch = pickle.dumps({"data": pixels.reshape(10_000, -1), "labels": labels})
    meta = pickle.dumps({"label_names": list(DATASETS["cifar10"].classes)})
    batches = [f"data_batch_{number}" for number in range(1, 6)]
    for name in (*batches, "test_batch"):
        (folder / name).write_bytes(batch)
    (folder / "batches.meta").write_bytes(meta)
    # Otherwise the files would have the checksums of the real ones.
    checksum = hashlib.md5(batch).hexdigest()
    dataset = torchvision.datasets.CIFAR10
    monkeypatch.setattr(dataset, "train_list", [[name, checksum] for name in batches])
    monkeypatch.setattr(dataset, "test_list", [["test_batch", checksum]])
    monkeypatch.setitem(dataset.meta, "md5", hashlib.md5(meta).hexdigest())

    train, test = (load("cifar10", train=part, downloads=tmp_path) for part in (True, False))
    assert torch.equal(test.images, torch.from_numpy(pixels))
    assert torch.equal(train.images, torch.from_numpy(pixels).repeat(5, 1, 1, 1))
    assert train.labels.tolist() == labels * 5
    assert train.images.is_contiguous()


def test_a_tampered_cifar10_is_refused_before_it_is_unpickled(tmp_path: Path) -> None:
    folder = tmp_path / "cifar10" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    witness = tmp_path / "ran"
    attack = pickle.dumps(_Attack(witness))
    for file in DATASETS["cifar10"].files:
        (tmp_path / "cifar10" / file).write_bytes(attack)
    with pytest.raises(DataError, match="damaged or incomplete"):
        load("cifar10", train=True, downloads=tmp_path)
    assert not witness.exists()


class _Attack:
    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return _touch, (str(self.witness),)


def _touch(path: str) -> None:
    Path(path).touch()
