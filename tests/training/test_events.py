from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.training import EndEvent, EpochEvent, Event, StartEvent, StepEvent
from playground.training.events import from_dict, to_dict

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 2**40)


def any_event() -> st.SearchStrategy[Event]:
    return st.one_of(
        st.builds(
            StartEvent,
            network=st.text(),
            device=st.text(),
            device_name=st.text(),
            threads=COUNTS,
            parameters=COUNTS,
            training_images=COUNTS,
            test_images=COUNTS,
            steps_per_epoch=COUNTS,
            epochs=COUNTS,
            time=NUMBERS,
        ),
        st.builds(StepEvent, step=COUNTS, epoch=COUNTS, loss=NUMBERS, learning_rate=NUMBERS, images_per_second=NUMBERS),
        st.builds(
            EpochEvent,
            epoch=COUNTS,
            step=COUNTS,
            train_loss=NUMBERS,
            test_loss=NUMBERS,
            test_accuracy=st.floats(0, 1),
            seconds=NUMBERS,
            images_per_second=NUMBERS,
            validation_loss=st.none() | NUMBERS,
            validation_accuracy=st.none() | st.floats(0, 1),
        ),
        st.builds(
            EndEvent,
            status=st.sampled_from(["finished", "stopped", "failed"]),
            message=st.text(),
            step=COUNTS,
            seconds=NUMBERS,
        ),
    )


@given(any_event())
def test_an_event_comes_back_from_json(event: Event) -> None:
    assert from_dict(json.loads(json.dumps(to_dict(event), allow_nan=False))) == event


@pytest.mark.parametrize("values", [{}, {"event": "pause"}, {"event": "end"}, {"event": "end", "step": 1, "loss": 2}])
def test_values_that_are_no_event_are_refused(values: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        from_dict(values)


def test_the_best_epoch_is_chosen_on_the_validation_images_if_there_are_any() -> None:
    without = EpochEvent(1, 10, 0.5, 0.4, 0.9, 1.0, 1000.0)
    with_validation = EpochEvent(1, 10, 0.5, 0.4, 0.9, 1.0, 1000.0, 0.3, 0.8)
    assert (without.selection_accuracy, without.selection_images) == (0.9, "test")
    assert (with_validation.selection_accuracy, with_validation.selection_images) == (0.8, "validation")
