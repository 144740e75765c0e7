from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.networks import Layer, NetworkSpec, SpecError, presets
from playground.networks.share import MAX_LINK_CHARACTERS, from_link, to_link
from tests.networks.drawn_networks import networks


@pytest.mark.parametrize("name", ["lenet", "cnn", "mlp"])
def test_a_preset_comes_back_from_its_link(name: str) -> None:
    spec = presets.load(name)
    assert from_link(to_link(spec)) == spec
    assert len(to_link(spec)) < 1_000


@given(networks())
@settings(max_examples=50, deadline=None)
def test_a_drawn_network_comes_back_from_its_link(spec: NetworkSpec) -> None:
    link = to_link(spec)
    assert from_link(link) == spec
    assert set(link) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_network_too_large_for_an_address_says_what_to_do() -> None:
    layers = tuple(
        Layer(f"layer{index}", "Linear", {"in_features": index**3 + 1, "out_features": index**5 + 7})
        for index in range(2_000)
    )
    with pytest.raises(SpecError, match="download its JSON"):
        to_link(NetworkSpec("Large", layers, (1,)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "not base64!",
        to_link(presets.load("lenet"))[:-10],
        base64.urlsafe_b64encode(b"not compressed").decode(),
        base64.urlsafe_b64encode(zlib.compress(b"\xff\xfe")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b"0" * 10**8, 9)).decode()[:MAX_LINK_CHARACTERS],
        base64.urlsafe_b64encode(zlib.compress(b" " * 3_000_000, 9)).decode(),
        "A" * 10_000,
    ],
)
def test_a_broken_link_is_a_sentence(text: str) -> None:
    with pytest.raises(SpecError, match="incomplete or was changed"):
        from_link(text)


def test_a_link_to_something_else_says_what_is_wrong_with_it() -> None:
    text = base64.urlsafe_b64encode(zlib.compress(b'{"version": 9, "name": "N", "input_shape": [1], "layers": []}'))
    with pytest.raises(SpecError, match="version 9"):
        from_link(text.decode().rstrip("="))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_does_anything_but_give_a_network_or_a_spec_error(text: str) -> None:
    with pytest.raises(SpecError):
        from_link(text)
