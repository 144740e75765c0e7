"""Import torch behind the first paint, and keep a worker warm where a run may start.

torch takes seconds to import. A page shows first; then the sandbox imports it, after that the server in a thread, and
on the pages from which a run starts a worker process does the same, so that layer tables and training start at once.
"""

from __future__ import annotations

import atexit
import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streamlit import config

from playground.ui.sandboxed import sandbox_is_ready

# The first page of a fresh server is on the screen by then.
_DELAY_SECONDS = 1.0
_POLL_SECONDS = 0.1
_COLLECT_AFTER_RUNS = "runner.postScriptGC"

_begun = threading.Lock()
_worker_wanted = threading.Lock()
_torch_ready = threading.Event()


def begin_warm_up() -> None:
    """Start warming up, once in the life of the server."""
    _once_after_the_paint(_begun, _warm_up)


def keep_a_worker_warm() -> None:
    """Have a worker ready for the next run; for the pages from which one starts."""
    _once_after_the_paint(_worker_wanted, _start_worker)


def torch_is_ready() -> bool:
    """Whether using torch in the server makes a page wait no more."""
    return _torch_ready.is_set()


def _once_after_the_paint(begun: threading.Lock, do: Callable[[], None]) -> None:
    if begun.acquire(blocking=False):
        timer = threading.Timer(_DELAY_SECONDS, do)
        timer.daemon = True
        timer.start()


def _start_worker() -> None:
    # Imported here, as is what follows, where no page waits for it.
    from playground.ui.runs import launcher

    launcher().keep_warm()


def _warm_up() -> None:
    """Two imports of torch at once would each take twice as long, and pages need that of the sandbox first."""
    while not sandbox_is_ready():
        time.sleep(_POLL_SECONDS)
    with _garbage_left_alone():
        import torch  # noqa: F401 # first, since the rest would import it in pieces
        import torchvision  # noqa: F401
    _torch_ready.set()


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Let Streamlit collect no garbage while torch is imported, and never in what was imported.

    After each run of a page or a fragment, Streamlit looks through all objects of the server. With torch's, that takes
    170 ms. Pages that ask every moment whether torch is there would take most of the time that its import needs.
    """
    collects = config.get_option(_COLLECT_AFTER_RUNS)
    config.set_option(_COLLECT_AFTER_RUNS, False)
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        # At the end of the server, libraries would report all that is frozen as leaked.
        atexit.register(gc.unfreeze)
        config.set_option(_COLLECT_AFTER_RUNS, collects)
