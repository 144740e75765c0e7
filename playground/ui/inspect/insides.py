"""Inside a network: one image goes through it on the CPU, and the page shows what a layer makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from playground.charts import theme
from playground.charts.value_histogram import value_histogram
from playground.data import DATASETS
from playground.images import Normalization
from playground.inspection import StoppedError, Summary
from playground.inspection.layer_values.input_batch import (
    image_batch,
    image_normalization,
    takes_images,
)
from playground.inspection.layer_values.insides import Insides, Sample, WeightsError, insides, kernels
from playground.inspection.layer_values.layer_choices import LayerChoice, layer_choices
from playground.inspection.layer_values.weighted_network import TooLargeError, check_size, needed_bytes
from playground.inspection.subjects import Subject
from playground.networks import SpecError
from playground.networks.integer_inputs import vocabulary_size
from playground.networks.spec import Shape
from playground.sandbox import Work
from playground.ui.figures import figures
from playground.ui.images.inline_image import inline_image
from playground.ui.images.sample_image import ChosenImage, choose_image
from playground.ui.inspect.chosen_weights import SEED, Weights, choose_weights
from playground.ui.inspect.feature_maps import draw_kernels, draw_output
from playground.ui.inspect.inspected import Inspected, summary_of
from playground.ui.kinds_of_work import running
from playground.ui.messages import show_error, show_info, show_warning
from playground.ui.sandboxed import shown
from playground.ui.text import plain
from playground.ui.trace import in_words, wait_for_torch
from playground.ui.warm_up import torch_is_ready

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from playground.inspection.layer_values.value_distribution import Distribution


def insides_view(inspected: Inspected, path: str = "") -> None:
    """Draw what a layer makes of an image, at first the layer at `path`, by default the first convolution."""
    if torch_is_ready():
        st.fragment(_insides)(inspected, path)
    else:
        wait_for_torch("the feature maps")


def _insides(inspected: Inspected, path: str) -> None:
    network, shape = inspected.network, inspected.batch[1:]
    try:
        summary = summary_of(network, (1, *shape))
    except StoppedError as error:
        show_info(f"There is nothing to look into yet: {error}")
        return
    choices = layer_choices(summary)
    image_column, weights_column, layer_column = st.columns(3)
    with image_column:
        image = _choose_image(shape)
    with weights_column:
        weights = choose_weights(network, "insides_weights", inspected.run_id)
    with layer_column:
        choice = _choose_layer(choices, path, f"{hash(network)}_{path}")
    _say_what_the_weights_are(network, weights)
    if choice is None or (image is None and takes_images(shape)):
        return
    try:
        check_size(summary, choice.rows)
        work = running(needed_bytes(summary))
        seen = _look(network, weights, shape, choice, image, work)
    except (TooLargeError, WeightsError, SpecError) as error:
        show_error(error)
        return
    except Exception as error:  # a network of one's own may raise anything
        show_error(f"The network stopped before {_named(choice)} had an output: {error}")
        return
    _draw(inspected, summary, weights, choice, image, seen)
    _draw_first_filters(network, summary, weights, work)


def _choose_image(shape: Shape) -> ChosenImage | None:
    if takes_images(shape):
        return choose_image("insides_image", digit_first=shape[0] == 1)
    st.caption(
        f"A sample of the shape {in_words((shape,))} is no image; the network is given random values, seed {SEED}."
    )
    return None


def _choose_layer(choices: Sequence[LayerChoice], path: str, key: str) -> LayerChoice | None:
    if path and all(choice.path != path for choice in choices):
        st.caption(f"{plain(path)} does not run, so it has no output; choose another layer.")
    wanted = [index for index, choice in enumerate(choices) if choice.path == path and path]
    convolutions = [index for index, choice in enumerate(choices) if choice.type.startswith("Conv")]
    first = next(iter([*wanted, *convolutions]), 0)
    return st.selectbox("Layer", choices, first, format_func=_label, key=f"insides_layer_{key}")


def _say_what_the_weights_are(network: Subject, weights: Weights) -> None:
    if weights.trained:
        return
    if isinstance(network, str):
        more = (
            "torchvision's published weights would have to be fetched over the internet, which this page does not do."
        )
    elif network.input_shape in {info.image_shape for info in DATASETS.values()}:
        more = "once a run of the Train page has trained this network, its weights are the first choice here."
    else:
        more = "what a layer shows is what its kind and its size make of the image, not what training would."
    st.caption(f":material/casino: The weights are random (untrained, seed {SEED}): {more}")


def _look(
    network: Subject, weights: Weights, shape: Shape, choice: LayerChoice, image: ChosenImage | None, work: Work
) -> Insides:
    if image:
        batch = image_batch(image.image, shape, image_normalization(network, shape, weights.dataset))
        sample = Sample(shape, batch.numpy().tobytes())
    else:
        sample = Sample(shape, None, None if isinstance(network, str) else vocabulary_size(network), SEED)
    seen: Insides = shown(insides, network, weights.source, sample, choice, work=work)
    return seen


def _draw(
    inspected: Inspected,
    summary: Summary,
    weights: Weights,
    choice: LayerChoice,
    image: ChosenImage | None,
    seen: Insides,
) -> None:
    if not seen.shapes:
        show_info(f"{_named(choice)} gives no tensor.")
        return
    shape = inspected.batch[1:]
    output = _choose_output(seen, choice)
    st.subheader(f"What {plain(_named(choice))} gives: {in_words((seen.shapes[output],)) or 'one number'}")
    left, right = st.columns([1, 5])
    with left:
        if image:
            _draw_input(image, shape, image_normalization(inspected.network, shape, weights.dataset))
    with right:
        _draw_numbers(seen, output)
    key = f"{hash(inspected.network)}_{choice.path}_{choice.use}_{output}"
    draw_output(seen.pictures[output], key, shape, _classes(summary, weights, choice))
    _draw_histograms(seen, output, choice)


def _classes(summary: Summary, weights: Weights, choice: LayerChoice) -> tuple[str, ...]:
    """What the network was trained to tell apart, for its last linear layer and what comes after it."""
    is_last = not any(row.type == "Linear" for row in summary.rows[choice.rows :])
    return DATASETS[weights.dataset].classes if weights.dataset and is_last else ()


def _choose_output(seen: Insides, choice: LayerChoice) -> int:
    if len(seen.shapes) == 1:
        return 0
    return st.segmented_control(
        "Output",
        range(len(seen.shapes)),
        default=0,
        required=True,
        format_func=lambda index: in_words((seen.shapes[index],)) or "one number",
        key=f"insides_output_{choice.path}_{choice.use}_{len(seen.shapes)}",
    )


def _draw_input(image: ChosenImage, shape: Shape, normalized: Normalization | None) -> None:
    from PIL import Image

    pixels = (image_batch(image.image, shape, None)[0].permute(1, 2, 0).numpy() * 255).round().astype("uint8")
    inline_image(Image.fromarray(pixels.squeeze(-1) if shape[0] == 1 else pixels), width=140)
    scaled = f", normalised as {normalized.name}" if normalized else ""
    st.caption(f"{plain(image.name)}, {shape[1]} × {shape[2]}{scaled}")


def _draw_numbers(seen: Insides, output: int) -> None:
    values, picture = seen.activations[output], seen.pictures[output]
    named = {
        "Lowest": f"{values.minimum:.3g}",
        "Highest": f"{values.maximum:.3g}",
        "Mean": f"{values.mean:.3g}",
        "Standard deviation": f"{values.std:.3g}",
        "Zeros": f"{values.share_of_zeros:.1%}",
    }
    if picture.kind == "maps":
        named["Dead channels"] = f"{picture.dead:,} of {len(picture.values):,}"
    figures("insides", named)
    if picture.dead:
        st.caption("A dead channel is 0 everywhere for this image; another image may wake it.")
    if values.finite < values.count:
        show_warning(f"{values.count - values.finite:,} values are infinite or NaN.")


def _draw_histograms(seen: Insides, output: int, choice: LayerChoice) -> None:
    st.subheader("How its values are distributed")
    log = st.toggle("Logarithmic counts", key="insides_log", help="Shows the few beside the many.")
    left, right = st.columns(2)
    activations, weights = seen.activations[output], seen.weights
    with left:
        st.markdown(f"**Activations**, {_counted(activations)}")
        figure = value_histogram(activations.edges, activations.counts, "Activation", log=log)
        st.plotly_chart(figure, height=280, key="insides_activations")
    with right:
        if not weights.count:
            st.markdown("**Weights**")
            st.caption(f"{plain(_named(choice))} has no weights of its own.")
            return
        st.markdown(f"**Weights**, {_counted(weights)}, standard deviation {weights.std:.3g}")
        figure = value_histogram(weights.edges, weights.counts, "Weight", color=theme.PURPLE, log=log)
        st.plotly_chart(figure, height=280, key="insides_weights_histogram")


def _draw_first_filters(network: Subject, summary: Summary, weights: Weights, work: Work) -> None:
    first = next((row.path for row in summary.layers if row.type.startswith("Conv")), None)
    if first is None:
        return
    st.subheader(f"Filters of the first convolution, {plain(first)}")
    try:
        images: NDArray[np.float32] = shown(kernels, network, weights.source, first, work=work)
    except SpecError as error:
        show_error(error.message)
        return
    draw_kernels(images, f"{hash(network)}")


def _counted(values: Distribution) -> str:
    return "one value" if values.finite == 1 else f"{values.finite:,} values"


def _label(choice: LayerChoice) -> str:
    again = f", use {choice.use}" if choice.use > 1 else ""
    shapes = in_words(choice.output_shapes)
    return " · ".join(part for part in (f"{choice.path}{again}", choice.type, shapes) if part)


def _named(choice: LayerChoice) -> str:
    return choice.path or f"the whole {choice.type}"
