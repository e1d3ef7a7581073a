import json
import signal
import sys
import time
from pathlib import Path

from course_utils.display import CLAIM_MIME

import psutil
import pytest
from tiny_course import command, notebook, start

CLAIM = (
    "from IPython.display import publish_display_data as emit\n"
    f"emit({{{CLAIM_MIME!r}: {{'id': 'good.a', 'verdict': 'differs', 'values': {{'measured': 1}}}}, 'text/plain': ''}})"
)


def test_a_failing_chapter_makes_the_exit_code_1_and_everything_is_reported(make_course):
    course = make_course(good=notebook(CLAIM), bad=notebook("undefined_name"), planned=None)
    code, output, errors = command(course, "run", "--profile", "smoke", "-p", "rate", "-1", "-p", "epochs=3")
    assert code == 1, errors
    rows = [line.split() for line in output.splitlines() if line.startswith("0")]
    table = {row[0]: row[1:] for row in rows[:2]}
    assert table["01_good"][0] == "ok"
    assert table["01_good"][3:] == ["0", "0", "1", "0", "0"]
    assert table["02_bad"][0] == "failed"
    assert "NameError" in output
    folder = course.root / "runs" / "smoke"
    assert f"report: {folder / 'report.html'}" in output.splitlines()
    assert "undefined_name" in (folder / "report.html").read_text()
    stored = json.loads((folder / "01_good.json").read_text())
    assert (stored["parameters"]["rate"], stored["parameters"]["epochs"], stored["parameters"]["seed"]) == (-1.0, 3, 7)

    (folder / "report.html").unlink()
    code, output, _ = command(course, "report", "runs/smoke")
    assert code == 0
    assert "undefined_name" in (folder / "report.html").read_text()


def test_a_record_is_written_of_all_seeds_and_shows_in_the_list(make_course):
    course = make_course(good=notebook(CLAIM))
    code, output, errors = command(course, "run", "good", "--profile", "full", "--record")
    assert code == 0, errors
    [path] = [Path(line.removeprefix("recorded: ")) for line in output.splitlines() if line.startswith("recorded: ")]
    assert json.loads(path.read_text())["seeds"] == [0, 1]
    code, output, errors = command(course, "list")
    assert code == 0, errors
    [row] = [line for line in output.splitlines() if "Good" in line]
    assert "ready" in row
    assert "1 differs" in row


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "7"], "no chapter '7'"),
        (["run", "planned"], "planned only"),
        (["run", "-p", "epoch", "3"], "no parameter 'epoch' in 01_good"),
        (["run", "-p", "epochs", "soon"], "takes an int, and 'soon' is not one"),
        (["run", "-p", "epochs"], "-p takes a name and a value"),
        (["run", "--out", "notebooks/course.yaml"], "cannot be written"),
        (["run", "--record"], "--profile full"),
        (["report", "notebooks"], "holds no results"),
        (["report", "nowhere"], "no folder nowhere"),
        (["list", "--course", "/"], "--course DIR"),
        (["run", "--profile", "slow"], "'smoke', 'quick', 'full'"),
        (["run", "--jobs", "0"], "'--jobs'"),
        (["walk"], "No such command 'walk'"),
    ],
)
def test_what_a_person_can_put_right_is_one_line_and_exit_code_2(make_course, words, told):
    course = make_course(good=notebook(), planned=None)
    code, output, errors = command(course, *words)
    assert code == 2
    assert output == ""
    [line] = errors.splitlines()
    assert line.startswith("course: ")
    assert told in line


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_an_interrupted_run_ends_every_kernel_and_keeps_what_was_finished(make_course, number):
    # The second kernel ignores requests to end, as one in a long computation may.
    hang = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen('hanging', 'w').close()\ntime.sleep(300)"
    course = make_course(one=notebook("1"), two=notebook(hang), three=notebook("1"))
    with start(course, "run", "--jobs", "1") as process:
        try:
            wait_for(course.root / "notebooks" / "hanging")
            below = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(number)
            _, errors = process.communicate(timeout=8)
        finally:
            process.kill()
    assert process.returncode == 130
    [line] = errors.splitlines()
    assert line.startswith("course: interrupted; finished: 01_one; not finished: 02_two, 03_three; results are in")
    assert len(below) >= 2  # the worker and its kernel
    assert [one for one in below if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    assert sorted(path.name for path in (course.root / "runs" / "quick").iterdir()) == ["01_one.ipynb", "01_one.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_kernels_end_when_the_command_itself_is_killed(make_course):
    course = make_course(one=notebook("open('hanging', 'w').close()\ntime.sleep(300)"))
    with start(course, "run") as process:
        try:
            wait_for(course.root / "notebooks" / "hanging")
            below = psutil.Process(process.pid).children(recursive=True)
        finally:
            process.kill()
    assert len(below) >= 2
    assert psutil.wait_procs(below, timeout=8)[1] == []
    assert list((course.root / "runs" / "quick").iterdir()) == []
