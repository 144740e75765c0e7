from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.inspection import summarize
from playground.inspection.layer_values.feature_maps import LONGEST_SIDE, feature_maps, patch_maps
from playground.inspection.layer_values.layer_choices import layer_choices
from playground.inspection.torchvision_models import build_torchvision_model


def test_maps_are_the_channels() -> None:
    output = torch.randn(1, 6, 4, 5)
    found = feature_maps(output, "Conv2d", (3, 8, 10))
    assert (found.kind, found.notes, found.dead) == ("maps", (), 0)
    assert np.array_equal(found.values, output[0].numpy())


@pytest.mark.parametrize(
    ("shape", "type", "input_shape", "channels"),
    [
        ((1, 96, 56, 56), "Conv2d", (3, 224, 224), 96),
        ((1, 56, 56, 96), "Permute", (3, 224, 224), 96),
        ((1, 56, 56, 96), "Linear", (3, 224, 224), 96),
        ((1, 2048, 1, 1), "AdaptiveAvgPool2d", (3, 224, 224), 2048),
        ((1, 2048, 1, 1), "Identity", (3, 224, 224), 2048),
        ((1, 1, 28, 28), "Sigmoid", (1, 28, 28), 1),
        ((1, 28, 28, 28), "ReLU", (1, 28, 28), 28),
        ((1, 16, 7, 14), "ReLU", (3, 112, 224), 16),
        ((1, 7, 14, 16), "GELU", (3, 112, 224), 16),
        ((1, 16, 16, 8), "Conv2d", (3, 32, 32), 16),
    ],
)
def test_the_channels_may_come_last(
    shape: tuple[int, ...], type: str, input_shape: tuple[int, ...], channels: int
) -> None:
    output = torch.randn(shape)
    found = feature_maps(output, type, input_shape)
    assert found.kind == "maps"
    is_last = shape[1] != channels
    expected = output[0].movedim(-1, 0) if is_last else output[0]
    assert np.array_equal(found.values, expected.numpy())
    assert any("last dimension" in note for note in found.notes) == is_last


def test_of_a_swin_transformer_the_channels_are_found_everywhere() -> None:
    summary = summarize(build_torchvision_model("swin_t"), (1, 3, 224, 224))
    for choice in layer_choices(summary):
        (shape,) = choice.output_shapes
        if len(shape) == 4:
            height, width = feature_maps(torch.zeros(shape), choice.type, (3, 224, 224)).values.shape[1:]
            assert height == width, choice


def test_dead_channels_are_counted() -> None:
    output = torch.rand(1, 5, 3, 3) + 1
    output[0, 1] = output[0, 4] = 0
    output[0, 2, 0, 0] = 0
    assert feature_maps(output, "ReLU").dead == 2


def test_large_maps_are_averaged_down_and_keep_their_proportions() -> None:
    output = torch.rand(1, 2, 4 * LONGEST_SIDE, 2 * LONGEST_SIDE)
    found = feature_maps(output)
    assert found.values.shape == (2, LONGEST_SIDE, LONGEST_SIDE // 2)
    assert np.allclose(found.values[1, 0, 0], output[0, 1, :4, :4].mean(), atol=1e-6)
    assert any("averaged" in note for note in found.notes)


def test_tokens_and_vectors() -> None:
    tokens = torch.randn(1, 7, 3)
    assert feature_maps(tokens, "LayerNorm").kind == "tokens"
    assert np.array_equal(feature_maps(tokens, "LayerNorm").values, tokens[0].numpy())
    assert np.array_equal(feature_maps(tokens, "Conv1d").values, tokens[0].T.numpy()), "(N, C, L)"
    assert np.array_equal(feature_maps(tokens.transpose(0, 1)).values, tokens[0].numpy()), "(L, N, C)"
    vector = torch.randn(1, 10)
    assert feature_maps(vector).kind == "vector"
    assert np.array_equal(feature_maps(vector).values, vector[0].numpy())
    assert feature_maps(torch.tensor(2.5)).values.tolist() == [2.5]


def test_of_several_samples_or_slices_one_is_shown_and_told() -> None:
    several = torch.randn(3, 4, 5, 5)
    found = feature_maps(several, "Conv2d")
    assert np.array_equal(found.values, several[0].numpy())
    assert "first of 3" in found.notes[0]
    volume = torch.randn(1, 2, 5, 4, 4)
    found = feature_maps(volume, "Conv3d")
    assert np.array_equal(found.values, volume[0, :, 2].numpy())
    assert "Of 5 slices" in found.notes[0]


@pytest.mark.parametrize("shape", [(0, 4), (0,), (1, 0), (0, 3, 4, 4), (1, 0, 4, 4), (1, 3, 0, 4), (1, 0, 5)])
def test_nothing_is_shown_as_nothing(shape: tuple[int, ...]) -> None:
    assert feature_maps(torch.zeros(shape), "Identity", (3, 8, 8)).values.size == 0


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.int64, torch.bool, torch.complex64])
def test_every_type_of_number_becomes_float32(dtype: torch.dtype) -> None:
    found = feature_maps(torch.ones(1, 2, 3, 3, dtype=dtype))
    assert found.values.dtype == np.float32
    assert (found.values == 1).all()


def test_tokens_of_patches_are_maps() -> None:
    tokens = np.arange(10 * 4, dtype=np.float32).reshape(10, 4)
    maps = patch_maps(tokens)
    assert maps is not None
    assert maps.shape == (4, 3, 3)
    assert maps[2, 1, 0] == tokens[1 + 3, 2], "the class token is left out"
    without = patch_maps(tokens[:9])
    assert without is not None
    assert without[0, 0, 0] == tokens[0, 0]
    assert patch_maps(tokens[:7]) is None
    assert patch_maps(tokens[:1]) is None
