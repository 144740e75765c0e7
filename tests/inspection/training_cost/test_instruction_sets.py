"""The peak of a training step is what is said of it on this processor, and on those that it can stand in for."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys

import pytest

from playground.inspection.training_cost.instruction_set import InstructionSet, instruction_set
from tests.inspection.training_cost.measured_peaks import CONVOLUTIONS, NETWORKS, NO_AUTOCAST, Peak

# oneDNN's limit, and PyTorch's own, from the least on.
LIMITS = {"SSE41": "default", "AVX2": "avx2", "AVX512_CORE": "avx512"}
HERE = instruction_set()
LOWER = list(LIMITS)[: [None, *InstructionSet].index(HERE)]
# Tensors of a few numbers, such as the loss and the labels, come and go as they like.
SLACK = 0.001

HALF_LSTMS = ("lstm bf16", "lstm autocast")


@functools.cache
def peaks_at(limit: str) -> tuple[str | None, dict[str, Peak]]:
    """The instruction set that was found under this limit, and the peaks by their case."""
    limits = {"ONEDNN_MAX_CPU_ISA": limit, "ATEN_CPU_CAPABILITY": LIMITS[limit]} if limit else {}
    command = [sys.executable, "-m", "tests.inspection.training_cost.measured_peaks"]
    done = subprocess.run(command, env={**os.environ, **limits}, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return found["kind"], {each["case"]: Peak(**each) for each in found["peaks"]}


@pytest.mark.parametrize("limit", ["", *LOWER])
def test_a_measured_peak_lies_in_the_range_that_was_predicted(limit: str) -> None:
    kind, peaks = peaks_at(limit)
    assert kind == {"": HERE and HERE.value, "SSE41": None, "AVX2": "AVX2", "AVX512_CORE": "AVX-512"}[limit]
    assert list(peaks) == [*NETWORKS, *CONVOLUTIONS]
    measured = [each for each in peaks.values() if not each.refusal]
    above = [each for each in measured if each.is_bounded and each.measured > each.most * (1 + SLACK)]
    assert above == []
    assert [each for each in measured if each.measured < each.least * (1 - SLACK)] == []


@pytest.mark.parametrize("limit", ["", *LOWER])
def test_the_range_is_narrow_where_a_convolution_is_not_all_that_there_is(limit: str) -> None:
    kind, peaks = peaks_at(limit)
    networks = [peaks[name] for name in NETWORKS if not peaks[name].refusal]
    assert [each for each in networks if each.is_bounded and each.most > 1.1 * each.measured] == []
    # Without instructions for bfloat16, what oneDNN does instead for an LSTM is not known.
    assert kind is None or all(each.is_bounded for each in peaks.values() if each.case not in HALF_LSTMS)


@pytest.mark.parametrize("limit", ["", *LOWER])
def test_an_lstm_in_autocast_is_refused_exactly_where_pytorch_refuses_it(limit: str) -> None:
    kind, peaks = peaks_at(limit)
    refused = {each.case: each.refusal for each in peaks.values() if each.refusal}
    assert list(refused) == ([] if kind in ("AVX-512", "AMX") else ["lstm autocast"])
    for refusal in refused.values():
        assert refusal.startswith(f"{NO_AUTOCAST}, could not create a primitive descriptor")
