"""Data sets as tensors that live on the training device: load, select, split, augment, batch, download.

Importing this package does not import torch; the first function that needs it does.
"""

from playground.data.augmentation import BATCH_AUGMENTATIONS, BatchAugmentation, augmentation_from_dict
from playground.data.availability import is_available
from playground.data.batches import batch_count, epoch_batches, evaluation_batches, normalize
from playground.data.download_process import Download, start_download
from playground.data.errors import DataError
from playground.data.fetching import Mirror
from playground.data.image_data import ImageData
from playground.data.loading import load
from playground.data.registry import DATASETS, DatasetInfo
from playground.data.subset import Subset, select
from playground.data.validation_split import split_validation

__all__ = [
    "BATCH_AUGMENTATIONS",
    "DATASETS",
    "BatchAugmentation",
    "DataError",
    "DatasetInfo",
    "Download",
    "ImageData",
    "Mirror",
    "Subset",
    "augmentation_from_dict",
    "batch_count",
    "epoch_batches",
    "evaluation_batches",
    "is_available",
    "load",
    "normalize",
    "select",
    "split_validation",
    "start_download",
]
