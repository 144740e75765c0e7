from __future__ import annotations

import pytest
from hypothesis import given, settings
from torch import nn

from playground.inspection import Summary, build_torchvision_model, compare, summarize
from playground.networks import NetworkSpec, presets
from tests.networks.drawn_networks import networks


def table(name: str) -> Summary:
    if name in ("lenet", "mlp", "ghostnet"):
        spec = presets.load(name)
        return summarize(spec, (1, *spec.input_shape))
    return summarize(build_torchvision_model(name), (1, 3, 224, 224))


def assert_nothing_is_lost(first: Summary, second: Summary) -> None:
    pairs = compare(first, second).pairs
    assert tuple(pair.first for pair in pairs if pair.first) == first.rows
    assert tuple(pair.second for pair in pairs if pair.second) == second.rows
    assert all(pair.first.type == pair.second.type for pair in pairs if pair.first and pair.second)


@pytest.mark.parametrize(
    ("first", "second"), [("resnet50", "resnext50_32x4d"), ("mobilenet_v2", "ghostnet"), ("lenet", "mlp")]
)
def test_each_row_of_both_tables_has_its_place(first: str, second: str) -> None:
    assert_nothing_is_lost(table(first), table(second))


def test_resnext_faces_resnet_row_by_row() -> None:
    first, second = table("resnet50"), table("resnext50_32x4d")
    comparison = compare(first, second)
    assert all(pair.first and pair.second and pair.first.path == pair.second.path for pair in comparison.pairs)
    different = {pair.first.path for pair in comparison.pairs if not pair.same and pair.first}
    assert {"layer1.0.conv1", "layer1.0.conv2"} <= different
    assert not different & {"conv1", "bn1", "layer1.0.conv3.", "fc", "layer4.0.downsample.0"}
    assert comparison.totals["total_parameters"] == (25_557_032, 25_028_904)
    assert comparison.totals["total_macs"] == (first.total_macs, second.total_macs)
    assert comparison.totals["layers"] == (158, 158)


def test_what_was_put_in_has_nothing_beside_it() -> None:
    before = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    after = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    pairs = compare(summarize(before, (2, 4)), summarize(after, (2, 4))).pairs
    assert [(pair.first and pair.first.path, pair.second and pair.second.path, pair.same) for pair in pairs] == [
        ("0", "0", True),
        (None, "1", False),
        ("1", "2", True),
        ("2", "3", True),
    ]


@given(networks(), networks())
@settings(max_examples=20, deadline=None)
def test_any_two_networks_can_be_compared(first: NetworkSpec, second: NetworkSpec) -> None:
    tables = [summarize(spec, (2, *spec.input_shape)) for spec in (first, second)]
    assert_nothing_is_lost(tables[0], tables[1])
    itself = compare(tables[0], tables[0]).pairs
    assert all(pair.same and pair.first == pair.second for pair in itself)
