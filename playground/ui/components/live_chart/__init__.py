"""A chart that redraws in place: the same DOM node, the person's zoom kept, no flicker."""

from __future__ import annotations

import functools
import importlib.util
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_PROJECT = "torch-playground"
# live_chart.js finds the library by this name.
_LIBRARY = "plotly"
_COMPONENT = "live_chart"
_FOLDER = Path(__file__).parent


def live_chart(figure: dict[str, Any], *, key: str, height: int = 320) -> None:
    """Draw a Plotly figure dictionary of plain lists, `height` pixels high and as wide as its container.

    Call it again with the same `key` to redraw. Zoom, pan and hidden legend entries stay as the person
    left them; numbers that are not finite become gaps.
    """
    _register_assets()
    # As bytes the figure is encoded once; Streamlit would encode a dictionary twice.
    _component()(data=_encode(figure), key=key, height=height)


def _register_assets() -> None:
    """Let Streamlit's server hand out the files of this folder and the plotly.min.js of the plotly package.

    Streamlit reads such declarations from installed packages; this project runs from a checkout, so it
    makes them itself. The browser then fetches each file once by its address, instead of receiving
    4.8 MB of script with every redraw.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(f"{_PROJECT}.{_COMPONENT}") is not None:
        return
    for name, folder in ((_LIBRARY, _plotly_folder()), (_COMPONENT, _FOLDER)):
        manifest = ComponentManifest(_PROJECT, "0", [ComponentConfig(name, asset_dir=folder.name)])
        manager.register_from_manifest(manifest, folder.parent)


def _plotly_folder() -> Path:
    # find_spec does not import plotly, which the first paint need not wait for.
    spec = importlib.util.find_spec("plotly")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("plotly is not installed. Run: pip install -r requirements.txt")
    return Path(spec.submodule_search_locations[0]) / "package_data"


@functools.cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        f"{_PROJECT}.{_COMPONENT}",
        js="live_chart.js",
        # Inline, to be there before the script: without its height Plotly would draw into nothing.
        css=(_FOLDER / "live_chart.css").read_text(),
        # Plotly puts its own style sheet into the document, where a shadow root would not see it.
        isolate_styles=False,
    )


def _encode(figure: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(figure, allow_nan=False, separators=(",", ":"))
    except ValueError:
        text = json.dumps(_without_non_finite(figure), separators=(",", ":"))
    return text.encode()


def _without_non_finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_non_finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_non_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
