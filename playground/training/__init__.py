"""Train a network: the settings, the loop, and runs in processes of their own. Importing it does not import torch."""

from playground.training.checkpoint import checkpoint_path, read_checkpoint, read_state_dict, state_dict_bytes
from playground.training.config import TrainConfig
from playground.training.devices import Device, available_devices, default_threads, resolve_device
from playground.training.errors import (
    ConfigError,
    DamagedRunError,
    DivergedError,
    NoSuchRunError,
    RunDeletedError,
    StoreError,
    TrainingError,
)
from playground.training.event_log import EventLogReader
from playground.training.events import EndEvent, EpochEvent, Event, StartEvent, StepEvent
from playground.training.history import HistoryReader, RunHistory
from playground.training.hooks import Hook, TrainState
from playground.training.launcher import check, launch, launcher_for
from playground.training.loop import train
from playground.training.optimizers import OPTIMIZERS
from playground.training.pipeline_fit import PipelineMisfit, check_pipeline
from playground.training.recipes import RECIPES, recommended
from playground.training.run import Run, RunStatus
from playground.training.schedules import SCHEDULES
from playground.training.script import to_script
from playground.training.store import RunStore

__all__ = [
    "OPTIMIZERS",
    "RECIPES",
    "SCHEDULES",
    "ConfigError",
    "DamagedRunError",
    "Device",
    "DivergedError",
    "EndEvent",
    "EpochEvent",
    "Event",
    "EventLogReader",
    "HistoryReader",
    "Hook",
    "NoSuchRunError",
    "PipelineMisfit",
    "Run",
    "RunDeletedError",
    "RunHistory",
    "RunStatus",
    "RunStore",
    "StartEvent",
    "StepEvent",
    "StoreError",
    "TrainConfig",
    "TrainState",
    "TrainingError",
    "available_devices",
    "check",
    "check_pipeline",
    "checkpoint_path",
    "default_threads",
    "launch",
    "launcher_for",
    "read_checkpoint",
    "read_state_dict",
    "recommended",
    "resolve_device",
    "state_dict_bytes",
    "to_script",
    "train",
]
