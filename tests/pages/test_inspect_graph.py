"""The graph of the Inspect page: its depth, its picture, and a network that stops."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from playground.networks import Layer, NetworkSpec, presets
from playground.training import RunStore
from playground.ui.inspect.inspected import Inspected
from tests.pages.conftest import assert_no_traceback, sentences

LENET = presets.load("lenet")


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has a store of its own."""


@pytest.fixture
def show() -> Callable[[Inspected], AppTest]:
    """The graph of a network, alone on a page."""

    # Its text is a script of its own, without the names of this file.
    def page(inspected: object) -> None:
        from playground.ui.inspect.graph import graph_view

        graph_view(inspected)  # type: ignore[arg-type]  # as said

    return lambda inspected: AppTest.from_function(page, args=(inspected,), default_timeout=30).run()


def picture(page: AppTest) -> str:
    """All texts of the picture."""
    (component,) = page.get("bidi_component")
    svg = json.loads(component.proto.json)["svg"]
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_a_network_opens_at_a_depth_that_can_be_read(show: Callable[[Inspected], AppTest]) -> None:
    page = show(Inspected("resnet152", (1, 3, 224, 224)))
    assert_no_traceback(page)
    assert depth(page).value == 2
    assert "Bottleneck × 35" in picture(page)
    assert page.caption[-1].value.startswith("17 boxes")


def test_another_depth_and_every_block_by_itself(show: Callable[[Inspected], AppTest]) -> None:
    page = show(Inspected("resnet18", (1, 3, 224, 224)))
    depth(page).set_value(0).run()
    assert "conv1" not in picture(page)
    depth(page).set_value(3).run()
    assert "layer1.0.conv1" in picture(page)
    assert "skip connections" in page.caption[-1].value
    assert "BasicBlock × 2" in picture(page)
    page.toggle(key="graph_fold_repeats").set_value(False).run()
    assert_no_traceback(page)
    assert "BasicBlock × 2" not in picture(page)


def test_a_network_that_stops_is_drawn_up_to_there(show: Callable[[Inspected], AppTest]) -> None:
    broken = NetworkSpec(
        "Broken", (*LENET.layers, Layer("last", "Linear", {"in_features": 3, "out_features": 2})), LENET.input_shape
    )
    page = show(Inspected(broken, (1, *broken.input_shape)))
    assert_no_traceback(page)
    (sentence,) = sentences(page)
    assert "last (Linear)" in sentence
    assert "Output" not in picture(page)


def test_a_network_that_cannot_be_built_says_why(show: Callable[[Inspected], AppTest]) -> None:
    impossible = NetworkSpec("Impossible", (Layer("a", "Linear", {"in_features": -1, "out_features": 2}),), (3,))
    page = show(Inspected(impossible, (1, 3)))
    assert_no_traceback(page)
    assert len(sentences(page)) == 1


def depth(page: AppTest) -> Any:
    return next(group for group in page.button_group if group.label == "Depth")
