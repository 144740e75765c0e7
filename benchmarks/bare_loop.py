"""A bare training loop over resident tensors: nothing but the steps, as the measure of what is possible.

python -m benchmarks.bare_loop --network lenet --threads 1 --epochs 3     prints images per second, the median epoch's
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch
from torch.nn.functional import cross_entropy

from playground.data import load
from playground.networks import presets
from playground.training.devices import synchronize

BATCH_SIZE = 100
LEARNING_RATE = 0.001
EPOCH = 60_000


def bare_loop(network: str, device: torch.device, images: int) -> float:
    """Return images per second over so many images: no event, no hook, no schedule, no loss read back."""
    data = load("mnist", train=True, device=device)
    scale, offset = 1 / (255 * 0.3081), -0.1307 / 0.3081
    model = presets.load(network).build().to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
    warm_up(model, optimizer, device)
    started = time.perf_counter()
    order = torch.randperm(images, device=device)
    for indices in torch.split(order, BATCH_SIZE):
        batch = data.images[indices].float().mul_(scale).add_(offset).to(memory_format=torch.channels_last)
        optimizer.zero_grad()
        loss = cross_entropy(model(batch), data.labels[indices])
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        optimizer.step()
    synchronize(device)
    return images / (time.perf_counter() - started)


def warm_up(model: torch.nn.Module, optimizer: torch.optim.Optimizer, device: torch.device) -> None:
    """Take one step, whose first time costs a second."""
    images = torch.zeros(BATCH_SIZE, 1, 28, 28, device=device)
    loss = cross_entropy(model(images), torch.zeros(BATCH_SIZE, dtype=torch.long, device=device))
    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    optimizer.step()
    synchronize(device)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a bare training loop alone.")
    parser.add_argument("--network", choices=presets.trainable_names(), required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--epochs", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    speeds = [bare_loop(options.network, torch.device("cpu"), EPOCH) for _ in range(options.epochs)]
    print(statistics.median(speeds))


if __name__ == "__main__":
    main()
