from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from playground.inspection import TorchvisionModel, build_torchvision_model, summarize, torchvision_models
from playground.inspection.meta_copy import build_on_meta

MODELS = {model.name: model for model in torchvision_models()}
CLASSIFICATION = [model for model in MODELS.values() if model.task == "classification"]
SEGMENTATION = [model for model in MODELS.values() if model.task == "segmentation"]

# The published figures are rounded to millions of MACs: for these two, that alone is more than 0.5%.
ROUNDED = {"mobilenet_v3_small", "shufflenet_v2_x0_5"}


def test_there_are_the_models_with_published_weights() -> None:
    assert len(CLASSIFICATION) == len(torchvision.models.list_models(module=torchvision.models)) == 80
    assert len(SEGMENTATION) == 6


@pytest.mark.parametrize("model", CLASSIFICATION, ids=lambda model: model.name)
def test_a_model_has_its_published_parameters_and_macs(model: TorchvisionModel) -> None:
    """At the size for which they are published, and as it is published: GoogLeNet without its auxiliary heads."""
    summary = summarize(build_torchvision_model(model.name), (1, *model.input_shape))
    assert summary.total_parameters == model.published_parameters
    tolerance = 0.5e6 if model.name in ROUNDED else 0.005 * model.published_macs
    assert abs(summary.total_macs - model.published_macs) <= tolerance
    assert sum(row.parameters for row in summary.rows) == summary.total_parameters
    assert sum(row.macs for row in summary.rows) == summary.total_macs


@pytest.mark.parametrize("name", ["swin_v2_t", "vit_b_32", "maxvit_t", "googlenet"])
def test_nothing_that_torch_counts_is_lost(name: str) -> None:
    """Attention is computed by functions that take the weights of layers which themselves never run."""
    model, shape = build_torchvision_model(name).eval(), (1, *MODELS[name].input_shape)
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        model(torch.empty(shape, device="meta"))
    summary = summarize(model, shape)
    assert summary.total_flops == counter.get_total_flops()
    assert [row.path for row in summary.rows if row.kind == "unused"] == []


@pytest.mark.parametrize("model", SEGMENTATION, ids=lambda model: model.name)
def test_segmentation_gives_a_dictionary(model: TorchvisionModel) -> None:
    summary = summarize(build_torchvision_model(model.name), (1, 3, 64, 64))
    assert summary.total_parameters == model.published_parameters
    assert summary.rows[-1].type == "interpolate"
    assert summary.rows[-1].output_shape == (1, 21, 64, 64)


def test_detection_chooses_by_values_and_gives_lists() -> None:
    model = MODELS["ssdlite320_mobilenet_v3_large"]
    summary = summarize(build_torchvision_model(model.name), (1, 3, 64, 64))
    assert summary.total_parameters == model.published_parameters
    assert summary.total_macs == pytest.approx(model.published_macs, rel=0.005)


def test_a_model_that_needs_numbers_to_be_built_has_no_weights_either() -> None:
    randomness = torch.get_rng_state()
    on_meta = build_torchvision_model("regnet_y_400mf")
    assert {each.device.type for each in (*on_meta.parameters(), *on_meta.buffers())} == {"meta"}
    assert torch.equal(torch.get_rng_state(), randomness)
    on_cpu = torchvision.models.regnet_y_400mf()
    shapes = {name: value.shape for name, value in on_cpu.state_dict().items()}
    assert {name: value.shape for name, value in on_meta.state_dict().items()} == shapes


class _RunsItsLayers(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3)
        self.second = nn.Linear(self.first(torch.zeros(1, 3, 8, 8)).numel(), 2)


@pytest.mark.parametrize("build", [_RunsItsLayers, lambda: nn.Sequential(_RunsItsLayers(), nn.Dropout())])
def test_a_constructor_may_run_layers(build: Callable[[], nn.Module]) -> None:
    randomness = torch.get_rng_state()
    model = build_on_meta(build)
    assert next(each for each in model.modules() if isinstance(each, nn.Linear)).in_features == 144
    assert {each.device.type for each in model.parameters()} == {"meta"}
    assert torch.equal(torch.get_rng_state(), randomness)
