"""The pipeline of augmentations on the Train page: what is in it, and whether it suits the data."""

from __future__ import annotations

import streamlit as st

from playground.data import DATASETS
from playground.images import TRANSFORMS, Pipeline
from playground.training import PipelineMisfit, check_pipeline
from playground.ui.fix_button import fix_button
from playground.ui.messages import show_error
from playground.ui.navigation import page_info
from playground.ui.own_pipeline import keep_own_pipeline, own_pipeline, put_pipeline_into_address
from playground.ui.uninterrupted import uninterrupted
from playground.ui.warm_up import torch_is_ready


@uninterrupted()
def use_pipeline(pipeline: Pipeline) -> None:
    """Train with this pipeline; to be called before the page is drawn, such as in a callback."""
    keep_own_pipeline(pipeline)


def pipeline_box() -> None:
    """Draw the pipeline that images go through in training, if there is one."""
    pipeline = own_pipeline()
    put_pipeline_into_address()
    if not pipeline.enabled:
        return
    with st.container(border=True):
        names = " → ".join(TRANSFORMS[transform.type].label for transform in pipeline.enabled)
        st.markdown(f"**Pipeline** {names}")
        st.caption(
            "Each training image goes through it anew in every epoch, one by one on the CPU, which takes longer than "
            "the augmentations under More settings."
        )
        st.button(
            "Leave the pipeline out",
            icon=":material/close:",
            key="leave_out_pipeline",
            on_click=use_pipeline,
            args=(Pipeline(),),
        )


def link_to_pipelines() -> None:
    """Draw where a pipeline can be made, if there is none."""
    if not own_pipeline().enabled:
        st.page_link(page_info("Augment").script, label="Put a pipeline together in Augment", icon=":material/tune:")


def pipeline_suits(pipeline: Pipeline, dataset: str) -> bool:
    """Whether the pipeline can be trained with; if not, say why and offer the fixes."""
    if not pipeline.enabled or not torch_is_ready():
        return True
    misfit = _misfit(pipeline, dataset)
    if misfit is None:
        return True
    show_error(misfit.message)
    for fix in misfit.fixes:
        fix_button(fix.text, f"pipeline_fix_{fix.text}", use_pipeline, fix.pipeline)
    return False


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={Pipeline: hash})
def _misfit(pipeline: Pipeline, dataset: str) -> PipelineMisfit | None:
    return check_pipeline(pipeline, DATASETS[dataset].image_shape)
