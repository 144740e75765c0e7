"""Text that is not ours is shown as it is, and not as Markdown, wherever it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from playground.training import Run
from playground.training.event_log import EVENT_LOG_NAME
from playground.training.run_files import CONFIG_NAME
from playground.ui.text import as_code, plain
from tests.hostile_text import HOSTILE, RAW, TEXTS, can_be_read, hostile_networks, link
from tests.images.bad_files import encoded
from tests.pages.conftest import ESCAPED, ROOT, as_shown, assert_no_traceback, open_page, sentences
from tests.pages.our_markdown import foreign_parts

NO_MARKDOWN = ("code", "html", "bidi_component")
BAD_PIPELINE = json.dumps({"version": 1, "transforms": [{"type": HOSTILE}]})
# Of the hostile networks those that are drawn with what is wrong in them; and one that is refused as it is read.
READ = [network for network in hostile_networks() if can_be_read(network)]
UNREAD = next(network for network in hostile_networks() if network not in READ)
OWN = f"{READ[0]['name']}, your own"
# Attributes and functions of these names give texts that stand in our sources, or numbers, whatever they are asked of.
OUR_TEXTS = """
    label explanation description purpose heading reference licence modes title caption help field_in_words
    explain_parameter cures
"""
NUMBERS = """
    size duration by in_words shape shapes batch output_shape chosen_seed columns epoch epochs line mean std threshold
    told registered held statistics learned_parameters
"""
# Shown, and ours for another reason; a call without its arguments.
ALLOWED = {
    "cure.name": "one of three that are written in stacking.py",
    "name": "a transform of the catalogue, for which there is a card",
    "transform.type": "checked against the catalogue as a Transform is made",
    "parameter.name": "of a signature of torch or torchvision",
    "parameter.default": "likewise",
    "entry.type": "of the catalogue of layers",
    "view.dtype": "torch's name of a type",
    "view.converted": "grey or RGB",
    "channel.name": "red, green, blue or grey",
    "normalized.name": "of NORMALIZATIONS",
    "SAMPLES.__getitem__": "what the photographs of the project are called",
    "found.note": "empty, or the constant APPROXIMATE",
    "compare_containers": "of the three containers that it makes itself",
    "each.name": "likewise",
    "st.session_state.setdefault": "a number",
    "shared.values": "a number",
    "_INPUTS[len": "a part of a constant",
    "choice": "one of GROUPS",
    "functools.partial": "draws a tab, and is not its title",
    "calculators_view": "likewise",
    "pooled.sentence": "our own Markdown around numbers",
    "walk.beginning": "lines of our own script, which are counted",
    "walk.to_code": "shown as code",
    "ShownStep": "a step beside its title",
    "image.reduce": "a picture beside its caption",
    "shown_as_it_is": "likewise",
    "mapped_back": "likewise",
    "run.status": "one of the type RunStatus",
    "run.id": "checked by the store",
}


def test_whatever_reaches_markdown_is_ours_or_escaped() -> None:
    files = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "playground/ui").rglob("*.py")]
    sources = {str(file.relative_to(ROOT)): file.read_text() for file in files}
    found = {place: place.expression.partition("(")[0] for place in foreign_parts(sources, OUR_TEXTS + NUMBERS)}
    assert [place for place, expression in found.items() if expression not in ALLOWED] == []
    assert ALLOWED.keys() == set(found.values()), "what is not shown any more needs no reason"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("st.error(str(error))", ["error"]),
        ("st.error(f'No {name}, {plain(other)}, {count:,}.')", ["name"]),
        ("column.caption('a ' + (name or 'none'))", ["name"]),
        ("st.button('', help=name)", ["name"]),
        ("st.radio('A', options)", ["options"]),
        ("st.radio('A', options, format_func=plain)", []),
        ("st.radio('A', options, format_func=lambda each: plain(each) + name)", ["name"]),
        ("st.selectbox('A', options, format_func=say)", []),
        ("said = f'{name}'\nst.info(said)", ["name"]),
        ("for each in names:\n    st.write(each)", ["names"]),
        ("def draw(text: str):\n    st.info(text)\n\ndraw('a')", []),
        ("def draw(text: str):\n    st.info(text)\n\ndraw(name)", ["name"]),
        ("def _draw(count: int, *, text: str):\n    st.info(f'{count} {text}')\n\n_draw(n, text=name)", ["name"]),
        ("def _say(a):\n    return f'{a.label} {a.name}'\n\nst.markdown(_say(layer))", ["a.name"]),
    ],
)
def test_foreign_text_is_followed_to_where_it_comes_from(source: str, found: list[str]) -> None:
    assert [place.expression for place in foreign_parts({"page.py": source}, "label")] == found


@given(some.text() | some.sampled_from(TEXTS))
def test_an_escaped_text_reads_as_it_was(text: str) -> None:
    assert as_shown(plain(text)) == text
    assert as_code(text) in (f"`{text}`", plain(text))


def test_half_of_a_surrogate_pair_is_written_as_python_does() -> None:
    assert as_shown(plain("\ud800")) == "\\ud800"


@pytest.mark.parametrize(
    ("script", "address"),
    [
        ("inspect", {"inspected": HOSTILE}),
        ("augment", {"pipeline": HOSTILE}),
        ("augment", {"pipeline": BAD_PIPELINE}),
        ("train", {"pipeline": BAD_PIPELINE}),
        ("train", {"run": HOSTILE}),
        ("train", dict.fromkeys(("network", "dataset", "optimizer", "device", "classes", "schedule", "seed"), HOSTILE)),
        ("build", {"draft": HOSTILE}),
        ("build", {"network": HOSTILE}),
        *(
            (script, {"own": link(network), "inspected": "own", "network": OWN})
            for script in ("inspect", "train")
            for network in (UNREAD, READ[0])
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value),
)
@pytest.mark.usefixtures("store")
def test_what_an_address_says_is_shown_as_it_is(script: str, address: dict[str, str]) -> None:
    assert_all_escaped(open_page(f"pages/{script}.py", **address))


@pytest.mark.parametrize("network", [UNREAD, *READ])
@pytest.mark.usefixtures("store")
def test_what_a_network_is_made_of_is_shown_as_it_is(network: dict[str, Any]) -> None:
    page = open_page("pages/build.py", network=link(network))
    assert_all_escaped(page)
    assert any(HOSTILE[:60] in as_shown(text) for text in shown_texts(page))


def test_what_a_run_left_is_shown_as_it_is(failed: Run) -> None:
    *others, end = (failed.folder / EVENT_LOG_NAME).read_text().splitlines()
    (failed.folder / EVENT_LOG_NAME).write_text(
        "\n".join([*others, json.dumps({**json.loads(end), "message": HOSTILE}), ""])
    )
    page = open_page("pages/train.py", run=failed.id)
    assert_all_escaped(page)
    assert HOSTILE in sentences(page)


def test_settings_of_a_run_that_cannot_be_read_are_quoted_as_they_are(finished: Run) -> None:
    settings = json.loads((finished.folder / CONFIG_NAME).read_text())
    (finished.folder / CONFIG_NAME).write_text(json.dumps({**settings, "optimizer": HOSTILE}))
    page = open_page("pages/train.py", run=finished.id)
    assert_all_escaped(page)
    assert any(HOSTILE[:60] in sentence for sentence in sentences(page))


@pytest.mark.parametrize("data", [b"no image", encoded(Image.new("RGB", (40, 30), "red"), "PNG")], ids=["bad", "good"])
@pytest.mark.parametrize("script", ["augment", "pixels"])
@pytest.mark.usefixtures("store")
def test_the_name_of_a_file_is_shown_as_it_is(script: str, data: bytes) -> None:
    page = open_page(f"pages/{script}.py")
    page.file_uploader[0].set_value([(HOSTILE, data, "")]).run()
    assert_all_escaped(page)
    assert any(HOSTILE in as_shown(text) for text in shown_texts(page))


def assert_all_escaped(page: AppTest) -> None:
    assert_no_traceback(page)
    unescaped = {text: ESCAPED.sub("", text) for text in shown_texts(page)}
    assert [text for text, left in unescaped.items() if any(raw in left for raw in RAW)] == []


def shown_texts(page: AppTest) -> list[str]:
    """All that the page gives Streamlit to show as Markdown, with what helps and labels say."""
    protos = [element.proto for element in elements(page.main) if element.type not in NO_MARKDOWN]
    fields = [getattr(proto, name, "") for proto in protos for name in ("body", "label", "help", "text", "caption")]
    return [text for text in fields if isinstance(text, str)]


def elements(block: Block) -> Iterator[Element]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield from elements(child)
        else:
            yield child
