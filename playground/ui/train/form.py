"""The settings of a training run as widgets; their values live in the page's address."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from playground.data import BATCH_AUGMENTATIONS, DATASETS, DataError, Subset
from playground.networks import FitError, NetworkSpec, SpecError, Trace, presets, trace
from playground.training import (
    OPTIMIZERS,
    SCHEDULES,
    ConfigError,
    StoreError,
    TrainConfig,
    default_threads,
    recommended,
)
from playground.training.dataset_fit import fitting_datasets
from playground.training.devices import usable_cores
from playground.training.network_fit import check_trainable, layer_that_needs_two_images
from playground.training.sizes import check_sizes, selected_images
from playground.ui.fix_button import fix_button
from playground.ui.kinds_of_work import TRACING
from playground.ui.messages import show_error
from playground.ui.own_network import (
    OWN,
    has_own_network_in_address,
    keep_own_network,
    network_label,
    own_network,
    put_into_address,
)
from playground.ui.own_pipeline import begin_with_pipeline, keep_own_pipeline, own_pipeline
from playground.ui.pipeline_address import has_pipeline_in_address
from playground.ui.runs import launcher, store
from playground.ui.sandboxed import ask_once, sandbox_is_ready, shown
from playground.ui.set_widgets import set_widgets
from playground.ui.text import by, plain
from playground.ui.train.download_box import download_box
from playground.ui.train.pipeline import link_to_pipelines, pipeline_box, pipeline_suits
from playground.ui.uninterrupted import uninterrupted

# The keys are also the names in the page's address.
_KEYS = (
    "network",
    "dataset",
    "epochs",
    "batch_size",
    "optimizer",
    "learning_rate",
    "schedule",
    "device",
    "seed",
    "first",
    "classes",
    "validation",
    "augmentation",
    "threads",
)
_OPTIONAL = ("first", "classes", "augmentation", "threads")
_NUMBERS = ("epochs", "batch_size", "learning_rate", "seed", "first", "validation", "threads")
_BIND: Any = "query-params"
# The data set that the person chose last, kept for a visit to another page.
_CHOSEN_DATASET = "chosen_dataset"
_HANDED_OVER = "network_was_handed_over"


def fill_form(config: TrainConfig) -> None:
    """Set all widgets; to be called before they are drawn, such as in a callback."""
    if isinstance(config.network, NetworkSpec):
        keep_own_network(config.network)
    keep_own_pipeline(config.pipeline)
    set_widgets(_values(config))


@uninterrupted()
def train_own_network(spec: NetworkSpec) -> None:
    """Hand over a network and the data set that fits it; to be called like `use_own_network`.

    What the person chose last stays where it fits.
    """
    keep_own_network(spec)
    fitting = _fitting_datasets(spec)
    chosen = st.session_state.get(_CHOSEN_DATASET)
    if fitting:
        set_widgets({"dataset": chosen if chosen in fitting else fitting[0]})
    set_widgets({"network": OWN})
    st.session_state[_HANDED_OVER] = True


@uninterrupted()
def use_own_network(spec: NetworkSpec) -> None:
    """Choose a network of the person's own; to be called before the widgets are drawn, such as in a callback."""
    keep_own_network(spec)
    set_widgets({"network": OWN})


def brings_settings() -> bool:
    """Whether the page was opened with settings: by its address, or by a network that was just handed over."""
    handed_over = st.session_state.pop(_HANDED_OVER, False)
    if handed_over or has_own_network_in_address() or has_pipeline_in_address():
        return True
    return any(key in st.query_params for key in _KEYS)


def train_form(run_id: str | None) -> TrainConfig | None:
    """Draw the settings and return them, or None, with a sentence under them, when one cannot work.

    They begin as in the run of this id, or with what suits the first network, unless the page's address says
    otherwise, which takes up all that differs from that.
    """
    _forget_unusable_numbers()
    own = own_network()
    initial = _settings_of(run_id) or _first_settings(own)
    if own is None and isinstance(initial.network, NetworkSpec):
        keep_own_network(initial.network)
    begin_with_pipeline(initial.pipeline)
    defaults = _values(initial)
    _fill_optional(defaults)
    _network_and_data(defaults)
    put_into_address(st.session_state["network"])
    _how_long_and_how_fast(defaults)
    pipeline_box()
    with st.expander("More settings", icon=":material/tune:"):
        _which_images(defaults)
        link_to_pipelines()
        _where_and_how(defaults)
    try:
        config = _read()
        check_sizes(config, selected_images(config), _needs_two_images(config))
    except (ConfigError, DataError) as error:
        show_error(error)
        return None
    suits = pipeline_suits(config.pipeline, config.dataset)
    return config if _fits(config) and suits else None


def _settings_of(run_id: str | None) -> TrainConfig | None:
    # A run that is gone or cannot be read is told where it would be shown.
    with contextlib.suppress(StoreError):
        return store().get(run_id).config if run_id else None
    return None


def _first_settings(own: NetworkSpec | None) -> TrainConfig:
    settings = recommended("lenet")
    if own is None or not _is_chosen(own):
        return settings
    return replace(settings, network=own, dataset=next(iter(_fitting_datasets(own)), settings.dataset))


def _is_chosen(own: NetworkSpec) -> bool:
    """Whether the network of one's own is the one to train, in this tab or in the page's address."""
    if "network" in st.session_state:
        return bool(st.session_state["network"] == OWN)
    # What is the first choice is not in the address.
    in_address = st.query_params.get("network", network_label(OWN, own))
    return has_own_network_in_address() and in_address == network_label(OWN, own)


def _fitting_datasets(spec: NetworkSpec) -> list[str]:
    return fitting_datasets(spec, _classes_told_apart(spec))


def _classes_told_apart(spec: NetworkSpec) -> int | None:
    """How many values the network gives for an image; None where it cannot be told."""
    if not sandbox_is_ready():
        return None
    try:
        found: Trace = ask_once(trace.trace_network, spec, (1, *spec.input_shape), work=TRACING)
    except SpecError:
        return None
    return found.output_shape[-1] if found.output_shape else None


def _needs_two_images(config: TrainConfig) -> str | None:
    """The layer that does; None where there is none, or it cannot be told."""
    if not sandbox_is_ready():
        return None
    try:
        layer: str | None = ask_once(layer_that_needs_two_images, config.spec, DATASETS[config.dataset], work=TRACING)
    except SpecError:
        return None
    return layer


def _fits(config: TrainConfig) -> bool:
    """Whether the network can be trained on the data; if not, say why and offer the fixes."""
    if not sandbox_is_ready():
        return True
    error = _check_trainable(config.spec, config.dataset)
    if error is None:
        return True
    show_error(error.message)
    if DATASETS[config.dataset].image_shape != config.spec.input_shape:
        for name in _fitting_datasets(config.spec)[:1]:
            fix_button(f"take {_dataset_in_words(name)}", "take_fitting_data", _choose_dataset, name)
    for fix in error.fixes:
        fix_button(fix.text, f"fix_{fix.text}", use_own_network, fix.apply(config.spec))
    return False


def _check_trainable(spec: NetworkSpec, dataset: str) -> FitError | None:
    try:
        error: FitError | None = shown(check_trainable, spec, DATASETS[dataset], work=TRACING)
    except SpecError as refusal:
        return FitError(refusal.message)
    return error


def _forget_unusable_numbers() -> None:
    """Take numbers out of the address that Streamlit would read as 0, or, being infinite, fail on."""
    unusable = [key for key in _NUMBERS if key not in st.session_state and not _is_usable(st.query_params.get(key))]
    for key in unusable:
        st.query_params.pop(key)
    if unusable:
        # Widgets take their values from the address with which this run of the page began.
        st.rerun()


def _is_usable(number: str | None) -> bool:
    try:
        return not number or math.isfinite(float(number))
    except ValueError:
        return False


def _fill_optional(defaults: dict[str, Any]) -> None:
    """Set what can be left empty: its widgets begin empty, so that a person can empty them again."""
    for key in _OPTIONAL:
        if key not in st.session_state and key not in st.query_params:
            st.session_state[key] = defaults[key]


def _network_and_data(defaults: dict[str, Any]) -> None:
    own = own_network()
    networks = [*presets.trainable_names(), *([OWN] if own else [])]
    st.selectbox(
        "Network",
        networks,
        index=_index(networks, defaults["network"]),
        format_func=lambda name: network_label(name, own),
        key="network",
        bind=_BIND,
        on_change=_suit_network,
        help="Choosing a network also sets what suits it below.",
    )
    name = st.session_state["network"]
    with st.container(key="network_description"):
        st.caption(
            "A network of your own, as it came from Build or from a fix."
            if name == OWN
            else presets.info(name).description
        )
    st.selectbox(
        "Data",
        list(DATASETS),
        index=_index(DATASETS, defaults["dataset"]),
        format_func=lambda name: DATASETS[name].label,
        key="dataset",
        bind=_BIND,
        on_change=lambda: _choose_dataset(st.session_state["dataset"]),
    )
    chosen = st.session_state["dataset"]
    if name == OWN and own and own.input_shape == DATASETS[chosen].image_shape:
        st.caption(f"{plain(own.name)} fits {_dataset_in_words(chosen)}.")
    download_box(chosen)


def _dataset_in_words(name: str) -> str:
    info = DATASETS[name]
    return f"{info.label}, whose images are {by(info.image_shape)}"


@uninterrupted()
def _choose_dataset(name: str) -> None:
    st.session_state[_CHOSEN_DATASET] = name
    set_widgets({"dataset": name})


def _how_long_and_how_fast(defaults: dict[str, Any]) -> None:
    left, right = st.columns(2)
    left.number_input(
        "Epochs", value=defaults["epochs"], step=1, key="epochs", bind=_BIND, help="Passes over all training images."
    )
    right.number_input(
        "Batch size",
        value=defaults["batch_size"],
        step=1,
        key="batch_size",
        bind=_BIND,
        help="Images in one training step.",
    )
    left, right = st.columns(2)
    left.selectbox(
        "Optimizer",
        list(OPTIMIZERS),
        index=_index(OPTIMIZERS, defaults["optimizer"]),
        format_func=lambda name: OPTIMIZERS[name].label,
        key="optimizer",
        bind=_BIND,
        on_change=_suit_optimizer,
        help="\n\n".join(f"**{info.label}**: {info.explanation}" for info in OPTIMIZERS.values()),
    )
    right.number_input(
        "Learning rate",
        value=defaults["learning_rate"],
        step=0.001,
        format="%g",
        key="learning_rate",
        bind=_BIND,
        help="How far a step goes; with the one-cycle schedule, the highest value.",
    )
    st.selectbox(
        "Learning-rate schedule",
        list(SCHEDULES),
        index=_index(SCHEDULES, defaults["schedule"]),
        format_func=lambda name: SCHEDULES[name].label,
        key="schedule",
        bind=_BIND,
        help="\n\n".join(f"**{info.label}**: {info.explanation}" for info in SCHEDULES.values()),
    )


def _which_images(defaults: dict[str, Any]) -> None:
    info = DATASETS[st.session_state["dataset"]]
    st.number_input(
        "First images only",
        step=1000,
        value=None,
        placeholder=f"all {info.train_size:,}",
        key="first",
        bind=_BIND,
        help="Train on the first so many images of the training set.",
    )
    st.multiselect(
        "Classes only",
        range(len(info.classes)),
        format_func=lambda index: info.classes[index],
        placeholder="all",
        key="classes",
        bind=_BIND,
        help="Train and test on these classes only.",
    )
    st.number_input(
        "Validation fraction",
        value=defaults["validation"],
        step=0.05,
        format="%g",
        key="validation",
        bind=_BIND,
        help="Training images held out; they, not the test images, then choose the best epoch.",
    )
    st.multiselect(
        "Augmentation",
        list(BATCH_AUGMENTATIONS),
        format_func=lambda name: BATCH_AUGMENTATIONS[name].label,
        placeholder="none",
        key="augmentation",
        bind=_BIND,
        help="\n\n".join(f"**{kind.label}**: {kind.explanation}" for kind in BATCH_AUGMENTATIONS.values()),
    )


def _where_and_how(defaults: dict[str, Any]) -> None:
    devices = {device.name: device.label for device in launcher().devices or []}
    best = next(iter(devices.values()), None)
    names = ["auto", *(devices or ["cpu"])]
    st.selectbox(
        "Device",
        names,
        index=_index(names, defaults["device"]),
        format_func=lambda name: (
            f"automatic ({best})" if name == "auto" and best else f"{name} ({devices.get(name, '…')})"
        ),
        key="device",
        bind=_BIND,
    )
    left, right = st.columns(2)
    left.number_input(
        "Seed",
        value=defaults["seed"],
        step=1,
        key="seed",
        bind=_BIND,
        help="The same seed on the same device repeats the same numbers (on a GPU, nearly).",
    )
    right.number_input(
        "CPU threads",
        step=1,
        value=None,
        placeholder=f"{default_threads()} of {usable_cores()}",
        key="threads",
        bind=_BIND,
        help="By default all cores but one train, so that pages stay quick.",
    )


def _index(options: Iterable[str], value: str) -> int:
    """Where the value is among the options; the first when it is none of them, such as another machine's device."""
    return next((index for index, option in enumerate(options) if option == value), 0)


@uninterrupted()
def _suit_network() -> None:
    if st.session_state["network"] == OWN:
        return
    suited = _values(recommended(st.session_state["network"]))
    set_widgets({key: suited[key] for key in ("epochs", "batch_size", "optimizer", "learning_rate", "schedule")})


@uninterrupted()
def _suit_optimizer() -> None:
    set_widgets({"learning_rate": OPTIMIZERS[st.session_state["optimizer"]].learning_rate})


def _values(config: TrainConfig) -> dict[str, Any]:
    """The configuration as the widgets hold it."""
    special = {
        "network": OWN if isinstance(config.network, NetworkSpec) else config.network,
        "first": config.subset.first,
        "classes": list(config.subset.classes or ()),
        "augmentation": [type(augment).__name__ for augment in config.augmentation],
    }
    return {key: special[key] if key in special else getattr(config, key) for key in _KEYS}


def _read() -> TrainConfig:
    values = st.session_state
    plain = {key: values[key] for key in _KEYS if key not in ("first", "classes", "augmentation")}
    empty = next((key for key, value in plain.items() if value is None and key != "threads"), None)
    if empty:
        raise ConfigError(f"The setting {empty.replace('_', ' ')} is empty; enter a number.", empty)
    if plain["network"] == OWN:
        plain["network"] = own_network()
    subset = Subset(classes=tuple(values["classes"]) or None, first=values["first"])
    augmentation = tuple(BATCH_AUGMENTATIONS[name]() for name in values["augmentation"])
    return TrainConfig(**plain, subset=subset, augmentation=augmentation, pipeline=own_pipeline())
