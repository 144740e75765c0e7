"""Work on whatever a person wrote, in the server's sandbox: never on the server's own threads."""

from __future__ import annotations

import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeAlias

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.networks import SpecError
from playground.sandbox import Answer, Sandbox, SandboxError, Work
from playground.ui.text import plain
from playground.ui.uninterrupted import uninterrupted

# Less than a second is no wait.
_QUIET_SECONDS = 1.0
# As they are sent; in memory they take several times as much.
_MOST_BYTES = 24 * 2**20
_CANCELLED = "cancelled_work"

_Key: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]

_sandbox = Sandbox(("playground.networks.preload:preload", "playground.inspection.preload:preload", "torchvision"))


def sandbox_is_ready() -> bool:
    """Whether work begins without waiting for imports; the first call begins with these."""
    return _sandbox.is_ready()


def ask(function: Callable[..., Any], *arguments: Any, work: Work, report: Callable[[str], None] | None = None) -> Any:
    """What a function gives, for a click or a callback; what was asked before is asked again.

    Gives way to whatever the person does next, where Streamlit would let it end a run of the page. Raises SpecError,
    with one sentence, when it takes too much.
    """
    try:
        return _call(function, arguments, work, _give_way, report).value
    except SandboxError as error:
        raise SpecError(str(error)) from error


def ask_once(function: Callable[..., Any], *arguments: Hashable, work: Work) -> Any:
    """What a function gives, from an earlier answer where there is one; draws nothing, and so is for callbacks, too.

    Raises SpecError, with one sentence, when it takes too much.
    """
    return _value(_known_or_new((function, arguments), work, _give_way))


def shown(function: Callable[..., Any], *arguments: Hashable, work: Work) -> Any:
    """What a function gives, for a page that is drawn again and again: it is asked once.

    What takes over a second says so and can be cancelled; what was cancelled or took too much is tried again when the
    person wants it. Raises SpecError, with one sentence, until then.
    """
    key = (function, arguments)
    if key in st.session_state.get(_CANCELLED, ()):
        _offer_another_try(key)
        raise SpecError("This was cancelled before it was done.")
    waiting = _Waiting(key, work)
    try:
        known = _known_or_new(key, work, waiting.go_on)
    finally:
        waiting.end()
    if isinstance(known.value, SandboxError):
        _offer_another_try(key)
    return _value(known)


def _call(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    work: Work,
    while_waiting: Callable[[], None],
    report: Callable[[str], None] | None = None,
) -> Answer:
    context = get_script_run_ctx(suppress_warning=True)
    return _sandbox.call(
        function,
        *arguments,
        work=work,
        session=context.session_id if context else "",
        report=report,
        while_waiting=while_waiting,
    )


def _known_or_new(key: _Key, work: Work, while_waiting: Callable[[], None]) -> Answer:
    """The answer, which may be an exception."""
    known = _answers.get(key)
    if known is None:
        try:
            known = _call(*key, work, while_waiting)
        except (SandboxError, ValueError) as error:
            known = Answer(error, len(pickle.dumps(key)))
        _answers.keep(key, known)
    return known


def _value(answer: Answer) -> Any:
    """What was answered; raises it if it is an exception."""
    if isinstance(answer.value, SandboxError):
        raise SpecError(str(answer.value))
    if isinstance(answer.value, Exception):
        raise answer.value.with_traceback(None)
    return answer.value


def _give_way() -> None:
    """Let Streamlit end this run of the page if the person has done something else meanwhile.

    Streamlit looks for that at each access to the session's state.
    """
    if get_script_run_ctx(suppress_warning=True):
        st.session_state.get(_CANCELLED)


class _Waiting:
    """The line on the page while work goes on that takes over a second."""

    def __init__(self, key: _Key, work: Work) -> None:
        self._key, self._work = key, work
        self._begun = time.monotonic()
        self._place: Any = None
        self._words: Any = None
        self._said = 0

    def go_on(self) -> None:
        """Say how many seconds have passed, or end this run of the page where it has to give way."""
        _give_way()
        seconds = int(time.monotonic() - self._begun)
        if seconds >= _QUIET_SECONDS and seconds > self._said:
            self._said = seconds
            if self._place is None:
                self._draw()
            verb = plain(self._work.verb)
            self._words.caption(f":material/hourglass_top: It takes a while to {verb} this: {seconds} s …")

    def end(self) -> None:
        """Take the line away."""
        if self._place is not None:
            self._place.empty()

    def _draw(self) -> None:
        self._place = st.empty()
        with self._place.container(horizontal=True, vertical_alignment="center"):
            self._words = st.empty()
            st.button(
                "Cancel", key=f"cancel_{hash(self._key)}", icon=":material/close:", on_click=_cancel, args=(self._key,)
            )


@uninterrupted()
def _cancel(key: _Key) -> None:
    """Let this be as it is, in this tab, until the person wants it tried again."""
    st.session_state[_CANCELLED] = {*st.session_state.get(_CANCELLED, ()), key}


def _offer_another_try(key: _Key) -> None:
    st.button("Try again", key=f"again_{hash(key)}", icon=":material/refresh:", on_click=_try_again, args=(key,))


@uninterrupted()
def _try_again(key: _Key) -> None:
    st.session_state[_CANCELLED] = st.session_state.get(_CANCELLED, set()) - {key}
    _answers.forget(key)


class _Answers:
    """The latest answers, as many as fit into a number of bytes; all sessions share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> Answer | None:
        """The answer to this, if it is known."""
        with self._lock:
            known = self._answers.get(key)
            if known is not None:
                self._answers.move_to_end(key)
            return known

    def keep(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer, and forget those that have not been asked for longest where there is no room."""
        with self._lock:
            self._remove(key)
            self._answers[key] = answer
            self._bytes += answer.size
            while self._bytes > _MOST_BYTES and len(self._answers) > 1:
                self._remove(next(iter(self._answers)))

    def forget(self, key: Hashable) -> None:
        """Let this be asked again."""
        with self._lock:
            self._remove(key)

    def _remove(self, key: Hashable) -> None:
        known = self._answers.pop(key, None)
        if known is not None:
            self._bytes -= known.size


_answers = _Answers()
