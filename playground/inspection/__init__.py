"""What a network is made of and costs, layer by layer."""

from playground.inspection.batch_size import largest_batch
from playground.inspection.epoch_time import EpochTime, seconds_per_epoch
from playground.inspection.memory_budget import Budget, budget
from playground.inspection.summary import LayerRow, StoppedError, Summary, summarize
from playground.inspection.torchinfo_text import torchinfo_text
from playground.inspection.torchvision_models import TorchvisionModel, build_torchvision_model, torchvision_models

__all__ = [
    "Budget",
    "EpochTime",
    "LayerRow",
    "StoppedError",
    "Summary",
    "TorchvisionModel",
    "budget",
    "build_torchvision_model",
    "largest_batch",
    "seconds_per_epoch",
    "summarize",
    "torchinfo_text",
    "torchvision_models",
]
