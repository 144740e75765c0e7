"""The causes and fixes for every layer of the catalogue; test_explain.py has those for whole networks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from playground.networks import Layer, NetworkSpec, ShapeError
from playground.networks.layers import layer_type
from tests.networks.drawn_layers import LayerOnBatch, layers_on_batches, works

SEQUENCES, IMAGES, VOLUMES = (2, 4, 8), (2, 4, 8, 8), (2, 4, 8, 8, 8)


def error_of(kind: str, changes: dict, shape: tuple[int, ...]) -> ShapeError:
    arguments = {**layer_type(kind).example_arguments, **changes}
    error = NetworkSpec("Net", (Layer("a", kind, arguments),), shape[1:]).trace(shape).error
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("kind", "changes", "shape", "cause", "fixes"),
    [
        ("Conv1d", {"in_channels": 3}, SEQUENCES, "This convolution expects 3 channels", ["set in_channels to 4"]),
        ("Conv1d", {}, (2, 8), "sequences (N, C, L)", ["add Unflatten to 4 x 2 before this Conv1d and"]),
        ("Conv1d", {}, IMAGES, "sequences (N, C, L)", ["use Conv2d"]),
        (
            "Conv1d",
            {"kernel_size": 9},
            SEQUENCES,
            "9-wide kernel is larger than the 8-wide input",
            ["set kernel_size to 8"],
        ),
        ("Conv2d", {}, (2, 4 * 49), "images (N, C, H, W)", ["add Unflatten to 4 x 7 x 7"]),
        ("Conv2d", {}, VOLUMES, "images (N, C, H, W)", ["use Conv3d"]),
        ("Conv2d", {"kernel_size": (3, 3)}, SEQUENCES, "images", ["use Conv1d and set kernel_size to 3"]),
        ("Conv2d", {"kernel_size": (3, 3, 3)}, IMAGES, "2 whole numbers", ["set kernel_size to 3"]),
        ("Conv2d", {"groups": 3}, (2, 6, 8, 8), "must be divisible by groups", ["set in_channels to 6"]),
        ("Conv3d", {"in_channels": 3}, VOLUMES, "expects 3 channels", ["set in_channels to 4"]),
        ("Conv3d", {"kernel_size": (9, 1, 1)}, VOLUMES, "9 x 1 x 1 kernel", ["set kernel_size to (8, 1, 1)"]),
        ("Conv3d", {"padding": 8, "padding_mode": "reflect"}, VOLUMES, "made of the input", ["set padding_mode to"]),
        (
            "ConvTranspose2d",
            {"in_channels": 3},
            IMAGES,
            "This transposed convolution expects",
            ["set in_channels to 4"],
        ),
        ("ConvTranspose1d", {"output_padding": 2}, SEQUENCES, "smaller than the stride", ["set output_padding to 0"]),
        ("ConvTranspose2d", {"padding": 6}, IMAGES, "takes everything off the 10 x 10", ["set padding to 4"]),
        ("MaxPool1d", {"kernel_size": 9}, SEQUENCES, "9-wide kernel", ["set kernel_size to 8"]),
        ("MaxPool3d", {"padding": 2}, VOLUMES, "at most half", ["set padding to 1"]),
        ("AvgPool3d", {"kernel_size": (1, 1, 9)}, VOLUMES, "1 x 1 x 9 kernel", ["set kernel_size to (1, 1, 8)"]),
        ("AvgPool1d", {}, IMAGES, "sequences", ["use AvgPool2d"]),
        ("AdaptiveMaxPool1d", {}, IMAGES, "sequences", ["use AdaptiveMaxPool2d"]),
        ("AdaptiveAvgPool2d", {"output_size": (1, 1, 1)}, IMAGES, "2 whole numbers", ["set output_size to 1"]),
        ("BatchNorm3d", {"num_features": 3}, VOLUMES, "expects 3 channels", ["set num_features to 4"]),
        ("BatchNorm3d", {}, SEQUENCES, "volumes", ["use BatchNorm1d"]),
        ("InstanceNorm2d", {"num_features": 3, "affine": True}, IMAGES, "expects 3", ["set num_features to 4"]),
        ("InstanceNorm2d", {}, (2, 4, 1, 1), "each has only one", ["remove this InstanceNorm2d"]),
        ("GroupNorm", {"num_channels": 6}, IMAGES, "This GroupNorm expects 6 channels", ["set num_channels to 4"]),
        ("GroupNorm", {}, (2, 5, 8, 8), "expects 4 channels", ["set num_channels to 5 and set num_groups to 1"]),
        ("LayerNorm", {"normalized_shape": 7}, (2, 5, 8), "last dimensions of 7", ["set normalized_shape to 8"]),
        (
            "LayerNorm",
            {"normalized_shape": 4},
            IMAGES,
            "last dim",
            ["set normalized_shape to 8", "set normalized_shape to (4"],
        ),
        ("LayerNorm", {"normalized_shape": (4, 5, 8)}, (5, 8), "4 x 5 x 8", ["set normalized_shape to (5, 8)"]),
        ("PReLU", {"num_parameters": 3}, IMAGES, "3 slopes", ["set num_parameters to 4", "set num_parameters to 1"]),
        ("Softmax", {"dim": 2}, (2, 8), "has no dimension 2", ["set dim to 1"]),
        ("Dropout1d", {}, IMAGES, "sequences", ["use Dropout2d"]),
        (
            "Unflatten",
            {"unflattened_size": (3, 4)},
            (2, 8),
            "cannot be split into (3, 4)",
            ["set unflattened_size to (2, 4)"],
        ),
        ("Unflatten", {"dim": 5}, (2, 8), "no dimension 5", ["set dim to 1"]),
        ("Unflatten", {"dim": 0}, (3, 8), "the product must be the same", ["set dim to 1"]),
        (
            "Upsample",
            {"mode": "trilinear"},
            IMAGES,
            "'trilinear' is for",
            ["set mode to 'bilinear'", "set mode to 'bicubic'"],
        ),
        ("Upsample", {}, (2, 8), "sequences, images or volumes", ["remove this Upsample"]),
        ("Upsample", {"scale_factor": (2, 2, 2)}, IMAGES, "3 numbers", ["set scale_factor to 2"]),
        ("Upsample", {"scale_factor": 0.1}, IMAGES, "nothing is left", ["set scale_factor to 2"]),
        ("PixelShuffle", {"upscale_factor": 4}, IMAGES, "a multiple of 16 channels", ["set upscale_factor to 2"]),
        ("PixelUnshuffle", {"downscale_factor": 3}, IMAGES, "do not divide 8 x 8", ["set downscale_factor to 2"]),
        ("ChannelShuffle", {"groups": 3}, IMAGES, "3 groups do not divide the 4 channels", ["set groups to 2"]),
        ("ZeroPad2d", {"padding": -5}, IMAGES, "cuts off more", ["set padding to 0"]),
        ("LSTM", {"input_size": 3}, (2, 5, 8), "expects 3 features in each step", ["set input_size to 8"]),
        (
            "GRU",
            {},
            IMAGES,
            "works on sequences",
            ["add Flatten from dimension 2 before this GRU and set input_size to 64"],
        ),
        ("RNN", {"input_size": 3}, (2, 5, 8), "expects 3 features in each step", ["set input_size to 8"]),
        ("LSTM", {"proj_size": 6}, (2, 5, 8), "smaller than hidden_size", ["set proj_size to 0"]),
        ("MultiheadAttention", {"embed_dim": 6}, (2, 5, 8), "expects 6 features", ["set embed_dim to 8"]),
        ("MultiheadAttention", {}, (2, 5, 9), "expects 8 features", ["set embed_dim to 9 and set num_heads to 1"]),
        ("MultiheadAttention", {"num_heads": 3}, (2, 5, 8), "divisible by num_heads", ["set num_heads to 2"]),
        ("MultiheadAttention", {"kdim": 3}, (2, 5, 8), "so kdim must be", ["set kdim to None"]),
        ("TransformerEncoderLayer", {"d_model": 6}, (2, 5, 8), "expects 6 features", ["set d_model to 8"]),
        ("TransformerEncoderLayer", {"d_model": 9}, (2, 5, 8), "divisible by nhead", ["set d_model to 8"]),
        ("Embedding", {"padding_idx": 10}, (2, 5), "from 0 to 9", ["set padding_idx to None"]),
    ],
)
def test_the_cause_and_the_first_fixes(
    kind: str, changes: dict, shape: tuple[int, ...], cause: str, fixes: list[str]
) -> None:
    error = error_of(kind, changes, shape)
    assert cause in error.cause
    texts = [fix.text for fix in error.fixes]
    assert len(texts) >= len(fixes)
    for text, expected in zip(texts, fixes, strict=False):
        assert text.startswith(expected)


def test_a_pixel_shuffle_may_ask_the_convolution_before_for_more_channels() -> None:
    convolution = Layer("conv", "Conv2d", {"in_channels": 3, "out_channels": 10, "kernel_size": 3})
    spec = NetworkSpec("Net", (convolution, Layer("shuffle", "PixelShuffle", {"upscale_factor": 2})), (3, 8, 8))
    error = spec.trace((2, 3, 8, 8)).error
    assert error is not None
    assert error.fixes[0].text == "set out_channels of conv to 12"
    assert error.fixes[0].apply(spec).trace((2, 3, 8, 8)).output_shape == (2, 3, 12, 12)


def test_an_image_that_a_pixel_unshuffle_does_not_divide_can_be_padded() -> None:
    error = error_of("PixelUnshuffle", {}, (2, 1, 7, 8))
    assert error.fixes[-1].text == "add ZeroPad2d((0, 0, 0, 1)) before this PixelUnshuffle"


def test_a_linear_after_a_sequence_takes_the_features_of_each_step() -> None:
    lstm = Layer("lstm", "LSTM", layer_type("LSTM").example_arguments)
    spec = NetworkSpec("Net", (lstm, Layer("fc", "Linear", {"in_features": 7, "out_features": 3})), (5, 8))
    error = spec.trace((2, 5, 8)).error
    assert error is not None
    assert error.fixes[0].text == "set in_features to 6"


@given(layers_on_batches(most_changes=2))
@settings(max_examples=400, deadline=None)
def test_a_layer_is_at_fault_exactly_where_torch_fails(drawn: LayerOnBatch) -> None:
    trace = drawn.spec.trace(drawn.shape)
    assert (trace.error is None) == works(drawn.spec, drawn.batch()), trace.error
    if trace.output_shape is not None:
        output = drawn.spec.build().eval()(drawn.batch())
        first = output[0] if isinstance(output, tuple) else output
        assert trace.output_shape == tuple(first.shape)


@given(layers_on_batches(most_changes=1))
@settings(max_examples=400, deadline=None)
def test_a_single_fault_has_a_fix_and_every_fix_works(drawn: LayerOnBatch) -> None:
    error = drawn.spec.trace(drawn.shape).error
    if error is None:
        return
    assert error.fixes, error
    for fix in error.fixes:
        assert works(fix.apply(drawn.spec), drawn.batch()), fix.text
