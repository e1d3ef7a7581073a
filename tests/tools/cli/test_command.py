import json
import os
import subprocess
import sys
from pathlib import Path

from course_utils.display import CLAIM_MIME

import pytest
from tiny_course import REPOSITORY, command, notebook

pytestmark = pytest.mark.slow

CLAIM = (
    "from IPython.display import publish_display_data as emit\n"
    f"emit({{{CLAIM_MIME!r}: [{{'id': 'good.a', 'verdict': 'differs', 'values': {{'measured': 1}}}}], "
    "'text/plain': ''})"
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
    stored = json.loads((folder / "01_good" / "finished.json").read_text())
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


def test_measurements_are_recorded_even_without_a_report(make_course):
    course = make_course(good=notebook(CLAIM))
    (course.root / "runs" / "full" / "report.html").mkdir(parents=True)
    code, output, errors = command(course, "run", "good", "--profile", "full", "--record")
    assert code == 0, errors
    [line] = errors.splitlines()
    assert line.startswith("course: no report: ")
    assert "recorded: " in output


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
        (["run", "--cell-timeout", "0"], "'--cell-timeout'"),
        (["run", "--force", "--retry-failed"], "give only one of the two"),
        (["report", "notebooks"], "holds no results"),
        (["report", "nowhere"], "no folder nowhere"),
        (["list", "--course", "/"], "--course DIR"),
        (["run", "--profile", "slow"], "'smoke', 'quick', 'full'"),
        (["run", "--jobs", "0"], "'--jobs'"),
        (["walk"], "No such command 'walk'"),
    ],
)
def test_an_error_that_the_user_can_fix_is_one_line_and_exit_code_2(make_course, words, told):
    course = make_course(good=notebook(), planned=None)
    code, output, errors = command(course, *words)
    assert code == 2
    assert output == ""
    [line] = errors.splitlines()
    assert line.startswith("course: ")
    assert told in line


def test_characters_that_the_output_cannot_encode_are_replaced(make_course, monkeypatch):
    course = make_course(good=notebook("print('Łódź')"))
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    code, output, errors = command(course, "sweep", "good", "--grid", "dataset=Łódź", "--out", "Łódź")
    assert (code, errors) == (0, "")
    assert "?\ufffdd?" in output, "the folder's name, in cp1252, read as UTF-8"
    for encoding in ("cp1252", "cp437", "latin-1", "ascii"):
        monkeypatch.setenv("PYTHONIOENCODING", encoding)
        code, output, errors = command(course, "results", "Łódź")
        assert (code, errors) == (0, ""), encoding
        assert "01_good" in output


@pytest.mark.skipif(sys.platform == "win32", reason="users by number are POSIX'")
def test_an_unknown_home_folder_is_one_line(make_course):
    nobody = (
        "import os, sys, pwd\n"
        "def getpwuid(number): raise KeyError(number)\n"
        "pwd.getpwuid = getpwuid\n"
        "from course_tools.__main__ import main\n"
        "main()"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "USERPROFILE")}
    ended = subprocess.run(
        [sys.executable, "-c", nobody, "run"],
        cwd=make_course(good=notebook()).root,
        env=environment | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2 and ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("course: your home folder is unknown; set HOME")
