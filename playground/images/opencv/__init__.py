"""Operations of OpenCV as data: they run, and print as the code that does the same."""

from playground.images.opencv.catalogue import GROUPS, OPERATIONS, OperationType
from playground.images.opencv.chain import Chain, Operation, Progress

__all__ = ["GROUPS", "OPERATIONS", "Chain", "Operation", "OperationType", "Progress"]
