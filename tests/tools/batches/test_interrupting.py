"""A batch that is ended from outside: no kernel outlives it, and the same command continues it."""

import os
import shutil
import signal
import subprocess
import sys

from course_tools.batches import batch
from course_tools.jobs import job_folder, lock

import psutil
import pytest
from processes import wait_for
from tiny_course import (
    REPOSITORY,
    alive,
    command,
    counted,
    executions,
    files,
    finished_files,
    run_batch,
    start,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")]

# A kernel in a long computation that ignores all requests to end until the switch is off.
DEAF = (
    "import os, signal\n"
    "if os.path.exists('fault'):\n"
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "    open('hanging', 'w').close()\n"
    "    time.sleep(300)"
)


@pytest.fixture
def hanging(make_course):
    """Return a course whose second of three notebooks hangs as long as its switch is on."""
    course = make_course(one=counted("one"), two=counted("two", DEAF), three=counted("three"))
    (course.root / "notebooks" / "fault").touch()
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored, also by what is started
    yield course
    signal.signal(signal.SIGHUP, before)


def start_and_wait(course):
    process = start(course, "run", "--jobs", "1")
    try:
        wait_for((course.root / "notebooks" / "hanging").exists, "the second notebook", 180)
    except BaseException:
        process.kill()
        raise
    below = psutil.Process(process.pid).children(recursive=True)
    assert len(below) >= 2  # the worker and its kernel
    return process, below


def goes_on_from_there(course):
    (course.root / "notebooks" / "fault").unlink()
    code, output, errors = command(course, "run")
    assert code == 0, errors
    assert "1 run finished before, with the same inputs: not run again" in output
    assert "1 run again: 1 interrupted before" in output
    assert executions(course) == {"one": 1, "two": 2, "three": 1}
    for job in batch.plan(course, course.chapters):
        assert files(job) == finished_files(job)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_every_kernel_and_the_same_command_continues(hanging, number):
    process, below = start_and_wait(hanging)
    with process:
        process.send_signal(number)
        assert alive(below, 5) == []
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    [line] = errors.splitlines()
    assert line.startswith("course: interrupted; finished: 01_one; not finished: 02_two, 03_three; the same command")
    one, two, three = job_folder.read_batch(hanging.root / "runs" / "quick")
    assert [found.latest.status for found in (one, two, three)] == ["ok", "interrupted", "waiting"]
    assert "two has begun" in two.notebook.read_text()
    goes_on_from_there(hanging)


def test_a_killed_command_leaves_no_kernel_and_the_same_command_continues(hanging):
    process, below = start_and_wait(hanging)
    with process:
        process.kill()
    assert alive(below, 5) == []
    one, two, three = job_folder.read_batch(hanging.root / "runs" / "quick")
    assert [found.latest.status for found in (one, two, three)] == ["ok", "interrupted", "waiting"]
    assert "two has begun" in two.notebook.read_text()
    goes_on_from_there(hanging)


def test_a_kernel_that_outlives_command_and_worker_is_ended_by_the_next_batch(make_course, same_package):
    course = make_course(one=counted("one"))
    [job] = batch.plan(course, course.chapters)
    job_folder.begin(job)
    orphan = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(300)"],
        env=os.environ | {"COURSE_JOB": str(job.folder)},
        start_new_session=True,
    )
    with orphan:
        [outcome], _ = run_batch([job])
        assert orphan.wait(timeout=10) == -signal.SIGKILL
    assert outcome.status == "ok"


def test_a_second_batch_in_the_same_folder_is_refused_and_disturbs_nothing(hanging):
    process, _ = start_and_wait(hanging)
    with process:
        folder = hanging.root / "runs" / "quick"
        assert lock.is_held(folder)
        code, output, errors = command(hanging, "run", "--force")
        assert (code, output) == (2, "")
        [line] = errors.splitlines()
        assert line.startswith(f"course: another batch (process {process.pid} on ")
        assert line.endswith(f"is running in {folder}; wait until it has ended, or name another folder: --out DIR")
        assert [found.latest.status for found in job_folder.read_batch(folder)] == ["ok", "running", "waiting"]
        assert command(hanging, "run", "1", "--out", "elsewhere")[0] == 0
        process.kill()
    assert executions(hanging) == {"one": 2, "two": 1}
    assert not lock.is_held(folder)


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_an_unwritable_folder_is_reported_before_anything_runs(make_course, where):
    course = make_course(one=counted("one"))
    (course.root / "file").write_text("")
    code, output, errors = command(course, "run", "--out", where)
    assert (code, output) == (2, "")
    assert "cannot be written" in errors
    assert "--out DIR" in errors
    assert not executions(course)


def test_only_the_job_with_an_unwritable_directory_fails(make_course, same_package):
    course = make_course(one=counted("one"), two=counted("two"))
    jobs = batch.plan(course, course.chapters)
    jobs[0].out.mkdir(parents=True)
    jobs[0].folder.write_text("in the way")
    (first, second), _ = run_batch(jobs)
    assert (first.status, first.error.kind, second.status) == ("failed", "not_stored", "ok")
    jobs[0].folder.unlink()
    outcomes, _ = run_batch(jobs)
    assert [outcome.status for outcome in outcomes] == ["ok", "ok"]
    assert executions(course) == {"one": 1, "two": 1}


# In its own user namespace a user may mount a small disk. Run, make room, run again, copy the results out.
ON_A_SMALL_DISK = """
mount -t tmpfs -o size=900k tmpfs "$DISK" || exit 99
"$PYTHON" -m course_tools run --jobs 1 --out "$DISK/out"
echo "code $?"
mount -o remount,size=50m "$DISK"
cp -r "$DISK/out" "$KEPT/full"
"$PYTHON" -m course_tools run --jobs 1 --out "$DISK/out"
echo "code $?"
cp -r "$DISK/out" "$KEPT/roomy"
"""


def test_a_full_disk_is_reported_and_the_next_run_succeeds(make_course, tmp_path):
    namespace = ["unshare", "--user", "--map-root-user", "--mount"]
    small = tmp_path / "disk"
    small.mkdir()
    probe = [*namespace, "mount", "-t", "tmpfs", "tmpfs", str(small)]
    if not shutil.which("unshare") or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted in a user namespace here")
    long = "for _ in range(6000): print('x' * 100)"
    course = make_course(one=counted("one"), two=counted("two", long), three=counted("three"))
    variables = {"DISK": str(small), "KEPT": str(tmp_path), "PYTHON": sys.executable, "PYTHONPATH": str(REPOSITORY)}
    finished = subprocess.run(
        [*namespace, "bash", "-c", ON_A_SMALL_DISK],
        cwd=course.root,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.stdout.splitlines().count("code 1") == 1, finished.stdout + finished.stderr
    one, two, three = job_folder.read_batch(tmp_path / "full")
    assert [found.latest.status for found in (one, two, three)] == ["ok", "failed", "ok"]
    assert two.latest.error.kind == "disk_full"
    assert "two has begun" in two.notebook.read_text()
    assert {found.latest.status for found in job_folder.read_batch(tmp_path / "roomy")} == {"ok"}
    assert executions(course) == {"one": 1, "two": 2, "three": 1}
