"""Two panels of the Augment page by themselves: what the network sees, and why batches need one size."""

from __future__ import annotations

import json

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.images import load_sample
from playground.images.network_view import network_view
from playground.images.normalizations import NORMALIZATIONS, Normalization
from playground.images.stacking import cures
from tests.pages.conftest import assert_no_traceback, sentences


def open_network_view(image: Image.Image) -> AppTest:
    def draw(image):  # type: ignore[no-untyped-def]  # it is run as a text, without our imports
        from playground.ui.augment.network_view import network_view_panel

        network_view_panel(image, "seen")

    page = AppTest.from_function(draw, kwargs={"image": image}, default_timeout=60).run()
    assert_no_traceback(page)
    return page


def open_batch_panel() -> AppTest:
    def draw() -> None:
        from playground.ui.augment.batch_panel import batch_panel

        batch_panel()

    page = AppTest.from_function(draw, default_timeout=60).run()
    assert_no_traceback(page)
    return page


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_the_network_view_shows_the_tensors_numbers_and_follows_the_choice() -> None:
    photo = load_sample("coffee")
    page = open_network_view(photo)
    for name in ("imagenet", "cifar10", "mnist", "half"):
        page.segmented_control(key="seen_normalization_RGB").set_value(name).run()
        assert_no_traceback(page)
        view = network_view(photo, NORMALIZATIONS[name])
        shown = metrics(page)
        assert shown["Shape (C, H, W)"] == " × ".join(f"{length:,}" for length in view.shape)
        assert shown["Lowest"] == f"{view.minimum:.4f}"
        histograms = [json.loads(chart.proto.spec)["data"][0]["y"] for chart in page.get("plotly_chart")]
        assert histograms == [list(channel.counts) for channel in view.channels]
        assert any(f"mean={list(NORMALIZATIONS[name].mean)}" in code.value for code in page.code)


def test_the_network_view_takes_numbers_of_ones_own_and_refuses_a_deviation_of_0() -> None:
    photo = load_sample("coffee")
    page = open_network_view(photo)
    page.segmented_control(key="seen_normalization_RGB").set_value("own").run()
    page.number_input(key="seen_Mean_red").set_value(0.25).run()
    own = Normalization("own", (0.25, 0.456, 0.406), NORMALIZATIONS["imagenet"].std)
    assert metrics(page)["Highest"] == f"{network_view(photo, own).maximum:.4f}"
    page.number_input(key="seen_Standard deviation_blue").set_value(0.0).run()
    assert_no_traceback(page)
    assert ["above 0" in sentence for sentence in sentences(page)] == [True]


@pytest.mark.parametrize("size", [(1, 1), (50, 2500), (2500, 50)])
def test_the_network_view_takes_grey_and_thin_images(size: tuple[int, int]) -> None:
    page = open_network_view(Image.new("L", size, 9))
    assert metrics(page)["Shape (C, H, W)"].startswith("1 × ")
    assert metrics(page)["Lowest"] == f"{(9 / 255 - 0.1307) / 0.3081:.4f}"


def test_the_batch_of_the_notes_fails_in_torchs_words_and_is_cured() -> None:
    page = open_batch_panel()
    torch_says = "stack expects each tensor to be equal size, but got "
    assert any(f"{torch_says}[3, 320, 320] at entry 0 and [3, 192, 192] at entry 1" in code.value for code in page.code)
    for cure in cures()[1:]:
        page.segmented_control(key="batch_cure").set_value(cure.name).run()
        assert_no_traceback(page)
        assert sentences(page) == ["One tensor of the shape (2, 3, 224, 224): 2 images."]
    page.number_input(key="batch_0_height").set_value(64).run()
    assert any("stack expects" in code.value for code in page.code), "Resize alone, and no square"


def test_equal_sizes_need_no_cure() -> None:
    page = open_batch_panel()
    for side in ("height", "width"):
        page.number_input(key=f"batch_1_{side}").set_value(320).run()
    assert sentences(page) == ["One tensor of the shape (2, 3, 320, 320): 2 images."]
