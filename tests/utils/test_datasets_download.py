"""Downloads against local servers that refuse, hang, break off, lie or serve two processes at once."""

import errno
import hashlib
import http.server
import io
import os
import socket
import subprocess
import sys
import threading
import time

from course_utils import datasets
from course_utils.datasets import download, formats, loading, manifest

import numpy as np
import pytest

CONTENT = {
    "x_train": np.random.default_rng(0).integers(0, 256, (60, 28, 28), dtype=np.uint8),
    "y_train": np.arange(60, dtype=np.uint8) % 10,
    "x_test": np.zeros((2, 28, 28), dtype=np.uint8),
    "y_test": np.arange(2, dtype=np.uint8),
}
_buffer = io.BytesIO()
np.savez(_buffer, **CONTENT)
GOOD = _buffer.getvalue()


@pytest.fixture(autouse=True)
def empty_machine(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_DATASETS", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loading, "_failed_downloads", {})


@pytest.fixture
def cached(tmp_path):
    return tmp_path / "keras" / "datasets" / "toy.npz"


@pytest.fixture
def server():
    """Serve `/good`, `/wrong`, `/truncated`, `/stalls`, 404 for the rest; `server.asked` lists what was asked for."""
    released = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            if self.path not in {"/good", "/wrong", "/truncated", "/stalls", "/together"}:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(GOOD)))
            self.end_headers()
            half = len(GOOD) // 2
            self.wfile.write(GOOD[:half] if self.path != "/wrong" else bytes(half))
            self.wfile.flush()
            if self.path == "/truncated":
                return
            if self.path == "/stalls":
                released.wait(5)
            if self.path == "/together":
                self.server.both_half_way.wait(60)
            self.wfile.write(GOOD[half:])

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        served.asked = []
        served.both_half_way = threading.Barrier(2)
        threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield served
        released.set()
        served.shutdown()


@pytest.fixture
def hanging():
    """Return the address of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/toy.npz"


@pytest.fixture
def refused():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    return f"http://127.0.0.1:{port}/toy.npz"


def toy(*urls: str) -> manifest.DataSet:
    return manifest.DataSet(
        name="toy",
        title="Toy",
        kind="images",
        description="",
        licence="",
        source="",
        sha256=formats.content_hash(CONTENT),
        files=(manifest.DataFile(("toy.npz",), hashlib.sha256(GOOD).hexdigest(), "images_npz", urls),),
        class_names=tuple("0123456789"),
        stand_in="digits",
    )


@pytest.fixture
def mirrors(monkeypatch, server):
    """Let the toy data set be downloadable from given paths of the server, or addresses."""

    def use(*places: str) -> None:
        urls = [p if p.startswith("http") else f"http://127.0.0.1:{server.server_port}{p}" for p in places]
        monkeypatch.setitem(manifest.entries(), "toy", toy(*urls))

    return use


def test_download_is_verified_kept_and_used_again(mirrors, server, cached):
    mirrors("/good")
    assert not datasets.is_at_hand("toy")
    assert not datasets.load("toy").is_substitute
    assert cached.read_bytes() == GOOD
    assert datasets.is_at_hand("toy")
    np.testing.assert_array_equal(datasets.load("toy").x_train, CONTENT["x_train"])
    assert server.asked == ["/good"]
    assert list(cached.parent.iterdir()) == [cached]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/wrong", "sent a file with a wrong checksum"),
        ("/truncated", "broke off after"),
        ("/stalls", "was silent for 1 s"),
        ("/missing", "answered 404 Not Found"),
    ],
)
def test_faulty_mirror_is_named_and_the_next_one_serves(path, reason, mirrors, monkeypatch, capsys, cached):
    if path == "/stalls":
        monkeypatch.setattr(download, "SILENCE_SECONDS", 1.0)
    mirrors(path)
    assert datasets.load("toy").is_substitute
    assert f"the download failed: 127.0.0.1 {reason}" in capsys.readouterr().out
    assert not cached.parent.exists()

    loading._failed_downloads.clear()
    mirrors(path, "/good")
    assert not datasets.load("toy").is_substitute
    assert cached.read_bytes() == GOOD


def test_download_that_would_take_too_long_is_given_up(mirrors, monkeypatch, capsys):
    monkeypatch.setattr(download, "JUDGE_SPEED_AFTER_SECONDS", 0)
    monkeypatch.setattr(download, "LONGEST_DOWNLOAD_SECONDS", 0)
    mirrors("/good")
    assert datasets.load("toy").is_substitute
    assert "is so slow that the download would take" in capsys.readouterr().out


def test_refused_connection_falls_back_at_once(mirrors, refused, capsys):
    mirrors(refused, refused)
    begun = time.monotonic()
    with pytest.raises(download.DownloadFailed, match="could not be reached"):
        download.fetch(manifest.describe("toy").files)
    assert time.monotonic() - begun < download.CONNECT_SECONDS
    assert datasets.load("toy").is_substitute
    assert "127.0.0.1 could not be reached (" in capsys.readouterr().out


def test_hanging_mirrors_cost_the_time_of_one(mirrors, hanging, monkeypatch):
    assert download.CONNECT_SECONDS == 5
    monkeypatch.setattr(download, "CONNECT_SECONDS", 2)
    mirrors(f"{hanging}?1", f"{hanging}?2", f"{hanging}?3")
    begun = time.monotonic()
    with pytest.raises(download.DownloadFailed, match="did not answer within 2 s"):
        download.fetch(manifest.describe("toy").files)
    assert 1.9 < time.monotonic() - begun < 5.9, "three of them one after the other take 6 s"


def test_hanging_mirror_does_not_keep_a_good_one_from_serving(mirrors, hanging):
    mirrors(hanging, "/good")
    assert not datasets.load("toy").is_substitute


def test_failure_is_remembered(mirrors, server):
    mirrors("/missing")
    assert datasets.load("toy").is_substitute
    assert datasets.load("toy").is_substitute
    assert server.asked == ["/missing"]


def test_damaged_file_in_the_cache_is_reported_and_replaced(mirrors, cached, capsys):
    cached.parent.mkdir(parents=True)
    cached.write_bytes(GOOD[:1000])
    mirrors("/good")
    assert not datasets.is_at_hand("toy")
    assert not datasets.load("toy").is_substitute
    assert "Keras' cache has a file that cannot be used: toy.npz does not hold Toy" in capsys.readouterr().out
    assert cached.read_bytes() == GOOD


def test_failed_download_leaves_the_cache_as_it_was(mirrors, cached):
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"something else")
    mirrors("/wrong")
    assert datasets.load("toy").is_substitute
    assert cached.read_bytes() == b"something else"


def test_unwritable_cache_is_reported_and_the_data_are_used(mirrors, tmp_path, monkeypatch, capsys):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "a file"))
    mirrors("/good")
    data = datasets.load("toy")
    np.testing.assert_array_equal(data.x_train, CONTENT["x_train"])
    assert "could not be kept: Keras' cache folder is not writable" in capsys.readouterr().out


def test_store_that_fails_leaves_nothing_behind(tmp_path):
    in_the_way = tmp_path / "toy.npz"
    (in_the_way / "folder").mkdir(parents=True)
    assert not download.store(GOOD, in_the_way)
    assert list(tmp_path.iterdir()) == [in_the_way]


def test_full_disk_leaves_the_old_file_whole(tmp_path, monkeypatch):
    def no_space(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    old = tmp_path / "toy.npz"
    old.write_bytes(b"the old file")
    monkeypatch.setattr(os, "fsync", no_space)
    assert not download.store(GOOD, old)
    assert old.read_bytes() == b"the old file"
    assert list(tmp_path.iterdir()) == [old]


CHILD = """
import sys
import test_datasets_download as here
here.download.SILENCE_SECONDS = 60
here.manifest.entries()["toy"] = here.toy(sys.argv[1])
print(here.datasets.load("toy").is_substitute)
"""


def test_two_processes_fetching_at_once_both_get_a_good_file(server, cached, request):
    """The server sends the second half only when both have the first, so the downloads do overlap."""
    url = f"http://127.0.0.1:{server.server_port}/together"
    path = [str(request.path.parent), str(request.config.rootpath)]
    program = f"import sys; sys.path[:0] = {path!r}\n{CHILD}"
    children = [
        subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    outputs = [child.communicate(timeout=120)[0] for child in children]
    assert [output.splitlines()[-1] for output in outputs] == ["False", "False"]
    assert server.asked == ["/together", "/together"]
    assert cached.read_bytes() == GOOD
    assert list(cached.parent.iterdir()) == [cached]
