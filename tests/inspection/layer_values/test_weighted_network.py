from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from playground.inspection import build_torchvision_model, summarize
from playground.inspection.layer_values.weighted_network import TooLargeError, check_size, network_with_weights
from playground.networks import presets


@pytest.mark.parametrize("network", [presets.load("lenet"), "squeezenet1_1"], ids=["spec", "torchvision"])
def test_the_seed_decides_the_random_weights_and_the_callers_random_numbers_go_on(network: object) -> None:
    state = torch.get_rng_state()
    first, again, other = (network_with_weights(network, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    assert not first.training
    pairs = [zip(first.parameters(), each.parameters(), strict=True) for each in (again, other)]
    assert all(torch.equal(*pair) for pair in pairs[0])
    assert not all(torch.equal(*pair) for pair in pairs[1])


def test_a_state_dict_is_taken_as_it_is() -> None:
    spec = presets.load("cnn")
    trained = spec.build()
    with torch.no_grad():
        trained.layer1[1].running_mean.fill_(3)
    state = network_with_weights(spec, trained.state_dict()).state_dict()
    assert all(torch.equal(value, state[name]) for name, value in trained.state_dict().items())
    with pytest.raises(RuntimeError, match="Missing key"):
        network_with_weights(presets.load("lenet"), trained.state_dict())


def test_what_is_too_much_is_refused_in_a_sentence() -> None:
    largest = summarize(build_torchvision_model("vit_h_14"), (1, 3, 518, 518))
    with pytest.raises(TooLargeError, match=r"2\.5 GB of parameters"):
        check_size(largest, 1)
    wide = summarize(presets.load("resnet18"), (1, 3, 8000, 8000))
    with pytest.raises(TooLargeError, match="smaller input shape"):
        check_size(wide, 1)
    check_size(summarize(build_torchvision_model("vgg19"), (1, 3, 224, 224)))


def test_only_what_runs_up_to_the_layer_counts() -> None:
    summary = summarize(presets.load("lenet"), (1, 1, 28, 28))
    costly = replace(summary.rows[-1], macs=10**15)
    summary = replace(summary, rows=(*summary.rows[:-1], costly))
    check_size(summary, len(summary.rows) - 1)
    with pytest.raises(TooLargeError, match="earlier layer"):
        check_size(summary)
