"""What to train and how: one plain value that starts a run, repeats it and goes into its folder."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeGuard

from playground.data import DATASETS, BatchAugmentation, DataError, Subset, augmentation_from_dict
from playground.images import ImageError, Pipeline
from playground.networks import NetworkSpec, presets
from playground.networks.spec import MAX_DEPTH
from playground.strict_json import JsonError, check_version, object_of, read_strictly
from playground.training.devices import DEVICE_NAME
from playground.training.errors import ConfigError
from playground.training.optimizers import OPTIMIZERS
from playground.training.schedules import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Collection

VERSION = 1
MAX_BYTES = 20_000_000
MAX_EPOCHS = 10_000
MAX_LEARNING_RATE = 100.0
EVERYTHING = Subset()
NOTHING = Pipeline()

# A level of layers is an object in a list; the network, its place here and an argument's tuples come on top.
_MAX_JSON_DEPTH = 2 * MAX_DEPTH + 12


@dataclass(frozen=True)
class TrainConfig:
    """The settings of a training run.

    ``network`` is a spec or the name of a preset; ``subset`` narrows the training images (its classes also the
    test images); ``validation`` is the fraction of the training images held out. Each training image goes through
    ``pipeline`` by itself, then each batch through ``augmentation``. ``device`` is ``auto``, ``cpu``, ``mps`` or
    ``cuda:N``; ``threads`` are CPU threads, None leaves the choice to where it runs.

    Raises ConfigError when a setting cannot work.
    """

    network: NetworkSpec | str = "lenet"
    dataset: str = "mnist"
    epochs: int = 1
    batch_size: int = 100
    optimizer: str = "adam"
    learning_rate: float = 0.01
    schedule: str = "one_cycle"
    device: str = "auto"
    seed: int = 0
    subset: Subset = EVERYTHING
    validation: float = 0.0
    augmentation: tuple[BatchAugmentation, ...] = ()
    pipeline: Pipeline = NOTHING
    threads: int | None = None

    def __post_init__(self) -> None:
        _check_network(self.network)
        _check_choice("dataset", self.dataset, DATASETS)
        _check_integer("epochs", self.epochs, 1, MAX_EPOCHS)
        _check_integer("batch_size", self.batch_size, 1, 1_000_000)
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_learning_rate(self.learning_rate)
        _check_choice("schedule", self.schedule, SCHEDULES)
        _check_device(self.device)
        _check_integer("seed", self.seed, 0, 2**63 - 1)
        _check_subset(self.subset)
        _check_validation(self.validation)
        _check_augmentation(self.augmentation)
        _check_pipeline(self.pipeline)
        if self.threads is not None:
            _check_integer("threads", self.threads, 1, 1024)

    @property
    def spec(self) -> NetworkSpec:
        """The network as a spec."""
        return presets.load(self.network) if isinstance(self.network, str) else self.network

    @property
    def network_name(self) -> str:
        """The preset's name, or the class name of a network of one's own."""
        return self.network if isinstance(self.network, str) else self.network.name

    def to_json(self) -> str:
        """Return the settings as JSON text, a network of one's own included whole."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["network"] = self.network if isinstance(self.network, str) else json.loads(self.network.to_json())
        values["subset"] = self.subset.to_dict()
        values["augmentation"] = [augment.to_dict() for augment in self.augmentation]
        values["pipeline"] = json.loads(self.pipeline.to_json())
        return json.dumps({"version": VERSION, **values}, indent=2, allow_nan=False)

    @staticmethod
    def from_json(text: str) -> TrainConfig:
        """Return the settings that `to_json` wrote.

        Raises ConfigError when a setting is unknown or cannot work, SpecError when the network cannot be read.
        """
        values = _read_object(text)
        network = values.get("network")
        if isinstance(network, dict):
            values["network"] = NetworkSpec.from_json(json.dumps(network))
        readers = {"subset": Subset.from_dict, "augmentation": _read_augmentation, "pipeline": _read_pipeline}
        for field, read in readers.items():
            if field in values:
                try:
                    values[field] = read(values[field])
                except DataError as error:
                    raise ConfigError(str(error), field) from error
        return TrainConfig(**values)

    def on_device(self, device: str) -> TrainConfig:
        """Return the same settings for another device."""
        return replace(self, device=device)


def _read_object(text: str) -> dict[str, Any]:
    try:
        content = read_strictly(
            text,
            "a training configuration",
            most_bytes=MAX_BYTES,
            deepest=_MAX_JSON_DEPTH,
            too_deep="The settings are nested too deep.",
            largest=2**63,
        )
        values = dict(object_of(content, "The training configuration", required=None))
        check_version(values.pop("version", None), VERSION)
    except JsonError as error:
        setting = error.place.partition(".")[0].partition("[")[0]
        message = f"In the settings, {error.message}" if setting else error.message
        raise ConfigError(message, setting or "config") from error
    unknown = sorted(set(values) - {field.name for field in fields(TrainConfig)})
    if unknown:
        raise ConfigError(f"Unknown setting {unknown[0]!r}; remove it.", unknown[0])
    return values


def _read_augmentation(items: object) -> tuple[BatchAugmentation, ...]:
    named = isinstance(items, list) and all(
        isinstance(item, dict) and isinstance(item.get("name"), str) for item in items
    )
    if not isinstance(items, list) or not named:
        raise DataError(f"The augmentation must be a list of objects that have a name, not {items!r}.")
    return tuple(augmentation_from_dict(item) for item in items)


def _read_pipeline(content: object) -> Pipeline:
    try:
        return Pipeline.from_json(json.dumps(content))
    except ImageError as error:
        raise DataError(f"The pipeline cannot be read: {error}") from error


def _label(field: str) -> str:
    return field.replace("_", " ")


def _check_network(value: object) -> None:
    if isinstance(value, str):
        _check_choice("network", value, presets.trainable_names())
    elif not isinstance(value, NetworkSpec):
        raise ConfigError(f"The network is {value!r}; give the name of a preset or a NetworkSpec.", "network")


def _check_choice(field: str, value: object, choices: Collection[str]) -> None:
    if not isinstance(value, str) or value not in choices:
        raise ConfigError(f"Unknown {_label(field)} {value!r}; choose one of: {', '.join(choices)}.", field)


def _check_integer(field: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(
            f"The setting {_label(field)} is {value!r}; choose a whole number from {low:,} to {high:,}.",
            field,
        )


def _check_learning_rate(value: object) -> None:
    # A comparison with NaN is false.
    if not _is_number(value) or not 0 < value <= MAX_LEARNING_RATE:
        raise ConfigError(
            f"The learning rate is {value!r}; choose a number above 0 and at most {MAX_LEARNING_RATE:g} "
            "(0.001 suits Adam, 0.1 plain SGD).",
            "learning_rate",
        )


def _check_device(value: object) -> None:
    if not isinstance(value, str) or not DEVICE_NAME.fullmatch(value):
        raise ConfigError(f"Unknown device {value!r}; choose auto, cpu, mps or cuda:N.", "device")


def _check_subset(value: object) -> None:
    if not isinstance(value, Subset):
        raise ConfigError(f"The subset is {value!r}; give a Subset.", "subset")


def _check_validation(value: object) -> None:
    if not _is_number(value) or not 0 <= value <= 0.9:
        raise ConfigError(
            f"The validation fraction is {value!r}; choose a number from 0 (no split) to 0.9.", "validation"
        )


def _check_augmentation(value: object) -> None:
    if not isinstance(value, tuple) or not all(isinstance(item, BatchAugmentation) for item in value):
        raise ConfigError(f"The augmentation is {value!r}; give a tuple of augmentations.", "augmentation")


def _check_pipeline(value: object) -> None:
    if not isinstance(value, Pipeline):
        raise ConfigError(f"The pipeline is {value!r}; give a Pipeline of playground.images.", "pipeline")


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
