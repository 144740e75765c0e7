"""How many images a run trains on, and whether they can be split and made into batches as its settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.data import DATASETS
from playground.training.errors import ConfigError

if TYPE_CHECKING:
    from playground.training.config import TrainConfig


def selected_images(config: TrainConfig) -> int:
    """How many training images the subset keeps.

    Raises ConfigError when it asks for classes or for more images than there are.
    """
    info, subset = DATASETS[config.dataset], config.subset
    unknown = next((number for number in subset.classes or () if number >= len(info.classes)), None)
    if unknown is not None:
        last = len(info.classes) - 1
        raise ConfigError(f"{info.label} has no class {unknown}; choose among its classes 0 to {last}.", "subset")
    images = sum(info.class_size(number) for number in subset.classes) if subset.classes else info.train_size
    if subset.indices is not None:
        images = len(subset.indices)
    if subset.first is None:
        return images
    if subset.first > images:
        kept = "" if images == info.train_size else " after the choice of classes or indices"
        raise ConfigError(
            f"{info.label} has {images:,} training images{kept}; choose at most so many as the first.", "subset"
        )
    return subset.first


def check_sizes(config: TrainConfig, images: int, needs_two: str | None = None) -> None:
    """Raise ConfigError when so many images cannot be split and batched as the settings say.

    ``needs_two`` names a layer that cannot learn from a batch of one image, if the network has one. What the text
    of the error advises for a setting is not refused by what is checked after it.
    """
    least = 2 if needs_two else 1
    held_out = round(images * config.validation)
    training = images - held_out
    if config.validation and not 0 < held_out < images:
        raise _bad_split(
            f"A validation fraction of {config.validation:g} holds out {held_out:,} of {_counted(images)}, and both "
            "parts need at least one",
            images,
            least,
        )
    if training < least:
        raise _bad_split(
            f"{_counted(training)} is left for training, and {needs_two} needs at least 2 in a batch", images, least
        )
    if config.batch_size > training:
        raise ConfigError(
            f"The batch size {config.batch_size:,} is larger than the {training:,} training images; "
            f"choose at most {training:,}.",
            "batch_size",
        )
    if needs_two and _last_batch(training, config.batch_size) == 1:
        better = next(size for size in range(config.batch_size + 1, training + 1) if _last_batch(training, size) > 1)
        raise ConfigError(
            f"With {training:,} training images in batches of {config.batch_size:,}, the last batch has 1 image; "
            f"{needs_two} needs at least 2 to learn from; choose another batch size such as {better:,}.",
            "batch_size",
        )


def _bad_split(reason: str, images: int, least: int) -> ConfigError:
    """The error with the splits that leave as many images for training as a batch needs at least."""
    if images < least:
        return ConfigError(f"{reason}; train on at least {least} images.", "subset")
    fraction = f" or a fraction such as {1 / images:.2g}" if images > least else ""
    return ConfigError(f"{reason}; choose 0 for no validation{fraction}.", "validation")


def _last_batch(images: int, batch_size: int) -> int:
    return images % batch_size or batch_size


def _counted(images: int) -> str:
    return f"{images:,} image{'' if images == 1 else 's'}"
