"""Loss and accuracy of a network on images that it does not train on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.data import evaluation_batches

if TYPE_CHECKING:
    from torch import nn

    from playground.data import ImageData

# On CPUs batches of 100 to 1,000 are fastest: larger ones leave the cache.
EVALUATION_BATCH_SIZE = 500


@dataclass(frozen=True)
class Evaluation:
    """Mean cross-entropy in nats and the fraction of images classified correctly."""

    loss: float
    accuracy: float


def evaluate(model: nn.Module, data: ImageData) -> Evaluation:
    """Return the network's loss and accuracy on the images; its training mode is as before afterwards."""
    import torch
    from torch.nn.functional import cross_entropy

    was_training = model.training
    model.eval()
    loss = torch.zeros((), device=data.images.device)
    correct = torch.zeros((), dtype=torch.int64, device=data.images.device)
    with torch.no_grad():
        for images, labels in evaluation_batches(data, EVALUATION_BATCH_SIZE):
            output = model(images)
            loss += cross_entropy(output, labels, reduction="sum")
            correct += (output.argmax(dim=1) == labels).sum()
    model.train(was_training)
    count = len(data.labels)
    return Evaluation(loss.item() / count, correct.item() / count)
