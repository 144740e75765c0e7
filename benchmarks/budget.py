"""Predicted and measured memory of a training step, on the GPU if there is one: `python -m benchmarks.budget`.

On the CPU the allocations are those that torch's profiler sees, on CUDA `torch.cuda.max_memory_allocated`.
"""

from __future__ import annotations

import itertools

import torch
from torch import nn

from benchmarks.measuring import print_machine
from playground.inspection import budget, build_torchvision_model
from playground.networks import presets
from tests.inspection.training_cost.real_steps import RealStep, peak_on_cpu, peak_on_cuda

_BATCHES = {
    "cpu": {"lenet": (64, 512), "cnn": (32, 256), "cnn_25_50": (32, 256), "resnet18": (2, 8), "resnet50": (2, 4)},
    "cuda": {
        **{"lenet": (64, 8192), "cnn": (64, 2048), "cnn_25_50": (64, 2048)},
        **{"resnet18": (16, 128), "resnet50": (16, 128)},
    },
}


def main() -> None:
    """Print a line for each network, batch size, optimizer and precision."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    print_machine()
    for name, batches in _BATCHES[device].items():
        for batch, optimizer, precision in itertools.product(batches, ("sgd", "adam"), ("fp32", "bf16", "autocast")):
            _compare(name, batch, optimizer, precision, device)


def _compare(name: str, batch: int, optimizer: str, precision: str, device: str) -> None:
    model, shape = _network(name)
    predicted = budget(model, (1, *shape), batch_size=batch, optimizer=optimizer, precision=precision, device=device)
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    images = torch.zeros(batch, *shape, device=device, dtype=dtype)
    step = RealStep(model.to(device, dtype), images, optimizer, precision)
    measured = peak_on_cuda(step) if device == "cuda" else peak_on_cpu(step)
    sizes = (
        f"{predicted.least_peak / 2**20:9.2f} to {predicted.peak / 2**20:9.2f} MiB, measured {measured / 2**20:9.2f}"
    )
    ratios = f"{predicted.least_peak / measured:.3f} to {predicted.peak / measured:.3f}"
    known = predicted.peak_phase if predicted.is_bounded else f"{predicted.peak_phase}, no upper bound"
    print(f"{name:10} {batch:5} {optimizer:5} {precision:8}  {sizes}, {ratios}  ({known})", flush=True)


def _network(name: str) -> tuple[nn.Module, tuple[int, ...]]:
    """A network with weights, and one sample's shape."""
    if name.startswith("resnet"):
        return build_torchvision_model(name).to_empty(device="cpu"), (3, 224, 224)
    spec = presets.load(name)
    return spec.build(), spec.input_shape


if __name__ == "__main__":
    main()
