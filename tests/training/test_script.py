from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from playground.data import DATASETS, Subset, is_available
from playground.data.augmentation import RandomCrop, RandomHorizontalFlip, RandomRotation
from playground.images import Pipeline, Transform
from playground.networks import presets
from playground.training import OPTIMIZERS, SCHEDULES, EpochEvent, TrainConfig, resolve_device, to_script, train
from tests.training.conftest import PROJECT, network, small
from tests.training.test_loop import Keep, same

LINEAR = (("Flatten", {}), ("Linear", {"in_features": 784, "out_features": 10}))
ALL_AUGMENTATIONS = (RandomCrop(padding=2), RandomHorizontalFlip(p=0.3), RandomRotation(degrees=12.5))

PIPELINE = Pipeline(
    [
        Transform("RandomAffine", degrees=10, translate=(0.1, 0.1)),
        Transform("GaussianBlur", kernel_size=3, enabled=False),
        Transform("RandomInvert", probability=0.5),
        Transform("RandomCrop", size=(28, 28), padding=2),
    ]
)

VARIANTS: dict[str, dict[str, Any]] = {
    **{f"network {name}": {"network": name, "augmentation": (RandomCrop(),)} for name in presets.trainable_names()},
    **{f"optimizer {name}": {"optimizer": name, "schedule": "constant"} for name in OPTIMIZERS},
    **{f"schedule {name}": {"schedule": name} for name in SCHEDULES},
    **{f"augmentation {type(augment).__name__}": {"augmentation": (augment,)} for augment in ALL_AUGMENTATIONS},
    "all augmentations": {"augmentation": ALL_AUGMENTATIONS, "network": "lenet"},
    "pipeline": {"pipeline": PIPELINE, "network": "lenet"},
    "pipeline and augmentation": {"pipeline": PIPELINE, "augmentation": (RandomRotation(),), "epochs": 1},
    "first": {"subset": Subset(first=250)},
    "classes and first": {"subset": Subset(classes=(7, 3, 1), first=250)},
    "indices": {"subset": Subset(indices=(5, 3, *range(100, 300)))},
    "validation split": {"validation": 0.23},
    "validation split of a subset": {"validation": 0.23, "subset": Subset(classes=(3, 1), first=250)},
    "incomplete batch": {"batch_size": 77},
    "last batch of one": {"batch_size": 599, "epochs": 3},
    "one step": {"epochs": 1, "batch_size": 600},
    "seed": {"seed": 2**63 - 1, "augmentation": (RandomCrop(),)},
    "two threads": {"threads": 2, "network": "cnn"},
    "own network": {"network": network(*LINEAR)},
    "everything": {
        "network": "cnn",
        "subset": Subset(classes=(0, 3, 8), first=310),
        "validation": 0.1,
        "augmentation": ALL_AUGMENTATIONS[::-1],
        "optimizer": "nesterov",
        "learning_rate": 0.02,
        "batch_size": 64,
        "seed": 7,
    },
}
# Names of classes that the script has other uses for.
TAKEN_NAMES = [
    "model",
    "main",
    "load",
    "batches",
    "optimizer",
    "evaluate",
    "x",
    "Path",
    "time",
    "len",
    "random_crop",
    "SEED",
]


def printed(config: TrainConfig) -> tuple[list[str], dict[str, torch.Tensor]]:
    """The lines that the script must print, but for their seconds, and the weights that it must save."""
    keep = Keep()
    lines = []
    for event in train(config, [keep]):
        if isinstance(event, EpochEvent):
            lines.append(
                f"epoch {event.epoch}: training loss {event.train_loss:.4f}, test loss {event.test_loss:.4f}, "
                f"test accuracy {event.test_accuracy:.2%}"
            )
            if event.validation_accuracy is not None:
                lines.append(
                    f"validation loss {event.validation_loss:.4f}, validation accuracy {event.validation_accuracy:.2%}"
                )
    return lines, keep.state.model.state_dict()


def without_seconds(output: str) -> list[str]:
    return re.sub(r", [0-9.]+ s$", "", output.strip(), flags=re.MULTILINE).splitlines()


def folder_for(script: str, tmp_path: Path) -> Path:
    """A folder as a person has it: the script, and the data where the script says it must be."""
    (tmp_path / "assets").symlink_to(PROJECT / "assets")
    (tmp_path / "run.py").write_text(script)
    return tmp_path


def start_here(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[list[str], dict[str, torch.Tensor]]:
    """What the script prints and saves, started in this process, which has imported torch already."""
    monkeypatch.chdir(folder_for(to_script(config), tmp_path))
    capsys.readouterr()
    runpy.run_path("run.py", run_name="__main__")
    (saved,) = tmp_path.glob("*.pth")
    return without_seconds(capsys.readouterr().out), torch.load(saved, weights_only=True)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_script_prints_and_saves_what_the_run_did(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = small(**VARIANTS[name])
    expected_lines, expected_weights = printed(config)
    lines, weights = start_here(config, tmp_path, monkeypatch, capsys)
    assert lines == expected_lines
    assert list(weights) == list(expected_weights)
    assert same(weights, expected_weights)


@pytest.mark.parametrize("name", TAKEN_NAMES)
def test_a_network_may_have_a_name_that_the_script_uses(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = small(network=network(*LINEAR, name=name), epochs=1, augmentation=(RandomCrop(),))
    expected_lines, expected_weights = printed(config)
    lines, weights = start_here(config, tmp_path, monkeypatch, capsys)
    assert lines == expected_lines
    assert same(weights, expected_weights)


def test_the_script_runs_where_this_project_is_not(tmp_path: Path) -> None:
    config = small(**VARIANTS["everything"])
    expected_lines, expected_weights = printed(config)
    # -I: neither the folder of the script nor PYTHONPATH is looked into for imports.
    done = subprocess.run(
        [sys.executable, "-I", "run.py"],
        cwd=folder_for(to_script(config), tmp_path),
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert without_seconds(done.stdout) == expected_lines
    assert done.stderr == ""
    assert same(torch.load(tmp_path / "CNN.pth", weights_only=True), expected_weights)


def test_the_script_speaks_of_nothing_but_torch() -> None:
    imported = re.findall(r"^(?:import|from) (\w+)", to_script(small(**VARIANTS["everything"])), re.MULTILINE)
    assert set(imported) <= {"gzip", "math", "time", "pathlib", "torch", "collections"}


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_script_of_every_data_set_is_python_and_loads_it(dataset: str) -> None:
    info = DATASETS[dataset]
    size = info.image_shape[0] * info.image_shape[1] * info.image_shape[2]
    spec = network(
        ("Flatten", {}), ("Linear", {"in_features": size, "out_features": len(info.classes)}), shape=info.image_shape
    )
    script = to_script(TrainConfig(network=spec, dataset=dataset, device="cpu"))
    compile(script, "run.py", "exec")
    assert (f"torchvision.datasets.{info.torchvision_class}(" in script) is (not info.is_bundled)


def test_the_threads_are_those_of_the_run() -> None:
    assert "torch.set_num_threads(3)" in to_script(small(threads=None), threads=3)
    assert "torch.set_num_threads(1)" in to_script(small(threads=1), threads=3)


def test_the_device_is_the_one_that_auto_found() -> None:
    found = resolve_device("auto").name
    assert f'DEVICE = torch.device("{found}")' in to_script(small(device="auto"))


def test_mnist_is_here_for_these_tests() -> None:
    assert is_available("mnist")
