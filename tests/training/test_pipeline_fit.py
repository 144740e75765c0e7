from __future__ import annotations

import json

import pytest
import torch
from hypothesis import example as example_of
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import DATASETS
from playground.images import TRANSFORMS, Pipeline, Transform
from playground.images.augmentation.transform import example
from playground.training import ConfigError, EpochEvent, TrainConfig, train
from playground.training.pipeline_batches import augmentations
from playground.training.pipeline_fit import check_pipeline
from tests.training.conftest import small

GREY, COLOUR = (1, 28, 28), (3, 32, 32)
MISFITS = {
    "another size": ([Transform("CenterCrop", size=20)], GREY, "makes 20 x 20 pixels of 28 x 28"),
    "a size that is drawn": ([Transform("RandomRotation", degrees=45, expand=True)], GREY, "images keep their size"),
    "colours": ([Transform("RGB")], GREY, "3 channels; those of the data set have 1 channel"),
    "grey": ([Transform("Grayscale")], COLOUR, "1 channel; those of the data set have 3 channels"),
    "several": ([Transform("FiveCrop", size=28)], GREY, "several images for one"),
    "tensors": ([Transform("ToTensor"), Transform("Normalize", mean=[0.5], std=[0.5])], GREY, "gives tensors"),
    "a crop that is too large": ([Transform("RandomCrop", size=40)], GREY, "does not work on the data set's images"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_what_does_not_suit_is_told_and_its_fixes_do(name: str) -> None:
    transforms, shape, words = MISFITS[name]
    misfit = check_pipeline(Pipeline(transforms), shape)
    assert misfit is not None
    assert words in misfit.message
    assert misfit.fixes
    assert [check_pipeline(fix.pipeline, shape) for fix in misfit.fixes] == [None] * len(misfit.fixes)


@example_of(["FiveCrop", "FiveCrop", "CenterCrop"])
@given(st.lists(st.sampled_from([name for name, kind in TRANSFORMS.items() if kind.work != "batch"]), max_size=4))
@settings(max_examples=60)
def test_whoever_takes_a_fix_is_refused_no_second_time(names: list[str]) -> None:
    misfit = check_pipeline(Pipeline([example(name) for name in names]), COLOUR)
    for fix in misfit.fixes if misfit else ():
        assert check_pipeline(fix.pipeline, COLOUR) is None, fix.text


def test_what_is_switched_off_does_not_matter() -> None:
    assert check_pipeline(Pipeline([Transform("CenterCrop", size=20, enabled=False)]), GREY) is None
    assert check_pipeline(Pipeline(), COLOUR) is None


@pytest.mark.parametrize("name", [name for name, kind in TRANSFORMS.items() if kind.work != "batch"])
@pytest.mark.parametrize("shape", [GREY, COLOUR])
def test_every_transform_suits_or_has_a_sentence(name: str, shape: tuple[int, ...]) -> None:
    pipeline = Pipeline([example(name)])
    misfit = check_pipeline(pipeline, shape)
    if misfit:
        assert misfit.message.endswith(".")
        return
    images = torch.randint(256, (3, *shape), dtype=torch.uint8)
    (augment,) = augmentations(TrainConfig(pipeline=pipeline))
    generator = torch.Generator().manual_seed(3)
    before = torch.get_rng_state()
    augmented = augment(images, generator)
    assert augmented.shape == images.shape
    assert augmented.dtype == torch.uint8
    assert torch.equal(before, torch.get_rng_state()), "torch's global generator is left as it was"
    assert torch.equal(augmented, augment(images, torch.Generator().manual_seed(3)))


def test_each_image_of_a_batch_draws_numbers_of_its_own() -> None:
    image = torch.randint(256, GREY, dtype=torch.uint8)
    (augment,) = augmentations(TrainConfig(pipeline=Pipeline([Transform("RandomRotation", degrees=90)])))
    augmented = augment(image.expand(8, *GREY), torch.Generator().manual_seed(0))
    assert len({each.numpy().tobytes() for each in augmented}) == 8


def test_a_run_with_a_pipeline_repeats_itself_and_differs_from_one_without() -> None:
    def losses(pipeline: Pipeline) -> list[float]:
        events = train(small(pipeline=pipeline, epochs=1))
        return [event.train_loss for event in events if isinstance(event, EpochEvent)]

    pipeline = Pipeline([Transform("RandomAffine", degrees=30)])
    assert losses(pipeline) == losses(pipeline) != losses(Pipeline())


def test_a_run_whose_pipeline_does_not_suit_does_not_begin() -> None:
    with pytest.raises(ConfigError, match=r"images keep their size.* add Resize\(\(28, 28\)\) at the end"):
        list(train(small(pipeline=Pipeline([Transform("CenterCrop", size=20)]))))


def test_settings_keep_their_pipeline_in_json() -> None:
    config = TrainConfig(pipeline=Pipeline([Transform("RandomErasing", p=1.0), Transform("ColorJitter", hue=0.1)]))
    assert TrainConfig.from_json(config.to_json()) == config
    values = json.loads(config.to_json())
    values["pipeline"]["transforms"][0]["type"] = "RandomErasure"
    with pytest.raises(ConfigError, match=r"pipeline cannot be read: .*RandomErasure"):
        TrainConfig.from_json(json.dumps(values))
    del values["pipeline"]
    assert TrainConfig.from_json(json.dumps(values)) == TrainConfig()


def test_all_data_sets_have_images_of_one_or_three_channels() -> None:
    assert {info.image_shape[0] for info in DATASETS.values()} <= {1, 3}
