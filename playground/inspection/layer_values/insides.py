"""What one sample makes of a network with weights: the output of a layer as pictures and figures, and its kernels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from playground.inspection.layer_values.input_batch import random_batch
from playground.inspection.layer_values.weighted_network import network_with_weights
from playground.networks import NetworkSpec
from playground.networks.spec import Shape

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from torch import nn

    from playground.inspection.layer_values.feature_maps import FeatureMaps
    from playground.inspection.layer_values.layer_choices import LayerChoice
    from playground.inspection.layer_values.value_distribution import Distribution

ReadStateDict: TypeAlias = Callable[[str], Mapping[str, Any]]


class WeightsError(Exception):
    """Weights that do not go into the network: one sentence that says so, and what to do."""


@dataclass(frozen=True)
class WeightsFile:
    """A file with a state dict, when it was written, in nanoseconds, and the function of a module that reads it."""

    path: str
    written: int
    read: ReadStateDict


@dataclass(frozen=True)
class Sample:
    """What the network is given: the float32 values of an image of this shape, or random values of a seed.

    With a vocabulary these are whole numbers below it.
    """

    shape: Shape
    values: bytes | None
    vocabulary: int | None = None
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Insides:
    """What a layer gives: of each of its outputs the shape, the picture and the values; and its weights' values."""

    shapes: tuple[Shape, ...]
    pictures: tuple[FeatureMaps, ...]
    activations: tuple[Distribution, ...]
    weights: Distribution


def insides(network: NetworkSpec | str, weights: WeightsFile | int, sample: Sample, choice: LayerChoice) -> Insides:
    """What a layer makes of one sample, with the weights of a file or random ones of a seed.

    Raises WeightsError for a damaged file, and whatever the network raises.
    """
    from playground.inspection.layer_values.feature_maps import feature_maps
    from playground.inspection.layer_values.layer_outputs import layer_outputs
    from playground.inspection.layer_values.layer_weights import layer_weights
    from playground.inspection.layer_values.value_distribution import distribution

    model = _network_of(network, weights)
    outputs = layer_outputs(model, _batch(sample), choice.path, choice.use)
    return Insides(
        tuple(tuple(output.shape) for output in outputs),
        tuple(feature_maps(output, choice.type, sample.shape) for output in outputs),
        tuple(map(distribution, outputs)),
        distribution(layer_weights(model.get_submodule(choice.path))),
    )


def kernels(network: NetworkSpec | str, weights: WeightsFile | int, path: str) -> NDArray[np.float32]:
    """The kernels of the convolution at `path` as images. Raises WeightsError for a damaged file."""
    from playground.inspection.layer_values.layer_weights import kernel_images

    return kernel_images(_network_of(network, weights).get_parameter(f"{path}.weight" if path else "weight"))


def _batch(sample: Sample) -> torch.Tensor:
    """The sample as a batch `(1, ...)`."""
    import torch

    if sample.values is None:
        return random_batch(sample.shape, sample.vocabulary, sample.seed)
    return torch.frombuffer(bytearray(sample.values), dtype=torch.float32).reshape(1, *sample.shape)


# The layer is chosen anew more often than the network; a second one would need its memory, too.
@lru_cache(maxsize=1)
def _network_of(network: NetworkSpec | str, weights: WeightsFile | int) -> nn.Module:
    """The network on the CPU in eval mode."""
    if isinstance(weights, int):
        return network_with_weights(network, seed=weights)
    try:
        return network_with_weights(network, weights.read(weights.path))
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes torch raise anything
        raise WeightsError(
            "The checkpoint of this run cannot be read, or is one of another network; choose other weights."
        ) from error
