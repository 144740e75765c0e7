"""Numbers as pictures: from black for the lowest to white for the highest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def grey_images(values: NDArray[np.float32], *, together: bool = False) -> NDArray[np.uint8]:
    """Images of uint8 of the same shape `(N, H, W)` or `(N, H, W, 3)`.

    Each is scaled by its own lowest and highest value, or all `together` by theirs. An image of one value, such as
    a channel that is 0 everywhere, is black; what is not a finite number is taken for the lowest value.
    """
    numbers = np.where(np.isfinite(values), values, np.nan).astype(np.float64)
    axes = None if together else tuple(range(1, numbers.ndim))
    low = np.nanmin(numbers, axis=axes, keepdims=True, initial=np.inf)
    high = np.nanmax(numbers, axis=axes, keepdims=True, initial=-np.inf)
    span = np.where(high > low, high - low, 1.0)
    shares = np.nan_to_num((numbers - np.where(np.isfinite(low), low, 0.0)) / span)
    return np.round(shares * 255).astype(np.uint8)
