from __future__ import annotations

from pathlib import Path

import pytest

from playground.training.dataset_fit import fitting_datasets
from tests.training.conftest import network


@pytest.mark.parametrize(
    ("shape", "classes", "first", "others"),
    [
        ((3, 32, 32), 10, "cifar10", set()),
        ((3, 32, 32), None, "cifar10", set()),
        ((1, 28, 28), 10, "mnist", {"fashion_mnist", "kmnist", "emnist"}),
        ((1, 28, 28), 47, "emnist", {"mnist", "fashion_mnist", "kmnist"}),
        ((1, 28, 28), 1000, "mnist", {"fashion_mnist", "kmnist", "emnist"}),
    ],
)
def test_the_data_set_with_such_images_and_classes_that_is_here_comes_first(
    shape: tuple[int, ...],
    classes: int | None,
    first: str,
    others: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAYGROUND_DOWNLOADS", str(tmp_path))
    found = fitting_datasets(network(("Flatten", {}), shape=shape), classes)
    assert (found[0], set(found[1:])) == (first, others)


def test_other_images_fit_no_data_set() -> None:
    assert fitting_datasets(network(("Flatten", {}), shape=(3, 224, 224)), 10) == []
