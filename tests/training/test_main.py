"""The command line, `python -m playground.training`, as a person starts it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from playground.training import RunStore, StartEvent, checkpoint_path, read_checkpoint, recommended, resolve_device
from playground.training.__main__ import main
from tests.data.conftest import damaged_copy
from tests.training.conftest import PATIENCE, PROJECT

COMMAND = [sys.executable, "-m", "playground.training"]


def test_it_trains_and_says_where_the_run_is(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    command = "--network lenet --dataset mnist --epochs 1 --first 2000 --threads 1 --seed 3 --augmentation RandomCrop"
    done = subprocess.run(
        [*COMMAND, *command.split(), "--runs", str(store.folder)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    (run,) = store.runs()
    assert f"Run folder: {run.folder}" in done.stdout
    assert re.search(
        r"^epoch 1: training loss \d\.\d{4}, test loss .*, test accuracy \d+\.\d\d%, .* s$", done.stdout, re.M
    )
    assert done.stdout.rstrip().endswith(f"Finished. Checkpoints, curve and settings: {run.folder}")
    assert re.search(r"lenet on \w+", done.stderr)
    assert "20/20" in done.stderr
    assert "batch_loss=" in done.stderr
    assert "Traceback" not in done.stderr

    config = run.config
    assert (config.network, config.epochs, config.subset.first, config.seed) == ("lenet", 1, 2000, 3)
    assert [type(augment).__name__ for augment in config.augmentation] == ["RandomCrop"]
    assert config.device == resolve_device("auto").name
    assert config.learning_rate == recommended("lenet").learning_rate
    assert read_checkpoint(checkpoint_path(run.folder, "best"))["arch"] == "lenet"


def test_control_c_stops_the_run_after_its_present_step(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    command = "--network logistic_regression --epochs 10000 --first 600 --threads 1"
    with subprocess.Popen(
        [*COMMAND, *command.split(), "--runs", str(store.folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=obey_control_c,
    ) as process:
        assert process.stdout
        assert process.stderr
        while not process.stdout.readline().startswith("epoch 2:"):
            assert process.poll() is None
        # As a terminal does: to all processes in its foreground group.
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    (run,) = store.runs()
    assert run.status == "stopped"
    assert output.rstrip().endswith(f"Stopped. Checkpoints, curve and settings: {run.folder}")
    assert "Traceback" not in errors
    assert read_checkpoint(checkpoint_path(run.folder, "last"))["step"] == run.events()[-1].step


def test_control_c_before_there_is_a_run_ends_it_quietly(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--runs", str(tmp_path / "runs")],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(signals_itself(tmp_path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=obey_control_c,
    ) as process:
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert RunStore(tmp_path / "runs").runs() == []


def obey_control_c() -> None:
    """A shell starts what runs in the background, perhaps these tests, so that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def signals_itself(folder: Path) -> Path:
    """A folder whose `torch` sends its process what Ctrl-C sends: the moment is then the import of torch."""
    (folder / "torch.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    return folder


BAD_VALUES = [
    ("--learning-rate 0", "The learning rate is 0.0; choose a number above 0 and at most 100"),
    ("--learning-rate nan", "The learning rate is nan;"),
    ("--epochs 0", "The setting epochs is 0; choose a whole number from 1"),
    ("--batch-size 60001", "The batch size 60,001 is larger than the 60,000 training images"),
    ("--first 60001", "MNIST has 60,000 training images"),
    ("--first 0", "The number of first images must be a whole number of at least 1"),
    ("--device cuda:99", "This machine has no device cuda:99"),
    ("--dataset kmnist", "Kuzushiji-MNIST is not on this machine yet"),
    ("--runs FILE/runs", "cannot be written: Not a directory"),
]
# All in one process, since some of them import torch.
CALL_MAIN = """
import sys
from playground.training.__main__ import main
for line in sys.stdin:
    print(main(line.split()), flush=True)
"""


def test_a_bad_value_is_answered_with_one_sentence_and_the_status_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = RunStore(tmp_path / "runs")
    lines = [f"--runs {store.folder} {arguments}" for arguments, _ in BAD_VALUES]
    done = subprocess.run(
        [sys.executable, "-c", CALL_MAIN],
        input="\n".join(lines).replace("FILE", str(tmp_path / "file")),
        cwd=PROJECT,
        env={**os.environ, "PLAYGROUND_DOWNLOADS": str(tmp_path / "downloads")},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stdout.split() == ["2"] * len(BAD_VALUES)
    said = done.stderr.splitlines()
    assert len(said) == len(BAD_VALUES), done.stderr
    for found, (_, sentence) in zip(said, BAD_VALUES, strict=True):
        assert sentence in found
    assert store.runs() == []


def test_a_bad_value_ends_the_command_at_once(tmp_path: Path) -> None:
    command = [*COMMAND, "--learning-rate", "0", "--runs", str(tmp_path / "runs")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("The learning rate is 0.0;")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("arguments", ["--network resnet", "--epochs many", "--colour red", "--optimizer adagrad"])
def test_an_unknown_option_is_answered_with_the_usage(capsys: pytest.CaptureFixture[str], arguments: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 2
    assert "usage: python -m playground.training" in capsys.readouterr().err


def test_a_damaged_file_of_the_data_fails_the_run_with_a_sentence(tmp_path: Path) -> None:
    """In a copy of the project, since the data lie in it."""
    shutil.copytree(PROJECT / "playground", tmp_path / "playground", ignore=shutil.ignore_patterns("__pycache__"))
    assets = tmp_path / "assets" / "mnist"
    shutil.copytree(PROJECT / "assets" / "mnist", assets)
    damaged = assets / "train-images-idx3-ubyte.gz"
    damaged.unlink()
    damaged_copy(PROJECT / "assets" / "mnist" / damaged.name, damaged, "changed pixel")

    done = subprocess.run(
        [*COMMAND, "--epochs", "1"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 1
    sentence = done.stderr.strip().splitlines()[-1]
    assert sentence.startswith(
        f"The MNIST file assets/mnist/{damaged.name} cannot be used because its checksum is wrong"
    )
    assert "git restore assets/mnist" in sentence
    assert "Traceback" not in done.stderr
    (run,) = RunStore(tmp_path / "runs").runs()
    assert run.status == "failed"
    assert run.events()[-1].message == sentence
    assert not any(isinstance(event, StartEvent) for event in run.events())
