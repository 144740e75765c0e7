from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from playground.images import SEVEN_AUGMENTATIONS, TRANSFORMS, Pipeline, Transform, applied, load_sample, preview
from playground.images.augmentation.reduction import encoded, reduced
from playground.images.augmentation.transform import example
from playground.images.augmentation.transform_catalogue import GROUPS
from playground.images.augmentation.transform_modules import code
from playground.training import RunStore
from playground.ui.augment.preview import CARD_SIDE
from playground.ui.augment.seed import FIRST_SEED
from tests.pages.conftest import ROOT, assert_no_traceback, open_page, sentences

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

CAT = load_sample("chelsea")


@pytest.fixture(autouse=True)
def _store(store: RunStore) -> None:
    """Each test has a store of its own."""


def augment(tab: str = "") -> AppTest:
    page = open_page("pages/augment.py")
    if tab:
        page.session_state["augment_view"] = tab
        page.run()
    assert_no_traceback(page)
    return page


def block(page: AppTest, key: str) -> Block:
    """The container of this key."""

    def find(where: Block) -> Block | None:
        for child in where.children.values():
            if isinstance(child, Block):
                if getattr(child.proto, "id", "").endswith(key):
                    return child
                if (found := find(child)) is not None:
                    return found
        return None

    found = find(page.main)
    assert found is not None, f"there is no {key}"
    return found


def html_of(where: Any) -> str:
    return "".join(element.proto.body for element in where.get("html"))


def pictures(where: Any) -> list[Image.Image]:
    """The pictures that a part of the page shows."""
    found = re.findall(r'src="data:image/\w+;base64,([^"]+)"', html_of(where))
    return [Image.open(io.BytesIO(base64.b64decode(each))) for each in found]


def drawn(where: Any) -> dict[str, str]:
    return dict(re.findall(r"<span>([^<]+) <b>([^<]+)</b></span>", html_of(where)))


def assert_shows(picture: Image.Image, expected: Image.Image) -> None:
    """What is shown is the expected picture, as the page encodes it."""
    assert picture.tobytes() == Image.open(io.BytesIO(encoded(expected))).tobytes()


def test_the_first_screen_has_all_seven_on_the_image() -> None:
    page = augment()
    assert set(calls(page)) == {code(example(name)) for name in SEVEN_AUGMENTATIONS}
    for name in SEVEN_AUGMENTATIONS:
        card = block(page, f"augment_card_seven_{name}")
        pipeline = Pipeline([example(name)])
        original, result = pictures(card)
        assert original.size == reduced(CAT, CARD_SIDE).size
        assert_shows(result, preview(pipeline, CAT, FIRST_SEED, CARD_SIDE).pictures[0])
        told = {each.name: each.text for each in applied(pipeline, CAT, FIRST_SEED).steps[0].drawn}
        assert drawn(card) == told


def test_a_control_changes_the_pixels_of_its_card() -> None:
    page = augment()
    before = {name: html_of(block(page, f"augment_card_seven_{name}")) for name in SEVEN_AUGMENTATIONS}
    page.number_input(key="seven_CenterCrop_0_size_height").set_value(60).run()
    page.number_input(key="seven_CenterCrop_0_size_width").set_value(90).run()
    assert_no_traceback(page)
    _, result = pictures(block(page, "augment_card_seven_CenterCrop"))
    assert result.tobytes() == CAT.crop((180, 120, 270, 180)).tobytes(), "exactly these pixels"
    after = {name: html_of(block(page, f"augment_card_seven_{name}")) for name in SEVEN_AUGMENTATIONS}
    assert {name for name in before if before[name] != after[name]} == {"CenterCrop"}
    page.button(key="seven_CenterCrop_reset").click().run()
    assert html_of(block(page, "augment_card_seven_CenterCrop")) == before["CenterCrop"]


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    page = augment()
    before = html_of(page.main)
    page.button(key="augment_draw").click().run()
    card = block(page, "augment_card_seven_RandomRotation")
    told = applied(Pipeline([example("RandomRotation")]), CAT, FIRST_SEED + 1).steps[0].drawn[0]
    assert drawn(card) == {told.name: told.text}
    page.number_input(key="augment_seed").set_value(FIRST_SEED).run()
    assert html_of(page.main) == before


def test_a_crop_larger_than_the_image_is_told_and_can_be_padded() -> None:
    page = augment()
    page.number_input(key="seven_RandomCrop_0_size_height").set_value(1000).run()
    (sentence,) = sentences(page)
    assert "cuts out 1,000 × 1,000 pixels" in sentence
    page.button(key="seven_RandomCrop_fix_0").click().run()
    assert sentences(page) == []
    assert code(Transform("RandomCrop", size=1000, pad_if_needed=True)) in calls(page)
    assert len(pictures(block(page, "augment_card_seven_RandomCrop"))) == 2


def test_what_cannot_be_is_told_in_its_card() -> None:
    page = augment()
    page.number_input(key="seven_Resize_0_size_height").set_value(None).run()
    assert sentences(page) == ["Resize needs a size, or a max_size for the longer side."]
    assert len(page.code) == len(SEVEN_AUGMENTATIONS) - 1


@pytest.mark.parametrize("group", GROUPS)
def test_every_transform_has_a_card_that_works(group: str) -> None:
    page = open_page("pages/augment.py")
    page.session_state["augment_view"] = "All transforms"
    page.session_state["augment_group"] = group
    page.run()
    assert_no_traceback(page)
    assert sentences(page) == []
    for name, known in TRANSFORMS.items():
        if known.group == group:
            card = block(page, f"augment_card_{'mix' if known.work == 'batch' else 'all'}_{name}")
            assert len(pictures(card)) >= 2


def test_widgets_begin_at_the_transform_and_give_it_back() -> None:
    def draw():  # type: ignore[no-untyped-def]  # it is run as a text, without our imports
        import streamlit as st

        from playground.images import TRANSFORMS
        from playground.images.augmentation.transform import example
        from playground.ui.augment.parameters import parameter_widgets

        for name in TRANSFORMS:
            transform = example(name).switched(False)
            if parameter_widgets(transform, name, st.container()) != transform:
                st.write(name)

    page = AppTest.from_function(draw, default_timeout=60).run()
    assert_no_traceback(page)
    assert [each.value for each in page.markdown] == []


def test_text_fields_take_what_torchvision_takes() -> None:
    page = augment()
    page.text_input(key="seven_RandomCrop_0_padding").set_value("10, 20").run()
    page.text_input(key="seven_RandomCrop_0_fill").set_value("255, 0, 0").run()
    assert code(Transform("RandomCrop", size=200, padding=(10, 20), fill=(255, 0, 0))) in calls(page)
    page.text_input(key="seven_RandomCrop_0_padding").set_value("much").run()
    assert sentences(page) == [
        "padding of RandomCrop is 'much'; it takes a whole number or 2 whole numbers or 4 whole numbers or "
        "nothing (None)."
    ]


def pipeline_of(page: AppTest) -> Pipeline:
    return Pipeline(item.transform for item in page.session_state["augment_pipeline"])


def types(page: AppTest) -> list[str]:
    return [transform.type for transform in pipeline_of(page).transforms]


def test_a_pipeline_is_put_together() -> None:
    page = augment("Pipeline")
    assert types(page) == ["RandomResizedCrop", "RandomHorizontalFlip", "ColorJitter", "RandomRotation"]
    page.button(key="augment_down_0").click().run()
    assert types(page)[:2] == ["RandomHorizontalFlip", "RandomResizedCrop"]
    page.button(key="augment_up_3").click().run()
    assert types(page) == ["RandomHorizontalFlip", "RandomResizedCrop", "RandomRotation", "ColorJitter"]
    page.button(key="augment_copy_1").click().run()
    page.button(key="augment_remove_2").click().run()
    page.selectbox(key="augment_to_add").set_value("Grayscale").run()
    page.button(key="augment_add_item").click().run()
    assert types(page) == [
        *("RandomHorizontalFlip", "RandomHorizontalFlip", "RandomResizedCrop", "RandomRotation", "Grayscale"),
    ]
    page.toggle(key="augment_item_1_enabled").set_value(False).run()
    page.slider(key="augment_item_3_probability").set_value(0.25).run()
    page.slider(key="augment_item_3_degrees").set_value(90).run()
    assert_no_traceback(page)
    first, _, _, rotation, _ = pipeline_of(page).transforms
    assert not first.enabled
    assert rotation == Transform("RandomRotation", degrees=90, interpolation="bilinear", probability=0.25)


def test_changes_of_a_pipeline_are_taken_back_and_done_again() -> None:
    page = augment("Pipeline")
    assert page.button(key="augment_undo").disabled
    seen = [pipeline_of(page)]
    page.button(key="augment_down_0").click().run()
    seen.append(pipeline_of(page))
    page.slider(key="augment_item_3_degrees").set_value(90).run()
    seen.append(pipeline_of(page))
    page.button(key="augment_remove_1").click().run()
    seen.append(pipeline_of(page))
    assert len(set(seen)) == 4
    for pipeline in reversed(seen[:-1]):
        page.button(key="augment_undo").click().run()
        assert pipeline_of(page) == pipeline
    assert page.button(key="augment_undo").disabled
    for pipeline in seen[1:]:
        page.button(key="augment_redo").click().run()
        assert pipeline_of(page) == pipeline
    assert page.button(key="augment_redo").disabled
    page.button(key="augment_undo").click().run()
    page.button(key="augment_down_0").click().run()
    assert page.button(key="augment_redo").disabled
    assert_no_traceback(page)


def slider_pictures(page: AppTest) -> list[Image.Image]:
    """What the slider between before and after was given."""
    import json

    for component in page.get("bidi_component"):
        if component.proto.component_name == "compare_slider":
            content = json.loads(component.proto.json)
            return [
                Image.open(io.BytesIO(base64.b64decode(content[side].partition(",")[2])))
                for side in ("before", "after")
            ]
    raise AssertionError("there is no slider")


def test_before_and_after_are_the_original_and_the_output() -> None:
    page = augment("Pipeline")
    before, after = slider_pictures(page)
    assert_shows(before, CAT)
    assert_shows(after, pipeline_of(page).apply(CAT, FIRST_SEED))
    for step, number in zip(applied(pipeline_of(page), CAT, FIRST_SEED).steps, range(4), strict=True):
        item = block(page, f"augment_card_item_{number}")
        assert drawn(item) == {each.name: each.text for each in step.drawn}


def section(name: str) -> AppTest:
    page = open_page("pages/augment.py")
    page.session_state["augment_view"] = "Pipeline"
    page.session_state["augment_section"] = name
    page.run()
    assert_no_traceback(page)
    return page


def test_draws_are_those_of_their_seeds() -> None:
    page = section("Draws")
    page.number_input(key="augment_seed").set_value(40).run()
    page.select_slider(key="augment_draws").set_value(2).run()
    shown = pictures(page)
    assert re.findall(r"<figcaption>(seed \d+)", html_of(page)) == ["seed 40", "seed 41", "seed 42", "seed 43"]
    for seed, picture in zip(range(40, 44), shown, strict=True):
        assert_shows(picture, preview(pipeline_of(page), CAT, seed, 240).pictures[0])


def test_the_code_on_the_page_gives_the_pixels_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = section("Code and files")
    page.number_input(key="augment_seed").set_value(11).run()
    (script,) = [each.value for each in page.code]
    (tmp_path / "assets").symlink_to(ROOT / "assets")
    monkeypatch.chdir(tmp_path)
    with torch.random.fork_rng(devices=[]):
        exec(script, {})
    expected = pipeline_of(page).apply(CAT, 11)
    assert Image.open(tmp_path / "augmented.png").tobytes() == expected.tobytes()


def test_json_opens_another_pipeline() -> None:
    page = section("Code and files")
    other = Pipeline([Transform("CenterCrop", size=50), Transform("RandomInvert", p=1.0, enabled=False)])
    page.text_area(key="augment_json_text").set_value(other.to_json()).run()
    page.button(key="augment_read_json").click().run()
    assert pipeline_of(page) == other
    page.text_area(key="augment_json_text").set_value('{"version": 1}').run()
    page.button(key="augment_read_json").click().run()
    assert sentences(page) == ["the pipeline has no 'transforms'; add it."]
    assert pipeline_of(page) == other


def test_a_pipeline_goes_to_train() -> None:
    page = section("Code and files")
    pipeline = pipeline_of(page)
    page.button(key="augment_use_in_train").click().run()
    assert_no_traceback(page)
    assert page.title[0].value == "Train"
    assert page.session_state["own_pipeline"] == pipeline


def test_the_address_keeps_the_pipeline() -> None:
    page = augment()
    assert "pipeline" not in page.query_params
    page.button(key="seven_Resize_add").click().run()
    expected = pipeline_of(page)
    address = page.query_params["pipeline"]
    link = address[0] if isinstance(address, list) else address
    refreshed = open_page("pages/augment.py", pipeline=link)
    refreshed.session_state["augment_view"] = "Pipeline"
    refreshed.run()
    assert_no_traceback(refreshed)
    assert pipeline_of(refreshed) == expected


def test_what_is_no_pipeline_in_the_address_is_told() -> None:
    page = open_page("pages/augment.py", pipeline="{}")
    assert_no_traceback(page)
    assert "The pipeline in the address cannot be read: the pipeline has no 'version'; add it." in sentences(page)
    assert len(types(page)) == 4


def test_where_a_pipeline_stops_is_told_with_what_mends_it() -> None:
    page = section("Code and files")
    broken = Pipeline([Transform("Grayscale"), example("Normalize")])
    page.text_area(key="augment_json_text").set_value(broken.to_json()).run()
    page.button(key="augment_read_json").click().run()
    (sentence,) = sentences(page)
    assert "needs a tensor of floats" in sentence
    page.button(key="augment_mend_0").click().run()
    assert sentences(page) == []
    assert types(page) == ["Grayscale", "ToImage", "ToDtype", "Normalize"]


def test_a_draw_that_cannot_be_is_told() -> None:
    page = section("Code and files")
    # For the seeds 18 to 20 the canvas is small enough, for 21 it is not.
    page.number_input(key="augment_seed").set_value(18).run()
    pipeline = Pipeline([Transform("Resize", size=(2500, 2500)), Transform("RandomZoomOut", side_range=(1.0, 3.0))])
    page.text_area(key="augment_json_text").set_value(pipeline.to_json()).run()
    page.button(key="augment_read_json").click().run()
    assert sentences(page) == []
    page.session_state["augment_section"] = "Draws"
    page.run()
    assert_no_traceback(page)
    (sentence,) = sentences(page)
    assert "at most 25 million" in sentence


def test_cards_add_to_the_pipeline() -> None:
    page = augment()
    page.slider(key="seven_RandomRotation_0_degrees").set_value(10).run()
    page.button(key="seven_RandomRotation_add").click().run()
    assert pipeline_of(page).transforms[-1] == Transform("RandomRotation", degrees=10)
    page.button(key="augment_all_seven").click().run()
    assert types(page) == list(SEVEN_AUGMENTATIONS)


def test_a_pipeline_without_transforms_leaves_the_image_alone() -> None:
    page = augment("Pipeline")
    for number in range(4):
        page.button(key=f"augment_remove_{number}").click().run()
    assert "empty" in sentences(page)[0]
    before, after = slider_pictures(page)
    assert np.array_equal(np.asarray(before), np.asarray(after))


def test_what_the_network_sees_is_the_chosen_image() -> None:
    page = augment("What the network sees")
    assert "3 × 300 × 451" in [metric.value for metric in page.metric]
    page.button_group(key="augment_samples_True").set_value(["astronaut"]).run()
    assert "3 × 512 × 512" in [metric.value for metric in page.metric]


def test_a_batch_of_two_sizes_fails_as_in_the_notes() -> None:
    page = augment("Batches")
    assert any("stack expects each tensor to be equal size" in each.value for each in (*page.error, *page.code))


def test_of_several_images_one_is_looked_at() -> None:
    page = augment()
    page.button_group(key="augment_samples_True").set_value(["chelsea", "coffee"]).run()
    (choice,) = [each for each in page.selectbox if each.label == "Shown here"]
    assert choice.options == ["Chelsea, a cat", "A cup of coffee"]
    choice.set_value("A cup of coffee").run()
    original, _ = pictures(block(page, "augment_card_seven_RandomHorizontalFlip"))
    assert_shows(original, reduced(load_sample("coffee"), CARD_SIDE))


def calls(page: AppTest) -> list[str]:
    """The calls under the cards, each on one line."""
    return [each.value.replace("(\n    ", "(").replace("\n    ", " ") for each in page.code]
