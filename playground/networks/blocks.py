"""The blocks of well-known networks, to be put into any other: each is an ordinary layer that opens into its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from playground.networks.errors import SpecError
from playground.networks.hints import hint
from playground.networks.options import NORM, Info, Option, check_options
from playground.networks.source_presets import read_block
from playground.networks.spec import Layer, Value


@dataclass(frozen=True)
class Block:
    """A block: what there is to read about it, the class in a preset source, and what its constructor is given.

    `width` is the constructor's name for the channels that come in; `even` are names of numbers of channels
    of which the block makes two halves.
    """

    info: Info
    source: str
    class_name: str
    width: str = "in_channels"
    given: Mapping[str, Value] = field(default_factory=dict)
    even: tuple[str, ...] = ()


def make(name: str, in_channels: int, **options: Value) -> Layer:
    """The block called `name` for images `(N, in_channels, H, W)`, as a layer of that name.

    Raises SpecError if there is no such block, for an option that it does not have, or for channels without halves.
    """
    if name not in BLOCKS:
        raise SpecError(f"There is no block {name[:100]!r}; {hint(name, BLOCKS)}")
    block = BLOCKS[name]
    check_options(block.info, options)
    chosen = {option.name: option.default for option in block.info.options} | options
    arguments = {**block.given, **chosen, block.width: in_channels}
    for each in block.even:
        _check_halves(block.info.label, each, arguments[each], is_input=each == block.width)
    return replace(read_block(block.source, block.class_name, **arguments), name=name)


def _check_halves(label: str, argument: str, channels: Value, is_input: bool) -> None:
    if isinstance(channels, int) and channels % 2:
        said = f"{channels} come in; put a convolution before it" if is_input else f"{argument} is {channels}"
        raise SpecError(f"{label} makes halves of an even number of channels, but {said}.")


_RESNET = "He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition, arXiv:1512.03385, 2015"
_DENSENET = "Huang, Liu, van der Maaten, Weinberger, Densely Connected Convolutional Networks, arXiv:1608.06993, 2016"
_MOBILENET = (
    "Sandler, Howard, Zhu, Zhmoginov, Chen, MobileNetV2: Inverted Residuals and Linear Bottlenecks, "
    "arXiv:1801.04381, 2018"
)
_SHUFFLENET = (
    "Ma, Zhang, Zheng, Sun, ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, "
    "arXiv:1807.11164, 2018"
)
_GHOSTNET = "Han, Wang, Tian, Guo, Xu, Xu, GhostNet: More Features from Cheap Operations, arXiv:1911.11907, 2019"
_SQUEEZE = "Hu, Shen, Albanie, Sun, Wu, Squeeze-and-Excitation Networks, arXiv:1709.01507, 2017"
_DEEPLAB = (
    "Chen, Papandreou, Schroff, Adam, Rethinking Atrous Convolution for Semantic Image Segmentation, "
    "arXiv:1706.05587, 2017"
)
_UNET = (
    "Ronneberger, Fischer, Brox, U-Net: Convolutional Networks for Biomedical Image Segmentation, "
    "arXiv:1505.04597, 2015"
)

_STRIDE = Option("stride", "Stride", "1 keeps height and width, 2 halves them.", 1, (1, 2))
_GROWTH_RATE = Option("growth_rate", "Growth rate", "How many feature maps each layer adds.", 32)


def _out_channels(default: int) -> Option:
    return Option("out_channels", "Output channels", "How many feature maps the block gives.", default)


def _hidden(default: int) -> Option:
    return Option("hidden", "Channels inside", "How many feature maps it widens to; an even number.", default)


def _info(name: str, label: str, description: str, reference: str, *options: Option) -> Info:
    return Info(name, label, description, reference, options)


BLOCKS: Mapping[str, Block] = {
    block.info.name: block
    for block in (
        Block(
            _info(
                "basic_block",
                "Basic block (ResNet)",
                "Two 3 x 3 convolutions and a way around them; where the shape changes, a 1 x 1 convolution on it.",
                _RESNET,
                Option("channels", "Channels", "How many feature maps the block gives.", 64),
                _STRIDE,
                NORM,
            ),
            "resnet",
            "BasicBlock",
            given={"dilation": 1, "groups": 1, "base_width": 64},
        ),
        Block(
            _info(
                "bottleneck",
                "Bottleneck (ResNet, ResNeXt)",
                "A 3 x 3 convolution between two 1 x 1 ones that narrow and widen, and a way around them.",
                _RESNET,
                Option("channels", "Channels", "A quarter of the feature maps that the block gives.", 64),
                _STRIDE,
                Option("dilation", "Dilation", "How many pixels apart the 3 x 3 convolution looks.", 1),
                Option("groups", "Groups", "Into how many groups the 3 x 3 convolution is cut; ResNeXt: 32.", 1),
                Option("base_width", "Width of a group", "How wide each group is, of 64 channels.", 64),
                NORM,
            ),
            "resnet",
            "Bottleneck",
        ),
        Block(
            _info(
                "dense_layer",
                "Dense layer (DenseNet)",
                "New feature maps from all that come in, through a 1 x 1 and a 3 x 3 convolution.",
                _DENSENET,
                _GROWTH_RATE,
            ),
            "densenet",
            "DenseLayer",
        ),
        Block(
            _info(
                "dense_block",
                "Dense block (DenseNet)",
                "Dense layers of which each sees the outputs of all before it.",
                _DENSENET,
                _GROWTH_RATE,
                Option("count", "Layers", "How many dense layers there are.", 4),
            ),
            "densenet",
            "DenseBlock",
        ),
        Block(
            _info(
                "transition",
                "Transition (DenseNet)",
                "Half the channels by a 1 x 1 convolution, and half the height and width by average pooling.",
                _DENSENET,
            ),
            "densenet",
            "Transition",
        ),
        Block(
            _info(
                "inverted_residual",
                "Inverted residual (MobileNetV2)",
                "Widens, filters each channel by itself, and narrows again; adds its input where shapes are equal.",
                _MOBILENET,
                _out_channels(32),
                _STRIDE,
                Option("widening", "Widening", "How many times as many channels there are inside.", 6),
            ),
            "mobilenetv2",
            "InvertedResidual",
        ),
        Block(
            _info(
                "shuffle_unit",
                "Shuffle unit (ShuffleNetV2)",
                "Half of the channels, of which there must be an even number, go around the convolutions; "
                "then all are mixed.",
                _SHUFFLENET,
            ),
            "shufflenetv2",
            "ShuffleUnit",
            width="channels",
            even=("channels",),
        ),
        Block(
            _info(
                "shuffle_downsample",
                "Shuffle unit that halves (ShuffleNetV2)",
                "All channels go through both branches, which halve height and width; then they are mixed.",
                _SHUFFLENET,
                Option("out_channels", "Output channels", "How many it gives; an even number.", 32),
            ),
            "shufflenetv2",
            "DownsampleUnit",
            even=("out_channels",),
        ),
        Block(
            _info(
                "ghost_module",
                "Ghost module (GhostNet)",
                "Half of the feature maps from a 1 x 1 convolution, the other half cheaply from the first.",
                _GHOSTNET,
                Option("out_channels", "Output channels", "How many it gives; an even number.", 32),
                Option("activation", "ReLU", "Whether each half ends with a ReLU.", True, (False, True)),
            ),
            "ghostnet",
            "GhostModule",
            even=("out_channels",),
        ),
        Block(
            _info(
                "ghost_bottleneck",
                "Ghost bottleneck (GhostNet)",
                "A Ghost module that widens, one that narrows, between them what the block needs, and a way around.",
                _GHOSTNET,
                _hidden(48),
                Option("out_channels", "Output channels", "How many it gives; an even number.", 24),
                Option("kernel_size", "Kernel size", "Of the convolution with stride 2.", 3, (3, 5)),
                Option("excite", "Squeeze-and-excitation", "Whether it weighs channels.", False, (False, True)),
                _STRIDE,
            ),
            "ghostnet",
            "GhostBottleneck",
            even=("hidden", "out_channels"),
        ),
        Block(
            _info(
                "squeeze_excitation",
                "Squeeze-and-excitation",
                "Weighs each channel by what all of them are on the mean.",
                _SQUEEZE,
                Option("reduction", "Reduction", "How many times fewer channels the narrow layer has.", 16),
            ),
            "squeeze_excitation",
            "SqueezeExcitation",
            width="channels",
        ),
        Block(
            _info(
                "aspp",
                "ASPP (DeepLabV3)",
                "Atrous spatial pyramid pooling: the same feature maps seen at several distances, side by side.",
                _DEEPLAB,
                _out_channels(256),
                Option(
                    "dilations",
                    "Dilations",
                    "How many pixels apart the three 3 x 3 convolutions look.",
                    (12, 24, 36),
                    ((2, 4, 6), (6, 12, 18), (12, 24, 36)),
                ),
            ),
            "deeplabv3",
            "ASPP",
        ),
        Block(
            _info(
                "double_conv",
                "Double convolution (U-Net)",
                "Two 3 x 3 convolutions with batch normalization and ReLU; height and width stay.",
                _UNET,
                _out_channels(64),
            ),
            "unet",
            "DoubleConv",
        ),
        Block(
            _info(
                "unet_level",
                "U-Net level",
                "Half the height and width inside, up again, and what the way down knew beside it. "
                "Put another one in place of what is inside for a deeper U-Net.",
                _UNET,
                Option("channels", "Channels", "How many feature maps it gives; inside are twice as many.", 64),
            ),
            "unet_level",
            "UNetLevel",
        ),
    )
}
