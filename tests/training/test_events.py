from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.strict_json import JsonError
from playground.training import EndEvent, EpochEvent, Event, StartEvent, StepEvent
from playground.training.event_json import read_event, write_event

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
AMOUNTS = st.floats(0, allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 2**40)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["start", "failed"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)
START = StartEvent("cnn", "cpu", "CPU", 1, 10, 1000, 500, 10, 4, 0.0)
STEP = StepEvent(1, 1, 0.5, 0.1, 1000.0)
EPOCH = EpochEvent(1, 10, 0.5, 0.4, 0.9, 1.0, 1000.0)
END = EndEvent("finished", "", 30, 1.5)


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
        st.builds(StepEvent, step=COUNTS, epoch=COUNTS, loss=NUMBERS, learning_rate=NUMBERS, images_per_second=AMOUNTS),
        st.builds(
            EpochEvent,
            epoch=COUNTS,
            step=COUNTS,
            train_loss=NUMBERS,
            test_loss=NUMBERS,
            test_accuracy=st.floats(0, 1),
            seconds=AMOUNTS,
            images_per_second=AMOUNTS,
            validation_loss=st.none() | NUMBERS,
            validation_accuracy=st.none() | st.floats(0, 1),
        ),
        st.builds(
            EndEvent,
            status=st.sampled_from(["finished", "stopped", "failed"]),
            message=st.text(),
            step=COUNTS,
            seconds=AMOUNTS,
        ),
    )


@given(any_event())
def test_an_event_comes_back_from_json(event: Event) -> None:
    assert read_event(write_event(event)) == event


@given(any_event(), st.data())
def test_a_line_that_is_cut_is_a_torn_one(event: Event, data: st.DataObject) -> None:
    line = write_event(event)
    cut = data.draw(st.integers(0, len(line) - 1), "cut")
    assert read_event(line[:cut]) is None
    assert read_event(line[:cut] + bytes(len(line) - cut)) is None


@given(any_event(), st.data())
def test_an_event_with_another_value_is_one_of_the_same_types_or_refused(event: Event, data: st.DataObject) -> None:
    values = json.loads(write_event(event))
    name = data.draw(st.sampled_from(sorted(values)), "name")
    changed = {**values, name: data.draw(JSON_VALUES, "value")}
    with suppress(JsonError):
        found = read_event(json.dumps(changed).encode())
        assert found is not None
        assert read_event(write_event(found)) == found


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{}", "there is no event"),
        ("[]", "there is no event"),
        ("null", "there is no event"),
        ("7", "there is no event"),
        ("[" * 200_000, "there is no event"),
        ("no JSON", "there is no event"),
        ('{"event": ["end"]}', "there is no event"),
        ('{"event": "pause"}', "there is no event"),
        ('{"event": "end", "step": 1, "step": 1}', "a field twice"),
        ('{"event": "end", "step": 1}', "the event 'end' has no '"),
        ('{"event": "end", "loss": 1}', "the event 'end' has the unknown field 'loss'"),
    ],
    ids=lambda text: text[:40],
)
def test_a_line_that_is_no_event_is_refused_with_the_reason(line: str, reason: str) -> None:
    with pytest.raises(JsonError, match=re.escape(reason)):
        read_event(line.encode())


@pytest.mark.parametrize(
    ("event", "name", "value"),
    [
        (START, "steps_per_epoch", '"a"'),
        (START, "steps_per_epoch", "-1"),
        (START, "steps_per_epoch", "10.5"),
        (START, "steps_per_epoch", "true"),
        (START, "steps_per_epoch", "9" * 5000),
        (START, "device_name", "null"),
        (START, "device_name", '"\\ud800"'),
        (START, "device_name", '{"a": 1}'),
        (STEP, "loss", "NaN"),
        (STEP, "loss", "1e999"),
        (STEP, "loss", "null"),
        (EPOCH, "test_accuracy", "null"),
        (EPOCH, "test_accuracy", "1.5"),
        (EPOCH, "validation_accuracy", "-0.5"),
        (EPOCH, "seconds", "-1"),
        (END, "status", "[]"),
        (END, "status", '"bogus"'),
        (END, "message", "[1]"),
    ],
)
def test_a_field_with_another_kind_of_value_is_refused(event: Event, name: str, value: str) -> None:
    values = json.loads(write_event(event))
    line = json.dumps({**values, name: "here"}).replace('"here"', value)
    with pytest.raises(JsonError, match="there is no event" if len(value) > 4300 else f"the field '{name}' of"):
        read_event(line.encode())


def test_what_may_be_null_may_be() -> None:
    assert b'"validation_loss": null' in write_event(EPOCH)
    assert read_event(write_event(EPOCH)) == EPOCH


def test_the_best_epoch_is_chosen_on_the_validation_images_if_there_are_any() -> None:
    without = EpochEvent(1, 10, 0.5, 0.4, 0.9, 1.0, 1000.0)
    with_validation = EpochEvent(1, 10, 0.5, 0.4, 0.9, 1.0, 1000.0, 0.3, 0.8)
    assert (without.selection_accuracy, without.selection_images) == (0.9, "test")
    assert (with_validation.selection_accuracy, with_validation.selection_images) == (0.8, "validation")
