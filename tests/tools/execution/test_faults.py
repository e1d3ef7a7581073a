"""A job that dies is reported with its cause, affects no other job, and runs again with the same command."""

import json
import sys
from dataclasses import replace
from types import SimpleNamespace

from course_tools.batches import batch
from course_tools.execution import limits
from course_tools.jobs import fingerprint, job_folder
from course_tools.jobs.outcome import Outcome

import psutil
import pytest
from tiny_course import counted, course_in, executions, files, finished_files, run_batch

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")]

# Each is the end of a notebook, with the limits of its job, the kind of failure, and strings of the message.
FAULTS = {
    "kernel_killed": ("os.kill(os.getpid(), signal.SIGKILL)", {}, "kernel_died", "signal SIGKILL"),
    "kernel_exits": ("os._exit(3)", {}, "kernel_died", "exit code 3"),
    "out_of_memory": (
        "resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31)); bytearray(2**33)", {}, "out_of_memory", "",
    ),
    "cell_too_long": ("time.sleep(300)", {"cell_timeout": 6}, "cell_timeout", "the cell took longer than 6 s"),
    "cell_too_long_though_allowed_to_fail": (
        "time.sleep(301)", {"cell_timeout": 6}, "cell_timeout", "the cell took longer than 6 s",
    ),
    "cell_too_long_and_deaf": (
        "signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(300)",
        {"cell_timeout": 6},
        "cell_timeout",
        "the cell took longer than 6 s",
    ),
    "notebook_too_long": ("time.sleep(300)", {"timeout": 8}, "notebook_timeout", "the notebook took longer than 8 s"),
    "worker_killed": (
        "os.kill(os.getppid(), signal.SIGKILL); time.sleep(300)", {}, "worker_died", "signal SIGKILL",
    ),
    "worker_hangs": (
        "os.kill(os.getppid(), signal.SIGSTOP); time.sleep(300)",
        {"timeout": 8},
        "notebook_timeout",
        "the notebook took longer than 8 s",
    ),
    "worker_hangs_in_a_cell": (
        "os.kill(os.getppid(), signal.SIGSTOP); time.sleep(300)",
        {"cell_timeout": 8},
        "cell_timeout",
        "the cell took longer than 8 s",
    ),
    "file_too_large": (
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); open('big', 'wb', 0).write(bytes(1000) * 2);"
        "open('big', 'ab', 0).write(b'x')",
        {},
        "disk_full",
        "File too large",
    ),
    "results_too_large": (
        "resource.prlimit(os.getppid(), resource.RLIMIT_FSIZE, (100_000, 100_000)); print('x' * 200_000)",
        {},
        "disk_full",
        "File too large",
    ),
    "cell_fails": ("raise LookupError('no luck')", {}, "error", "no luck"),
}  # fmt: skip
GOOD = ("good_first", "good_last")


def is_of(process, job):
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get("COURSE_JOB") == str(job.folder)
    except (psutil.Error, OSError):
        return False


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Run one batch twice: all notebooks of `FAULTS` between two good ones, then without the faults."""

    def faulty(name):
        code, _, _, _ = FAULTS[name]
        book = counted(name, f"import os, resource, signal\nif os.path.exists('fault'):\n    {code}")
        if "allowed" in name:
            book.cells[-1].metadata.tags = ["raises-exception"]
            book.cells.append(type(book.cells[-1])(book.cells[-1], id="last", source="'went on'", metadata={}))
        return book

    names = [GOOD[0], *FAULTS, GOOD[1]]
    books = {name: faulty(name) if name in FAULTS else counted(name) for name in names}
    course = course_in(tmp_path_factory.mktemp("faults") / "course", books)
    (course.root / "notebooks" / "fault").touch()
    jobs = batch.plan(course, course.chapters)
    limited = [
        replace(job, **FAULTS[name][1]) if name in FAULTS else job for name, job in zip(names, jobs, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "OVERTIME_S", 12.0)
        patch.setattr(fingerprint, "package_hash", lambda: "as it is now")
        first, _ = run_batch(limited, workers=4)  # most of them only sleep
        left = {job.stem: files(job) for job in jobs}
        partial = {job.stem: job_folder.partial_path(job.folder) for job in jobs}
        partial = {stem: path.read_text() for stem, path in partial.items() if path.exists()}
        stored = {job.stem: Outcome.load(job.folder / job_folder.STATE) for job in jobs}
        survivors = {job.stem: [process for process in psutil.process_iter() if is_of(process, job)] for job in jobs}
        (course.root / "notebooks" / "fault").unlink()
        again, printed = run_batch(jobs)
    return SimpleNamespace(
        jobs=dict(zip(names, jobs, strict=True)),
        first=dict(zip(names, first, strict=True)),
        again=dict(zip(names, again, strict=True)),
        left=left,
        partial=partial,
        stored=stored,
        survivors=survivors,
        printed=printed,
        executions=executions(course),
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_job_that_dies_is_reported_with_its_cause(runs, name):
    _, limited, kind, told = FAULTS[name]
    outcome, job = runs.first[name], runs.jobs[name]
    assert outcome.status == "failed"
    assert outcome.error.kind == kind
    assert told in outcome.error.message
    assert runs.stored[job.stem] == outcome
    assert runs.left[job.stem] == [f"{job.stem}.partial.ipynb", "state.json"]
    assert runs.survivors[job.stem] == []
    if "timeout" not in limited:  # on a busy machine the notebook's time may be over before the first cell
        assert f"{name} has begun" in runs.partial[job.stem]
        assert outcome.reached["heading"] == "The work"


def test_a_time_out_shows_the_running_line(runs):
    assert "time.sleep(300)" in runs.first["cell_too_long"].error.traceback
    assert "KeyboardInterrupt" in runs.first["cell_too_long"].error.traceback


def test_a_time_out_ends_the_notebook_even_in_a_cell_that_may_fail(runs):
    job = runs.jobs["cell_too_long_though_allowed_to_fail"]
    partial = json.loads(runs.partial[job.stem])
    assert partial["cells"][-1]["source"] == ["'went on'"]
    assert partial["cells"][-1]["outputs"] == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_same_command_repeats_failed_jobs(runs, name):
    job = runs.jobs[name]
    assert runs.again[name].status == "ok"
    assert runs.again[name].attempts == 2
    assert files(job) == finished_files(job)
    assert runs.executions[name] <= 2


@pytest.mark.parametrize("name", GOOD)
def test_the_other_jobs_succeed_and_do_not_run_again(runs, name):
    assert runs.first[name].status == "ok"
    assert runs.again[name] == runs.first[name]
    assert runs.executions[name] == 1
    assert files(runs.jobs[name]) == finished_files(runs.jobs[name])


def test_the_repeated_jobs_are_listed(runs):
    assert "2 runs finished before, with the same inputs: not run again" in runs.printed
    assert f"{len(FAULTS)} runs again: {len(FAULTS)} failed before" in runs.printed
