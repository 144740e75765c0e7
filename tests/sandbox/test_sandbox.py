"""The sandbox with real processes: what takes too much ends alone, and everything else goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from playground.networks import SpecError
from playground.sandbox import EndedError, Sandbox, SandboxError, TookTooLongError, TookTooMuchMemoryError, Work
from playground.sandbox.plain_data import NotPlainError
from tests.sandbox import work_for_tests as work_of

SHORT = Work("read", 0.3, 64 * 2**20, "shorten it.")
LONG = Work("inspect", 30.0, 64 * 2**20, "shorten it.")
PATIENCE = 60.0


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(["tests.sandbox.work_for_tests"])
    yield sandbox
    sandbox.close()


def pid(sandbox: Sandbox, work: Work = SHORT, session: str = "") -> int:
    found: int = sandbox.call(work_of.process_id, work=work, session=session).value
    return found


def wait_until_gone(process_id: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while psutil.pid_exists(process_id):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("value", [None, 3, "text", (1, (2.5, "x")), {"a": [1]}, frozenset({1}), 10**100])
def test_plain_values_come_back_equal(sandbox: Sandbox, value: object) -> None:
    assert sandbox.call(work_of.echo, value, work=SHORT).value == value


def test_dataclasses_of_the_project_come_back_equal(sandbox: Sandbox) -> None:
    assert sandbox.call(work_of.answer_with_a_work, work=SHORT).value == Work("read", 1.0, 2)


def test_work_is_done_in_another_process_which_is_used_again(sandbox: Sandbox) -> None:
    first = pid(sandbox, session="a")
    assert first != os.getpid()
    assert pid(sandbox, session="a") == first


def test_a_session_is_served_by_the_helper_that_knows_its_layers(sandbox: Sandbox) -> None:
    done = threading.Barrier(2)
    pids: dict[str, int] = {}

    def call(session: str) -> None:
        done.wait(PATIENCE)
        pids[session] = pid(sandbox, session=session)

    threads = [threading.Thread(target=call, args=(session,)) for session in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if pids["one"] != pids["two"]:
        assert {session: pid(sandbox, session=session) for session in ("two", "one")} == pids


def test_work_that_computes_too_long_is_stopped_though_it_never_returns_to_python(sandbox: Sandbox) -> None:
    with pytest.raises(TookTooLongError, match=r"^This took more than 0.3 s to read, so it was stopped; shorten it.$"):
        sandbox.call(work_of.spin, work=SHORT)
    assert sandbox.call(work_of.echo, 1, work=SHORT).value == 1


def test_work_that_waits_too_long_is_stopped(sandbox: Sandbox) -> None:
    with pytest.raises(TookTooLongError):
        sandbox.call(work_of.sleep_for_ever, work=SHORT)


def test_work_that_takes_too_much_memory_is_stopped(sandbox: Sandbox) -> None:
    with pytest.raises(TookTooMuchMemoryError, match="more than 64 MiB of memory to inspect"):
        sandbox.call(work_of.fill_memory, work=LONG)
    assert sandbox.call(work_of.echo, 1, work=LONG).value == 1


def test_an_answer_that_is_too_large_is_not_taken_in(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.sandbox.lent_helper._MOST_RESULT_BYTES", 1000)
    with pytest.raises(TookTooMuchMemoryError, match="too large to be shown"):
        sandbox.call(work_of.answer_of_bytes, 2000, work=SHORT)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_crash_ends_the_helper_and_nothing_else(sandbox: Sandbox, number: signal.Signals) -> None:
    with pytest.raises(EndedError, match=number.name):
        sandbox.call(work_of.end_with, int(number), work=SHORT)
    assert sandbox.call(work_of.echo, 1, work=SHORT).value == 1


def test_refusals_come_back_as_they_were_raised(sandbox: Sandbox) -> None:
    with pytest.raises(SpecError, match="This is refused") as refused:
        sandbox.call(work_of.refuse, work=SHORT)
    assert (refused.value.line, refused.value.column) == (3, 4)


def test_an_error_that_nobody_foresaw_comes_back_with_the_place_where_it_arose(sandbox: Sandbox) -> None:
    with pytest.raises(ZeroDivisionError, match="as nobody foresaw") as failed:
        sandbox.call(work_of.fail, work=SHORT)
    assert any("in fail" in note for note in failed.value.__notes__)


def test_an_exception_that_cannot_be_sent_comes_back_in_words(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="LocalError: made here"):
        sandbox.call(work_of.raise_what_cannot_be_sent, work=SHORT)


def test_an_answer_that_would_run_something_is_not_read(sandbox: Sandbox) -> None:
    with pytest.raises(NotPlainError, match="system is no plain data"):
        sandbox.call(work_of.answer_with_a_call, work=SHORT)
    assert sandbox.call(work_of.echo, 1, work=SHORT).value == 1


def test_a_function_says_how_far_it_is(sandbox: Sandbox) -> None:
    said: list[str] = []
    assert sandbox.call(work_of.report_and_return, 3, work=LONG, report=said.append).value == 3
    assert said == ["step 0", "step 1", "step 2"]


def test_what_the_person_does_next_ends_the_work(sandbox: Sandbox) -> None:
    class OvertakenError(BaseException):
        pass

    helpers: list[int] = []

    def give_way() -> None:
        raise OvertakenError

    helpers.append(pid(sandbox, LONG))
    with pytest.raises(OvertakenError):
        sandbox.call(work_of.spin, work=LONG, while_waiting=give_way)
    wait_until_gone(helpers[0])
    assert sandbox.call(work_of.echo, 1, work=LONG).value == 1


def test_a_report_that_raises_ends_the_work(sandbox: Sandbox) -> None:
    def cancel(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sandbox.call(work_of.report_and_spin, work=LONG, report=cancel)


def test_slow_work_of_one_is_not_in_the_way_of_another(sandbox: Sandbox) -> None:
    stopped = threading.Event()

    def spin() -> None:
        with pytest.raises(TookTooLongError):
            sandbox.call(work_of.spin, work=Work("read", 4.0, 64 * 2**20))
        stopped.set()

    spinning = threading.Thread(target=spin)
    spinning.start()
    for number in range(20):
        assert sandbox.call(work_of.echo, number, work=SHORT).value == number
    assert not stopped.is_set()
    spinning.join()


def test_more_work_than_helpers_waits_for_its_turn(sandbox: Sandbox) -> None:
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda number=number: answers.append(sandbox.call(work_of.echo, number, work=LONG).value)
        )
        for number in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(12))


def test_a_helper_that_has_grown_gives_its_place_to_a_fresh_one(sandbox: Sandbox) -> None:
    large = Work("inspect", 30.0, 512 * 2**20)
    grown = sandbox.call(work_of.grow, 200 * 2**20, work=large).value
    wait_until_gone(grown)
    assert pid(sandbox, large) != grown


def test_a_fork_server_that_has_ended_is_replaced() -> None:
    sandbox = Sandbox(["tests.sandbox.work_for_tests"])
    try:
        helper = psutil.Process(pid(sandbox))
        fork_server = helper.parent()
        assert fork_server is not None
        fork_server.kill()
        assert sandbox.call(work_of.echo, 1, work=SHORT).value == 1
    finally:
        sandbox.close()


def test_helpers_that_cannot_be_had_are_said() -> None:
    sandbox = Sandbox(["tests.sandbox.there_is_no_such_module"])
    with pytest.raises(SandboxError, match="does not start"):
        sandbox.call(work_of.echo, 1, work=SHORT)
    sandbox.close()


def test_closing_ends_all_processes() -> None:
    sandbox = Sandbox(["tests.sandbox.work_for_tests"])
    helper = pid(sandbox)
    sandbox.close()
    wait_until_gone(helper)
