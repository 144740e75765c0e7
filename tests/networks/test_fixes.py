from __future__ import annotations

import pytest

from playground.networks import Fix, Layer, NetworkSpec, SpecError
from playground.networks.fixes import (
    Append,
    InsertBefore,
    Remove,
    Rename,
    SetInputShape,
    SetType,
    add_flatten,
    set_arguments,
)

BLOCK = Layer("block", "Sequential", children=(Layer("0", "ReLU"), Layer("1", "Dropout", {"p": 0.1})))
NAMED = Layer("named", "Sequential", children=(Layer("first", "ReLU"), Layer("second", "Tanh")))
SPEC = NetworkSpec("Net", (Layer("start", "Identity"), BLOCK, NAMED), (3, 8, 8))


def paths(spec: NetworkSpec) -> list[str]:
    return [f"{path} {layer.type}" for path, layer in spec.walk() if layer.type != "Sequential"]


def test_an_argument_replaces_the_old_one_and_leaves_the_others() -> None:
    changed = set_arguments("block.1", p=0.5, inplace=True).apply(SPEC)
    assert changed.layers[1].children[1].arguments == {"p": 0.5, "inplace": True}
    assert SPEC.layers[1].children[1].arguments == {"p": 0.1}
    assert changed.layers[2] is SPEC.layers[2]


def test_layers_after_an_insertion_move_up_by_one() -> None:
    changed = InsertBefore("block.1", Layer("flatten", "Flatten")).apply(SPEC)
    assert paths(changed)[1:4] == ["block.0 ReLU", "block.1 Flatten", "block.2 Dropout"]


def test_an_insertion_among_names_takes_a_free_name() -> None:
    changed = InsertBefore("named.second", Layer("first", "Flatten")).apply(SPEC)
    assert paths(changed)[3:] == ["named.first ReLU", "named.first2 Flatten", "named.second Tanh"]
    twice = Append(Layer("start", "Flatten")).apply(Append(Layer("start", "Flatten")).apply(SPEC))
    assert paths(twice)[-2:] == ["start2 Flatten", "start3 Flatten"]


def test_layers_after_a_removal_move_down_by_one() -> None:
    assert paths(Remove("block.0").apply(SPEC))[1] == "block.0 Dropout"
    assert paths(Remove("start").apply(SPEC))[0] == "block.0 ReLU"


def test_flatten_goes_before_the_container_that_a_layer_begins() -> None:
    assert paths(add_flatten(SPEC, "block.0").apply(SPEC))[1] == "flatten Flatten"
    assert paths(add_flatten(SPEC, "block.1").apply(SPEC))[2] == "block.1 Flatten"


def test_type_name_and_input_shape() -> None:
    fix = Fix("all", (SetType("start", "Tanh"), Rename("start", "begin"), SetInputShape((1, 4, 4))))
    changed = fix.apply(SPEC)
    assert paths(changed)[0] == "begin Tanh"
    assert changed.input_shape == (1, 4, 4)


@pytest.mark.parametrize("path", ["gone", "block.7", "block.0.1", ""])
def test_a_layer_that_is_gone_is_a_spec_error(path: str) -> None:
    with pytest.raises(SpecError, match="no layer"):
        Remove(path).apply(SPEC)
