"""The options of presets on the Build page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from playground.networks import presets, tree
from playground.networks.spec import Value
from playground.training import RunStore
from tests.pages.conftest import assert_no_traceback, open_page, sentences
from tests.pages.test_build import click, draft


@pytest.fixture
def page(store: RunStore) -> AppTest:  # noqa: ARG001 # each test has drafts of its own, beside its runs
    return open_page("pages/build.py")


def choose(page: AppTest, name: str) -> None:
    page.selectbox(key="preset").select(name).run()
    assert_no_traceback(page)


def test_a_chosen_preset_says_what_it_is_and_changes_nothing_yet(page: AppTest) -> None:
    for name in presets.names():
        choose(page, name)
        info = presets.info(name)
        assert info.description in [each.value for each in page.markdown]
        assert info.reference in [each.value for each in page.caption]
        widgets = {widget.key for kind in (page.number_input, page.selectbox, page.toggle) for widget in kind}
        assert {f"preset_{name}_{option.name}" for option in info.options} <= widgets
    assert "draft" not in page.query_params


OTHER_OPTIONS: list[tuple[str, dict[str, Value]]] = [
    ("resnet50", {"norm": "GroupNorm", "replace_stride_with_dilation": (False, True, True), "num_classes": 7}),
    ("densenet121", {"growth_rate": 12, "blocks": (6, 12, 32, 32)}),
]


@pytest.mark.parametrize(("name", "options"), OTHER_OPTIONS)
def test_a_preset_is_made_with_what_was_chosen(page: AppTest, name: str, options: dict[str, Value]) -> None:
    choose(page, name)
    for option, value in options.items():
        key = f"preset_{name}_{option}"
        if isinstance(value, int):
            page.number_input(key=key).set_value(value).run()
        else:
            page.selectbox(key=key).set_value(value).run()
    click(page, "use_preset")
    assert draft(page) == presets.load(name, **options)
    assert not sentences(page)
    click(page, "undo")
    assert draft(page) == presets.load("lenet")


def test_what_starts_at_a_constant_is_said_and_can_start_as_in_pytorch(page: AppTest) -> None:
    choose(page, "resnet18")
    page.toggle(key="preset_resnet18_zero_init_residual").set_value(True).run()
    click(page, "use_preset")
    assert draft(page) == presets.load("resnet18", zero_init_residual=True)
    for path in ("layer1", "layer1.0", "layer1.0.bn2"):
        click(page, f"select_{path}")
    assert any("`weight` at 0.0" in caption.value for caption in page.caption)
    click(page, "initial_as_in_pytorch")
    assert_no_traceback(page)
    assert not tree.find(draft(page), "layer1.0.bn2").initial
    assert tree.find(draft(page), "layer1.1.bn2").initial == {"weight": 0.0}
