from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from playground.training.files import make_private_folder, private_files, remove_tree, write_atomically
from tests.training.conftest import PROJECT
from tests.training.test_event_log import files_of_at_most

# Kills a writer again and again at a random moment, and looks at the file each time. In a process of its own,
# since only a small one can be forked as often as that.
KILL_WRITERS = """
import os, random, signal, sys, time
from pathlib import Path
from playground.training.files import write_atomically

path, rounds = Path(sys.argv[1]), int(sys.argv[2])
contents = [bytes([number]) * 3_000_000 for number in (1, 2)]
write_atomically(path, contents[0])
generator = random.Random(0)
in_the_middle = 0
for round in range(rounds):
    writer = os.fork()
    if writer == 0:
        while True:
            for content in contents:
                write_atomically(path, content)
    time.sleep(generator.uniform(0, 0.02))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    assert path.read_bytes() in contents, "torn"
    in_the_middle += any(f".{writer}." in other.name for other in path.parent.iterdir())
write_atomically(path, b"new")
assert path.read_bytes() == b"new"
print(in_the_middle)
"""


def test_a_writer_that_is_killed_at_any_moment_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    path, rounds = tmp_path / "best.pth.tar", 60
    done = subprocess.run(
        [sys.executable, "-c", KILL_WRITERS, str(path), str(rounds)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    in_the_middle = int(done.stdout)
    # The test has hit what it is about; and what is left over is hidden, one file a killed process at most.
    assert in_the_middle > 0
    left_over = [other.name for other in tmp_path.iterdir() if other != path]
    assert len(left_over) == in_the_middle <= rounds
    assert all(name.startswith(".") and name.endswith(".tmp") for name in left_over)


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data in (b"old", b"", b"new" * 100_000):
        write_atomically(path, data)
        assert path.read_bytes() == data
        assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with files_of_at_most(1000), pytest.raises(OSError, match="File too large"):
        write_atomically(path, bytes(5000))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "nowhere" / "file", b"data")


def test_what_is_written_is_private_whatever_the_umask(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    before = os.umask(0)
    try:
        make_private_folder(folder)
        make_private_folder(folder)
        write_atomically(folder / "file", b"data")
        with private_files():
            (folder / "other").touch()
        (folder / "open").touch()
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"folder": 0o700, "file": 0o600, "other": 0o600, "open": 0o666}


def test_a_tree_is_removed_and_of_a_link_only_the_link(tmp_path: Path) -> None:
    tree, kept, link = (tmp_path / name for name in ("tree", "kept", "link"))
    (tree / "below").mkdir(parents=True)
    kept.mkdir()
    (tree / "below" / "out").symlink_to(kept)
    link.symlink_to(kept)
    for path in (tree, link, tmp_path / "nowhere"):
        remove_tree(path)
    assert list(tmp_path.iterdir()) == [kept]
