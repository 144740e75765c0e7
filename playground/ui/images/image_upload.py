"""Choosing images: files that are dropped, pasted or photographed, or the photographs that come with the project.

What a person gives is there on every page that chooses so, until it is taken away or the tab is closed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from playground.images import SAMPLES, ImageError
from playground.ui.components.file_intake import file_intake
from playground.ui.images.chosen_image import LARGEST_UPLOAD_MB, ChosenImage, decoded_images, own_image, sample_image
from playground.ui.images.own_images import (
    OwnFile,
    add_files,
    dismiss_left_out,
    leave_out,
    left_out,
    own_files,
    remove_files,
)
from playground.ui.messages import show_error
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_FIRST_SAMPLE = next(iter(SAMPLES))
_UPLOADER_WIDTH = 300
_SHOWN_WIDTH = 210
_LISTED_OPENLY = 3
_TOLD_OPENLY = 6
_REFUSALS_HEIGHT = 280


def choose_images(key: str) -> list[ChosenImage]:
    """Draw the choice; the images, the person's own first, with a line for each of what was converted.

    A file that cannot be read is told in a sentence and does not stand in the way of the others. The list is empty
    if there are none and no sample is chosen.
    """
    return _choose(key)[0]


def choose_one_image(key: str) -> ChosenImage | None:
    """Draw the same choice, and which of the images it is to be; the one that was given last, at first."""
    return choose_images_and_one(key)[1]


def choose_images_and_one(key: str) -> tuple[list[ChosenImage], ChosenImage | None]:
    """Draw the same choice; all the images, and that one."""
    images, row = _choose(key)
    if len(images) < 2:
        return images, next(iter(images), None)
    by_name = {image.name: image for image in images}
    # Another first image makes another widget: a new image is shown when it comes.
    with row:
        name = st.selectbox(
            "Shown here", list(by_name), key=f"{key}_shown_{hash(images[0].choice)}", width=_SHOWN_WIDTH
        )
    return images, by_name[name]


def _choose(key: str) -> tuple[list[ChosenImage], DeltaGenerator]:
    """The images, and the row of the choice, which has room for more."""
    with st.container(gap="small"):
        row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
        with row:
            uploader = _ask_for_files(key)
        camera = st.container()
        files = own_files()
        lines, refusals = _look_at(files)
        taken = [file for file in files if file.digest in lines]
        with row:
            samples = _choose_samples(key, is_first=not taken)
            # A camera asks for permission as soon as it is drawn.
            is_open = st.toggle("Camera", key=f"{key}_camera")
        if is_open:
            with camera:
                _ask_for_a_photo(key)
        _draw_refusals(files, refusals, key)
        _list_files(taken, lines, key)
        file_intake(uploader, LARGEST_UPLOAD_MB * 1024 * 1024, _tell_too_large, key=f"{key}_intake")
    return [*(own_image(file.name, file.data, file.digest) for file in taken), *samples], row


def _ask_for_files(key: str) -> str:
    """The key of the uploader."""
    # The files are taken over at once, and the next uploader, a new widget, is empty.
    version: int = st.session_state.setdefault(f"{key}_uploads", 0)
    uploader = f"{key}_files_{version}"
    st.file_uploader(
        "Your images: drop, choose or paste (Ctrl+V)",
        width=_UPLOADER_WIDTH,
        accept_multiple_files=True,
        max_upload_size=LARGEST_UPLOAD_MB,
        key=uploader,
        help="PNG, JPEG, WebP, BMP, TIFF, GIF and AVIF. They stay on the machine on which this app runs.",
        on_change=_take_files,
        args=(uploader, f"{key}_uploads"),
    )
    return uploader


def _ask_for_a_photo(key: str) -> None:
    photo = f"{key}_photo"
    st.camera_input("Take a photo", key=photo, on_change=_take_photo, args=(photo,), width=480)


@uninterrupted()
def _take_files(uploader: str, version: str) -> None:
    files = st.session_state.get(uploader) or ()
    if files:
        add_files((file.name, file.getvalue()) for file in files)
        st.session_state[version] += 1


@uninterrupted()
def _tell_too_large(names: Sequence[str]) -> None:
    leave_out(names, f"a file may have {LARGEST_UPLOAD_MB} MB. Make the image smaller, or save it as JPEG.")


@uninterrupted()
def _take_photo(camera: str) -> None:
    photo = st.session_state.get(camera)
    if photo is not None:
        count = st.session_state[f"{camera}s"] = st.session_state.get(f"{camera}s", 0) + 1
        add_files([(f"photo {count}", photo.getvalue())])


def _look_at(files: Sequence[OwnFile]) -> tuple[dict[str, str], dict[str, str]]:
    """What each file is, or why it is refused, by its digest."""
    images = decoded_images()
    lines: dict[str, str] = {}
    refusals: dict[str, str] = {}
    new = sum(not images.knows(file.digest) for file in files)
    reading = st.spinner("Reading the image …" if new == 1 else f"Reading {new:,} images …")
    with reading if new else contextlib.nullcontext():
        for file in files:
            try:
                lines[file.digest] = images.description(file.digest, file.data)
            except ImageError as error:
                refusals[file.digest] = str(error)
    return lines, refusals


def _draw_refusals(files: Sequence[OwnFile], refusals: dict[str, str], key: str) -> None:
    for sentence in left_out():
        st.warning(plain(sentence), icon=":material/image_not_supported:")
    told = [f"**{plain(file.name)}**: {plain(refusals[file.digest])}" for file in files if file.digest in refusals]
    if told:
        with st.container(height=_REFUSALS_HEIGHT if len(told) > _TOLD_OPENLY else "content", border=False):
            st.error("  \n".join(told), icon=":material/broken_image:")
    if told or left_out():
        st.button(
            "Dismiss",
            icon=":material/close:",
            type="tertiary",
            key=f"{key}_dismiss",
            on_click=_dismiss,
            args=(tuple(refusals),),
        )


@uninterrupted()
def _dismiss(refused: Sequence[str]) -> None:
    remove_files(refused)
    dismiss_left_out()


def _list_files(files: Sequence[OwnFile], lines: dict[str, str], key: str) -> None:
    if not files:
        return
    box = st.container(gap=None) if len(files) <= _LISTED_OPENLY else st.expander(f"{len(files)} images of your own")
    with box:
        for file in files:
            with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
                st.button(
                    "",
                    icon=":material/close:",
                    type="tertiary",
                    help=f"Take {plain(file.name)} away",
                    key=f"{key}_remove_{file.digest}",
                    on_click=_remove,
                    args=((file.digest,),),
                )
                st.caption(f"**{plain(file.name)}** · {plain(lines[file.digest])}")
        if len(files) > _LISTED_OPENLY:
            everything = tuple(file.digest for file in files)
            st.button("Take all away", key=f"{key}_remove_all", on_click=_remove, args=(everything,))


@uninterrupted()
def _remove(digests: Sequence[str]) -> None:
    remove_files(digests)


def _choose_samples(key: str, *, is_first: bool) -> list[ChosenImage]:
    """The samples that are chosen: at first one, or none where the person has images."""
    chosen = st.pills(
        "Samples",
        list(SAMPLES),
        selection_mode="multi",
        default=[_FIRST_SAMPLE] if is_first else [],
        format_func=SAMPLES.__getitem__,
        key=f"{key}_samples_{is_first}",
    )
    try:
        return [sample_image(name) for name in SAMPLES if name in chosen]
    except ImageError as error:
        show_error(error, ":material/broken_image:")
        return []
