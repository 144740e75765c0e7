"""What a network is made of and costs, layer by layer."""

from playground.inspection.summary import LayerRow, StoppedError, Summary, summarize
from playground.inspection.torchinfo_text import torchinfo_text
from playground.inspection.torchvision_models import TorchvisionModel, build_torchvision_model, torchvision_models

__all__ = [
    "LayerRow",
    "StoppedError",
    "Summary",
    "TorchvisionModel",
    "build_torchvision_model",
    "summarize",
    "torchinfo_text",
    "torchvision_models",
]
