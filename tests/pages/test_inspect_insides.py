"""Inside a network: the part of the Inspect page that sends an image through it."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.charts.grey_images import grey_images
from playground.images import NORMALIZATIONS, load_sample
from playground.inspection.layer_values.input_batch import image_batch
from playground.inspection.layer_values.layer_outputs import layer_outputs
from playground.inspection.layer_values.weighted_network import network_with_weights
from playground.networks import Layer, NetworkSpec, presets
from playground.training import Run, RunStore, TrainConfig, checkpoint_path, read_checkpoint
from tests.pages.conftest import SMALL, assert_no_traceback, sentences

COLOURS = NetworkSpec(
    "Colours",
    (
        Layer("conv", "Conv2d", {"in_channels": 3, "out_channels": 70, "kernel_size": 3}),
        Layer("relu", "ReLU"),
        Layer("pool", "AdaptiveAvgPool2d", {"output_size": 1}),
        Layer("flatten", "Flatten"),
        Layer("fc", "Linear", {"in_features": 70, "out_features": 12}),
    ),
    (3, 32, 32),
)


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has a store of its own."""


def insides(network: NetworkSpec | str, shape: tuple[int, ...] = (), path: str = "") -> AppTest:
    def draw(network, batch, path):  # type: ignore[no-untyped-def]  # it is run as a text, without our imports
        from playground.ui.inspect.insides import insides_view
        from playground.ui.inspect.inspected import Inspected

        insides_view(Inspected(network, batch), path)

    sample = shape or (network.input_shape if isinstance(network, NetworkSpec) else (3, 64, 64))
    page = AppTest.from_function(
        draw, kwargs={"network": network, "batch": (4, *sample), "path": path}, default_timeout=60
    ).run()
    assert_no_traceback(page)
    return page


def chosen(page: AppTest, label: str) -> str:
    """What a select box shows."""
    (box,) = (box for box in page.selectbox if box.label == label)
    return box.format_func(box.value)


def choose(page: AppTest, label: str, start: str) -> None:
    """Choose the option that starts so."""
    (box,) = (box for box in page.selectbox if box.label == label)
    box.select(next(option for option in box.options if option.startswith(start))).run()
    assert_no_traceback(page)


def grids(page: AppTest) -> list[list[np.ndarray]]:
    """The images of each grid, as they are sent to the browser."""
    found = []
    for html in page.get("html"):
        data = re.findall(r"data:image/png;base64,([^\"]+)", html.proto.body)
        found.append([np.asarray(Image.open(io.BytesIO(base64.b64decode(each)))) for each in data])
    return found


def figures(page: AppTest) -> list[dict[str, object]]:
    return [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]


def captions(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption)


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def expected_output(path: str) -> torch.Tensor:
    batch = image_batch(load_sample("chelsea"), (3, 32, 32), NORMALIZATIONS["imagenet"])
    return layer_outputs(network_with_weights(COLOURS), batch, path)[0]


def test_the_first_convolution_shows_its_feature_maps_and_its_filters() -> None:
    page = insides(COLOURS)
    assert chosen(page, "Layer").startswith("conv · Conv2d")
    maps, kernels = grids(page)
    output = expected_output("conv")
    assert np.array_equal(maps, grey_images(output[0, :64].numpy()))
    weight = network_with_weights(COLOURS).conv.weight.detach().permute(0, 2, 3, 1)
    assert np.array_equal(kernels, grey_images(weight[:64].numpy()))
    assert metrics(page)["Lowest"] == f"{output.min():.3g}"
    assert metrics(page)["Dead channels"] == "0 of 70"
    assert "untrained, seed 0" in captions(page)


def test_more_channels_are_on_the_next_page() -> None:
    page = insides(COLOURS)
    assert "Channels 0 to 63 of 70" in captions(page)
    next(button for button in page.button if button.label == "Next").click().run()
    assert_no_traceback(page)
    assert "Channels 64 to 69 of 70" in captions(page)
    maps, kernels = grids(page)
    assert np.array_equal(maps, grey_images(expected_output("conv")[0, 64:].numpy()))
    assert len(kernels) == 64, "the filters have pages of their own"


def test_all_channels_can_have_one_scale() -> None:
    page = insides(COLOURS)
    page.segmented_control(key="insides_map_scale").set_value("all by one scale").run()
    assert_no_traceback(page)
    assert np.array_equal(grids(page)[0], grey_images(expected_output("conv")[0].numpy(), together=True)[:64])


def test_the_histograms_count_every_value_and_can_be_logarithmic() -> None:
    page = insides(COLOURS, path="relu")
    assert any(f"{70 * 30 * 30:,} values" in text.value for text in page.markdown)
    (histogram,) = figures(page)
    assert sum(histogram["data"][0]["y"]) == 70 * 30 * 30
    assert "relu has no weights of its own" in captions(page)
    zeros = float((expected_output("relu") == 0).double().mean())
    assert metrics(page)["Zeros"] == f"{zeros:.1%}"
    page.toggle(key="insides_log").set_value(True).run()
    assert figures(page)[0]["layout"]["yaxis"]["type"] == "log"


def test_the_layer_of_the_table_is_shown_and_another_can_be_chosen() -> None:
    page = insides(COLOURS, path="fc")
    assert chosen(page, "Layer").startswith("fc · Linear")
    bars, top, _, weights = figures(page)
    output = expected_output("fc")[0]
    assert bars["data"][0]["y"] == pytest.approx(output.tolist())
    assert top["data"][0]["x"] == pytest.approx(output.topk(10).values.tolist())
    assert sum(weights["data"][0]["y"]) == 70 * 12
    choose(page, "Layer", "pool")
    assert metrics(page)["Dead channels"].endswith("of 70")


def test_a_layer_that_does_not_run_is_told() -> None:
    page = insides(COLOURS, path="aux")
    assert "aux does not run" in captions(page)
    assert chosen(page, "Layer").startswith("conv")


def test_the_newest_finished_run_of_the_network_gives_the_weights(past_run: Callable[..., Run]) -> None:
    run = past_run()
    spec = presets.load("logistic_regression")
    page = insides(spec, path="linear")
    assert chosen(page, "Weights").startswith("Logistic regression on MNIST")
    assert "untrained" not in captions(page)
    trained = read_checkpoint(checkpoint_path(run.folder, "best"))["state_dict"]["linear.weight"]
    counts = next(figure for figure in figures(page) if figure["layout"]["xaxis"]["title"]["text"] == "Weight")
    low, high = (counts["data"][0]["customdata"][at] for at in (0, -1))
    assert (low[0], high[1]) == pytest.approx((float(trained.min()), float(trained.max())))
    top = next(figure for figure in figures(page) if figure["layout"]["yaxis"].get("type") == "category")
    assert sorted(top["data"][0]["y"]) == list("0123456789"), "the classes of the data set"
    choose(page, "Weights", "Untrained")
    assert "untrained, seed 0" in captions(page)


def test_runs_of_other_networks_are_not_offered(finished: Run) -> None:
    assert finished.config.network == SMALL.network
    page = insides(presets.load("mlp"))
    assert chosen(page, "Weights") == "Untrained, seed 0"


def test_a_damaged_checkpoint_is_told_and_other_weights_can_be_chosen(finished: Run) -> None:
    checkpoint_path(finished.folder, "best").write_bytes(b"no checkpoint")
    page = insides(presets.load("logistic_regression"))
    assert any("cannot be read" in sentence for sentence in sentences(page))
    choose(page, "Weights", "Untrained")
    assert not page.error


def test_a_model_of_torchvision_has_random_weights_and_says_why() -> None:
    page = insides("squeezenet1_1")
    assert "published weights would have to be fetched" in captions(page)
    assert "normalised as ImageNet" in captions(page)
    assert chosen(page, "Layer").startswith("features.0 · Conv2d")
    assert len(grids(page)[0]) == 64


def test_a_digit_is_the_first_image_of_a_grey_network() -> None:
    page = insides(presets.load("lenet"))
    assert chosen(page, "Image") == "A test digit of MNIST"
    assert "test digit 0, a 7, 28 × 28, normalised as MNIST" in captions(page)
    page.number_input(key="insides_image_digit").set_value(9999).run()
    assert "test digit 9,999, a 6" in captions(page)


def upload(page: AppTest, name: str, data: bytes) -> None:
    choose(page, "Image", "Your own")
    page.file_uploader(key="insides_image_file").set_value((name, data, "")).run()
    assert_no_traceback(page)


def test_an_image_of_ones_own_goes_through_the_network() -> None:
    buffer = io.BytesIO()
    load_sample("coffee").save(buffer, "WEBP", lossless=True)
    page = insides(COLOURS)
    upload(page, "cup.webp", buffer.getvalue())
    batch = image_batch(load_sample("coffee"), (3, 32, 32), NORMALIZATIONS["imagenet"])
    output = layer_outputs(network_with_weights(COLOURS), batch, "conv")[0]
    assert np.array_equal(grids(page)[0], grey_images(output[0, :64].numpy()))
    assert "cup.webp, 32 × 32" in captions(page)
    assert "WebP, 600 × 400, RGB" in captions(page)


def test_what_was_converted_of_an_image_of_ones_own_is_told() -> None:
    buffer = io.BytesIO()
    Image.new("LA", (40, 30), (0, 128)).save(buffer, "PNG")
    page = insides(COLOURS)
    upload(page, "clear.png", buffer.getvalue())
    assert "PNG, 40 × 30, grey · transparency laid on white" in captions(page)


@pytest.mark.parametrize("data", [b"a text", b"", Path("assets/images/coffee.png").read_bytes()[:2000]])
def test_a_bad_file_is_told_in_a_sentence(data: bytes) -> None:
    page = insides(COLOURS)
    upload(page, "cup.png", data)
    assert len(page.error) == 1
    assert not page.metric


def test_a_network_that_takes_no_image_is_given_random_values() -> None:
    page = insides(presets.load("linear_regression"))
    assert "no image" in captions(page)
    assert metrics(page)["Lowest"] == metrics(page)["Highest"]
    words = NetworkSpec(
        "Words",
        (
            Layer("embedding", "Embedding", {"num_embeddings": 9, "embedding_dim": 4}),
            Layer("fc", "Linear", {"in_features": 4, "out_features": 2}),
        ),
        (5,),
    )
    page = insides(words)
    assert figures(page)[0]["data"][0]["type"] == "heatmap"


def test_a_batch_that_does_not_fit_and_what_is_too_large_are_told() -> None:
    page = insides(presets.load("lenet"), (1, 5, 5))
    assert any("nothing to look into" in sentence for sentence in sentences(page))
    page = insides(presets.load("resnet18"), (3, 8000, 8000))
    assert any("smaller input shape" in sentence for sentence in sentences(page))


def test_the_settings_of_a_run_that_cannot_be_read_are_passed_over(finished: Run) -> None:
    (finished.folder / "config.json").write_text("{")
    page = insides(TrainConfig(network=SMALL.network).spec)
    assert chosen(page, "Weights") == "Untrained, seed 0"
