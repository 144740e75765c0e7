"""The small networks: regressions, multilayer perceptrons and the first convolutional networks, as specs."""

from __future__ import annotations

from collections.abc import Callable

from playground.networks.spec import Layer, NetworkSpec

MNIST_SHAPE = (1, 28, 28)


def linear_regression() -> NetworkSpec:
    """One linear layer from one number to one number."""
    return NetworkSpec("LinearRegression", (_linear("linear", 1, 1),), (1,))


def logistic_regression() -> NetworkSpec:
    """One linear layer from the pixels to the classes."""
    return NetworkSpec(
        "LogisticRegression",
        (Layer("flatten", "Flatten"), _linear("linear", 28 * 28, 10)),
        MNIST_SHAPE,
    )


def mlp_linear() -> NetworkSpec:
    """Three linear layers and nothing in between."""
    layers = (_linear("fc1", 28 * 28, 300), _linear("fc2", 300, 100), _linear("fc3", 100, 10))
    return NetworkSpec("LinearMLP", (Layer("flatten", "Flatten"), *layers), MNIST_SHAPE)


def mlp_relu() -> NetworkSpec:
    """Three linear layers with ReLU in between."""
    return _three_layers("ReLUMLP", lambda _: (Layer("", "ReLU"),))


def mlp_batchnorm() -> NetworkSpec:
    """Three linear layers with batch normalization and ReLU in between."""
    return _three_layers(
        "BatchNormMLP", lambda units: (Layer("", "BatchNorm1d", {"num_features": units}), Layer("", "ReLU"))
    )


def mlp() -> NetworkSpec:
    """784 pixels, 500 hidden units, 10 classes."""
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


def lenet() -> NetworkSpec:
    """Two convolutions with pooling, three linear layers, Sigmoid in between."""
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


def cnn() -> NetworkSpec:
    """Two convolutions with 16 and 32 channels, one linear layer."""

    return NetworkSpec(
        "CNN",
        (
            _normalized("layer1", _conv(1, 16, 5, padding=2)),
            _normalized("layer2", _conv(16, 32, 5, padding=2)),
            Layer("flatten", "Flatten"),
            _linear("fc", 7 * 7 * 32, 10),
        ),
        MNIST_SHAPE,
    )


def cnn_25_50() -> NetworkSpec:
    """Two convolutions with 25 and 50 channels, three linear layers."""

    return NetworkSpec(
        "CNN",
        (
            _normalized("layer1", _conv(1, 25, 3)),
            _normalized("layer2", _conv(25, 50, 3)),
            Layer("flatten", "Flatten"),
            _sequential(
                "fc",
                _linear("", 50 * 5 * 5, 1024),
                Layer("", "ReLU"),
                _linear("", 1024, 128),
                Layer("", "ReLU"),
                _linear("", 128, 10),
            ),
        ),
        MNIST_SHAPE,
    )


def _three_layers(name: str, between: Callable[[int], tuple[Layer, ...]]) -> NetworkSpec:
    """784 pixels, 300 and 100 hidden units with what comes after each, 10 classes."""
    return NetworkSpec(
        name,
        (
            Layer("flatten", "Flatten"),
            _sequential("layer1", _linear("", 28 * 28, 300), *between(300)),
            _sequential("layer2", _linear("", 300, 100), *between(100)),
            _linear("fc", 100, 10),
        ),
        MNIST_SHAPE,
    )


def _sequential(name: str, *children: Layer) -> Layer:
    """A Sequential whose children are named by their positions."""
    return Layer(
        name,
        "Sequential",
        children=tuple(
            Layer(str(index), child.type, child.arguments, child.children) for index, child in enumerate(children)
        ),
    )


def _normalized(name: str, convolution: Layer) -> Layer:
    """A convolution with batch normalization, ReLU and max pooling after it."""
    norm = Layer("", "BatchNorm2d", {"num_features": convolution.arguments["out_channels"]})
    return _sequential(name, convolution, norm, Layer("", "ReLU"), _max_pool())


def _conv(in_channels: int, out_channels: int, kernel_size: int, **arguments: int) -> Layer:
    sizes = {"in_channels": in_channels, "out_channels": out_channels, "kernel_size": kernel_size}
    return Layer("", "Conv2d", sizes | arguments)


def _max_pool() -> Layer:
    return Layer("", "MaxPool2d", {"kernel_size": 2, "stride": 2})


def _linear(name: str, in_features: int, out_features: int) -> Layer:
    return Layer(name, "Linear", {"in_features": in_features, "out_features": out_features})
