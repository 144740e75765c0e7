"""The networks to start from; each is an ordinary spec."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

from playground.networks import small_presets
from playground.networks.errors import SpecError
from playground.networks.options import NORM, Info, Option, check_options
from playground.networks.small_presets import MNIST_SHAPE
from playground.networks.source_presets import read_preset
from playground.networks.spec import NetworkSpec, Shape, Value

_IMAGE_SHAPE = (3, 224, 224)


@dataclass(frozen=True)
class _Preset:
    """A preset, one sample's shape, and what builds it from its options."""

    info: Info
    input_shape: Shape
    build: Callable[..., NetworkSpec]


def names() -> list[str]:
    """The names that `load` and `info` take, in the order in which to show them."""
    return list(_PRESETS)


def trainable_names() -> list[str]:
    """The presets that tell the 10 classes of 28 x 28 images apart, as the Train page does."""
    return [name for name, preset in _PRESETS.items() if preset.input_shape == MNIST_SHAPE]


def load(name: str, **options: Value) -> NetworkSpec:
    """The network called `name`; raises SpecError if there is none, or for an option that it does not have."""
    preset = _find(name)
    check_options(preset.info, options)
    return preset.build(**options)


def info(name: str) -> Info:
    """What there is to read about a preset; raises SpecError if there is none of that name."""
    return _find(name).info


def _find(name: str) -> _Preset:
    if name not in _PRESETS:
        raise SpecError(f"There is no preset {name!r}; there are {', '.join(_PRESETS)}.")
    return _PRESETS[name]


def _classes(default: int) -> Option:
    return Option("num_classes", "Classes", "How many classes the network tells apart.", default)


_DILATION = Option(
    "replace_stride_with_dilation",
    "Dilation instead of stride",
    "For each of the last three stages: whether it keeps the size of the feature maps and looks further apart.",
    (False, False, False),
    ((False, False, False), (False, False, True), (False, True, True), (True, True, True)),
)
_ZERO_INIT = Option(
    "zero_init_residual",
    "Blocks start as their shortcut",
    "Whether the last normalization of each block starts with weight 0, so that the block first adds nothing.",
    False,
    (False, True),
)
_GROWTH_RATE = Option("growth_rate", "Growth rate", "How many feature maps each layer adds to those before it.", 32)
_DENSE_BLOCKS = Option(
    "blocks",
    "Layers of each block",
    "How many layers the four dense blocks have: DenseNet-121, 169, 201 and 264.",
    (6, 12, 24, 16),
    ((6, 12, 24, 16), (6, 12, 32, 32), (6, 12, 48, 32), (6, 12, 64, 48)),
)


def _small(
    name: str,
    label: str,
    description: str,
    reference: str,
    build: Callable[[], NetworkSpec],
    input_shape: Shape = MNIST_SHAPE,
) -> _Preset:
    return _Preset(Info(name, label, description, reference), input_shape, build)


def _large(
    name: str,
    label: str,
    description: str,
    reference: str,
    build: Callable[..., NetworkSpec],
    *options: Option,
) -> _Preset:
    return _Preset(Info(name, label, description, reference, options), _IMAGE_SHAPE, build)


def _residual(name: str, label: str, description: str, reference: str, **arguments: Value) -> _Preset:
    """A residual network, called in code what it is called for people, without signs."""
    title = re.sub(r"\W", "", label.replace(" ", "_"))
    build = functools.partial(read_preset, "resnet", "ResNet", title, _IMAGE_SHAPE, **arguments)
    options = (NORM, _ZERO_INIT, _DILATION) if arguments["block"] == "Bottleneck" else (NORM, _ZERO_INIT)
    return _large(name, label, description, reference, build, *options, _classes(1000))


def _plain_residual(depth: int, block: str, blocks: tuple[int, ...]) -> _Preset:
    parts = "two 3 x 3 convolutions" if block == "BasicBlock" else "a 3 x 3 between two 1 x 1 convolutions"
    return _residual(
        f"resnet{depth}",
        f"ResNet-{depth}",
        f"{sum(blocks)} residual blocks, each {parts} and a way around them.",
        "He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition, arXiv:1512.03385, 2015",
        block=block,
        blocks=blocks,
    )


def _grouped_residual(depth: int, base_width: int, blocks: tuple[int, ...]) -> _Preset:
    return _residual(
        f"resnext{depth}_32x{base_width}d",
        f"ResNeXt-{depth} 32x{base_width}d",
        f"{sum(blocks)} residual blocks whose 3 x 3 convolutions have 32 groups.",
        "Xie, Girshick, Dollár, Tu, He, Aggregated Residual Transformations for Deep Neural Networks, "
        "arXiv:1611.05431, 2016",
        block="Bottleneck",
        blocks=blocks,
        groups=32,
        base_width=base_width,
    )


_BACK_PROPAGATION = (
    "Multilayer perceptron: Rumelhart, Hinton, Williams, Learning Representations by Back-propagating Errors, "
    "Nature 323, 1986"
)
_BATCHNORMALIZATION = "Batch normalization: Ioffe and Szegedy, arXiv:1502.03167, 2015"

_PRESETS: dict[str, _Preset] = {
    preset.info.name: preset
    for preset in (
        _small(
            "linear_regression",
            "Linear regression",
            "One linear layer from one number to one number: a straight line.",
            "Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805",
            small_presets.linear_regression,
            input_shape=(1,),
        ),
        _small(
            "logistic_regression",
            "Logistic regression",
            "One linear layer from the 784 pixels to the 10 classes.",
            "Cox, The Regression Analysis of Binary Sequences, Journal of the Royal Statistical Society B 20(2), 1958",
            small_presets.logistic_regression,
        ),
        _small(
            "mlp_linear",
            "MLP, linear layers only",
            "Three linear layers with nothing in between, which together are one linear layer.",
            _BACK_PROPAGATION,
            small_presets.mlp_linear,
        ),
        _small(
            "mlp_relu",
            "MLP with activations",
            "Three linear layers with ReLU in between.",
            _BACK_PROPAGATION,
            small_presets.mlp_relu,
        ),
        _small(
            "mlp_batchnorm",
            "MLP with BatchNorm",
            "Three linear layers with batch normalization and ReLU in between.",
            _BATCHNORMALIZATION,
            small_presets.mlp_batchnorm,
        ),
        _small(
            "mlp",
            "MLP 784-500-10",
            "Every pixel goes into 500 hidden units with ReLU, and these into 10 classes.",
            _BACK_PROPAGATION,
            small_presets.mlp,
        ),
        _small(
            "lenet",
            "LeNet",
            "Two convolutions with pooling, then three linear layers, with Sigmoid in between.",
            "After LeNet-5: LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document "
            "Recognition, Proceedings of the IEEE 86(11), 1998",
            small_presets.lenet,
        ),
        _small(
            "cnn",
            "CNN 16/32",
            "Two blocks of convolution, batch normalization, ReLU and max pooling, then a linear layer.",
            _BATCHNORMALIZATION,
            small_presets.cnn,
        ),
        _small(
            "cnn_25_50",
            "CNN 25/50",
            "Two blocks of convolution, batch normalization, ReLU and max pooling, then three linear layers.",
            _BATCHNORMALIZATION,
            small_presets.cnn_25_50,
        ),
        _plain_residual(18, "BasicBlock", (2, 2, 2, 2)),
        _plain_residual(34, "BasicBlock", (3, 4, 6, 3)),
        _plain_residual(50, "Bottleneck", (3, 4, 6, 3)),
        _plain_residual(101, "Bottleneck", (3, 4, 23, 3)),
        _plain_residual(152, "Bottleneck", (3, 8, 36, 3)),
        _grouped_residual(50, 4, (3, 4, 6, 3)),
        _grouped_residual(101, 8, (3, 4, 23, 3)),
        _large(
            "densenet121",
            "DenseNet-121",
            "Four dense blocks, in which each layer sees the outputs of all layers before it.",
            "Huang, Liu, van der Maaten, Weinberger, Densely Connected Convolutional Networks, arXiv:1608.06993, 2016",
            functools.partial(read_preset, "densenet", "DenseNet", "DenseNet", _IMAGE_SHAPE),
            _GROWTH_RATE,
            _DENSE_BLOCKS,
            _classes(1000),
        ),
        _large(
            "mobilenet_v2",
            "MobileNetV2",
            "Blocks that widen, filter each channel by itself, and narrow again: few parameters, little to compute.",
            "Sandler, Howard, Zhu, Zhmoginov, Chen, MobileNetV2: Inverted Residuals and Linear Bottlenecks, "
            "arXiv:1801.04381, 2018",
            functools.partial(read_preset, "mobilenetv2", "MobileNetV2", "MobileNetV2", _IMAGE_SHAPE),
            _classes(1000),
        ),
        _large(
            "shufflenet_v2_x1_0",
            "ShuffleNetV2 x1.0",
            "Half of the channels go around each unit; a shuffle mixes them with the others.",
            "Ma, Zhang, Zheng, Sun, ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, "
            "arXiv:1807.11164, 2018",
            functools.partial(read_preset, "shufflenetv2", "ShuffleNetV2", "ShuffleNetV2", _IMAGE_SHAPE),
            _classes(1000),
        ),
        _large(
            "ghostnet",
            "GhostNet",
            "Half of the feature maps come cheaply from the other half; some blocks squeeze and excite.",
            "Han, Wang, Tian, Guo, Xu, Xu, GhostNet: More Features from Cheap Operations, arXiv:1911.11907, 2019",
            functools.partial(read_preset, "ghostnet", "GhostNet", "GhostNet", _IMAGE_SHAPE),
            _classes(1000),
        ),
        _large(
            "unet",
            "U-Net",
            "Four times down and up again, with what was seen on the way down beside it: classes for every pixel.",
            "Ronneberger, Fischer, Brox, U-Net: Convolutional Networks for Biomedical Image Segmentation, "
            "arXiv:1505.04597, 2015",
            functools.partial(read_preset, "unet", "UNet", "UNet", _IMAGE_SHAPE),
            _classes(2),
        ),
        _large(
            "deeplabv3_resnet50",
            "DeepLabV3",
            "A dilated ResNet-50, seen at several distances side by side (ASPP): classes for every pixel.",
            "Chen, Papandreou, Schroff, Adam, Rethinking Atrous Convolution for Semantic Image Segmentation, "
            "arXiv:1706.05587, 2017",
            functools.partial(read_preset, "deeplabv3", "DeepLabV3", "DeepLabV3", _IMAGE_SHAPE),
            _classes(4),
        ),
    )
}
