"""Images to try operations on, of any size and content, and the operations with any values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from playground.images.opencv import OPERATIONS, Operation

if TYPE_CHECKING:
    from playground.images.opencv.parameter import Parameter

sides = st.integers(1, 24)
GREY = arrays.arrays(np.uint8, st.tuples(sides, sides))
BGR = arrays.arrays(np.uint8, st.tuples(sides, sides, st.just(3)))


def values(parameter: Parameter) -> st.SearchStrategy[object]:
    """Any value that the parameter may have."""
    if parameter.choices:
        return st.sampled_from(list(parameter.choices))
    if parameter.is_whole:
        low, step = int(parameter.low), int(parameter.step) if parameter.step == 2 else 1
        return st.integers(0, (int(parameter.high) - low) // step).map(lambda index: low + index * step)
    return st.floats(parameter.low, parameter.high)


def operations(name: str) -> st.SearchStrategy[Operation]:
    """The operation with any values."""
    each = {key: values(parameter) for key, parameter in OPERATIONS[name].parameters.items()}
    return st.fixed_dictionaries(each).map(lambda chosen: Operation(name, **chosen))


def grey_as_bgr(grey: np.ndarray) -> np.ndarray:
    """A grey image as `cv2.imread(path, 1)` reads it."""
    return np.repeat(grey[:, :, None], 3, axis=2)
