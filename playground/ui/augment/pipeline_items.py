"""The list of a pipeline: each transform with its order, switch, probability and parameters."""

from __future__ import annotations

import streamlit as st

from playground.images import TRANSFORMS, ImageError, Transform
from playground.ui.augment.parameters import parameter_widgets
from playground.ui.augment.pipeline_state import Item, add_to_pipeline, duplicate, items, move, remove, store
from playground.ui.messages import show_error

_ALWAYS = ("tensor", "several")


def pipeline_items() -> dict[int, st.delta_generator.DeltaGenerator]:
    """Draw the list and what adds to it; where each transform's drawn numbers go, by its index."""
    found = items()
    places = {}
    if not found:
        st.info("The pipeline is empty, so images stay as they are. Add a transform.", icon=":material/playlist_add:")
    for index, item in enumerate(found):
        with st.container(border=True, key=f"augment_card_item_{item.number}"):
            places[index] = _item(item, index, len(found))
    _adding()
    return places


def _item(item: Item, index: int, count: int) -> st.delta_generator.DeltaGenerator:
    transform, number = item.transform, item.number
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall"):
        enabled = st.toggle(
            f"Use {transform.type}",
            transform.enabled,
            key=f"augment_item_{number}_enabled",
            label_visibility="collapsed",
            persist_state="session",
        )
        st.markdown(f"**{TRANSFORMS[transform.type].label}**", width="stretch")
        more = st.container(width="content")
        _button("Up", ":material/arrow_upward:", f"up_{number}", index == 0, move, number, -1)
        _button("Down", ":material/arrow_downward:", f"down_{number}", index == count - 1, move, number, 1)
        _button("Duplicate", ":material/content_copy:", f"copy_{number}", False, duplicate, number)
        _button("Remove", ":material/delete:", f"remove_{number}", False, remove, number)
    place = st.container()
    with st.expander("Parameters", key=f"augment_item_{number}_open"):
        changed = _changed(item, more)
    if changed:
        store(number, changed.switched(enabled))
    return place


def _changed(item: Item, more: st.delta_generator.DeltaGenerator) -> Transform | None:
    transform, number = item.transform, item.number
    probability = transform.probability
    if TRANSFORMS[transform.type].work not in _ALWAYS:
        probability = st.slider(
            "probability",
            0.0,
            1.0,
            transform.probability,
            0.05,
            key=f"augment_item_{number}_probability",
            help="How often it is applied: `v2.RandomApply([...], p=...)`.",
            persist_state="session",
        )
    try:
        return parameter_widgets(transform, f"augment_item_{number}", more).with_probability(probability)
    except ImageError as error:
        show_error(error)
        return None


def _button(label: str, icon: str, key: str, disabled: bool, act: object, *arguments: int) -> None:
    st.button(
        "",
        icon=icon,
        type="tertiary",
        help=label,
        key=f"augment_{key}",
        disabled=disabled,
        on_click=act,  # type: ignore[arg-type] # a callback of the pipeline's state
        args=arguments,
    )


def _adding() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        names = [name for name, known in TRANSFORMS.items() if known.work != "batch"]
        name = st.selectbox(
            "Transform to add",
            names,
            format_func=lambda each: f"{TRANSFORMS[each].label} · {each}",
            key="augment_to_add",
            label_visibility="collapsed",
            persist_state="session",
        )
        st.button(
            "Add",
            icon=":material/add:",
            key="augment_add_item",
            on_click=add_to_pipeline,
            args=(name,),
            width="content",
        )
