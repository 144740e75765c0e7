from __future__ import annotations

import pytest

from playground.data import DATASETS, DatasetInfo
from playground.data.fetching import _official_sources
from playground.data.torchvision_sets import dataset_class

ALL = pytest.mark.parametrize("info", DATASETS.values(), ids=list(DATASETS))


@ALL
def test_an_entry_is_complete_and_consistent(info: DatasetInfo) -> None:
    channels = info.image_shape[0]
    assert DATASETS[info.name] is info
    assert len(info.mean) == len(info.std) == channels
    assert all(0 < mean < 1 and 0 < std < 1 for mean, std in zip(info.mean, info.std, strict=True))
    assert len(set(info.classes)) == len(info.classes)
    assert info.source.startswith("http")
    assert all((info.label, info.description, info.licence, info.statistics_source))
    assert info.is_bundled == (not info.files)
    assert all(file.startswith(info.unpack_folder) for file in info.files)


@ALL
def test_classes_are_those_of_torchvision(info: DatasetInfo) -> None:
    dataset = dataset_class(info)
    match info.name:
        case "mnist":
            expected = [text.split(" - ")[0] for text in dataset.classes]
        case "emnist":
            expected = dataset.classes_split_dict["balanced"]
        case "cifar10":
            pytest.skip("torchvision reads the classes of CIFAR-10 from the downloaded files")
        case _:
            expected = dataset.classes
    assert list(info.classes) == expected


@pytest.mark.parametrize("name", [name for name, info in DATASETS.items() if not info.is_bundled])
def test_the_downloaded_files_are_those_that_torchvision_fetches(name: str) -> None:
    sources = _official_sources(DATASETS[name])
    assert [source.file for source in sources] == [file.name for file in DATASETS[name].downloads]
    for source in sources:
        assert len(source.md5) == 32
        assert all(folder.startswith("http") and folder.endswith("/") for folder in source.folders)
