import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.reporting.report import write_report
from course_utils.reporting.tensorboard import serve
from course_utils.running.outcome import Job
from course_utils.running.runner import run_job

import nbformat
import numpy as np
import psutil
import pytest
from tensorboardX import SummaryWriter

REPOSITORY = Path(__file__).parents[2]


def command(folder, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "course_utils", "tensorboard", str(folder), *words],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(address, at_least):
    """What TensorBoard says, as soon as it has read the files."""
    deadline = time.monotonic() + 120
    while True:
        with urllib.request.urlopen(address, timeout=120) as response:
            said = json.load(response)
        if len(said) >= at_least:
            return said
        assert time.monotonic() < deadline, f"{address} says {said}"
        time.sleep(0.3)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_the_batch_and_ends_cleanly(tmp_path, ending):
    runs = {"01_one/logs/01_model", "02_two/logs/01_model"}
    for run in runs:
        with SummaryWriter(str(tmp_path / run), filename_suffix=".1") as writer:
            writer.add_scalar("loss/training", 0.5, 1)
        with SummaryWriter(str(tmp_path / run), filename_suffix=".2") as writer:  # beside it, as callbacks do
            writer.add_histogram("gradients/dense", np.arange(9), 1)
            writer.add_text("samples/temperature 1", "shall i compare thee", 1)
    with command(tmp_path) as process:
        try:
            line = process.stdout.readline()
            found = re.search(r"http://\S+/", line)
            assert found, line + process.stderr.read()
            for plugin in ("scalars", "histograms", "text"):
                assert runs <= set(answer(f"{found[0]}data/plugin/{plugin}/tags", at_least=len(runs)))
            below = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(ending)
            output, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 0, errors
    assert output == "TensorBoard has ended.\n"
    assert errors == ""
    _, alive = psutil.wait_procs(below, timeout=60)
    assert not alive


def test_nothing_to_show_is_one_line(tmp_path):
    (tmp_path / "01_one").mkdir()
    for folder, told in [(tmp_path, "holds nothing for TensorBoard"), (tmp_path / "nowhere", "there is no folder")]:
        with pytest.raises(CourseError, match=told):
            serve(folder, None, print)


def test_a_port_that_is_taken_is_one_line(tmp_path):
    import socket

    with SummaryWriter(str(tmp_path)) as writer:
        writer.add_scalar("loss/training", 0.5, 1)
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        with command(tmp_path, "--port", str(taken.getsockname()[1])) as process:
            output, errors = process.communicate(timeout=300)
    assert (process.returncode, output) == (2, "")
    [line] = [line for line in errors.splitlines() if line.startswith("course: ")]
    assert "port" in line
    assert "Traceback" not in errors


def test_a_run_s_files_lie_beside_its_notebook_and_a_worse_run_replaces_none(tmp_path):
    write = (
        "import os, pathlib\n"
        "folder = pathlib.Path(os.environ['COURSE_LOG_DIR']) / '01_model'\n"
        "folder.mkdir(parents=True)\n"
        "(folder / f'events.out.tfevents.{word}').touch()\n"
        "assert word != 'bad'"
    )
    v4 = nbformat.v4
    cells = [v4.new_code_cell("word: str = 'x'", metadata={"tags": ["parameters"]}), v4.new_code_cell(write)]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), tmp_path / "one.ipynb")

    def run(word):
        values = {"title": "One", "notebook": tmp_path / "one.ipynb", "out": tmp_path / "out"}
        status = run_job(Job(chapter=1, stem="01_one", parameters={"word": word}, **values)).status
        files = (tmp_path / "out" / "01_one").glob("logs*/01_model/*")
        return status, sorted(f"{path.parts[-3]}/{path.suffix}" for path in files)

    assert run("first") == ("ok", ["logs/.first"])
    assert run("bad") == ("failed", ["logs.partial/.bad", "logs/.first"])
    assert "course tensorboard" in write_report(tmp_path / "out").read_text(encoding="utf-8")
    assert run("second") == ("ok", ["logs/.second"])
