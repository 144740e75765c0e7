"""Work in the sandbox as a page shows it: asked once, refused with a sentence, tried again when a person wants it."""

from __future__ import annotations

import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import playground
from playground.sandbox.plain_data import read_plain

MESSAGE = "what is wrong"


def page_of(file: str) -> None:
    import streamlit as st

    from playground.networks import SpecError
    from playground.sandbox import Work
    from playground.ui.sandboxed import shown
    from tests.sandbox.work_for_tests import once_there_is, process_id

    try:
        st.markdown(shown(once_there_is, file, work=Work("read", 0.3, 2**26, "shorten it.")))
    except SpecError as error:
        st.error(error.message)
    st.caption(str(shown(process_id, work=Work("read", 2.0, 2**26))))


def test_work_that_took_too_much_is_not_tried_again_until_the_person_wants_it(tmp_path: Path) -> None:
    file = tmp_path / "there"
    page = AppTest.from_function(page_of, args=(str(file),), default_timeout=60).run()
    assert page.error[0].value == "This took more than 0.3 s to read, so it was stopped; shorten it."
    file.touch()
    assert page.run().error
    again = page.button[0]
    assert again.label == "Try again"
    again.click().run()
    assert not page.exception
    assert not page.error
    assert page.markdown[0].value == "done"


def test_work_that_was_done_is_not_done_again(tmp_path: Path) -> None:
    file = tmp_path / "there"
    file.touch()
    page = AppTest.from_function(page_of, args=(str(file),), default_timeout=60).run()
    file.unlink()
    assert page.run().markdown[0].value == "done"


def exceptions() -> Iterator[type[Exception]]:
    """All errors of the project; its other exceptions are how it leaves a loop."""
    for module in pkgutil.walk_packages(playground.__path__, "playground."):
        if module.name.endswith("__main__"):
            continue
        for _, found in inspect.getmembers(import_module(module.name), inspect.isclass):
            is_error = issubclass(found, Exception) and found.__name__.endswith("Error")
            if is_error and found.__module__ == module.name:
                yield found


def made(exception: type[Exception]) -> Exception:
    """The exception with a text for each argument that it needs."""
    needed = [
        parameter
        for parameter in list(inspect.signature(exception.__init__).parameters.values())[1:]
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return exception(*([MESSAGE] * max(1, len(needed))))


@pytest.mark.parametrize("exception", sorted(set(exceptions()), key=lambda each: each.__qualname__))
def test_what_a_helper_raises_arrives_whole(exception: type[Exception]) -> None:
    raised = made(exception)
    arrived = read_plain(pickle.dumps(raised))
    assert type(arrived) is exception
    assert str(arrived) == str(raised)
    assert vars(arrived) == vars(raised)
