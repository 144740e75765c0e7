from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.data import DATASETS
from playground.data.folders import downloads_folder
from playground.networks import Layer, NetworkSpec, presets
from playground.networks.share import to_link
from playground.training import OPTIMIZERS, SCHEDULES, RunStore, recommended
from tests.pages.conftest import as_shown, assert_no_traceback, open_page, wait_for

SUITED = ("epochs", "batch_size", "optimizer", "learning_rate", "schedule")

BAD_VALUES = [
    ("learning_rate", 0.0, "learning rate"),
    ("learning_rate", -0.1, "learning rate"),
    ("learning_rate", 1e10, "learning rate"),
    ("epochs", 0, "epochs"),
    ("epochs", -1, "epochs"),
    ("epochs", 1_000_000, "epochs"),
    ("batch_size", 0, "batch size"),
    ("batch_size", -100, "batch size"),
    ("first", 0, "first"),
    ("first", -5, "first"),
    ("validation", -0.1, "validation"),
    ("validation", 1.0, "validation"),
    ("seed", -1, "seed"),
    ("threads", 0, "threads"),
    ("threads", 100_000, "threads"),
]


def value(page: AppTest, key: str) -> Any:
    (widget,) = [widget for widget in (*page.selectbox, *page.number_input, *page.multiselect) if widget.key == key]
    return widget.value


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has a store of its own."""


def test_the_form_begins_with_what_suits_lenet() -> None:
    page = open_page()
    suited = recommended("lenet")
    assert value(page, "network") == "lenet"
    assert {key: value(page, key) for key in SUITED} == {key: getattr(suited, key) for key in SUITED}
    assert not page.button(key="start").disabled


@pytest.mark.parametrize(
    ("key", "choices"),
    [("network", presets.trainable_names()), ("dataset", DATASETS), ("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)],
)
def test_the_form_offers_the_whole_registry(key: str, choices: Any) -> None:
    page = open_page()
    for name in choices:
        page.selectbox(key=key).select(name).run()
        assert_no_traceback(page)
        assert value(page, key) == name


@pytest.mark.parametrize(("key", "bad", "word"), BAD_VALUES)
def test_a_bad_value_is_said_and_cannot_be_started(key: str, bad: float, word: str) -> None:
    page = open_page()
    page.number_input(key=key).set_value(bad).run()
    assert_no_traceback(page)
    (error,) = page.error
    assert word in error.value
    assert error.value.endswith(".")
    assert page.button(key="start").disabled


def test_a_value_made_good_again_can_be_started() -> None:
    page = open_page()
    page.number_input(key="epochs").set_value(0).run()
    page.number_input(key="epochs").set_value(1).run()
    assert not page.error
    assert not page.button(key="start").disabled


@pytest.mark.parametrize(
    ("values", "largest"),
    [
        ({"batch_size": 70_000}, "60,000"),
        ({"batch_size": 101, "first": 100}, "100"),
        ({"batch_size": 100, "first": 100, "validation": 0.5}, "50"),
        ({"first": 70_000}, "60,000"),
    ],
)
def test_more_images_than_there_are_are_refused(store: RunStore, values: dict[str, float], largest: str) -> None:
    page = open_page()
    for key, number in values.items():
        page.number_input(key=key).set_value(number)
    page.run()
    if not page.button(key="start").disabled:
        page.button(key="start").click().run()
    assert_no_traceback(page)
    (error,) = page.error
    assert largest in error.value
    assert store.runs() == []


@pytest.mark.parametrize("name", presets.trainable_names())
def test_choosing_a_network_sets_what_suits_it(name: str) -> None:
    page = open_page()
    for key, other in (("epochs", 77), ("batch_size", 7), ("learning_rate", 0.7)):
        page.number_input(key=key).set_value(other)
    other_network = next(other for other in presets.trainable_names() if other != name)
    page.selectbox(key="network").select(other_network).run()
    page.selectbox(key="network").select(name).run()
    suited = recommended(name)
    assert {key: value(page, key) for key in SUITED} == {key: getattr(suited, key) for key in SUITED}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_choosing_an_optimizer_sets_its_usual_learning_rate(name: str) -> None:
    page = open_page()
    other = next(other for other in OPTIMIZERS if other != name)
    page.selectbox(key="optimizer").select(other).run()
    page.selectbox(key="optimizer").select(name).run()
    assert value(page, "learning_rate") == OPTIMIZERS[name].learning_rate
    assert value(page, "epochs") == recommended("lenet").epochs


def test_the_layer_table_is_that_of_the_chosen_network() -> None:
    page = open_page(network=presets.info("mlp").label)
    (table,) = page.dataframe
    assert list(table.value["Type"]) == ["Flatten", "Linear", "ReLU", "Linear"]
    assert list(table.value["Parameters"]) == [0, 784 * 500 + 500, 0, 500 * 10 + 10]


@pytest.mark.parametrize(
    ("dataset", "preset"),
    [("cifar10", name) for name in presets.trainable_names()]
    + [(name, "lenet") for name in DATASETS if name not in ("mnist", "cifar10")],
)
def test_a_network_that_does_not_fit_is_said_with_fixes_that_make_it_fit(dataset: str, preset: str) -> None:
    info = DATASETS[dataset]
    page = open_page(network=presets.info(preset).label, dataset=info.label)
    assert_no_traceback(page)
    assert any(info.label in caption.value for caption in page.caption)
    if (info.image_shape, len(info.classes)) == ((1, 28, 28), 10):
        assert not page.error
        return
    (error,) = page.error
    assert presets.load(preset).name in error.value
    assert page.button(key="start").disabled
    (fix, *_) = [button for button in page.button if button.key and button.key.startswith("fix_")]
    fix.click().run()
    assert_no_traceback(page)
    assert not page.error
    assert not page.button(key="start").disabled
    (table,) = page.dataframe
    assert list(table.value["Output shape"])[-1] == f"1 × {len(info.classes)}"


def test_a_data_set_that_is_not_here_is_said_and_starts_nothing(store: RunStore) -> None:
    page = open_page(dataset=DATASETS["kmnist"].label)
    assert page.button(key="start_download")
    if not page.button(key="start").disabled:
        page.button(key="start").click().run()
        (error,) = page.error
        assert "download" in error.value
    assert_no_traceback(page)
    assert store.runs() == []


def test_a_download_without_a_network_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "https"):
        monkeypatch.setenv(f"{scheme}_proxy", "http://127.0.0.1:9")
    page = open_page(dataset=DATASETS["kmnist"].label)
    page.button(key="start_download").click().run()
    assert_no_traceback(page)

    def ended() -> bool:
        return bool(page.run().warning)

    wait_for(ended, "the end of the download")
    assert DATASETS["kmnist"].label in as_shown(page.warning[0].value)
    assert page.button(key="start_download")
    assert list(downloads_folder().iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        {"network": "own"},
        {"network": "LeNet, your own"},
        {"network": "../.."},
        {"dataset": "no such set"},
        {"epochs": "abc"},
        {"epochs": "1e400"},
        {"learning_rate": "nan"},
        {"learning_rate": "-inf"},
        {"classes": "77"},
        {"augmentation": "nothing"},
        {"device": "cuda:99"},
        {"threads": "-0"},
        {"seed": "9" * 400},
        {"run": ""},
    ],
    ids=lambda address: str(address)[:30],
)
def test_nonsense_in_the_address_gives_a_page(address: dict[str, str]) -> None:
    page = open_page(**address)
    assert_no_traceback(page)
    assert value(page, "network") in presets.trainable_names()
    assert page.button(key="start").disabled == bool(page.error)


@pytest.mark.parametrize("number", ["abc", "nan", "1e400", "-inf"])
def test_a_number_in_the_address_that_is_none_leaves_the_default(number: str) -> None:
    page = open_page(epochs=number, learning_rate=number, seed=number)
    suited = recommended("lenet")
    assert [value(page, key) for key in ("epochs", "learning_rate", "seed")] == [
        suited.epochs,
        suited.learning_rate,
        suited.seed,
    ]
    assert not page.button(key="start").disabled


def test_classes_of_another_data_set_are_forgotten() -> None:
    page = open_page(dataset=DATASETS["emnist"].label)
    page.multiselect(key="classes").select("a").run()
    page.selectbox(key="dataset").select("mnist").run()
    assert_no_traceback(page)
    assert value(page, "classes") == []


def test_a_network_of_ones_own_is_offered_beside_the_presets_and_can_be_left() -> None:
    page = open_page(dataset=DATASETS["cifar10"].label)
    (fix, *_) = [button for button in page.button if button.key and button.key.startswith("fix_")]
    fix.click().run()
    assert len(page.selectbox(key="network").options) == len(presets.trainable_names()) + 1
    page.selectbox(key="network").select("cnn").run()
    assert_no_traceback(page)
    assert page.error
    page.selectbox(key="network").select("own").run()
    assert_no_traceback(page)
    assert not page.error


def test_a_network_of_ones_own_is_in_the_address_and_survives_a_refresh() -> None:
    spec = replace(presets.load("lenet"), name="Mine")
    page = open_page(network="Mine, your own", own=to_link(spec))
    assert_no_traceback(page)
    assert value(page, "network") == "own"
    assert "Mine, your own" in page.selectbox(key="network").options
    assert to_link(spec) in (page.query_params["own"], *page.query_params["own"])
    page.selectbox(key="network").select("cnn").run()
    assert "own" not in page.query_params
    page.selectbox(key="network").select("own").run()
    assert to_link(spec) in (page.query_params["own"], *page.query_params["own"])


COLOURED = NetworkSpec.from_code(
    """
class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3 * 32 * 32, 10)

    def forward(self, x):
        return self.fc(x.flatten(1))
"""
)
MINE = replace(COLOURED, input_shape=(3, 32, 32))


def test_a_network_in_the_address_brings_the_data_set_that_fits_it() -> None:
    page = open_page(network="Mine, your own", own=to_link(MINE))
    assert_no_traceback(page)
    assert value(page, "dataset") == "cifar10"
    assert any(caption.value == "Mine fits CIFAR-10, whose images are 3 × 32 × 32." for caption in page.caption)
    assert page.button(key="start_download")
    assert not page.error
    page.selectbox(key="network").select("lenet").run()
    assert value(page, "dataset") == "cifar10", "what is chosen stays"


def test_a_data_set_in_the_address_stays_and_the_one_that_fits_is_offered_first() -> None:
    page = open_page(network="Mine, your own", own=to_link(MINE), dataset=DATASETS["fashion_mnist"].label)
    assert value(page, "dataset") == "fashion_mnist"
    (error,) = page.error
    assert "Mine" in error.value
    page.button(key="take_fitting_data").click().run()
    assert_no_traceback(page)
    assert value(page, "dataset") == "cifar10"
    assert not page.error


def test_a_network_from_build_brings_the_data_set_that_fits_it_and_keeps_both_in_a_refresh() -> None:
    page = open_page("pages/build.py", network=to_link(MINE))
    page.button(key="open_in_train").click().run()
    assert_no_traceback(page)
    assert (value(page, "network"), value(page, "dataset")) == ("own", "cifar10")
    refreshed = open_page(**{name: "".join(values) for name, values in page.query_params.items()})
    assert (value(refreshed, "network"), value(refreshed, "dataset")) == ("own", "cifar10")


def test_a_network_from_build_keeps_a_data_set_that_was_chosen_and_fits() -> None:
    page = open_page()
    page.selectbox(key="dataset").select("fashion_mnist").run()
    page.switch_page("pages/build.py").run()
    page.button(key="open_in_train").click().run()
    assert_no_traceback(page)
    assert (value(page, "network"), value(page, "dataset")) == ("own", "fashion_mnist")


def test_a_network_without_parameters_and_a_single_image_are_said_on_the_page() -> None:
    idle = NetworkSpec(
        "Idle", (Layer("flat", "Flatten"), Layer("pool", "AdaptiveAvgPool1d", {"output_size": 10})), (1, 28, 28)
    )
    page = open_page(network="Idle, your own", own=to_link(idle))
    assert "Idle has no parameters, so there is nothing to train" in page.error[0].value
    assert page.button(key="start").disabled
    page = open_page(network=presets.info("mlp_batchnorm").label, first="1", batch_size="1")
    assert as_shown(page.error[0].value).endswith("; train on at least 2 images.")
    assert page.button(key="start").disabled


def test_a_broken_network_in_the_address_is_said() -> None:
    page = open_page(network="Mine, your own", own="broken")
    assert_no_traceback(page)
    assert any("network in the address" in said.value for said in page.error)
    assert value(page, "network") == "lenet"
