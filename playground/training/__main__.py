"""Train from a shell: ``python -m playground.training --network lenet --dataset mnist --epochs 1``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from playground.data import BATCH_AUGMENTATIONS, DATASETS, DataError, Subset
from playground.images import ImageError, Pipeline
from playground.networks import presets
from playground.training.config import TrainConfig
from playground.training.errors import ConfigError, TrainingError
from playground.training.event_log import EventLogReader
from playground.training.events import EndEvent, EpochEvent, StartEvent, StepEvent
from playground.training.launcher import launcher_for
from playground.training.optimizers import OPTIMIZERS
from playground.training.recipes import recommended
from playground.training.run import Run
from playground.training.schedules import SCHEDULES
from playground.training.store import RunStore

_POLL_SECONDS = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Train as the arguments say, show a progress bar, and return the exit status."""
    options = vars(_parser().parse_args(arguments))
    store = RunStore(options.pop("runs"))
    launcher = launcher_for(store)
    try:
        config = _config(options)
        launcher.keep_warm()
        run = launcher.launch(config)
        launcher.keep_warm(False)
        print(f"Run folder: {run.folder}", flush=True)
        return _follow(run)
    except (TrainingError, DataError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        launcher.dismiss()


def _config(options: dict[str, Any]) -> TrainConfig:
    given = {name: value for name, value in options.items() if value is not None}
    if "first" in given:
        given["subset"] = Subset(first=given.pop("first"))
    if "augmentation" in given:
        given["augmentation"] = tuple(BATCH_AUGMENTATIONS[name]() for name in given["augmentation"])
    if "pipeline" in given:
        given["pipeline"] = _pipeline(given["pipeline"])
    return recommended(**given)


def _pipeline(file: str) -> Pipeline:
    try:
        return Pipeline.from_json(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeError, ImageError) as error:
        raise ConfigError(f"The pipeline in {file} cannot be read: {error}", "pipeline") from error


def _follow(run: Run) -> int:
    progress = _Progress()
    reader = EventLogReader(run.folder)
    stopping = False
    while True:
        try:
            active = run.active
            progress.show(reader, run.status)
            if not active:
                return progress.finish(run)
            time.sleep(_POLL_SECONDS)
        except KeyboardInterrupt:
            if stopping:
                return 130
            stopping = True
            run.stop()


class _Progress:
    """The progress bar of one run."""

    def __init__(self) -> None:
        self._bar = tqdm(unit="step", dynamic_ncols=True)
        self._end: EndEvent | None = None

    def show(self, reader: EventLogReader, status: str) -> None:
        """Bring the bar up to the newest events."""
        if status == "queued":
            self._bar.set_description("waiting for the device")
        for event in reader.read():
            if isinstance(event, StartEvent):
                self._bar.reset(total=event.steps_per_epoch * event.epochs)
                self._bar.set_description(f"{event.network} on {event.device}")
            elif isinstance(event, StepEvent):
                self._bar.update(event.step - self._bar.n)
                self._bar.set_postfix(
                    batch_loss=f"{event.loss:.4f}", images_per_second=f"{event.images_per_second:,.0f}"
                )
            elif isinstance(event, EpochEvent):
                self._bar.write(_epoch_line(event), file=sys.stdout)
            else:
                self._end = event

    def finish(self, run: Run) -> int:
        """Say how the run ended and return the exit status."""
        self._bar.close()
        print(f"{run.status.capitalize()}. Checkpoints, curve and settings: {run.folder}")
        reason = run.damage or (self._end.message if self._end else "")
        if reason:
            print(reason, file=sys.stderr)
        return 0 if run.status in ("finished", "stopped") else 1


def _epoch_line(event: EpochEvent) -> str:
    return (
        f"epoch {event.epoch}: training loss {event.train_loss:.4f}, test loss {event.test_loss:.4f}, "
        f"test accuracy {event.test_accuracy:.2%}, {event.seconds:.1f} s"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m playground.training",
        description="Train a network in a process of its own; Ctrl-C stops it after the present step.",
        epilog="What is not given is what suits the network.",
    )
    parser.add_argument("--network", choices=presets.trainable_names(), default="lenet")
    parser.add_argument("--dataset", choices=list(DATASETS), default="mnist")
    parser.add_argument("--optimizer", choices=list(OPTIMIZERS))
    parser.add_argument("--schedule", choices=list(SCHEDULES))
    parser.add_argument("--augmentation", nargs="*", choices=list(BATCH_AUGMENTATIONS))
    parser.add_argument("--pipeline", metavar="FILE", help="a pipeline of the Augment page, as JSON")
    parser.add_argument("--device", help="auto, cpu, mps or cuda:N")
    parser.add_argument("--first", type=int, metavar="N", help="train on the first N images only")
    parser.add_argument("--runs", metavar="FOLDER", help="where the runs are kept (default: runs/)")
    numbers: dict[str, type[Any]] = {
        "epochs": int,
        "batch-size": int,
        "learning-rate": float,
        "validation": float,
        "seed": int,
        "threads": int,
    }
    for name, type_ in numbers.items():
        parser.add_argument(f"--{name}", type=type_)
    return parser


if __name__ == "__main__":
    sys.exit(main())
