from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.images import ImageError, Pipeline, Transform
from playground.images.augmentation.transform import example
from tests.images.augmentation.examples import SINGLE, example_pipeline


@pytest.mark.parametrize("name", SINGLE)
def test_it_comes_back_as_it_was(name: str) -> None:
    pipeline = Pipeline([*example_pipeline(name).transforms, Transform("ColorJitter", hue=0.1, probability=0.25)])
    text = pipeline.to_json()
    assert Pipeline.from_json(text) == pipeline
    assert Pipeline.from_json(text).to_json() == text


def test_the_text_is_what_one_would_write() -> None:
    pipeline = Pipeline([Transform("CenterCrop", size=(8, 9), enabled=False), example("Identity")])
    assert json.loads(pipeline.to_json()) == {
        "version": 1,
        "transforms": [{"type": "CenterCrop", "parameters": {"size": [8, 9]}, "enabled": False}, {"type": "Identity"}],
    }


def with_transform(content: Any) -> str:
    return json.dumps({"version": 1, "transforms": [{"type": "Identity"}, content]})


WRONG = [
    ("", "not JSON"),
    ("[]", "the pipeline must be an object"),
    ("null", "must be an object"),
    ('{"version": 1}', "has no 'transforms'"),
    ('{"version": 2, "transforms": []}', "version 2"),
    ('{"version": true, "transforms": []}', "version True"),
    ('{"version": 1, "transforms": {}}', "must be a list"),
    ('{"version": 1, "transforms": [], "seed": 3}', "unknown key 'seed'; the keys are version, transforms"),
    ('{"version": 1, "version": 1, "transforms": []}', "'version' twice"),
    (with_transform("CenterCrop"), r"transforms\[1\] must be an object"),
    (with_transform({}), r"transforms\[1\] has no 'type'"),
    (with_transform({"type": 3}), r"transforms\[1\]: There is no transform '3'"),
    (with_transform({"type": ["Identity"]}), "There is no transform"),
    (with_transform({"type": "CenterCrop", "size": 3}), "unknown key 'size'"),
    (with_transform({"type": "CenterCrop", "parameters": []}), "must be an object"),
    (with_transform({"type": "CenterCrop", "parameters": {}}), "needs size"),
    (with_transform({"type": "CenterCrop", "parameters": {"size": "3"}}), "size of CenterCrop"),
    (with_transform({"type": "CenterCrop", "parameters": {"size": [[3], 3]}}), "size of CenterCrop"),
    (with_transform({"type": "CenterCrop", "parameters": {"size": {"a": 3}}}), "size of CenterCrop"),
    (with_transform({"type": "CenterCrop", "parameters": {"size": 3, "enabled": False}}), "belongs beside it"),
    (with_transform({"type": "MixUp"}), "batch"),
    (with_transform({"type": "ColorJitter", "probability": "1"}), "probability"),
    (with_transform({"type": "ColorJitter", "probability": float("nan")}), "not a number"),
    (with_transform({"type": "ColorJitter", "parameters": {"hue": float("inf")}}), "hue is out of range"),
    ('{"version": 1, "transforms": [{"type": "ColorJitter", "parameters": {"hue": 1e999}}]}', "hue is out of range"),
    (f'{{"version": {"9" * 5_000}, "transforms": []}}', "version is out of range"),
    ("[" * 100_000, "nested too deep"),
    ("x" * 300_000, "larger than 0.2 MB"),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_is_not_understood_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ImageError, match=words):
        Pipeline.from_json(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(SINGLE),
    st.dictionaries(st.sampled_from(["type", "parameters", "probability", "enabled"]), json_values, max_size=4),
    st.dictionaries(st.sampled_from(["size", "scale", "degrees", "p", "hue"]), json_values, max_size=3),
)
def test_any_json_gives_a_pipeline_or_a_sentence(name: str, content: Any, parameters: Any) -> None:
    for each in ({"type": name, **content}, {**content, "type": name, "parameters": parameters}):
        try:
            pipeline = Pipeline.from_json(with_transform(each))
        except ImageError:
            continue
        assert Pipeline.from_json(pipeline.to_json()) == pipeline
