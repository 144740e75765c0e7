from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings

from playground.networks import Layer, NetworkSpec, SpecError, presets
from playground.networks.rules import FORWARD_RULES
from playground.networks.spec import Forward, Step
from tests.networks.drawn_networks import networks


def run(spec: NetworkSpec, folder: Path) -> torch.nn.Module:
    """The model that the exported file builds, when it is imported under its name."""
    file = folder / "network.py"
    file.write_text(spec.to_code(), encoding="utf-8")
    model: torch.nn.Module = runpy.run_path(str(file))[spec.name]()
    return model


def assert_same_network(spec: NetworkSpec, folder: Path) -> None:
    ours, theirs = spec.build().eval(), run(spec, folder).eval()
    theirs.load_state_dict(ours.state_dict())
    images = torch.randn(2, *spec.input_shape)
    assert torch.equal(ours(images), theirs(images))


@pytest.mark.parametrize("name", presets.trainable_names())
def test_the_file_of_a_preset_prints_its_output_shape(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"{name}.py"
    file.write_text(presets.load(name).to_code(), encoding="utf-8")
    runpy.run_path(str(file), run_name="__main__")
    assert capsys.readouterr().out == "torch.Size([2, 10])\n"


def test_the_file_runs_by_itself_in_a_new_process(tmp_path: Path) -> None:
    file = tmp_path / "lenet.py"
    file.write_text(presets.load("lenet").to_code(), encoding="utf-8")
    printed = subprocess.run([sys.executable, file], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert printed.stdout == "torch.Size([2, 10])\n"
    assert printed.stderr == ""


@given(networks())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_file_of_a_drawn_network_is_the_same_network(tmp_path: Path, spec: NetworkSpec) -> None:
    assert_same_network(spec, tmp_path)


def test_code_reads_as_a_person_writes_it() -> None:
    lines = presets.load("cnn").to_code().splitlines()
    assert "            nn.Conv2d(1, 16, 5, padding=2)," in lines
    assert "            nn.MaxPool2d(2, 2)," in lines
    assert "        self.fc = nn.Linear(1568, 10)" in lines
    assert "        x = self.layer1(x)" in lines


def test_named_layers_long_calls_and_empty_containers(tmp_path: Path) -> None:
    convolution = {
        "in_channels": 3,
        "out_channels": 6,
        "kernel_size": (3, 5),
        "stride": 1,
        "padding": (1, 2),
        "groups": 3,
        "bias": False,
        "padding_mode": "replicate",
    }
    block = (
        Layer("first", "Conv2d", convolution),
        Layer("inner", "Sequential", children=(Layer("0", "Tanh"), Layer("1", "Sequential"))),
        Layer("dropout", "Dropout", {"p": 0.25, "inplace": True}),
    )
    spec = NetworkSpec("Named", (Layer("block", "Sequential", children=block),), (3, 8, 8))
    assert_same_network(spec, tmp_path)
    code = spec.to_code()
    assert "stride" not in code
    assert '                padding_mode="replicate",' in code.splitlines()
    assert '("dropout", nn.Dropout(0.25, inplace=True)),' in code
    assert max(map(len, code.splitlines())) <= 88


@pytest.mark.parametrize("rule", FORWARD_RULES)
@pytest.mark.parametrize("container", ["ModuleList", "ModuleDict"])
def test_layers_with_a_state_give_their_output_in_a_container_with_a_rule(
    container: str, rule: str, tmp_path: Path
) -> None:
    names = list("0123") if container == "ModuleList" else ["lstm", "gru", "attention", "rnn"]
    layers = [
        ("LSTM", {"input_size": 4, "hidden_size": 2, "batch_first": True, "bidirectional": True}),
        ("GRU", {"input_size": 4, "hidden_size": 4, "batch_first": True}),
        ("MultiheadAttention", {"embed_dim": 4, "num_heads": 2, "batch_first": True}),
        ("RNN", {"input_size": 4, "hidden_size": 4, "batch_first": True}),
    ]
    children = tuple(Layer(name, *layer) for name, layer in zip(names, layers, strict=True))
    spec = NetworkSpec("Net", (Layer("branches", container, children=children, rule=rule),), (3, 4))
    assert_same_network(spec, tmp_path)
    assert NetworkSpec.from_code(spec.to_code()) == spec


def test_a_child_that_a_step_takes_out_of_a_container_with_a_rule_gives_its_output_once(tmp_path: Path) -> None:
    arguments = {"embed_dim": 4, "num_heads": 2, "batch_first": True}
    lstm = Layer("0", "LSTM", {"input_size": 4, "hidden_size": 4, "batch_first": True})
    branches = Layer("all", "ModuleList", children=(lstm, Layer("1", "MultiheadAttention", arguments)), rule="sum")
    steps = (
        Step("a", "all"),
        Step("b", "all.0", inputs=("x",)),
        Step("c", "all.1", inputs=("a", "b", "b")),
        Step("x", "all.1"),
    )
    spec = NetworkSpec("Net", (branches,), (3, 4), Forward(steps))
    assert_same_network(spec, tmp_path)


def test_the_code_starts_parameters_at_their_initial_values() -> None:
    def block(name: str, start: float) -> Layer:
        norm = Layer("bn", "BatchNorm1d", {"num_features": 4}, initial={"weight": start})
        linear = Layer("0", "Linear", {"in_features": 4, "out_features": 4}, initial={"bias": 0.5})
        children = (norm, Layer("fc", "Sequential", children=(linear,)))
        return Layer(name, "Module", children=children, class_name="Block")

    spec = NetworkSpec("Net", (block("a", 0), block("b", 0.25), block("c", 0)), (4,))
    code = spec.to_code()
    lines = [line.strip() for line in code.splitlines()]
    assert "nn.init.constant_(self.bn.weight, initial_weight)" in lines
    assert "nn.init.constant_(self.fc[0].bias, 0.5)" in lines
    assert lines.count("class Block(nn.Module):") == 1
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(code, namespace)
    weights = dict(namespace["Net"]().named_parameters())
    assert [float(weights[f"{name}.bn.weight"].mean()) for name in "abc"] == [0, 0.25, 0]
    assert NetworkSpec.from_code(code) == spec


def test_a_required_argument_is_written_even_if_it_is_none() -> None:
    pool = Layer("pool", "AdaptiveAvgPool2d", {"output_size": None})
    assert "nn.AdaptiveAvgPool2d(None)" in NetworkSpec("Net", (pool,), (3, 4, 5)).to_code()


def test_a_network_without_layers_runs_too(tmp_path: Path) -> None:
    assert_same_network(NetworkSpec("Empty", (), (3,)), tmp_path)


@pytest.mark.parametrize("text", ['"; import os; "', "'\"", "\\", "\n", "\u2028", "same'"])
def test_a_text_in_an_argument_stays_a_text(text: str) -> None:
    """A share link may come from anyone, and its code is meant to be run."""
    layer = Layer("a", "Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 1, "padding": text})
    code = NetworkSpec("Net", (layer,), (1, 4, 4)).to_code()
    namespace: dict[str, type] = {"__name__": "exported"}
    exec(code, namespace)
    with pytest.raises(ValueError, match="Invalid padding string"):
        namespace["Net"]()


def test_a_layer_that_torch_does_not_have_is_refused() -> None:
    for layer in (Layer("a", "os"), Layer("a", "ReLU", {"x": 1})):
        with pytest.raises(SpecError):
            NetworkSpec("Net", (layer,), (1,)).to_code()


def test_containers_that_are_still_empty_are_written_as_such() -> None:
    kinds = ("Sequential", "ModuleList", "ModuleDict")
    layers = tuple(Layer(kind.lower(), kind) for kind in kinds)
    code = NetworkSpec("Empty", layers, (4,)).to_code()
    assert all(f"self.{kind.lower()} = nn.{kind}()" in code for kind in kinds)
