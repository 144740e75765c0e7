"""The networks to start from; each is an ordinary spec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.networks.errors import SpecError
from playground.networks.spec import Layer, NetworkSpec

MNIST_SHAPE = (1, 28, 28)


@dataclass(frozen=True)
class PresetInfo:
    """What a person reads before choosing: the label, what the network is, and where it comes from."""

    name: str
    label: str
    description: str
    reference: str


def names() -> list[str]:
    """The names that `load` and `info` take, in the order in which to show them."""
    return list(_PRESETS)


def load(name: str) -> NetworkSpec:
    """The network called `name`; raises SpecError if there is none."""
    return _find(name)[1]()


def info(name: str) -> PresetInfo:
    """The label, description and reference of a preset; raises SpecError if there is none of that name."""
    return _find(name)[0]


def _lenet() -> NetworkSpec:
    return NetworkSpec(
        "LeNet",
        (
            _sequential(
                "conv",
                _conv(1, 6, 5),
                Layer("", "Sigmoid"),
                _max_pool(),
                _conv(6, 16, 5),
                Layer("", "Sigmoid"),
                _max_pool(),
            ),
            Layer("flatten", "Flatten"),
            _sequential(
                "fc",
                _linear("", 16 * 4 * 4, 120),
                Layer("", "Sigmoid"),
                _linear("", 120, 84),
                Layer("", "Sigmoid"),
                _linear("", 84, 10),
            ),
        ),
        MNIST_SHAPE,
    )


def _cnn() -> NetworkSpec:
    def block(name: str, in_channels: int, out_channels: int) -> Layer:
        return _sequential(
            name,
            _conv(in_channels, out_channels, 5, padding=2),
            Layer("", "BatchNorm2d", {"num_features": out_channels}),
            Layer("", "ReLU"),
            _max_pool(),
        )

    return NetworkSpec(
        "CNN",
        (
            block("layer1", 1, 16),
            block("layer2", 16, 32),
            Layer("flatten", "Flatten"),
            _linear("fc", 7 * 7 * 32, 10),
        ),
        MNIST_SHAPE,
    )


def _mlp() -> NetworkSpec:
    return NetworkSpec(
        "MLP",
        (
            Layer("flatten", "Flatten"),
            _linear("fc1", 28 * 28, 500),
            Layer("relu", "ReLU"),
            _linear("fc2", 500, 10),
        ),
        MNIST_SHAPE,
    )


def _logistic_regression() -> NetworkSpec:
    return NetworkSpec(
        "LogisticRegression",
        (Layer("flatten", "Flatten"), _linear("linear", 28 * 28, 10)),
        MNIST_SHAPE,
    )


_PRESETS: dict[str, tuple[PresetInfo, Callable[[], NetworkSpec]]] = {
    preset.name: (preset, build)
    for preset, build in (
        (
            PresetInfo(
                "lenet",
                "LeNet",
                "Two convolutions with pooling, then three linear layers, with Sigmoid in between.",
                "After LeNet-5: LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document "
                "Recognition, Proceedings of the IEEE 86(11), 1998",
            ),
            _lenet,
        ),
        (
            PresetInfo(
                "cnn",
                "CNN 16/32",
                "Two blocks of convolution, batch normalization, ReLU and max pooling, then a linear layer.",
                "Batch normalization: Ioffe and Szegedy, arXiv:1502.03167, 2015",
            ),
            _cnn,
        ),
        (
            PresetInfo(
                "mlp",
                "MLP 784-500-10",
                "Every pixel goes into 500 hidden units with ReLU, and these into 10 classes.",
                "Multilayer perceptron: Rumelhart, Hinton, Williams, Learning Representations by "
                "Back-propagating Errors, Nature 323, 1986",
            ),
            _mlp,
        ),
        (
            PresetInfo(
                "logistic_regression",
                "Logistic regression",
                "One linear layer from the 784 pixels to the 10 classes.",
                "Cox, The Regression Analysis of Binary Sequences, Journal of the Royal Statistical "
                "Society B 20(2), 1958",
            ),
            _logistic_regression,
        ),
    )
}


def _find(name: str) -> tuple[PresetInfo, Callable[[], NetworkSpec]]:
    if name not in _PRESETS:
        raise SpecError(f"There is no preset {name!r}; there are {', '.join(_PRESETS)}.")
    return _PRESETS[name]


def _sequential(name: str, *children: Layer) -> Layer:
    """A Sequential whose children are named by their positions."""
    return Layer(
        name,
        "Sequential",
        children=tuple(
            Layer(str(index), child.type, child.arguments, child.children) for index, child in enumerate(children)
        ),
    )


def _conv(in_channels: int, out_channels: int, kernel_size: int, **arguments: int) -> Layer:
    sizes = {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size}
    return Layer("", "Conv2d", sizes | arguments)


def _max_pool() -> Layer:
    return Layer("", "MaxPool2d", {"kernel_size": 2, "stride": 2})


def _linear(name: str, in_features: int, out_features: int) -> Layer:
    return Layer(name, "Linear", {"in_features": in_features, "out_features": out_features})
