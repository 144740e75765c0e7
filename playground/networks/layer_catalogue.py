"""Every layer type that a network can have, in the order in which a palette shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from playground.networks.errors import SpecError
from playground.networks.hints import hint
from playground.networks.layer_types import LayerType
from playground.networks.spec import Arguments, Value

if TYPE_CHECKING:
    from torch import nn

_THINGS = {1: "sequence", 2: "image", 3: "volume"}
_SIZES = {1: "length", 2: "height and width", 3: "depth, height and width"}

# One sample of these examples has 4 channels, 8 features, or 5 steps of 8 features.
_CHANNELS = {dimension: (2, 4, *(8,) * dimension) for dimension in _THINGS}
_ROW = (2, 8)
_STEPS = (2, 5, 8)


def layer_type(name: str) -> LayerType:
    """The layer type called `name` in `torch.nn`; raises SpecError if there is none here."""
    if name not in _BY_NAME:
        raise SpecError(f"There is no layer {name[:100]!r}; {hint(name, _BY_NAME)}")
    return _BY_NAME[name]


def torch_class(name: str) -> type[nn.Module]:
    """The class of `torch.nn` behind a layer type."""
    from torch import nn

    found: type[nn.Module] = getattr(nn, layer_type(name).name)
    return found


def _basic() -> Iterator[LayerType]:
    yield LayerType(
        "Linear",
        "Linear (fully connected)",
        "Every output is a weighted sum of all inputs, plus a bias.",
        "Linear",
        _ROW,
        _given(in_features=8, out_features=3),
    )


def _convolutions() -> Iterator[LayerType]:
    sizes = _given(in_channels=4, out_channels=6, kernel_size=3)
    for d, thing in _THINGS.items():
        yield LayerType(
            f"Conv{d}d",
            f"{d}-D convolution",
            f"Slides small learned filters over the {thing}; each filter gives one output channel.",
            "Convolution",
            _CHANNELS[d],
            sizes,
        )
    for d, thing in _THINGS.items():
        yield LayerType(
            f"ConvTranspose{d}d",
            f"{d}-D transposed convolution",
            f"Spreads every value over a learned window; with a stride above 1 the {thing} becomes larger.",
            "Convolution",
            _CHANNELS[d],
            sizes,
        )


def _pools() -> Iterator[LayerType]:
    for kind, label, does in (
        ("Max", "max", "Keeps the largest value of each window"),
        ("Avg", "average", "Replaces each window by its mean"),
    ):
        for d, thing in _THINGS.items():
            yield LayerType(
                f"{kind}Pool{d}d",
                f"{d}-D {label} pooling",
                f"{does}, which makes the {thing} smaller.",
                "Pooling",
                _CHANNELS[d],
                _given(kernel_size=2),
                positional=("stride",),
            )
    for kind, label, does in (
        ("Avg", "average", "Averages"),
        ("Max", "max", "Keeps the largest values"),
    ):
        for d, sizes in _SIZES.items():
            yield LayerType(
                f"Adaptive{kind}Pool{d}d",
                f"Adaptive {d}-D {label} pooling",
                f"{does} so that the output has the {sizes} that you ask for.",
                "Pooling",
                _CHANNELS[d],
                _given(output_size=2),
            )


def _normalizations() -> Iterator[LayerType]:
    for d, over in {1: "the batch", 2: "batch and pixels", 3: "batch and voxels"}.items():
        yield LayerType(
            f"BatchNorm{d}d",
            f"{d}-D batch normalization",
            f"Brings each {'feature' if d == 1 else 'channel'} to mean 0 and variance 1 over {over}, "
            "then scales and shifts it.",
            "Normalization",
            _CHANNELS[d],
            _given(num_features=4),
        )
    yield LayerType(
        "GroupNorm",
        "Group normalization",
        "Brings each group of channels of each sample to mean 0 and variance 1, whatever the batch size.",
        "Normalization",
        _CHANNELS[2],
        _given(num_groups=2, num_channels=4),
    )
    yield LayerType(
        "LayerNorm",
        "Layer normalization",
        "Brings the last dimensions of each sample to mean 0 and variance 1, whatever the batch size.",
        "Normalization",
        _STEPS,
        _given(normalized_shape=8),
    )
    for d, thing in _THINGS.items():
        yield LayerType(
            f"InstanceNorm{d}d",
            f"{d}-D instance normalization",
            f"Brings each channel of each {thing} by itself to mean 0 and variance 1.",
            "Normalization",
            _CHANNELS[d],
            _given(num_features=4),
        )


_ACTIVATIONS = {
    "ReLU": "Sets negative values to zero.",
    "LeakyReLU": "Keeps positive values and makes negative ones small, so that they still learn.",
    "PReLU": "A ReLU that learns by how much to scale negative values.",
    "ReLU6": "A ReLU that also cuts values at 6, made for arithmetic of low precision.",
    "ELU": "Keeps positive values and bends negative ones smoothly towards a lower limit.",
    "GELU": "Weighs each value by how likely a normal random number is below it; usual in transformers.",
    "SiLU": "Multiplies each value by its own sigmoid; smooth, and also called Swish.",
    "Mish": "Multiplies each value by tanh(softplus(value)); smooth, and slightly negative below zero.",
    "Softplus": "A smooth ReLU whose output is always positive.",
    "Hardswish": "A version of SiLU without exponentials, made for phones.",
    "Hardsigmoid": "A sigmoid made of three straight lines, which is cheaper to compute.",
    "Hardtanh": "Cuts every value to the range from min_val to max_val.",
    "Sigmoid": "Squeezes every value into the range from 0 to 1.",
    "Tanh": "Squeezes every value into the range from -1 to 1.",
}


def _activations() -> Iterator[LayerType]:
    positional = {"LeakyReLU": ("negative_slope",), "Hardtanh": ("min_val", "max_val")}
    for name, explanation in _ACTIVATIONS.items():
        yield LayerType(name, name, explanation, "Activation", _ROW, positional=positional.get(name, ()))
    for name, scores in (("Softmax", "probabilities"), ("LogSoftmax", "logarithms of probabilities")):
        yield LayerType(
            name,
            name,
            f"Turns scores into {scores} that sum to 1 along one dimension.",
            "Activation",
            _ROW,
            _given(dim=1),
        )


def _dropouts() -> Iterator[LayerType]:
    yield LayerType(
        "Dropout",
        "Dropout",
        "Sets random values to zero during training, so that the network does not lean on single ones.",
        "Dropout",
        _ROW,
        positional=("p",),
    )
    for d, thing in _THINGS.items():
        yield LayerType(
            f"Dropout{d}d",
            f"{d}-D dropout",
            f"Sets whole channels of the {thing} to zero during training, since neighbours in one are much alike.",
            "Dropout",
            _CHANNELS[d],
            positional=("p",),
        )


def _shapes() -> Iterator[LayerType]:
    image = _CHANNELS[2]
    for name, label, explanation, batch, arguments, positional in (
        (
            "Flatten",
            "Flatten",
            "Turns each sample into one row of numbers: (N, C, H, W) becomes (N, C x H x W).",
            image,
            _given(),
            ("start_dim",),
        ),
        (
            "Unflatten",
            "Unflatten",
            "Splits one dimension into several, the opposite of Flatten: (N, 8) becomes (N, 2, 4).",
            _ROW,
            _given(dim=1, unflattened_size=(2, 4)),
            (),
        ),
        (
            "Upsample",
            "Upsample",
            "Makes an image larger by repeating or interpolating its pixels; it learns nothing.",
            image,
            _given(scale_factor=2),
            (),
        ),
        (
            "PixelShuffle",
            "Pixel shuffle",
            "Trades channels for size: (N, C x r x r, H, W) becomes (N, C, H x r, W x r).",
            image,
            _given(upscale_factor=2),
            (),
        ),
        (
            "PixelUnshuffle",
            "Pixel unshuffle",
            "Trades size for channels: (N, C, H x r, W x r) becomes (N, C x r x r, H, W).",
            image,
            _given(downscale_factor=2),
            (),
        ),
        (
            "ChannelShuffle",
            "Channel shuffle",
            "Deals the channels out anew, so that the next grouped convolution sees some of every group.",
            image,
            _given(groups=2),
            (),
        ),
        (
            "ZeroPad2d",
            "Zero padding",
            "Adds rows and columns of zeros around an image.",
            image,
            _given(padding=1),
            (),
        ),
        ("Identity", "Identity", "Passes its input on unchanged.", _ROW, _given(), ()),
    ):
        yield LayerType(name, label, explanation, "Shape", batch, arguments, positional)


_ONLY_THE_OUTPUT = (
    "PyTorch gives the output and the last state; the layers after it take the output, except in a Sequential, "
    "which hands on both and so fails."
)


def _sequences() -> Iterator[LayerType]:
    yield LayerType(
        "Embedding",
        "Embedding",
        "Looks up a learned vector for each whole number, such as the index of a word; it comes first in a network.",
        "Sequence",
        (2, 5),
        _given(num_embeddings=10, embedding_dim=8),
    )
    for name, label, explanation in (
        ("RNN", "Simple recurrent layer", "Reads a sequence step by step and mixes each step into its state."),
        ("LSTM", "LSTM", "Reads a sequence step by step; gates decide what its memory keeps, so it remembers long."),
        ("GRU", "GRU", "Reads a sequence step by step like an LSTM, with fewer gates and parameters."),
    ):
        yield LayerType(
            name,
            label,
            f"{explanation} {_ONLY_THE_OUTPUT}",
            "Sequence",
            _STEPS,
            _given(input_size=8, hidden_size=6, batch_first=True),
            positional=("num_layers",),
        )
    yield LayerType(
        "MultiheadAttention",
        "Multi-head attention",
        "Lets every step of a sequence look at every other one: the input is query, key and value. PyTorch also gives "
        "the attention weights; the layers after it take the output. It needs three inputs, so it cannot stand in a "
        "Sequential.",
        "Sequence",
        _STEPS,
        _given(embed_dim=8, num_heads=2, batch_first=True),
    )
    yield LayerType(
        "TransformerEncoderLayer",
        "Transformer encoder layer",
        "Self-attention and two linear layers, each with layer normalization and a shortcut around it.",
        "Sequence",
        _STEPS,
        _given(d_model=8, nhead=2, dim_feedforward=16, batch_first=True),
    )


def _given(**values: Value) -> Arguments:
    return Arguments(values)


LAYER_TYPES: tuple[LayerType, ...] = (
    *_basic(),
    *_convolutions(),
    *_pools(),
    *_normalizations(),
    *_activations(),
    *_dropouts(),
    *_shapes(),
    *_sequences(),
)

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(each.group for each in LAYER_TYPES))
"""The groups of a palette, in order."""

_BY_NAME = {each.name: each for each in LAYER_TYPES}
