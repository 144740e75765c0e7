"""The pages of the app: one registry for the navigation, the home page and the tests."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class PageInfo:
    """A page: its script, its title, its Material icon, one line that says what it is for, and its heading."""

    script: str
    title: str
    icon: str
    purpose: str
    heading: str


HOME = PageInfo("app.py", "Home", ":material/home:", "What this is, and where to begin.", "Torch Playground")

# The groups in the order of a person's work; a group's pages in the order in which they are used.
GROUPS: dict[str, tuple[PageInfo, ...]] = {
    "Networks": (
        PageInfo(
            "pages/build.py",
            "Build",
            ":material/account_tree:",
            "Put a network together and see every shape, the first fault, and its fix.",
            "Build",
        ),
        PageInfo(
            "pages/inspect.py",
            "Inspect",
            ":material/search_insights:",
            "See what a network is made of and what it costs, layer by layer.",
            "Inspect",
        ),
        PageInfo(
            "pages/train.py",
            "Train",
            ":material/model_training:",
            "Train a network and watch its loss and accuracy while it learns.",
            "Train",
        ),
    ),
    "Images": (
        PageInfo(
            "pages/augment.py",
            "Augment",
            ":material/auto_fix_high:",
            "See what each augmentation makes of your own images, and put a pipeline together.",
            "Augment",
        ),
        PageInfo(
            "pages/pixels.py",
            "Pixels",
            ":material/grid_on:",
            "See an image as numbers, in OpenCV and in tensors, and what OpenCV makes of it.",
            "Pixels",
        ),
    ),
}

PAGES: tuple[PageInfo, ...] = (HOME, *(page for pages in GROUPS.values() for page in pages))


def page_info(title: str) -> PageInfo:
    """Return the page of that title. Raises StopIteration when there is none."""
    return next(page for page in PAGES if page.title == title)


def draw_navigation() -> None:
    """Draw the links to all pages in the sidebar."""
    with st.sidebar:
        st.page_link(HOME.script, label=HOME.title, icon=HOME.icon, width="stretch")
        for group, pages in GROUPS.items():
            st.caption(group)
            for page in pages:
                st.page_link(page.script, label=page.title, icon=page.icon, width="stretch")
