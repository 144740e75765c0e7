"""Images per second of the training loop beside the textbook loop and a bare loop over resident tensors.

python -m benchmarks.throughput [--device cuda] [--threads 1] [--repeats 5]

All three train the same network with the same batch size (100) and the same optimizer (Adam); they take turns.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path

import torch
import torchvision
from torch.nn.functional import cross_entropy

from benchmarks.bare_loop import BATCH_SIZE, LEARNING_RATE, bare_loop, warm_up
from benchmarks.measuring import Figure, interleaved_medians, print_figures
from playground.data import Subset
from playground.data.folders import MNIST_ASSETS
from playground.networks import presets
from playground.training import EpochEvent, TrainConfig, resolve_device, train
from playground.training.devices import synchronize

# So many that one repeat takes a second or more each way.
IMAGES = {"lenet": 24_000, "cnn": 9_000, "mlp": 60_000}
TARGETS = {"lenet": 1.7, "cnn": 1.4, "mlp": 3.0}


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the training loop with the textbook loop.")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = resolve_device(options.device)
    print(f"{device.label} ({device.name}), {options.threads} threads, medians of {options.repeats}")
    with tempfile.TemporaryDirectory() as folder:
        _unpack_mnist(Path(folder))
        for network in IMAGES:
            print_figures(_compare(network, torch.device(device.name), Path(folder), options.repeats))


def _compare(network: str, device: torch.device, mnist: Path, repeats: int) -> list[Figure]:
    speeds = interleaved_medians(
        {
            "textbook": partial(_textbook, network, device, mnist),
            "bare": partial(bare_loop, network, device, IMAGES[network]),
            "ours": partial(_ours, network, device),
        },
        repeats,
    )
    # The targets were set for the 2-core machine without a GPU.
    target = TARGETS[network] if device.type == "cpu" else None
    return [
        Figure(f"{network}: textbook loop", speeds["textbook"], "images/s"),
        Figure(f"{network}: bare resident loop", speeds["bare"], "images/s"),
        Figure(f"{network}: train(config)", speeds["ours"], "images/s"),
        Figure(f"{network}: train(config) to textbook", speeds["ours"] / speeds["textbook"], "x", target),
        Figure(f"{network}: train(config) to bare", speeds["ours"] / speeds["bare"], "x"),
    ]


def _textbook(network: str, device: torch.device, mnist: Path) -> float:
    dataset = torchvision.datasets.MNIST(mnist, train=True, transform=torchvision.transforms.ToTensor())
    part = torch.utils.data.Subset(dataset, range(IMAGES[network]))
    loader = torch.utils.data.DataLoader(part, batch_size=BATCH_SIZE, shuffle=True)
    model = presets.load(network).build().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    warm_up(model, optimizer, device)
    started = time.perf_counter()
    for step, (images, labels) in enumerate(loader):
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = cross_entropy(model(images), labels)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        optimizer.step()
        if step % 100 == 0:
            loss.item()
    synchronize(device)
    return IMAGES[network] / (time.perf_counter() - started)


def _ours(network: str, device: torch.device) -> float:
    config = TrainConfig(
        network,
        batch_size=BATCH_SIZE,
        optimizer="adam",
        learning_rate=LEARNING_RATE,
        schedule="constant",
        device=str(device),
        subset=Subset(first=IMAGES[network]),
    )
    return next(event.images_per_second for event in train(config) if isinstance(event, EpochEvent))


def _unpack_mnist(folder: Path) -> None:
    """Put the IDX files where torchvision looks for them."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for packed in MNIST_ASSETS.glob("*.gz"):
        with gzip.open(packed) as source, (raw / packed.stem).open("wb") as target:
            shutil.copyfileobj(source, target)


if __name__ == "__main__":
    main()
