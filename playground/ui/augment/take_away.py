"""What a pipeline leaves with: its code, its result at full size, its JSON, and the way to Train."""

from __future__ import annotations

import streamlit as st

from playground.images import SAMPLES, ImageError, Pipeline
from playground.images.augmentation.saving import saved
from playground.ui.augment.pipeline_state import read_pipeline
from playground.ui.augment.pipeline_to_train import use_in_train_button
from playground.ui.augment.preview import ShownPipeline
from playground.ui.augment.seed import chosen_seed
from playground.ui.images.chosen_image import ChosenImage
from playground.ui.messages import show_error
from playground.ui.uninterrupted import uninterrupted


def take_away_section(pipeline: Pipeline, chosen: ChosenImage, _found: ShownPipeline) -> None:
    """Draw the code and the files."""
    seed = chosen_seed()
    with st.container(horizontal=True, gap="small"):
        use_in_train_button(pipeline)
        _download(pipeline, chosen, seed)
        st.download_button(
            "Pipeline as JSON",
            pipeline.to_json(),
            "pipeline.json",
            "application/json",
            icon=":material/data_object:",
            key="augment_json",
            on_click="ignore",
        )
        _opening()
    st.caption("The script gives the same pixels from the same file: the seed decides every number that is drawn.")
    st.code(pipeline.to_code(seed, _file(chosen)), language="python")


def _file(chosen: ChosenImage) -> str:
    """What the script reads: the person's file, or that of the sample, from the project's folder."""
    return f"assets/images/{chosen.choice}.png" if chosen.choice in SAMPLES else chosen.name


def _download(pipeline: Pipeline, chosen: ChosenImage, seed: int) -> None:
    kind = _name_of_output(pipeline)
    st.download_button(
        "Result at full size",
        lambda: saved(pipeline.apply(chosen.image, seed)).data,
        kind,
        icon=":material/download:",
        key="augment_full_size",
        on_click="ignore",
        help="Computed on the whole image when you click.",
    )


def _name_of_output(pipeline: Pipeline) -> str:
    from playground.images.augmentation.pipeline_code import output_kind

    return {"image": "augmented.png", "images": "augmented.zip"}.get(output_kind(pipeline), "augmented.pt")


def _opening() -> None:
    with st.popover("Open JSON", icon=":material/upload_file:", key="augment_open_json"):
        st.text_area("The JSON of a pipeline", key="augment_json_text", height=200)
        st.button("Open", key="augment_read_json", on_click=_read)
        if sentence := st.session_state.get("augment_json_error"):
            show_error(sentence)


@uninterrupted()
def _read() -> None:
    st.session_state["augment_json_error"] = ""
    try:
        read_pipeline(st.session_state["augment_json_text"])
    except ImageError as error:
        st.session_state["augment_json_error"] = str(error)
