from __future__ import annotations

import runpy
from pathlib import Path

import pytest
import torch
from torch import nn

from playground.networks import Layer, NetworkSpec
from playground.networks.calling import call
from playground.networks.integer_inputs import vocabulary_size
from playground.networks.layers import layer_type

RECURRENT = ("RNN", "LSTM", "GRU")


def network(*layers: Layer, shape: tuple[int, ...] = (5, 8)) -> NetworkSpec:
    return NetworkSpec("Net", layers, shape)


def example(name: str, kind: str) -> Layer:
    return Layer(name, kind, layer_type(kind).example_arguments)


def sequential(*layers: Layer) -> Layer:
    return Layer("block", "Sequential", children=layers)


@pytest.mark.parametrize("kind", RECURRENT)
def test_layers_after_a_recurrent_one_take_its_output(kind: str) -> None:
    spec = network(example("recurrent", kind), Layer("fc", "Linear", {"in_features": 6, "out_features": 3}))
    model = spec.build().eval()
    x = torch.randn(2, 5, 8)
    torch.testing.assert_close(model(x), model.fc(model.recurrent(x)[0]))
    trace = spec.trace((2, 5, 8))
    assert [row.output_shape for row in trace.rows] == [(2, 5, 6), (2, 5, 3)]


def test_attention_takes_its_input_three_times_and_gives_its_output() -> None:
    spec = network(example("attention", "MultiheadAttention"))
    model = spec.build().eval()
    x = torch.randn(2, 5, 8)
    torch.testing.assert_close(model(x), model.attention(x, x, x)[0])
    assert spec.trace((2, 5, 8)).output_shape == (2, 5, 8)


def test_attention_takes_query_key_and_value_where_it_is_given_three() -> None:
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    query, key = torch.randn(2, 3, 8), torch.randn(2, 5, 8)
    torch.testing.assert_close(call(attention, query, key, key), attention(query, key, key)[0])


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("after", [Layer("1", "Linear", {"in_features": 6, "out_features": 3}), Layer("1", "ReLU")])
def test_a_sequential_hands_on_the_state_as_well_and_so_fails(kind: str, after: Layer) -> None:
    spec = network(sequential(example("0", kind), after))
    with pytest.raises(TypeError):
        spec.build()(torch.randn(2, 5, 8))
    error = spec.trace((2, 5, 8)).error
    assert error is not None
    assert error.path == "block.1"
    assert "block.0 gives: its output and its last state" in error.cause
    assert len(error.fixes) == 1
    mended = error.fixes[0].apply(spec)
    assert mended.trace((2, 5, 8)).output_shape == tuple(mended.build()(torch.randn(2, 5, 8)).shape)


def test_attention_does_not_work_in_a_sequential() -> None:
    spec = network(sequential(example("attention", "MultiheadAttention")))
    with pytest.raises(TypeError):
        spec.build()(torch.randn(2, 5, 8))
    error = spec.trace((2, 5, 8)).error
    assert error is not None
    assert "missing 2 required positional arguments" in error.message
    assert error.cause.startswith("A Sequential gives each layer one input")
    assert error.fixes[0].apply(spec).trace((2, 5, 8)).output_shape == (2, 5, 8)


@pytest.mark.parametrize("kind", RECURRENT)
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("shape", [(7, 8), (3, 7, 8)])
def test_the_shape_of_a_sequence_is_that_of_a_real_pass(kind: str, batch_first: bool, shape: tuple[int, ...]) -> None:
    arguments = {"input_size": 8, "hidden_size": 6, "batch_first": batch_first, "bidirectional": True, "num_layers": 2}
    spec = network(Layer("a", kind, arguments))
    assert spec.trace(shape).output_shape == tuple(spec.build()(torch.zeros(shape)).shape)


def test_a_long_sequence_takes_no_longer_than_a_short_one() -> None:
    """The meta device would run a billion steps."""
    spec = network(example("a", "LSTM"))
    assert spec.trace((2, 10**9, 8)).output_shape == (2, 10**9, 6)


def test_an_embedding_reads_whole_numbers() -> None:
    table = Layer("table", "Embedding", {"num_embeddings": 10, "embedding_dim": 8})
    spec = network(table, example("lstm", "LSTM"), shape=(5,))
    assert vocabulary_size(spec) == 10
    assert spec.trace((2, 5)).output_shape == (2, 5, 6)
    assert spec.build()(torch.randint(0, 10, (2, 5))).shape == (2, 5, 6)
    assert vocabulary_size(network(Layer("a", "ReLU"), table)) is None
    assert vocabulary_size(network(Layer("a", "Flatten"), table)) == 10


def test_an_embedding_after_a_layer_that_computes_is_an_error() -> None:
    table = Layer("table", "Embedding", {"num_embeddings": 10, "embedding_dim": 8})
    spec = network(Layer("a", "Tanh"), table, shape=(5,))
    with pytest.raises(RuntimeError) as raised:
        spec.build()(torch.zeros(2, 5))
    error = spec.trace((2, 5)).error
    assert error is not None
    assert error.message == str(raised.value)
    assert "whole numbers" in error.cause
    assert error.fixes


def test_the_exported_file_feeds_whole_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = Layer("table", "Embedding", {"num_embeddings": 10, "embedding_dim": 8})
    file = tmp_path / "net.py"
    file.write_text(network(table, Layer("tanh", "Tanh"), shape=(5,)).to_code(), encoding="utf-8")
    runpy.run_path(str(file), run_name="__main__")
    assert capsys.readouterr().out == "torch.Size([2, 5, 8])\n"
