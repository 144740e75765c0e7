"""A run's settings as one plain script: PyTorch alone, no part of this project, the same numbers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from string import Template
from typing import Any

from playground.data import DATASETS, DatasetInfo, Subset
from playground.images import Pipeline
from playground.images.augmentation.pipeline_code import compose
from playground.networks.code import write_classes
from playground.training.config import TrainConfig
from playground.training.devices import default_threads, resolve_device
from playground.training.evaluation import EVALUATION_BATCH_SIZE
from playground.training.optimizers import OPTIMIZERS, optimizer_arguments
from playground.training.schedules import SCHEDULES


def to_script(config: TrainConfig, threads: int | None = None) -> str:
    """Return the script that repeats the run: on the same device and threads it prints the same numbers.

    ``threads`` are those the run used, where its settings left the choice open.

    Raises ConfigError when this machine does not have the device.
    """
    info = DATASETS[config.dataset]
    device = resolve_device(config.device).name
    network_imports, _ = write_classes(config.spec)
    parts = {
        "where": _where(info),
        "imports": _imports(config, info, network_imports),
        "settings": _settings(config, info, device, threads),
        "augmentation": _augmentation_functions(config),
        "load": _load(info),
        "select": _select(config.subset),
        "select_call": _select_calls(config.subset),
        "batches": _batches(config),
        "split": _split(config.validation),
        "validation_epoch": _VALIDATION_EPOCH if config.validation else "",
        "optimizer": _call(
            f"torch.optim.{OPTIMIZERS[config.optimizer].torch_name}",
            "model.parameters()",
            optimizer_arguments(config.optimizer, config.learning_rate, device.split(":")[0]),
        ),
        "schedule": _schedule(config),
        "evaluation_batch_size": str(EVALUATION_BATCH_SIZE),
    }
    name = _class_name(config.spec.name, " ".join([_SCRIPT, *parts.values()]))
    return Template(_SCRIPT).substitute(
        parts,
        title=f"Train {config.spec.name} on {info.label}",
        network=name,
        network_class="\n\n\n".join(write_classes(replace(config.spec, name=name))[1]),
    )


_SCRIPT = '''"""$title: a run of Torch Playground as one plain script.

On the same device with the same number of threads it prints the run's numbers again.
$where
"""

$imports

$settings


$network_class

$augmentation
$load


def normalize(images):
    """Return the uint8 images as float32 with about zero mean and unit variance."""
    scale, offset = 1 / (255 * STD), -MEAN / STD
    images = images.float().mul_(scale.float().to(DEVICE)).add_(offset.float().to(DEVICE))
    return images.to(memory_format=torch.channels_last)

$select
$batches


def evaluate(model, images, labels):
    """Return the mean loss and the fraction of images classified correctly."""
    model.eval()
    loss, correct = torch.zeros((), device=DEVICE), 0
    with torch.no_grad():
        for x, y in zip(images.split($evaluation_batch_size), labels.split($evaluation_batch_size)):
            output = model(normalize(x))
            loss += cross_entropy(output, y, reduction="sum")
            correct += (output.argmax(dim=1) == y).sum().item()
    return loss.item() / len(labels), correct / len(labels)


def main():
    images, labels = load(train=True)
    test_images, test_labels = load(train=False)
$select_call$split    torch.manual_seed(SEED)
    model = $network().to(DEVICE, memory_format=torch.channels_last)
    optimizer = $optimizer
    steps_per_epoch = -(-len(labels) // BATCH_SIZE)
    total_steps = EPOCHS * steps_per_epoch
    schedule = $schedule
    for epoch in range(1, EPOCHS + 1):
        started = time.perf_counter()
        model.train()
        losses = []
        for x, y in batches(images, labels, epoch):
            optimizer.zero_grad()
            loss = cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append((loss.detach(), len(y)))
        training_loss = sum(loss.item() * count for loss, count in losses) / len(labels)
        test_loss, test_accuracy = evaluate(model, test_images, test_labels)
        print(
            f"epoch {epoch}: training loss {training_loss:.4f}, test loss {test_loss:.4f}, "
            f"test accuracy {test_accuracy:.2%}, {time.perf_counter() - started:.1f} s"
        )
$validation_epoch    torch.save(model.state_dict(), "$network.pth")


if __name__ == "__main__":
    main()
'''

_VALIDATION_EPOCH = """\
        loss, accuracy = evaluate(model, validation_images, validation_labels)
        print(f"validation loss {loss:.4f}, validation accuracy {accuracy:.2%}")
"""

_LOAD_IDX = '''\
def read_idx(name, header):
    """Return the bytes of an IDX file behind its header as a tensor."""
    data = bytearray(gzip.decompress((Path("assets/mnist") / name).read_bytes()))
    return torch.frombuffer(data, dtype=torch.uint8, offset=header)


def load(train):
    """Return the images (N, 1, 28, 28) as uint8 and the labels (N,), on the device."""
    part = "train" if train else "t10k"
    images = read_idx(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    labels = read_idx(f"{part}-labels-idx1-ubyte.gz", 8)
    return images.to(DEVICE), labels.to(DEVICE, torch.int64)'''

_LOAD_TORCHVISION = '''\
def load(train):
    """Return the images (N, C, H, W) as uint8 and the labels (N,), on the device."""
    data = torchvision.datasets.$dataset("data", train=train, download=True$arguments)
    images = torch.as_tensor(data.data)$layout
    return images.contiguous().to(DEVICE), torch.as_tensor(data.targets).to(DEVICE, torch.int64)'''


def _class_name(network: str, script: str) -> str:
    """Return the network's name, made longer where the script uses it for something else, as in ``model = ...``."""
    return f"{network}_network" if network in re.findall(r"\w+", script) else network


def _where(info: DatasetInfo) -> str:
    if info.is_bundled:
        return "Start it in the folder that holds assets/mnist."
    return f"The first start downloads {info.label} into data/."


def _imports(config: TrainConfig, info: DatasetInfo, network_imports: list[str]) -> str:
    standard = ["import time", *(line for line in network_imports if line.startswith("from collections"))]
    if info.is_bundled:
        standard += ["import gzip", "from pathlib import Path"]
    functional = "affine_grid, cross_entropy, grid_sample, pad" if config.augmentation else "cross_entropy"
    functional_module = [line for line in network_imports if line.endswith(" as F")]
    torch_lines = ["import torch", *functional_module, "from torch import nn"]
    torch_lines.append(f"from torch.nn.functional import {functional}")
    if config.augmentation:
        standard.append("import math")
    if config.pipeline.enabled:
        torch_lines.append("from torchvision.transforms import v2")
        torch_lines.append("from torchvision.transforms.v2.functional import pil_to_tensor, to_pil_image")
    if not info.is_bundled:
        torch_lines.insert(1, "import torchvision")
    standard.sort(key=lambda line: (line.startswith("from"), line))
    return "\n".join([*standard, "", *torch_lines])


def _settings(config: TrainConfig, info: DatasetInfo, device: str, threads: int | None) -> str:
    lines = [
        f'DEVICE = torch.device("{device}")',
        f"EPOCHS = {config.epochs}",
        f"BATCH_SIZE = {config.batch_size}",
        f"LEARNING_RATE = {config.learning_rate!r}",
        f"SEED = {config.seed}",
        f"MEAN = torch.tensor({list(info.mean)}, dtype=torch.float64).view(-1, 1, 1)",
        f"STD = torch.tensor({list(info.std)}, dtype=torch.float64).view(-1, 1, 1)",
    ]
    if device == "cpu":
        lines += ["", f"torch.set_num_threads({config.threads or threads or default_threads()})"]
    return "\n".join(lines)


def _load(info: DatasetInfo) -> str:
    if info.is_bundled:
        return _LOAD_IDX
    layout = ".permute(0, 3, 1, 2)" if info.image_shape[0] == 3 else ".unsqueeze(1)"
    return Template(_LOAD_TORCHVISION).substitute(
        dataset=info.torchvision_class,
        arguments="".join(f", {name}={value!r}" for name, value in info.torchvision_arguments),
        layout=layout + (".transpose(2, 3)" if info.transposed else ""),
    )


def _select(subset: Subset) -> str:
    if subset == Subset():
        return ""
    body = []
    if subset.classes is not None:
        body += [
            f"    kept = torch.isin(labels, torch.tensor({list(subset.classes)}, device=DEVICE))",
            "    images, labels = images[kept], labels[kept]",
        ]
    if subset.indices is not None:
        body += [
            "    if train:",
            f"        indices = torch.tensor({list(subset.indices)}, device=DEVICE)",
            "        images, labels = images[indices], labels[indices]",
        ]
    if subset.first is not None:
        body += [
            "    if train:",
            f"        images, labels = images[:{subset.first}], labels[:{subset.first}]",
        ]
    return "\n".join(
        [
            "",
            "def select(images, labels, train):",
            '    """Return the images to keep; only the classes narrow the test images."""',
            *body,
            "    return images, labels",
            "",
        ]
    )


def _select_calls(subset: Subset) -> str:
    if subset == Subset():
        return ""
    return (
        "    images, labels = select(images, labels, train=True)\n"
        "    test_images, test_labels = select(test_images, test_labels, train=False)\n"
    )


def _split(validation: float) -> str:
    if not validation:
        return ""
    return f"""\
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(SEED))
    count = round(len(labels) * {validation!r})
    held_out, kept = order[:count].sort().values.to(DEVICE), order[count:].sort().values.to(DEVICE)
    validation_images, validation_labels = images[held_out], labels[held_out]
    images, labels = images[kept], labels[kept]
"""


def _augmentation_functions(config: TrainConfig) -> str:
    functions = {type(augment).function() for augment in config.augmentation}
    sources = sorted(inspect.getsource(function) for function in functions)
    if config.pipeline.enabled:
        sources.insert(0, _pipeline(config.pipeline))
    return "".join(f"\n{source}\n" for source in sources)


def _pipeline(pipeline: Pipeline) -> str:
    from playground.training.transform_each import transform_each

    return f"TRANSFORM = {compose(pipeline)}\n\n\n{inspect.getsource(transform_each)}"


def _batches(config: TrainConfig) -> str:
    lines = [
        "",
        "def batches(images, labels, epoch):",
        '    """Yield all images once, in an order that the seed and the epoch give."""',
        "    generator = torch.Generator(DEVICE).manual_seed((SEED * 1_000_003 + epoch) % 2**63)",
        "    order = torch.randperm(len(labels), generator=generator, device=DEVICE)",
        "    for indices in order.split(BATCH_SIZE):",
        "        x = images[indices]",
    ]
    if config.pipeline.enabled:
        lines.append("        x = transform_each(x, generator, TRANSFORM)")
    for augment in config.augmentation:
        arguments = "".join(f", {name}={value!r}" for name, value in asdict(augment).items())
        lines.append(f"        x = {type(augment).function().__name__}(x, generator{arguments})")
    lines.append("        yield normalize(x), labels[indices]")
    return "\n".join(lines)


def _schedule(config: TrainConfig) -> str:
    info = SCHEDULES[config.schedule]
    return f"torch.optim.lr_scheduler.{info.torch_name}(optimizer, {info.code})"


def _call(name: str, first: str, arguments: Mapping[str, Any]) -> str:
    written = [f"{key}=LEARNING_RATE" if key == "lr" else f"{key}={value!r}" for key, value in arguments.items()]
    return f"{name}({', '.join([first, *written])})"
