from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from playground.inspection import budget
from playground.inspection.training_cost.instruction_set import has_bfloat16
from playground.inspection.training_cost.onednn_lstm import workspace_bytes
from tests.inspection.training_cost.real_steps import RealStep, assert_predicted, peak_on_cpu, saved_bytes

TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "autocast": torch.float32}
KERNEL_TYPES = [torch.float32, torch.bfloat16] if has_bfloat16() else [torch.float32]
# What PyTorch has for a projection, and for numbers that are in bfloat16 before autocast, runs everywhere.
RUN_IN_AUTOCAST = ("projection", "behind a layer")


class LastStep(nn.Module):
    """Classes from an LSTM's output at the last step."""

    def __init__(self, *sizes: int, batch_first: bool = True, **arguments: Any) -> None:
        super().__init__()
        self.lstm = nn.LSTM(*sizes, batch_first=batch_first, **arguments)
        self.fc = nn.LazyLinear(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        output, _ = self.lstm(x)
        return self.fc(output[:, -1] if self.lstm.batch_first else output[-1])


class Packed(LastStep):
    """The same of sequences that are packed, which oneDNN does not take."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        packed = pack_padded_sequence(x, [x.shape[1]] * len(x), batch_first=True)
        return self.fc(self.lstm(packed)[1][0][-1])


MODELS: dict[str, Any] = {
    "two layers": lambda: LastStep(28, 128, 2),
    "bidirectional": lambda: LastStep(20, 32, 2, bidirectional=True, dropout=0.5),
    "without bias": lambda: LastStep(20, 32, 2, bias=False),
    "wide": lambda: LastStep(256, 320),
    "projection": lambda: LastStep(20, 32, proj_size=8),
    "behind a layer": lambda: nn.Sequential(nn.Linear(20, 24), LastStep(24, 32)),
    "packed": lambda: Packed(20, 32),
}


def input_size(model: nn.Module) -> int:
    first = next(each for each in model.modules() if isinstance(each, nn.Linear | nn.LSTM))
    return first.in_features if isinstance(first, nn.Linear) else first.input_size


def skip_what_pytorch_refuses(name: str, precision: str) -> None:
    if precision == "autocast" and name not in RUN_IN_AUTOCAST and not has_bfloat16():
        pytest.skip("an LSTM in autocast needs AVX-512, which this processor does not have")


@pytest.mark.parametrize("precision", TYPES)
@pytest.mark.parametrize(
    ("name", "batch"),
    [*((name, 16) for name in MODELS), ("two layers", 64), ("two layers", 130)],
)
def test_what_an_lstm_saves_on_the_cpu_is_known_to_the_byte(name: str, batch: int, precision: str) -> None:
    skip_what_pytorch_refuses(name, precision)
    model = MODELS[name]().to(TYPES[precision])
    values = torch.zeros(batch, 12, input_size(model), dtype=TYPES[precision])
    model(values)
    predicted = budget(model, (1, *values.shape[1:]), batch_size=batch, precision=precision, device="cpu")
    saved = saved_bytes(model, values, autocast=precision == "autocast")
    assert predicted.saved_activations + predicted.weight_casts == saved
    if precision != "autocast":
        assert predicted.weight_casts == 0


@pytest.mark.parametrize("precision", TYPES)
@pytest.mark.parametrize(
    ("name", "batch"), [("two layers", 64), ("two layers", 130), ("bidirectional", 16), ("behind a layer", 16)]
)
def test_the_peak_of_an_lstm_on_the_cpu_is_predicted(name: str, batch: int, precision: str) -> None:
    skip_what_pytorch_refuses(name, precision)
    model = MODELS[name]().to(TYPES[precision])
    values = torch.zeros(batch, 28, input_size(model), dtype=TYPES[precision])
    model(values)
    predicted = budget(model, (1, *values.shape[1:]), batch_size=batch, precision=precision, device="cpu")
    assert_predicted(predicted, peak_on_cpu(RealStep(model, values, "adam", precision)))


@given(
    steps=st.integers(1, 20),
    batch=st.integers(1, 140),
    inputs=st.integers(1, 300),
    hidden=st.integers(1, 150),
    dtype=st.sampled_from(KERNEL_TYPES),
)
@settings(max_examples=60, deadline=None)
def test_the_workspace_is_as_large_as_onednn_makes_it(
    steps: int, batch: int, inputs: int, hidden: int, dtype: torch.dtype
) -> None:
    def zeros(*shape: int) -> torch.Tensor:
        return torch.zeros(shape, dtype=dtype)

    weights = (zeros(4 * hidden, inputs), zeros(4 * hidden, hidden), zeros(4 * hidden), zeros(4 * hidden))
    last = (zeros(batch, hidden), zeros(batch, hidden))
    options = (False, [], 2, hidden, 1, True, False, False, True)
    workspace = torch.mkldnn_rnn_layer(zeros(steps, batch, inputs), *weights, *last, *options)[3]
    assert workspace_bytes(steps, batch, inputs, hidden, dtype.itemsize) == workspace.nbytes


def test_without_onednn_an_lstm_saves_what_pytorch_saves() -> None:
    model, values = LastStep(20, 32), torch.zeros(4, 12, 20)
    model(values)
    with torch.backends.mkldnn.flags(enabled=False):
        predicted = budget(model, (1, 12, 20), batch_size=4, device="cpu")
        assert predicted.saved_activations == saved_bytes(model, values)


def test_an_lstm_on_cuda_has_no_workspace_of_onednn() -> None:
    model = LastStep(28, 128, 2)
    model(torch.zeros(1, 28, 28))
    on_cuda = budget(model, (1, 28, 28), batch_size=64, device="cuda").saved_activations
    assert 4 * on_cuda < budget(model, (1, 28, 28), batch_size=64, device="cpu").saved_activations


class DecidesFirst(LastStep):
    """Looks at values, so that it is run for real."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x if x.sum() < 1 else x + 1)


def test_an_lstm_that_runs_for_real_has_its_real_workspace() -> None:
    model, values = DecidesFirst(20, 32), torch.zeros(4, 12, 20)
    model(values)
    assert budget(model, (1, 12, 20), batch_size=4, device="cpu").saved_activations == saved_bytes(model, values)


def test_a_large_lstm_is_not_run() -> None:
    model = LastStep(2**10, 2**10)
    model(torch.zeros(1, 1, 2**10))
    predicted = budget(model, (1, 1000, 2**10), batch_size=2**14, device="cpu")
    assert predicted.saved_activations > 2**37
