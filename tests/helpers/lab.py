"""A JupyterLab of its own: with a student's configuration, nothing of this machine's user, and an end."""

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
STUDENT_LAB = ROOT / "course_utils" / "exporting" / "student_lab"  # what `make lab` puts into JUPYTER_CONFIG_PATH
PRIVATE = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)
PATIENCE_S = 120  # for each step, on a machine that does other things too


@contextmanager
def jupyterlab(folder: Path, home: Path, **environment: str) -> Iterator[str]:
    """Start JupyterLab on a free port and end it with all its kernels; if one of these outlives it, that is an error.

    Args:
        folder: Where its notebooks lie.
        home: An empty folder for everything that Jupyter writes elsewhere.
        **environment: Further environment variables.

    Yields:
        The address of a notebook, but for the notebook's name: `http://…/lab/tree/{}?token=…`.
    """
    private = {name: str(home / name) for name in PRIVATE}
    words = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    log = home / "log"
    with log.open("w") as said:
        server = psutil.Popen(
            [sys.executable, "-m", "jupyterlab", *words, f"--ServerApp.root_dir={folder}"],
            cwd=folder,
            env=os.environ | private | {"JUPYTER_CONFIG_PATH": str(STUDENT_LAB)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        info = _started(server, home / "JUPYTER_RUNTIME_DIR", log)
        yield f"{info['url']}lab/tree/{{}}?token={info['token']}"
    finally:
        running = []
        if server.is_running():  # of one that died at its start psutil can only raise, which would hide its log
            running = [server, *server.children(recursive=True)]
            server.terminate()
        _, alive = psutil.wait_procs(running, timeout=PATIENCE_S)
        for process in alive:
            process.kill()
    assert not alive, f"JupyterLab left behind: {alive}"


def _started(server: psutil.Popen, runtime: Path, log: Path) -> dict[str, str]:
    """What the server writes about itself once it listens."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text(encoding="utf-8"))
            except json.JSONDecodeError:
                continue  # it is being written
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")
