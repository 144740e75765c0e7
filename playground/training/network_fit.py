"""Whether a network can be trained on a data set: it fits, it has something to learn, and from how many images."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from playground.networks import FitError, check_fit

if TYPE_CHECKING:
    from playground.data import DatasetInfo
    from playground.networks import NetworkSpec, TraceRow

_BATCH = 2


def check_trainable(spec: NetworkSpec, info: DatasetInfo) -> FitError | None:
    """What keeps a network from being trained on a data set; None if nothing does."""
    error = check_fit(spec, info.image_shape, len(info.classes))
    if error:
        return error
    if spec.trace((_BATCH, *info.image_shape)).parameters == 0:
        return FitError(
            f"{spec.name} has no parameters, so there is nothing to train; add a layer that has some, such as Linear."
        )
    return None


def layer_that_needs_two_images(spec: NetworkSpec, info: DatasetInfo) -> str | None:
    """The first layer that would normalize a single value per channel in a batch of one image: "fc.1 (BatchNorm1d)"."""
    rows = spec.trace((_BATCH, *info.image_shape)).rows
    return next((f"{row.path} ({row.type})" for row in rows if _has_one_value_per_image(row, spec)), None)


def _has_one_value_per_image(row: TraceRow, spec: NetworkSpec) -> bool:
    if math.prod(row.output_shape[2:]) != 1:
        return False
    if row.type == "GroupNorm":
        return dict(spec.walk())[row.path].arguments["num_groups"] == row.output_shape[1]
    return row.type.startswith("BatchNorm")
