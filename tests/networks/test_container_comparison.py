from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from playground.networks.container_comparison import ContainerFacts, compare_containers
from playground.networks.containers import CONTAINERS

FACTS = {facts.name: facts for facts in compare_containers()}
LAYERS = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))


def executed(code: str) -> nn.Module:
    namespace: dict[str, Any] = {"__name__": "shown"}
    exec(code, namespace)
    return namespace["net"]


def test_the_containers_of_torch_and_a_plain_list_are_compared() -> None:
    assert list(FACTS) == [*(name for name in CONTAINERS if name != "Module"), "Python list"]


@pytest.mark.parametrize("facts", FACTS.values(), ids=list(FACTS))
def test_the_code_that_is_shown_makes_what_is_said_of_it(facts: ContainerFacts) -> None:
    net = executed(facts.code)
    assert sum(each.numel() for each in net.parameters()) == facts.registered
    assert tuple(net.state_dict()) == facts.keys
    assert facts.held == sum(each.numel() for each in LAYERS.parameters())
    if facts.called.works:
        assert facts.called.says == " × ".join(map(str, net(torch.zeros(1, 4)).shape))
    else:
        with pytest.raises(NotImplementedError) as raised:
            net(torch.zeros(1, 4))
        assert facts.called.says == f"NotImplementedError: {raised.value}"


def test_only_a_sequential_can_be_called_and_only_the_plain_list_registers_nothing() -> None:
    assert [name for name, facts in FACTS.items() if facts.called.works] == ["Sequential"]
    assert [name for name, facts in FACTS.items() if facts.registered == 0] == ["Python list"]
    assert all(facts.registered == facts.held for name, facts in FACTS.items() if name != "Python list")
    assert [name for name, facts in FACTS.items() if not facts.trained.works] == ["Python list"]


def test_neighbours_that_do_not_fit_are_found_when_something_calls_them_and_not_before() -> None:
    assert all(facts.unfit_made.works for facts in FACTS.values())
    assert all("cannot be multiplied" in facts.unfit_in_order.says for facts in FACTS.values())
    assert [name for name, facts in FACTS.items() if facts.unfit_called.says == facts.unfit_in_order.says] == [
        "Sequential"
    ]
    assert "16 features" in FACTS["Sequential"].unfit_traced
    assert "no forward" in FACTS["ModuleList"].unfit_traced
    assert all(facts.unfit_code != facts.code for facts in FACTS.values())
