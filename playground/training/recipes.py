"""Settings that reach the known accuracy of each preset: the defaults of the page and of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from playground.training.config import TrainConfig


@dataclass(frozen=True)
class Recipe:
    """Settings for a preset on MNIST, the test accuracy they must reach, and where that figure comes from."""

    settings: Mapping[str, Any]
    test_accuracy: float
    source: str


def _recipe(test_accuracy: float, source: str, **settings: Any) -> Recipe:
    return Recipe(MappingProxyType(settings), test_accuracy, source)


RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "logistic_regression": _recipe(
            0.92,
            "LeCun et al. 1998: 88% (one layer, no preprocessing); cross-entropy is known to reach 92%",
            epochs=3,
            learning_rate=0.005,
        ),
        "mlp_linear": _recipe(
            0.915,
            "Linear layers in a row are one linear layer: what logistic regression reaches",
            epochs=3,
            learning_rate=0.001,
        ),
        "mlp_relu": _recipe(
            0.97,
            "LeCun et al. 1998: 96.95% with 300 and 100 hidden units",
            epochs=3,
            learning_rate=0.003,
        ),
        "mlp_batchnorm": _recipe(
            0.975,
            "LeCun et al. 1998: 96.95% with 300 and 100 hidden units, without batch normalization",
            epochs=3,
            learning_rate=0.003,
        ),
        "mlp": _recipe(
            0.975,
            "LeCun et al. 1998: 95.3 to 98.4% for fully connected networks with 300 to 1000 hidden units",
            epochs=3,
            learning_rate=0.003,
        ),
        # Sigmoid saturates: plain SGD stays at 11% for epochs, a constant Adam needs 8 epochs for 98%.
        "lenet": _recipe(
            0.98,
            "LeCun et al. 1998, Gradient-based learning applied to document recognition: 99.05% after 20 epochs",
            epochs=3,
        ),
        "cnn": _recipe(
            0.985,
            "Two 5 x 5 convolutions with BatchNorm: 98.5 to 99% after an epoch or two in common tutorials",
            epochs=1,
        ),
        "cnn_25_50": _recipe(
            0.985,
            "As the CNN with 16 and 32 channels, with smaller kernels and more linear layers",
            epochs=1,
        ),
    }
)


def recommended(network: str, **overrides: Any) -> TrainConfig:
    """Return the settings that suit a preset, with some of them replaced.

    Raises ConfigError when a setting cannot work.
    """
    recipe = RECIPES.get(network)
    return TrainConfig(**{"network": network, **(recipe.settings if recipe else {}), **overrides})
