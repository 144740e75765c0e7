"""JSON and links that are meant to hurt: they are read, or refused with a sentence, and traced within a few calls."""

from __future__ import annotations

import contextlib

import pytest

from playground.networks import NetworkSpec, SpecError
from playground.networks.propagate import MOST_CALLS
from playground.networks.share import from_link
from tests.hostile.specs import LINKS, SPECS, HostileSpec
from tests.networks.test_hostile_sources import at_most

# Torch's shape functions make some hundred calls for a layer.
_MOST_CALLS = 10_000_000
_DIRECT = tuple(each for each in SPECS if not each.needs_boundary)


def _named(name: str) -> HostileSpec:
    return next(each for each in SPECS if each.name == name)


@pytest.mark.parametrize("part", range(8))
def test_a_hostile_text_is_traced_or_refused_within_a_number_of_steps(part: int) -> None:
    for each in _DIRECT[part::8]:
        with at_most(_MOST_CALLS):
            try:
                spec = NetworkSpec.from_json(each.text)
            except SpecError:
                continue
            assert len(spec.trace((2, *spec.input_shape)).calls) <= MOST_CALLS


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.name)
def test_a_hostile_link_is_read_or_refused(link: HostileSpec) -> None:
    with contextlib.suppress(SpecError):
        assert from_link(link.text).name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("layer 0: LSTM on 1", "num_layers of LSTM is 549755813888; it must be from 1 to 100"),
        ("5,001 layers", "more than 5,000 layers"),
        ("1,001 inputs", "more than 1,000 inputs"),
        ("100,000 inputs", "more than 1,000 inputs"),
        ("a step with 100,000 inputs", "more than 1,000 inputs"),
        ("100,000 numbers", "an argument has at most 256"),
    ],
)
def test_what_no_network_has_is_refused_with_a_sentence(name: str, said: str) -> None:
    with pytest.raises(SpecError) as refused:
        NetworkSpec.from_json(_named(name).text)
    assert said in refused.value.message


@pytest.mark.parametrize("name", ["8 ** 6 nested calls", "2 ** 60 nested calls", "2 ** 60 nested calls of what is off"])
def test_more_calls_than_a_network_makes_are_a_fault(name: str) -> None:
    spec = NetworkSpec.from_json(_named(name).text)
    error = spec.trace((2, *spec.input_shape)).error
    assert error is not None
    assert error.message == "The network makes more than 20,000 calls of layers and operations, the limit."


def test_a_link_to_many_recurrent_layers_is_traced_to_its_sentence() -> None:
    link = next(each for each in LINKS if each.name == "link: layer 0: LSTM on 1")
    spec = from_link(link.text)
    error = spec.trace((2, *spec.input_shape)).error
    assert error is not None
    assert "it must be from 1 to 100" in error.message
