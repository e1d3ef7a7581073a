import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.reporting.tensorboard import serve

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


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_the_batch_and_ends_cleanly(tmp_path, ending):
    for run in ("01_one/logs/01_model", "02_two/logs/01_model"):
        for _ in range(2):  # curves and histograms are files of their own
            with SummaryWriter(str(tmp_path / run)) as writer:
                writer.add_scalar("loss/training", 0.5, 1)
    with command(tmp_path) as process:
        try:
            line = process.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line + process.stderr.read()
            with urllib.request.urlopen(f"{found[0]}data/runs", timeout=120) as answer:
                assert answer.status == 200
            with urllib.request.urlopen(f"{found[0]}data/plugins_listing", timeout=120) as answer:
                assert {"scalars", "histograms", "text"} <= set(json.load(answer))
            below = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(ending)
            output, errors = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode == 0, errors
    assert output == "TensorBoard has ended.\n"
    assert "Traceback" not in errors
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
