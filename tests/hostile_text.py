"""Texts that a stranger may write, all of which Streamlit would make something of, and networks that quote them."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from typing import Any

from playground.networks import SpecError, editing, presets
from playground.networks.share import from_link

HOSTILE = (
    "![i](https://evil.example/i.png) [a](https://evil.example) <img src=https://evil.example/j.png> www.evil.example "
    "https://evil.example a@evil.example $x^2$ :material/home: :streamlit: :smile: :red[r] **bold** _e_ -> `c`"
)
"""A link, an image, mathematics, icons and colours, without what Python's repr would change."""

RAW = ("](https", "<img", "https://", "$x", ":material/home", ":streamlit:", ":smile:", ":red[r", "**bold", "www.")
"""Parts of it that are in no text that Streamlit is given as Markdown, unless nobody has escaped it."""

TEXTS = (
    HOSTILE,
    *HOSTILE.split(),
    *(
        "HTTPS://Evil.example",
        "wwww.evil.example",
        "xmpp:a@evil.example/x",
        "a:smile:smile:b",
        ":+1:",
        ":blue-badge[x]",
    ),
    *("$$x$$", "::red[x]", ":::note\nx\n:::", ":help[x]", ":color[x]{foreground=red}", "{.a}", "&amp; &#65;", "[^1]"),
    *("--", "a - -- --- b", "<->", "<-", ">=", "<=", "~=", "~~x~~", "__init__", "a_b_c", "a._b", "x[0]", "][", "[[["),
    *("# h", "- x", "+ x", "1. x", "1) x", "> x", "a\n---", "a\n===", "| a | b |\n| - | - |", "    code", "\ta\tb"),
    *(
        "a\n\n    code",
        "a\n\nb\n\n",
        "a  \nb",
        "a\\\nb",
        "a\r\nb",
        "``x``",
        "```\nx\n```",
        "- [ ] x",
        "***",
        "a\\",
        "\\",
    ),
    *("  two  spaces  ", " ", ":", "a:", "ww", "features.0", "é 中 😀 ×", "`:material/home:`", "a\xa0\u2028b"),
)
"""For each thing that Streamlit makes of a text, one that asks for it; and some that it leaves as they are."""


def hostile_networks() -> Iterator[dict[str, Any]]:
    """A network with one of its keys, or of its texts, replaced by a hostile one: each kind once."""
    network = presets.load("resnet18")
    written = editing.set_arguments(network, "conv1", {**network.layers[0].arguments, "padding_mode": "zeros"}).spec
    seen = set()
    for path, key in _places(json.loads(written.to_json())):
        around = next((step for step in reversed(path) if isinstance(step, str)), None)
        if (around, key) not in seen:
            seen.add((around, key))
            yield _with_hostile(json.loads(written.to_json()), path, key)


def link(network: dict[str, Any]) -> str:
    """The network in an address, whatever is in it."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(network).encode(), level=9)).decode().rstrip("=")


def can_be_read(network: dict[str, Any]) -> bool:
    """Whether it is opened all the same, and what is wrong said of a layer."""
    try:
        from_link(link(network))
    except SpecError:
        return False
    return True


def _places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str | None]]:
    """The paths of dictionaries with each of their keys, and those of texts, without a key."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield path, key
            yield from _places(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _places(value, (*path, index))
    elif isinstance(node, str):
        yield path, None


def _with_hostile(network: Any, path: tuple[str | int, ...], key: str | None) -> Any:
    *way, last = (*path, key) if key is not None else path
    holder = network
    for step in way:
        holder = holder[step]
    if key is None:
        holder[last] = HOSTILE
    else:
        holder[HOSTILE] = holder.pop(last)
    return network
