"""Modules that do what modules seldom do: the copy that runs must be theirs, and the rows must be what ran."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import torch
import torchvision
from torch import nn
from torch.nn.utils import prune

from playground.inspection import (
    StoppedError,
    budget,
    data_flow,
    receptive_fields,
    summarize,
    torchinfo_text,
)
from playground.inspection.layer_values.layer_outputs import layer_outputs
from playground.networks import NetworkSpec
from playground.networks.integer_inputs import vocabulary_size
from tests.inspection.layer_table.test_summary import assert_left_alone, state_of


class _CallsItself(nn.Module):
    """Its activation is a function that refers to the module, which Python's deepcopy hands out as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.block: Callable[[torch.Tensor], torch.Tensor] = lambda x: self.norm(self.conv(x))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.block(x) * float(x.sum() >= 0)


def test_a_function_that_refers_to_the_module_runs_the_copy() -> None:
    model = _CallsItself()
    before, randomness = state_of(model), torch.get_rng_state()
    summary = summarize(model, (2, 3, 8, 8), mode="train")
    assert_left_alone(model, before, randomness)
    assert summary.total_parameters == 3 * 4 * 9 + 4 + 8
    assert [row.path for row in summary.rows if row.kind == "layer"] == ["conv", "norm"]


def _pruned(layer: nn.Linear) -> nn.Module:
    pruned: nn.Module = prune.l1_unstructured(layer, "weight", 0.5)  # type: ignore[no-untyped-call]
    return pruned


@pytest.mark.parametrize("wrap", [nn.utils.weight_norm, nn.utils.spectral_norm, _pruned])
def test_a_weight_that_a_hook_computes_is_trained_and_shown(wrap: Callable[[nn.Linear], nn.Module]) -> None:
    model = nn.Sequential(nn.Flatten(), wrap(nn.Linear(12, 8))).eval()
    trained = sum(4 * each.numel() for each in model.parameters())
    predicted = budget(model, (1, 3, 2, 2), batch_size=4, optimizer="adam", device="cpu")
    assert (predicted.gradients, predicted.optimizer_state) == (trained, 2 * trained)

    model.load_state_dict({name: 2 * value for name, value in model.state_dict().items()})
    images = torch.rand(2, 3, 2, 2)
    assert torch.equal(layer_outputs(model, images, "1")[0], model(images))
    assert [row.type for row in summarize(model, (2, 3, 2, 2)).rows] == ["Flatten", "Linear"]


class _Tries(nn.Module):
    """Catches that its first layer cannot take the batch."""

    def __init__(self, first: nn.Module) -> None:
        super().__init__()
        self.first = first
        self.second = nn.Linear(4, 4)
        self.last = nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        try:
            x = self.first(x)
        except RuntimeError:
            x = self.second(x)
        out: torch.Tensor = self.last(x)
        return out


@pytest.mark.parametrize("first", [nn.Linear(5, 4), nn.Sequential(nn.Linear(5, 4))], ids=["layer", "block"])
def test_what_fails_and_is_caught_has_not_run(first: nn.Module) -> None:
    rows = summarize(_Tries(first), (2, 4)).rows
    ran = [(row.path, row.output_shape) for row in rows if row.kind == "layer"]
    assert ran == [("second", (2, 4)), ("last", (2, 3))]
    flow = data_flow(_Tries(first), (2, 4))
    assert flow.error is None
    assert {node.path: node.parent for node in flow.nodes if node.path in ("second", "last")} == {
        "second": 1,
        "last": 1,
    }


class _TriesAnotherWindow(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.block = nn.Sequential(nn.Conv2d(5, 4, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        try:
            x = self.block(x)
        except RuntimeError:
            x = nn.functional.max_pool2d(x, 2)
        return x


def test_a_function_after_one_that_failed_is_of_the_module_that_calls_it() -> None:
    assert [(each.path, each.type) for each in receptive_fields(_TriesAnotherWindow(), (1, 3, 8, 8))] == [
        ("", "max_pool2d")
    ]


def test_an_error_after_one_that_was_caught_names_its_own_layer() -> None:
    model = _Tries(nn.Linear(5, 4))
    model.last = nn.Linear(7, 3)
    with pytest.raises(StoppedError, match="At last: This Linear expects 7 features") as stopped:
        summarize(model, (2, 4))
    assert stopped.value.path == "last"


class _Attends(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Linear(8, 8)
        self.vector = nn.Parameter(torch.zeros(8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.weights(x)) @ self.vector


class _LooksAtValues(nn.Module):
    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor) -> Any:
        assert bool((x == 0).all())
        return self.layer(x)


class _Pairs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pairs = nn.Bilinear(4, 5, 3)

    def forward(self, x: torch.Tensor) -> Any:
        return self.pairs(x[:, :4], x[:, 4:])


@pytest.mark.parametrize(
    ("model", "shape", "macs"),
    [
        (_Attends(), (2, 5, 8), 2 * 5 * (8 * 8 + 8)),
        (_Pairs(), (2, 9), 2 * (3 * 4 * 5 + 3 * 4)),
        (_LooksAtValues(nn.LSTM(6, 7, 2, batch_first=True)), (2, 5, 6), 2 * 5 * 4 * 7 * (6 + 7 + 7 + 7)),
    ],
    ids=["matrix and vector", "bilinear", "LSTM on the CPU"],
)
def test_what_torch_has_no_count_for_is_counted(model: nn.Module, shape: tuple[int, ...], macs: int) -> None:
    assert summarize(model, shape).total_macs == macs


class _Holds(nn.Module):
    def __init__(self, held: Callable[[nn.Module], Any]) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 3)
        self.held = held(self.layer)

    def forward(self, x: torch.Tensor) -> Any:
        return self.layer(x)


def test_a_module_may_hold_what_it_has_computed() -> None:
    assert summarize(_Holds(lambda layer: [layer(torch.zeros(1, 4))]), (1, 4)).total_macs == 12


def test_a_module_that_cannot_be_copied_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match=r"_Holds is looked into as a copy, .* cannot pickle '_thread.lock' object"):
        summarize(_Holds(lambda _: threading.Lock()), (1, 4))


class _Draws(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * random.random() * float(numpy.random.rand()) + torch.rand(())


def test_the_random_numbers_of_python_and_numpy_are_left_alone() -> None:
    before = random.getstate(), str(numpy.random.get_state())
    summarize(_Draws(), (2, 3))
    data_flow(_Draws(), (2, 3))
    layer_outputs(nn.Sequential(_Draws()), torch.zeros(2, 3), "0")
    receptive_fields(_Draws(), (2, 3, 8, 8))
    budget(nn.Sequential(nn.Linear(3, 3), _Draws()), (1, 3), batch_size=2, device="cpu")
    assert (random.getstate(), str(numpy.random.get_state())) == before


class _DropoutFirst(nn.Module):
    """Registers its layers in another order than it calls them."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(4, 2)
        self.words = nn.Embedding(10, 4)

    def forward(self, x: torch.Tensor) -> Any:
        return self.head(self.words(x))


class _Queries(nn.Module):
    """Begins with an Embedding that looks nothing up, as a DETR has it."""

    def __init__(self) -> None:
        super().__init__()
        self.queries = nn.Embedding(5, 8)
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x).flatten(2).transpose(1, 2) @ self.queries.weight.T


def test_words_are_words_whatever_is_registered_first() -> None:
    model = _DropoutFirst()
    assert summarize(model, (2, 5)).total_macs == 2 * 5 * 8
    assert budget(model, (1, 5), batch_size=2, device="cpu").saved_activations == 2 * 5 * 4 * 4
    assert "Embedding" in torchinfo_text(model, (2, 5))
    assert receptive_fields(model, (2, 5)) == ()


def test_images_are_images_though_an_embedding_is_registered_first() -> None:
    predicted = budget(_Queries(), (1, 3, 8, 8), batch_size=2, device="cpu")
    assert predicted.saved_activations == 2 * 36 * 8 * 4
    assert receptive_fields(_Queries(), (1, 3, 8, 8))[0].size == (3, 3)


def test_a_spec_may_run_its_embedding_after_layers_that_come_before_it() -> None:
    source = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(4, 2)
        self.words = nn.Embedding(10, 4)
    def forward(self, x):
        return self.head(self.words(x))
"""
    assert vocabulary_size(NetworkSpec.from_code(source)) == 10


def test_words_stop_at_the_layer_that_cannot_take_them() -> None:
    with pytest.raises(StoppedError, match="At 1: This Linear expects 5 features") as stopped:
        summarize(nn.Sequential(nn.Embedding(10, 4), nn.Linear(5, 3)), (1, 8))
    assert [row.path for row in stopped.value.summary.rows] == ["0"]
    with pytest.raises(StoppedError, match="At 1: Expected tensor for argument #1 'indices'"):
        summarize(nn.Sequential(nn.Linear(8, 4), nn.Embedding(5, 3)), (1, 8))


def test_a_layer_of_ones_own_stops_in_torchs_words() -> None:
    with pytest.raises(StoppedError, match=r"partition_op: shape '\[1, 64, 7, 7, 7, 7\]' is invalid") as stopped:
        summarize(torchvision.models.maxvit_t(), (1, 3, 200, 200))
    assert "There is no layer" not in str(stopped.value)
