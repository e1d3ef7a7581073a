"""A separate JupyterLab with a student's configuration and without the files of this machine's user."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
STUDENT_LAB = ROOT / "course_tools" / "student_edition" / "lab"  # `make lab` puts this into JUPYTER_CONFIG_PATH
PRIVATE = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)
PATIENCE_S = 120  # for each step, on a busy machine


@contextmanager
def jupyterlab(folder: Path, home: Path, **environment: str) -> Iterator[str]:
    """Start JupyterLab on a free port, and end it with all its kernels; a process that is left is an error.

    Args:
        folder: The folder of its notebooks.
        home: An empty folder for everything that Jupyter writes elsewhere.
        **environment: Further environment variables.

    Yields:
        The address of a notebook, with a place for its name: `http://…/lab/tree/{}?token=…`.
    """
    private = {name: str(home / name) for name in PRIVATE}
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    log = home / "log"
    with log.open("w") as output:
        server = psutil.Popen(
            [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"],
            cwd=folder,
            env=os.environ | private | {"JUPYTER_CONFIG_PATH": str(STUDENT_LAB)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        info = _started(server, home / "JUPYTER_RUNTIME_DIR", log)
        yield f"{info['url']}lab/tree/{{}}?token={info['token']}"
    finally:
        running = []
        if server.is_running():  # if it died at its start, psutil would raise and hide the log
            running = [server, *server.children(recursive=True)]
            server.terminate()
        _, alive = psutil.wait_procs(running, timeout=PATIENCE_S)
        for process in alive:
            process.kill()
    assert not alive, f"JupyterLab left behind: {alive}"


def _started(server: psutil.Popen, runtime: Path, log: Path) -> dict[str, str]:
    """Return the facts that the server writes about itself once it listens."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text(encoding="utf-8"))
            except json.JSONDecodeError:
                continue  # the server is still writing it
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")
