"""The operations of OpenCV that a learner meets first: what each does, its parameters, its lines of code, its kernel.

Formulas and defaults are those of OpenCV's documentation, module imgproc.
"""

from __future__ import annotations

from playground.images.opencv.blurs import BLURS
from playground.images.opencv.contrast import CONTRASTS
from playground.images.opencv.edges import EDGE_FILTERS
from playground.images.opencv.morphology import MORPHOLOGICAL
from playground.images.opencv.operation_type import OperationType
from playground.images.opencv.thresholds import THRESHOLDS

OPERATIONS: dict[str, OperationType] = {**THRESHOLDS, **MORPHOLOGICAL, **BLURS, **EDGE_FILTERS, **CONTRASTS}
