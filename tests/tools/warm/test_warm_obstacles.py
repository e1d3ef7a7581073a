"""If a warm kernel is impossible, an ordinary one starts and works."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from course_tools.warm import obstacles
from course_tools.warm.obstacles import LAUNCHER, obstacle

import pytest
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.slow

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch):
    monkeypatch.setattr(obstacles, "GPU_FILES", ())
    for name in ("COURSE_WARM", "KERAS_BACKEND", "COURSE_WARM_OWNER"):
        monkeypatch.delenv(name, raising=False)


@on_linux
def test_a_plain_kernel_has_no_obstacle(tmp_path):
    with (tmp_path / "log").open("w") as log:
        for options in ({}, {"cwd": str(tmp_path), "stdout": subprocess.DEVNULL, "stderr": log}):
            assert obstacle(LAUNCHER, {"env": {"KERAS_BACKEND": "tensorflow"}} | options) is None


@on_linux
@pytest.mark.parametrize(
    ("launcher", "env", "options", "reason"),
    [
        (LAUNCHER, {"COURSE_WARM": "0"}, {}, "asks for it"),
        (LAUNCHER, {"KERAS_BACKEND": "jax"}, {}, "KERAS_BACKEND=jax"),
        (LAUNCHER, {"KERAS_BACKEND": "torch"}, {}, "KERAS_BACKEND=torch"),
        (["-m", "xeus"], {}, {}, "not ipykernel"),
        (LAUNCHER, {}, {"preexec_fn": print}, "cannot be given preexec_fn"),
        (LAUNCHER, {}, {"stdout": subprocess.PIPE}, "cannot be given pipes"),
        (LAUNCHER, {}, {"stderr": subprocess.STDOUT}, "cannot be given pipes"),
        (LAUNCHER, {}, {"cwd": "/no/such/folder"}, "no folder /no/such/folder"),
    ],
)
def test_options_that_a_fork_lacks_are_an_ordinary_start(launcher, env, options, reason):
    assert reason in obstacle(launcher, {"env": env} | options)


@on_linux
def test_settings_that_are_read_by_imports_are_an_ordinary_start(tmp_path):
    (tmp_path / "matplotlibrc").write_text("figure.dpi: 50")
    assert "matplotlibrc" in obstacle(LAUNCHER, {"env": {}, "cwd": str(tmp_path)})


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_it_is_an_ordinary_start(monkeypatch, platform):
    monkeypatch.setattr(obstacles.sys, "platform", platform)
    assert platform in obstacle(LAUNCHER, {"env": {}})


@on_linux
def test_a_visible_gpu_is_an_ordinary_start_and_a_hidden_one_is_not(monkeypatch):
    monkeypatch.setattr(obstacles, "GPU_FILES", ("dev/nul[l]",))
    assert "GPU is visible" in obstacle(LAUNCHER, {"env": {}})
    assert "GPU is visible" in obstacle(LAUNCHER, {"env": {"CUDA_VISIBLE_DEVICES": "1"}})
    for hidden in ("-1", ""):
        assert obstacle(LAUNCHER, {"env": {"CUDA_VISIBLE_DEVICES": hidden}}) is None


def runs_as_always(**options):
    """Start a warm kernel and let it compute; return whether it is an ordinary one, a child of this process."""
    printed = []
    manager, channels = start_new_kernel(kernel_name="course-warm", **options)
    try:
        code = "import os; print(os.getppid())"
        channels.execute_interactive(code, timeout=60, output_hook=lambda m: printed.append(m["content"].get("text")))
        return f"{os.getpid()}\n" in printed
    finally:
        channels.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_kernel_that_must_not_be_forked_runs_the_ordinary_way():
    assert runs_as_always(env=os.environ | {"COURSE_WARM": "0"})


@on_linux
@pytest.mark.parametrize("owner", ["me", "1234567890"])
def test_an_owner_that_is_not_a_process_is_reported_and_the_kernel_runs(own_server, caplog, owner):
    assert runs_as_always(env=os.environ | {"COURSE_WARM_OWNER": owner})
    assert f"COURSE_WARM_OWNER must be the PID of a running process of yours, such as $$; got '{owner}'" in caplog.text


@on_linux
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b'{"refused": "something has run in the server"}\n', "something has run in the server"),
        (b"", "the server ended while it was asked; see "),
    ],
    ids=["refused", "ended"],
)
def test_a_server_that_forks_nothing_is_reported_and_the_kernel_runs(tmp_path, caplog, monkeypatch, answer, told):
    from course_tools.warm import client, place, wire

    monkeypatch.chdir(tmp_path)  # for a name that is short enough
    monkeypatch.setattr(client, "place_for", lambda python, env: place.Place(Path(), "here"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("here.sock")
        listener.listen()
        listener.settimeout(120)

        def serve():
            for _ in range(answer.count(b"refused") or 2):  # a client without an answer asks once more
                connection, _ = listener.accept()
                with connection:
                    for stream in wire.receive_request(connection)[1]:
                        os.close(stream)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert runs_as_always()
        thread.join(120)
    assert told in caplog.text


@on_linux
def test_a_server_of_another_user_is_not_asked(tmp_path, caplog, monkeypatch):
    from course_tools.warm import client, place, wire

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(client, "place_for", lambda python, env: place.Place(Path(), "here"))
    monkeypatch.setattr(client, "peer", lambda connection: wire.Peer(1, os.geteuid() + 1))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("here.sock")
        listener.listen()
        assert runs_as_always()
    assert "here.sock is served by another user" in caplog.text
