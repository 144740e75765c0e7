from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from playground.training.process_identity import ProcessIdentity
from playground.training.run_files import read_process, write_process
from tests.training.conftest import PATIENCE, wait_for


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "1000"]) as process:
        yield process
        process.kill()


def test_a_process_lives_until_it_has_ended_also_where_nobody_waits_for_it(sleeper: subprocess.Popen[bytes]) -> None:
    identity = ProcessIdentity.of(sleeper.pid)
    assert identity.alive
    sleeper.kill()
    # Not waited for, it stays as a zombie.
    wait_for(lambda: psutil.Process(sleeper.pid).status() == psutil.STATUS_ZOMBIE, "the zombie")
    assert not identity.alive
    sleeper.wait()
    assert not identity.alive


def test_another_process_of_the_same_id_is_not_the_same(sleeper: subprocess.Popen[bytes]) -> None:
    started = ProcessIdentity.of(sleeper.pid).started
    # The clock was set by a second in between.
    assert ProcessIdentity(sleeper.pid, started - 1).alive
    earlier = ProcessIdentity(sleeper.pid, started - 60)
    assert not earlier.alive
    earlier.kill_group()
    assert sleeper.poll() is None


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    identity = ProcessIdentity.of(os.getpid())
    write_process(tmp_path, identity)
    assert read_process(tmp_path) == identity
    assert identity.alive


def test_killing_takes_the_whole_group_of_its_leader() -> None:
    script = "sleep 1000 & echo $!; wait"
    with subprocess.Popen(["sh", "-c", script], start_new_session=True, stdout=subprocess.PIPE, text=True) as leader:
        assert leader.stdout
        member = psutil.Process(int(leader.stdout.readline()))
        ProcessIdentity.of(leader.pid).kill_group()
        leader.wait()
    psutil.wait_procs([member], timeout=PATIENCE)
    assert not member.is_running()


def test_killing_a_member_of_a_group_spares_the_others(sleeper: subprocess.Popen[bytes]) -> None:
    # The sleeper belongs to the group of this very process.
    ProcessIdentity.of(sleeper.pid).kill_group()
    assert sleeper.wait() < 0


def test_a_process_that_has_ended_is_not_killed_again(sleeper: subprocess.Popen[bytes]) -> None:
    identity = ProcessIdentity.of(sleeper.pid)
    sleeper.kill()
    sleeper.wait()
    identity.kill_group()
