"""What a network is made of and costs, layer by layer."""

from playground.inspection.batch_size import largest_batch
from playground.inspection.epoch_time import EpochTime, seconds_per_epoch
from playground.inspection.folding import deepest, fold
from playground.inspection.memory_budget import Budget, budget
from playground.inspection.receptive_field import ReceptiveField, receptive_fields, region
from playground.inspection.summary import Block, LayerRow, StoppedError, Summary, summarize
from playground.inspection.torchinfo_text import torchinfo_text
from playground.inspection.torchvision_models import TorchvisionModel, build_torchvision_model, torchvision_models

__all__ = [
    "Block",
    "Budget",
    "EpochTime",
    "LayerRow",
    "ReceptiveField",
    "StoppedError",
    "Summary",
    "TorchvisionModel",
    "budget",
    "build_torchvision_model",
    "deepest",
    "fold",
    "largest_batch",
    "receptive_fields",
    "region",
    "seconds_per_epoch",
    "summarize",
    "torchinfo_text",
    "torchvision_models",
]
