"""The loop on a GPU, where there is one."""

import pytest
import torch

from playground.data import BATCH_AUGMENTATIONS, Subset
from playground.networks import presets
from playground.training import EpochEvent, StartEvent, recommended, resolve_device, train

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]


def test_auto_takes_the_gpu():
    assert resolve_device("auto").name == "cuda:0"
    assert resolve_device("cuda").label == torch.cuda.get_device_name(0)


@pytest.mark.parametrize("network", presets.trainable_names())
def test_each_preset_learns_on_the_gpu(network):
    config = recommended(network, epochs=2, subset=Subset(first=10_000), device="cuda:0")
    start, *_ = events = list(train(config))
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    assert isinstance(start, StartEvent)
    assert start.device == "cuda:0"
    assert epochs[-1].train_loss < epochs[0].train_loss
    assert epochs[-1].test_accuracy > 0.8


def test_the_gpu_agrees_with_the_cpu_on_the_first_loss():
    # The order of the images is drawn on the device, so only a single batch of everything is the same batch.
    losses = []
    for device in ("cpu", "cuda:0"):
        config = recommended("cnn", epochs=1, subset=Subset(first=200), batch_size=200, device=device)
        losses.append(next(event.train_loss for event in train(config) if isinstance(event, EpochEvent)))
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_augmentations_draw_on_the_gpu():
    augmentation = tuple(kind() for kind in BATCH_AUGMENTATIONS.values())
    config = recommended("lenet", epochs=1, subset=Subset(first=1000), augmentation=augmentation, device="cuda:0")
    assert any(isinstance(event, EpochEvent) for event in train(config))
