"""The checkpoints of a run: its latest and its best epoch, each one file that is whole or not there."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from playground.training.files import PRIVATE_FOLDER, write_atomically
from playground.training.hooks import Hook, TrainState

if TYPE_CHECKING:
    from playground.training.events import EpochEvent

CheckpointName = Literal["last", "best"]

# In the run's folder.
CHECKPOINT_FILES: dict[CheckpointName, str] = {
    "last": "checkpoints/last.pth.tar",
    "best": "checkpoints/best.pth.tar",
}


def checkpoint_path(folder: Path, name: CheckpointName) -> Path:
    """Return where the run keeps its latest or its best checkpoint."""
    return folder / CHECKPOINT_FILES[name]


class CheckpointWriter(Hook):
    """Writes ``last`` after each epoch and when the run is stopped, ``best`` when an epoch is the best so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._best = -1.0
        self._saved_step = 0

    def on_epoch_end(self, state: TrainState, event: EpochEvent) -> None:
        """Write the epoch's checkpoints."""
        data = _serialize(state)
        _write(self._folder, "last", data)
        self._saved_step = state.step
        if event.selection_accuracy > self._best:
            self._best = event.selection_accuracy
            _write(self._folder, "best", data)

    def on_train_end(self, state: TrainState) -> None:
        """Write what a stopped run has learned since its last epoch."""
        if state.step > self._saved_step:
            _write(self._folder, "last", _serialize(state))


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Return the checkpoint's dictionary, its tensors on the CPU; reads plain data only and runs nothing."""
    import torch

    checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return checkpoint


def read_state_dict(path: str | Path) -> dict[str, Any]:
    """Return the checkpoint's state dict, its tensors on the CPU; reads plain data only and runs nothing."""
    state_dict: dict[str, Any] = read_checkpoint(Path(path))["state_dict"]
    return state_dict


def state_dict_bytes(path: Path) -> bytes:
    """Return the file that holds the checkpoint's state dict alone, for ``model.load_state_dict``."""
    return _to_bytes(read_state_dict(path))


def _serialize(state: TrainState) -> bytes:
    return _to_bytes(
        {
            "epoch": state.epoch,
            "step": state.step,
            "arch": state.config.network_name,
            "state_dict": state.model.state_dict(),
            "best_acc1": 100 * state.best_accuracy,
            "optimizer": state.optimizer.state_dict(),
            "config": state.config.to_json(),
        }
    )


def _to_bytes(value: Any) -> bytes:
    # Through memory: on a full disk torch.save itself fails with "unexpected pos" in place of an OSError.
    import torch

    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def _write(folder: Path, name: CheckpointName, data: bytes) -> None:
    path = checkpoint_path(folder, name)
    # Not the run's folder, too: that of a run which was deleted meanwhile.
    path.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    write_atomically(path, data)
