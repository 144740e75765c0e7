"""Put a part of the training images aside for validation."""

from __future__ import annotations

from playground.data.errors import DataError
from playground.data.image_data import ImageData


def split_validation(data: ImageData, fraction_or_count: float, seed: int) -> tuple[ImageData, ImageData]:
    """Two disjoint parts `(train, validation)` that together are `data`, each in its order.

    A float between 0 and 1 is a fraction, an int a number of images. The same seed gives the same split on
    every device. Raises DataError where one of the parts would be empty.
    """
    import torch

    count = _validation_count(len(data), fraction_or_count)
    # Drawn on the CPU, whatever the device, by a generator of its own.
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))
    validation, train = order[:count].sort().values, order[count:].sort().values
    return data.at(train), data.at(validation)


def _validation_count(total: int, fraction_or_count: float) -> int:
    if isinstance(fraction_or_count, bool) or not isinstance(fraction_or_count, int | float):
        raise DataError(f"The validation part must be a fraction or a number of images, not {fraction_or_count!r}.")
    if isinstance(fraction_or_count, float):
        if not 0 < fraction_or_count < 1:
            raise DataError(f"A validation fraction must lie between 0 and 1, not at {fraction_or_count}.")
        count = round(total * fraction_or_count)
    else:
        count = fraction_or_count
    if not 0 < count < total:
        raise DataError(
            f"{count:,} of {total:,} images cannot be put aside for validation; both parts need at least one."
        )
    return count
