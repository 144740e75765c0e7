"""Source and JSON of real networks after small accidents: `python -m benchmarks.fuzz` is the long form of this."""

from __future__ import annotations

import random

import pytest

from playground.networks import NetworkSpec, SpecError, apply_slips, find_slips
from tests.hostile.mutations import json_texts, mutated_json, mutated_source, sources

_LONGEST = 3_000
_CASES = 40


def _read(text: str) -> NetworkSpec | None:
    try:
        return NetworkSpec.from_code(text)
    except SpecError:
        return None


@pytest.mark.parametrize("seed", range(5))
def test_accidents_to_source_are_read_or_refused(seed: int) -> None:
    generator = random.Random(seed)
    texts = [text for text in sources() if len(text) <= _LONGEST]
    for _ in range(_CASES):
        text = mutated_source(generator, generator.choice(texts))
        for each in (text, apply_slips(text, find_slips(text))):
            spec = _read(each)
            if spec is not None:
                assert spec.trace((2, *spec.input_shape)).rows is not None


@pytest.mark.parametrize("seed", range(5))
def test_accidents_to_json_are_read_or_refused(seed: int) -> None:
    generator = random.Random(seed)
    texts = json_texts(_LONGEST)
    for _ in range(_CASES):
        try:
            spec = NetworkSpec.from_json(mutated_json(generator, generator.choice(texts)))
        except SpecError:
            continue
        assert spec.trace((2, *spec.input_shape)).rows is not None


def test_the_same_seed_gives_the_same_accidents() -> None:
    source, text = sources()[0], json_texts(_LONGEST)[0]
    for mutated, original in ((mutated_source, source), (mutated_json, text)):
        first, second = ([mutated(random.Random(seed), original) for seed in range(20)] for _ in range(2))
        assert first == second
        assert len(set(first)) > 10
