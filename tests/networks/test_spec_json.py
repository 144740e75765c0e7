from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.networks import Layer, NetworkSpec, SpecError, presets
from tests.networks.drawn_networks import networks


def document(**changes: Any) -> dict[str, Any]:
    layer = {"name": "fc", "type": "Linear", "arguments": {"in_features": 4, "out_features": 2}}
    return {"version": 1, "name": "Net", "input_shape": [4], "layers": [layer], **changes}


def with_layer(**changes: Any) -> dict[str, Any]:
    return document(layers=[{**document()["layers"][0], **changes}])


def inside(layer: dict[str, Any], levels: int) -> dict[str, Any]:
    for _ in range(levels):
        layer = {"name": "a", "type": "Sequential", "children": [layer]}
    return document(layers=[layer])


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_comes_back_equal(name: str) -> None:
    spec = presets.load(name)
    assert NetworkSpec.from_json(spec.to_json()) == spec


def test_initial_values_come_back_equal() -> None:
    wide = Layer("wide", "Linear", {"in_features": "auto", "out_features": 2}, initial={"weight": 0.25, "bias": 0})
    spec = NetworkSpec("Net", (wide,), (4,))
    assert NetworkSpec.from_json(spec.to_json()) == spec


@given(networks())
@settings(max_examples=60, deadline=None)
def test_a_network_comes_back_equal(spec: NetworkSpec) -> None:
    assert NetworkSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (document(extra=1), "unknown key 'extra'"),
        (document(version=2), "version 2"),
        (document(version=True), "version True"),
        (document(name=3), "name must be a text"),
        (document(name="a b"), "'a b'"),
        (document(input_shape=3), "input_shape must be a list"),
        (document(input_shape=[1, "2"]), "input shape"),
        (document(input_shape=[2**41]), r"input_shape\[0\] is out of range"),
        (document(layers={}), "layers must be a list"),
        (document(layers=[3]), r"layers\[0\] must be an object"),
        (with_layer(type="Linaer"), r"layers\[0\]: .*did you mean 'Linear'"),
        (with_layer(type="Modul"), r"layers\[0\]: There is no layer 'Modul'"),
        (with_layer(type=None), r"layers\[0\].type must be a text"),
        (with_layer(nmae="fc"), r"layers\[0\] has the unknown key 'nmae'"),
        (with_layer(arguments=[1]), r"layers\[0\].arguments must be an object"),
        (with_layer(arguments={"in_features": 4}), r"layers\[0\]: Linear needs out_features"),
        (with_layer(arguments={"in_featurs": 4}), r"layers\[0\]: .*did you mean 'in_features'"),
        (with_layer(arguments={"in_features": 4.0, "out_features": 2}), "in_features of Linear is 4.0"),
        (with_layer(arguments={"in_features": True, "out_features": 2}), "in_features of Linear is True"),
        (with_layer(arguments={"in_features": None, "out_features": 2}), "in_features of Linear is None"),
        (with_layer(arguments={"in_features": {}, "out_features": 2}), "in_features is a"),
        (with_layer(arguments={"in_features": 0, "out_features": 2}), "must be at least 1"),
        (with_layer(arguments={"in_features": 4, "out_features": 2, "device": "cuda"}), "no argument 'device'"),
        (with_layer(initial=[0]), "initial must be an object"),
        (with_layer(initial={"weight": "0"}), r"layers\[0\]: weight should start at '0'"),
        (with_layer(initial={"wieght": 0}), r"layers\[0\]: .*did you mean 'weight'"),
        (with_layer(initial={"weight": 10**20}), "weight is out of range"),
        (with_layer(type="Sequential", arguments={}, initial={"weight": 0}), r"layers\[0\]: Sequential has no par"),
        (with_layer(children=[document()["layers"][0]]), "holds no layers"),
        (inside({"name": "a", "type": "ReLu"}, 2), r"layers\[0\].children\[0\].children\[0\]: .*'ReLU'"),
        (inside({"name": "a", "type": "ReLU"}, 64), "64 levels"),
        (inside({"name": "a", "type": "ReLU"}, 80), "64 levels"),
        (with_layer(arguments={"in_features": 4, "out_features": 2, "bias": 10**400}), "bias is out of range"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(content: object, place: str) -> None:
    with pytest.raises(SpecError, match=place):
        NetworkSpec.from_json(json.dumps(content))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1"),
        ('{"version": 1,\n oops}', "line 2, column 2"),
        ("[]", "must be an object"),
        ("NaN", "NaN"),
        ("null", "must be an object"),
        ('{"version": 1, "version": 1}', "'version' twice"),
        ('{"version": 1e999}', "version is out of range"),
        ('{"version": -Infinity}', "version is out of range"),
        ('{"layers": [{"arguments": {"p": NaN}}]}', r"layers\[0\].arguments.p is not a number"),
        ('{"layers": [{"a": {"p": 1, "p": 1}}]}', r"layers\[0\].a has the key 'p' twice"),
        (f'{{"version": {"9" * 5000}}}', "version is out of range"),
        ("[" * 100_000, "nested too deep"),
        ("[" * 300 + "]" * 300, "nested too deep"),
        ('"' + "é" * 500_001 + '"', "1 MB"),
        ('"' + "a" * 1_000_001 + '"', "1 MB"),
        ("\ud800", "not JSON"),
    ],
    ids=range(16),
)
def test_text_that_json_or_python_would_let_pass_is_refused(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        NetworkSpec.from_json(text)


def test_a_syntax_error_knows_its_line_and_column() -> None:
    with pytest.raises(SpecError) as raised:
        NetworkSpec.from_json('{"version": 1,\n oops}')
    assert (raised.value.line, raised.value.column) == (2, 2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_change_to_a_document_gives_a_network_or_a_spec_error(data: st.DataObject) -> None:
    content = json.loads(presets.load("lenet").to_json())
    target = content
    while isinstance(target, (dict, list)) and target:
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(target[key], (dict, list)) or data.draw(st.booleans()):
            target[key] = data.draw(JSON)
            break
        target = target[key]
    try:
        spec = NetworkSpec.from_json(json.dumps(content))
    except SpecError:
        return
    assert NetworkSpec.from_json(spec.to_json()) == spec
