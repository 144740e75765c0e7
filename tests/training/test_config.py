from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import BATCH_AUGMENTATIONS, DATASETS, Subset
from playground.data.augmentation import RandomCrop, RandomHorizontalFlip, RandomRotation
from playground.networks import NetworkSpec, SpecError, presets
from playground.training import OPTIMIZERS, SCHEDULES, ConfigError, TrainConfig
from tests.training.conftest import network

CLASSES_AND_FIRST = Subset(classes=(3, 1), first=50)
OWN = network(("Flatten", {}), ("Linear", {"in_features": 784, "out_features": 10}))

BAD_VALUES = [
    *(("learning_rate", value) for value in (0, 0.0, -0.1, 1e10, math.nan, math.inf, -math.inf, 10**400)),
    *(("learning_rate", value) for value in ("0.1", None, True, [0.1])),
    *(("batch_size", value) for value in (0, -1, 10**7, 1.0, "100", None, True)),
    *(("epochs", value) for value in (0, -1, 10**9, 1.5, "1", None, True)),
    *(("seed", value) for value in (-1, 2**63, 0.0, None)),
    *(("threads", value) for value in (0, -1, 10**6, 1.0, "2", False)),
    *(("validation", value) for value in (-0.1, 0.91, 1, math.nan, "0.1", None, True)),
    *(("device", value) for value in ("gpu", "cuda:", "cuda:x", "CPU", "", None, 3, "cpu\n")),
    *(
        (field, value)
        for field in ("network", "dataset", "optimizer", "schedule")
        for value in ("none", "", None, 3, [])
    ),
    *(("subset", value) for value in (None, 3, "first", [1])),
    *(("augmentation", value) for value in (None, 3, "RandomCrop", ["RandomCrop"], [3])),
    *(("pipeline", value) for value in (None, 3, "RandomCrop", [], ())),
]


def configs() -> st.SearchStrategy[TrainConfig]:
    numbers = st.lists(st.integers(0, 9), min_size=1, unique=True).map(tuple)
    augmentation = st.one_of(
        st.builds(RandomCrop, padding=st.integers(0, 8)),
        st.builds(RandomHorizontalFlip, p=st.floats(0, 1)),
        st.builds(RandomRotation, degrees=st.floats(0, 180)),
    )
    return st.builds(
        TrainConfig,
        network=st.sampled_from([*presets.trainable_names(), OWN, presets.load("cnn")]),
        dataset=st.sampled_from(list(DATASETS)),
        epochs=st.integers(1, 10_000),
        batch_size=st.integers(1, 1_000_000),
        optimizer=st.sampled_from(list(OPTIMIZERS)),
        learning_rate=st.floats(0, 100, exclude_min=True) | st.integers(1, 100),
        schedule=st.sampled_from(list(SCHEDULES)),
        device=st.sampled_from(["auto", "cpu", "mps", "cuda", "cuda:0", "cuda:11"]),
        seed=st.integers(0, 2**63 - 1),
        subset=st.builds(Subset, st.none() | numbers, st.none() | numbers, st.none() | st.integers(1, 10**5)),
        validation=st.floats(0, 0.9),
        augmentation=st.lists(augmentation, max_size=3).map(tuple),
        threads=st.none() | st.integers(1, 1024),
    )


@given(configs())
def test_settings_come_back_from_json(config: TrainConfig) -> None:
    again = TrainConfig.from_json(config.to_json())
    assert again == config
    assert hash(again) == hash(config)
    assert again.spec == config.spec


@pytest.mark.parametrize(("field", "value"), BAD_VALUES)
def test_a_bad_value_is_said_in_a_sentence(field: str, value: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainConfig(**{field: value})
    assert caught.value.field == field
    assert_is_a_sentence(str(caught.value))


@pytest.mark.parametrize(("field", "value"), BAD_VALUES)
def test_a_bad_value_in_json_is_said_in_a_sentence(field: str, value: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainConfig.from_json(with_values(**{field: value}))
    assert caught.value.field == field
    assert_is_a_sentence(str(caught.value))


@given(
    field=st.sampled_from(list(TrainConfig.__dataclass_fields__)),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    ),
)
def test_no_value_in_json_gives_an_error_of_another_kind(field: str, value: Any) -> None:
    try:
        config = TrainConfig.from_json(with_values(**{field: value}))
    except (ConfigError, SpecError):
        return
    assert TrainConfig.from_json(config.to_json()) == config


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_no_text_gives_an_error_of_another_kind(text: str) -> None:
    with pytest.raises(ConfigError):
        TrainConfig.from_json(text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"version": 1, "epochs": ' + "9" * 5_000 + "}", "null", "[1]", "3"])
def test_json_that_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        TrainConfig.from_json(text)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(ConfigError, match="'learning_rat'") as caught:
        TrainConfig.from_json(with_values(learning_rat=0.1))
    assert caught.value.field == "learning_rat"


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("subset", {"last": 3}, "last"),
        ("subset", {"first": 0}, "first"),
        ("subset", {"classes": []}, "classes"),
        ("augmentation", [{"name": "Blur"}], "Blur"),
        ("augmentation", [{"name": "RandomCrop", "size": 3}], "size"),
        ("augmentation", [{"padding": 3}], "name"),
    ],
)
def test_an_unknown_part_of_a_setting_is_named(field: str, value: Any, word: str) -> None:
    with pytest.raises(ConfigError, match=word) as caught:
        TrainConfig.from_json(with_values(**{field: value}))
    assert caught.value.field == field


def test_a_bad_network_in_json_is_a_spec_error() -> None:
    with pytest.raises(SpecError, match="layers"):
        TrainConfig.from_json(with_values(network={"version": 1, "name": "Net", "input_shape": [1, 28, 28]}))


def test_an_older_or_newer_version_is_refused() -> None:
    with pytest.raises(ConfigError, match="version 1"):
        TrainConfig.from_json(with_values(version=2))


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        TrainConfig(optimizer="adagrad")
    assert all(name in str(caught.value) for name in OPTIMIZERS)


def test_the_spec_is_the_preset_or_the_network_of_ones_own() -> None:
    assert TrainConfig(network="cnn").spec == presets.load("cnn")
    assert TrainConfig(network=OWN).spec is OWN
    assert (TrainConfig(network="cnn").network_name, TrainConfig(network=OWN).network_name) == ("cnn", "Own")


def test_on_device_changes_the_device_alone() -> None:
    config = TrainConfig(network=OWN, seed=3, augmentation=tuple(kind() for kind in BATCH_AUGMENTATIONS.values()))
    assert config.on_device("cuda:1").on_device("auto") == config
    assert config.on_device("cuda:1").device == "cuda:1"


def test_the_network_in_json_is_the_network_itself() -> None:
    written = json.loads(TrainConfig(network=OWN, subset=CLASSES_AND_FIRST).to_json())
    assert NetworkSpec.from_json(json.dumps(written["network"])) == OWN
    assert written["subset"] == {"classes": [3, 1], "first": 50}


def with_values(**values: Any) -> str:
    """The JSON text of the default settings with some values replaced, whatever they are."""
    return json.dumps({**json.loads(TrainConfig().to_json()), **values})


def assert_is_a_sentence(text: str) -> None:
    assert text[0].isupper()
    assert text.endswith((".", ")"))
    assert "\n" not in text
