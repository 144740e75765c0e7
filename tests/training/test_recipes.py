from __future__ import annotations

import pytest

from playground.data import Subset
from playground.networks import presets
from playground.training import RECIPES, ConfigError, EndEvent, EpochEvent, recommended, train

# What issue and page promise: the accuracy on the 10,000 test images, and in how many epochs.
PROMISED = {"lenet": (0.98, 3), "cnn": (0.985, 1)}
# The largest network gets there with half of the images, which is harder and takes half the time.
IMAGES = {name: 30_000 if name == "cnn_25_50" else 60_000 for name in RECIPES}


@pytest.mark.parametrize("name", RECIPES)
def test_the_recommended_settings_of_a_preset_reach_its_accuracy_on_all_test_images(name: str) -> None:
    # With one thread, since several wait for each other at every small layer where other processes have the cores.
    config = recommended(name, threads=1, subset=Subset(first=IMAGES[name]))
    *events, end = train(config)
    assert isinstance(end, EndEvent)
    assert end.status == "finished"
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    assert events[0].training_images == IMAGES[name]
    assert events[0].test_images == 10_000
    assert epochs[-1].test_accuracy >= RECIPES[name].test_accuracy


def test_every_preset_has_a_recipe() -> None:
    assert list(RECIPES) == presets.trainable_names()


def test_the_recipes_promise_what_was_asked_for() -> None:
    for name, (accuracy, epochs) in PROMISED.items():
        assert RECIPES[name].test_accuracy >= accuracy
        assert recommended(name).epochs <= epochs


def test_what_is_given_takes_precedence() -> None:
    config = recommended("lenet", epochs=7, seed=3)
    assert (config.network, config.epochs, config.seed) == ("lenet", 7, 3)
    assert config.schedule == recommended("lenet").schedule
    with pytest.raises(ConfigError, match="epochs"):
        recommended("lenet", epochs=0)
    with pytest.raises(ConfigError, match="Unknown network 'resnet'"):
        recommended("resnet")
