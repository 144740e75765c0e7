"""Operations of OpenCV as data: they run, and print as the code that does the same."""

from playground.images.opencv.catalogue import OPERATIONS
from playground.images.opencv.chain import Chain, Operation, Progress
from playground.images.opencv.operation_type import GROUPS, OperationType

__all__ = ["GROUPS", "OPERATIONS", "Chain", "Operation", "OperationType", "Progress"]
