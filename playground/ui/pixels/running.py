"""A chain of operations that is worked off beside the page, which can say how far it is and give it up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from playground.images.opencv import Chain, Progress
    from playground.images.pixels import StoredPhoto
    from playground.ui.images.chosen_image import ChosenImage

_KEPT = "pixels_running"


class RunningChain:
    """A chain on an image in a thread of its own, which draws nothing; `share` of it is done, from 0 to 1."""

    def __init__(self, chain: Chain, choice: object, photo: StoredPhoto) -> None:
        self.asked = (chain, choice)
        self.share = 0.0
        self._given_up = threading.Event()
        # Held by the page while it draws; the thread waits for it between bands.
        self._turn = threading.Lock()
        self._finished: Future[Progress] = Future()
        threading.Thread(target=self._run, args=(chain, photo), daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long; return whether it is there."""
        with suppress(NotYetError):
            self._finished.exception(seconds)
        return self._finished.done()

    def result(self) -> Progress:
        """The last progress, with the result; waits for it and raises what the chain raised."""
        return self._finished.result()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the cores to the page for a moment, after the band that is being worked on."""
        with self._turn:
            yield

    def give_up(self) -> None:
        """End after the band that is being worked on."""
        self._given_up.set()

    def _run(self, chain: Chain, photo: StoredPhoto) -> None:
        try:
            for part in chain.progress(photo.bgr):
                self.share = part.share
                if part.result is not None:
                    self._finished.set_result(part)
                if self._given_up.is_set():
                    return
                with self._turn:
                    pass
        except Exception as error:
            self._finished.set_exception(error)


def running_chain(chain: Chain, chosen: ChosenImage, photo: StoredPhoto) -> RunningChain:
    """The chain of this session, begun if it is another one than before, which is then given up."""
    last: RunningChain | None = st.session_state.get(_KEPT)
    if last and last.asked == (chain, chosen.choice):
        return last
    if last:
        last.give_up()
    running = RunningChain(chain, chosen.choice, photo)
    st.session_state[_KEPT] = running
    return running
