"""No kernel and no server outlives its owner, however that ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
import yaml
from processes import runs, wait_for
from warm_notebooks import environment, notebook

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")]

# Shows the PIDs of kernel and server to the test, then computes without end, also in a child process.
HANG = (
    "import os, pathlib, signal, subprocess, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen(['sleep', '300'])\n"
    "pathlib.Path('new').write_text(f'{os.getpid()} {os.getppid()} {child.pid}')\n"
    "os.rename('new', 'hanging')\n"
    "time.sleep(300)"
)


@pytest.fixture
def start(tmp_path, own_server):
    """Return a function that starts papermill on a notebook that hangs, with the PIDs of kernel, server and child."""
    nbformat.write(notebook(HANG), tmp_path / "hang.ipynb")
    started = []

    def start_one():
        words = ["-m", "papermill", "-k", "course-warm", "--no-progress-bar", "hang.ipynb", "out.ipynb"]
        with (tmp_path / "errors").open("w") as errors:  # not a pipe, which the kernel's child would hold open
            process = subprocess.Popen([sys.executable, *words], cwd=tmp_path, stderr=errors)
        started.append(process)
        wait_for((tmp_path / "hanging").exists, "the notebook")
        numbers = [int(word) for word in (tmp_path / "hanging").read_text().split()]
        (tmp_path / "hanging").unlink()
        return process, *numbers

    yield start_one
    for process in started:
        process.kill()
        process.wait()


def test_a_killed_server_takes_its_kernels_along_and_a_killed_papermill_takes_all(start, own_server, tmp_path):
    process, kernel, server, child = start()
    os.kill(server, signal.SIGKILL)
    assert process.wait(timeout=60)
    assert "DeadKernelError" in (tmp_path / "errors").read_text()
    wait_for(lambda: not runs(kernel), "the kernel's end")
    os.kill(child, signal.SIGKILL)  # a killed kernel always leaves this behind
    [left] = Path(own_server).glob("course-warm/*.sock")  # and what a killed server does

    process, kernel, second, child = start()
    assert second != server
    assert list(Path(own_server).glob("course-warm/*.sock")) == [left]
    process.kill()
    wait_for(lambda: not any(map(runs, (kernel, second, child))), "the end of kernel, its child, and server", 20)
    assert list(Path(own_server).glob("course-warm/*")) == []


def test_a_batch_shares_a_server_between_its_workers_and_takes_it_along_when_killed(tmp_path, own_server):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    note = "import course_utils, os; open('servers', 'a').write(f'{os.getppid()}\\n')"
    for number, code in enumerate(((note,), (note, HANG), (note,)), start=1):
        nbformat.write(notebook(*code), folder / f"{number:02d}_part{number}.ipynb")
    rows = [{"number": number, "name": f"part{number}", "title": "Part", "profiles": {}} for number in (1, 2, 3)]
    (folder / "course.yaml").write_text(yaml.safe_dump({"title": "Tiny", "chapters": rows}))
    words = ["-m", "course_tools", "run", "--jobs", "1", "--out", str(tmp_path / "out")]
    with subprocess.Popen([sys.executable, *words], cwd=tmp_path, stdout=subprocess.DEVNULL) as course:
        wait_for((folder / "hanging").exists, "the second notebook")
        kernel, server, child = (int(word) for word in (folder / "hanging").read_text().split())
        worker = psutil.Process(course.pid).children()[0].pid
        course.kill()
    assert (folder / "servers").read_text().split() == [str(server)] * 2
    wait_for(lambda: not any(map(runs, (kernel, server, child, worker))), "the end of all of them", 20)
    finished = json.loads((tmp_path / "out" / "01_part1" / "state.json").read_text())
    assert finished["status"] == "ok"
    assert finished["peak_bytes"] > 200_000_000  # the kernel's, though it is no child of the worker


USED = """
from course_tools.warm.preload import preload, why_not_fork
set_by_imports = preload()
assert set_by_imports["TF2_BEHAVIOR"] == "1", set_by_imports
assert why_not_fork() is None, why_not_fork()
{}
print(why_not_fork())
"""


@pytest.mark.parametrize(
    "code",
    [
        "import tensorflow as tf; tf.constant(1)",
        "import numpy as np; np.ones((500, 500)) @ np.ones((500, 500))",
    ],
    ids=["tensorflow", "numpy"],
)
def test_a_process_that_has_computed_anything_is_not_forked(own_server, code):
    threads = {"OPENBLAS_NUM_THREADS": "2"}  # also where there is one core only
    env = environment(own_server, **threads)
    env.pop("TF2_BEHAVIOR", None)  # set by TensorFlow where another test has imported it
    ended = subprocess.run(
        [sys.executable, "-c", USED.format(code)],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "something has run in the server" in ended.stdout, ended.stderr
