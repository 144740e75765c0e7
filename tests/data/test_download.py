"""Downloads from a server on this machine that serves made-up files of the real sizes."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from playground.data import DATASETS, DataError, Mirror, is_available, load, start_download
from playground.data.download import download
from playground.data.folders import PROJECT
from tests.data.conftest import numbered_images, write_idx_gz

IMAGES = "train-images-idx3-ubyte.gz"


class Server:
    """A web server whose answers a test can damage or hold back."""

    def __init__(self, files: Path) -> None:
        self.files = files
        self.release = threading.Event()
        self.release.set()
        self.hold_back: str | None = None
        self.cut_off: str | None = None
        self.status = 200
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                content = (server.files / name).read_bytes() if server.status == 200 else b""
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                middle = len(content) // 2
                # The client may be gone: that is what these tests are about.
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(content[:middle])
                    self.wfile.flush()
                    if name == server.hold_back:
                        server.release.wait()
                    if name != server.cut_off:
                        self.wfile.write(content[middle:])

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def mirror(self) -> Mirror:
        checksums = {file.name: hashlib.md5(file.read_bytes()).hexdigest() for file in self.files.iterdir()}
        return Mirror(f"http://127.0.0.1:{self._server.server_port}", checksums)

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def fashion_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fashion")
    for part, count in (("train", 60_000), ("t10k", 10_000)):
        write_idx_gz(folder / f"{part}-images-idx3-ubyte.gz", numbered_images(count))
        write_idx_gz(folder / f"{part}-labels-idx1-ubyte.gz", (np.arange(count) % 10).astype(np.uint8))
    return folder


@pytest.fixture
def server(fashion_files: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    # A proxy, where one is set, would stand between the download and the server.
    monkeypatch.setenv("no_proxy", "*")
    server = Server(fashion_files)
    yield server
    server.close()


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def assert_is_the_whole_set(downloads: Path) -> None:
    assert [path.name for path in downloads.iterdir()] == ["fashion_mnist"]
    files = {str(path.relative_to(downloads / "fashion_mnist")) for path in downloads.rglob("*") if path.is_file()}
    assert files == set(DATASETS["fashion_mnist"].files)
    for train in (True, False):
        data = load("fashion_mnist", train=train, downloads=downloads)
        assert np.array_equal(data.images.squeeze(1).numpy(), numbered_images(len(data)))
        assert data.labels.tolist() == [index % 10 for index in range(len(data))]


def test_a_download_is_seen_only_when_it_is_whole(server: Server, tmp_path: Path) -> None:
    server.release.clear()
    server.hold_back = IMAGES
    running = start_download("fashion_mnist", downloads=tmp_path, mirror=server.mirror)
    try:
        assert (running.status, running.progress) == ("running", 0)
        wait_until(lambda: running.progress > 0)
        assert running.progress < 1
        assert running.message.startswith("Downloading Fashion-MNIST: 0.")
        assert not is_available("fashion_mnist", downloads=tmp_path)
        with pytest.raises(DataError, match="download it first"):
            load("fashion_mnist", train=True, downloads=tmp_path)
        server.release.set()
        wait_until(lambda: running.status != "running")
    finally:
        running.cancel()
    assert (running.status, running.progress) == ("finished", 1)
    assert running.message == "Fashion-MNIST is ready."
    assert_is_the_whole_set(tmp_path)

    # Once more: there is nothing left to do, and no server is asked.
    server.status = 500
    assert download("fashion_mnist", tmp_path, server.mirror) == tmp_path / "fashion_mnist"


def test_a_cancelled_download_leaves_nothing(server: Server, tmp_path: Path) -> None:
    server.release.clear()
    server.hold_back = IMAGES
    running = start_download("fashion_mnist", downloads=tmp_path, mirror=server.mirror)
    wait_until(lambda: running.progress > 0)
    running.cancel()
    assert (running.status, running.progress) == ("cancelled", 0)
    # It cleaned up by itself, on the request, and did not have to be killed.
    assert running._process.returncode == 128 + signal.SIGTERM
    assert running.message == "The download of Fashion-MNIST was cancelled; nothing was kept."
    assert list(tmp_path.iterdir()) == []
    running.cancel()
    assert running.status == "cancelled"


def test_what_a_killed_download_leaves_is_removed_by_the_next_and_another_is_not_disturbed(
    server: Server, tmp_path: Path
) -> None:
    server.release.clear()
    server.hold_back = IMAGES
    killed, other = (start_download("fashion_mnist", downloads=tmp_path, mirror=server.mirror) for _ in range(2))
    try:
        wait_until(lambda: killed.progress > 0 and other.progress > 0)
        process = psutil.Process(killed._process.pid)
        process.kill()
        wait_until(lambda: process.status() == psutil.STATUS_ZOMBIE)
        left = {path.name for path in tmp_path.iterdir()}
        assert len(left) == 2

        server.hold_back = None
        download("fashion_mnist", tmp_path, server.mirror)
        assert len({path.name for path in tmp_path.iterdir()} & left) == 1
        assert killed.status == "finished"
        assert killed.message == "Fashion-MNIST is ready."

        # The other one finds the set there when it has fetched its own, and is content with it.
        assert other.status == "running"
        server.release.set()
        wait_until(lambda: other.status != "running")
        assert other._process.returncode == 0
    finally:
        killed.cancel()
        other.cancel()
    assert_is_the_whole_set(tmp_path)


def test_a_download_that_dies_is_reported_and_cleaned_up(server: Server, tmp_path: Path) -> None:
    server.release.clear()
    server.hold_back = IMAGES
    running = start_download("fashion_mnist", downloads=tmp_path, mirror=server.mirror)
    wait_until(lambda: running.progress > 0)
    psutil.Process(running._process.pid).kill()
    wait_until(lambda: running.status != "running")
    assert running.status == "failed"
    assert "ended unexpectedly (exit code -9); start it again" in running.message
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_the_process_says_so_in_one_sentence(tmp_path: Path) -> None:
    # A name that no server can have: https://www.rfc-editor.org/rfc/rfc6761#section-6.4
    mirror = Mirror("http://playground.invalid/")
    running = start_download("kmnist", downloads=tmp_path, mirror=mirror)
    wait_until(lambda: running.status != "running")
    assert running.status == "failed"
    assert running.message.startswith("Kuzushiji-MNIST cannot be downloaded: the server playground.invalid ")
    assert running.message.count("\n") == 0
    assert list(tmp_path.iterdir()) == []


def fails(downloads: Path, mirror: Mirror, name: str = "fashion_mnist") -> str:
    """The sentence with which this download fails, having left nothing behind."""
    with pytest.raises(DataError) as caught:
        download(name, downloads, mirror)
    assert not downloads.exists() or list(downloads.iterdir()) == []
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_server_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        mirror = Mirror(f"http://127.0.0.1:{unused.getsockname()[1]}/")
        assert "cannot be reached; check the network connection" in fails(tmp_path, mirror)


def test_a_server_without_the_file(tmp_path: Path, server: Server) -> None:
    mirror = server.mirror
    server.status = 404
    assert "the server 127.0.0.1 answers 404 (Not Found)" in fails(tmp_path, mirror)


def test_a_server_that_stops_in_the_middle(tmp_path: Path, server: Server) -> None:
    server.cut_off = IMAGES
    assert "cannot be downloaded: the server 127.0.0.1" in fails(tmp_path, server.mirror)


def test_a_server_that_falls_silent(tmp_path: Path, server: Server) -> None:
    server.release.clear()
    server.hold_back = IMAGES
    previous = socket.getdefaulttimeout()
    socket.setdefaulttimeout(0.3)
    try:
        assert "stopped answering" in fails(tmp_path, server.mirror)
    finally:
        socket.setdefaulttimeout(previous)


def test_a_file_with_another_checksum(tmp_path: Path, server: Server) -> None:
    official = Mirror(server.mirror.url)
    assert "damaged file (its checksum is wrong)" in fails(tmp_path, official)


def test_a_file_with_the_right_checksum_and_other_content(tmp_path: Path, server: Server, fashion_files: Path) -> None:
    server.files = tmp_path / "served"
    downloads = tmp_path / "downloads"
    shutil.copytree(fashion_files, server.files)
    for content in (b"no archive at all", (fashion_files / "t10k-images-idx3-ubyte.gz").read_bytes()):
        (server.files / IMAGES).write_bytes(content)
        assert "what the server sent is not this data set" in fails(downloads, server.mirror)


def test_a_disk_that_takes_no_more(tmp_path: Path, server: Server) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, hard))
    try:
        message = fails(tmp_path, server.mirror)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert message == f"Fashion-MNIST cannot be saved in {tmp_path}: File too large."


def test_a_folder_that_cannot_be_made(tmp_path: Path, server: Server) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"cannot be saved in .*file/downloads: Not a directory"):
        download("fashion_mnist", tmp_path / "file" / "downloads", server.mirror)


def test_what_is_in_the_way_is_kept(tmp_path: Path) -> None:
    (tmp_path / "kmnist").mkdir()
    (tmp_path / "kmnist" / "notes.txt").write_text("mine")
    for begin in (start_download, download):
        with pytest.raises(DataError, match="not a whole Kuzushiji-MNIST; delete it and try again"):
            begin("kmnist", downloads=tmp_path)
    assert (tmp_path / "kmnist" / "notes.txt").read_text() == "mine"


def test_what_cannot_be_downloaded_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="MNIST comes with the playground"):
        start_download("mnist", downloads=tmp_path)
    with pytest.raises(DataError, match="no data set 'imagenet'"):
        start_download("imagenet", downloads=tmp_path)
    with pytest.raises(DataError, match="must begin with http"):
        Mirror("file:///etc/")


def test_only_the_balanced_split_of_emnist_is_unpacked(tmp_path: Path, server: Server) -> None:
    server.files = tmp_path / "served"
    packed = tmp_path / "packed"
    for part, count in (("train", 112_800), ("test", 18_800)):
        name = f"emnist-balanced-{part}"
        write_idx_gz(packed / f"{name}-images-idx3-ubyte.gz", np.zeros((count, 28, 28), np.uint8))
        write_idx_gz(packed / f"{name}-labels-idx1-ubyte.gz", (np.arange(count) % 47).astype(np.uint8))
    (packed / "emnist-letters-train-images-idx3-ubyte.gz").write_bytes(b"another split")
    server.files.mkdir()
    with zipfile.ZipFile(server.files / "gzip.zip", "w") as archive:
        for file in packed.iterdir():
            archive.write(file, f"gzip/{file.name}")

    folder = download("emnist", tmp_path / "downloads", server.mirror)
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(
        DATASETS["emnist"].files
    )
    assert load("emnist", train=False, downloads=tmp_path / "downloads").labels.max() == 46


def test_a_cifar10_of_other_content_is_refused(tmp_path: Path, server: Server) -> None:
    server.files = tmp_path / "served"
    content = tmp_path / "cifar-10-batches-py"
    content.mkdir()
    (content / "data_batch_1").write_bytes(b"not the batch")
    server.files.mkdir()
    shutil.make_archive(str(server.files / "cifar-10-python"), "gztar", tmp_path, content.name)
    message = fails(tmp_path / "downloads", server.mirror, "cifar10")
    assert message.startswith("CIFAR-10 cannot be used: what the server sent")


def test_the_command_line_takes_a_mirror_and_checksums_and_nothing_malformed() -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "playground.data.download", *arguments]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    usage = run("--help")
    assert usage.returncode == 0
    assert "Warning" not in usage.stderr
    assert "fashion_mnist,kmnist,emnist,cifar10" in usage.stdout
    malformed = run("kmnist", "--md5", "abc")
    assert malformed.returncode == 2
    assert "'abc' is not of the form FILE=MD5" in malformed.stderr
