import ast
import errno
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

from course_tools.batches import batch
from course_tools.execution import worker
from course_tools.execution.kernel import NativeKernelManager
from course_tools.execution.runner import run_job, run_jobs
from course_tools.jobs.outcome import Failure, Outcome
from course_utils.display import CLAIM_MIME, DATASET_MIME
from course_utils.errors import CourseError

import nbformat
import pytest
from tiny_course import counted, files, finished_files, notebook

pytestmark = pytest.mark.slow

EMIT = "from IPython.display import publish_display_data as emit\n"


def plan(course, words=(), **options):
    return batch.plan(course, course.select(words), **options)


def test_a_full_disk_for_results_is_not_an_error_of_the_notebook(make_course):
    def attempt(job, partial, on_cell):
        raise OSError(errno.ENOSPC, "No space left on device")

    [job] = plan(make_course(one=notebook()))
    outcome = run_job(job, attempt_by=attempt)
    assert (outcome.status, outcome.error.kind, outcome.attempts) == ("failed", "disk_full", 1)
    assert Outcome.load(job.folder / "state.json") == outcome


def test_a_run_leaves_its_notebook_and_everything_measured(make_course):
    claim = {"id": "one.a", "verdict": "reproduced", "values": {"measured": 0.5}}
    course = make_course(
        one=notebook(
            f"{EMIT}emit({{{CLAIM_MIME!r}: [{claim!r}, 'not a claim'], 'text/plain': ''}})\n"
            f"emit({{{CLAIM_MIME!r}: 'no claims', 'text/plain': ''}})",
            f"for _ in range(2): emit({{{DATASET_MIME!r}: {{'name': 'digits'}}, 'text/plain': ''}})",
            "block = bytearray(200_000_000); block[::4096] = b'x' * len(block[::4096]); time.sleep(0.3)",
            "import os, pathlib\n(sys.executable, os.getcwd(), epochs, seed)",
        )
    )
    [job] = plan(course, profile="smoke", given=[("seed", "11")])
    progress = []
    outcome = pickle.loads(pickle.dumps(run_job(pickle.loads(pickle.dumps(job)), lambda job, at: progress.append(at))))

    assert outcome.status == "ok"
    assert outcome.error is None
    assert outcome.claims == [claim]
    assert outcome.datasets == [{"name": "digits"}]
    assert outcome.parameters == {
        "epochs": 1, "rate": 0.1, "dataset": "mnist", "sizes": [3, 4], "shuffle": True, "seed": 11,
    }  # fmt: skip
    assert outcome.versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert outcome.peak_bytes > 200_000_000
    assert 0 < outcome.start_seconds < outcome.seconds
    assert 0 <= outcome.import_seconds < outcome.seconds - outcome.start_seconds
    assert outcome.reached == {"cell": 7, "cells": 7, "heading": "The work"}
    assert (outcome.attempts, outcome.swept) == (1, [])
    assert outcome == Outcome.load(job.folder / "state.json") == Outcome.load(job.folder / "finished.json")
    assert files(job) == finished_files(job)

    executed = nbformat.read(job.folder / "01_one.ipynb", as_version=4)
    # The running interpreter's kernel, whatever kernel the notebook names, in the notebook's own folder.
    shown = ast.literal_eval(executed.cells[-1].outputs[0].data["text/plain"])
    assert shown == (sys.executable, str(job.notebook.parent), 1, 11)
    assert progress[0]["heading"] == "starting"
    assert [at["cell"] for at in progress[1:]] == [1, 2, 3, 4, 5, 6, 7]
    assert {at["cells"] for at in progress[1:]} == {7}
    assert [progress[1]["heading"], progress[-1]["heading"]] == ["Title", "The work"]


def test_a_failing_notebook_keeps_what_it_reached_and_the_last_good_run_and_stops_no_other(make_course):
    course = make_course(bad=notebook("'reached'", "1 / (epochs - 5)", "'never'"), good=notebook("1"))
    jobs = plan(course)
    assert run_job(jobs[0]).status == "ok"
    good_before = (jobs[0].folder / "01_bad.ipynb").read_bytes()
    with ThreadPoolExecutor(2) as executor:
        ended = []
        failed, good = run_jobs(plan(course, given=[("epochs", "5")]), executor, on_outcome=ended.append)
    assert {outcome.stem for outcome in ended} == {"01_bad", "02_good"}
    assert (failed.status, good.status) == ("failed", "ok")
    assert (failed.error.name, failed.error.message) == ("ZeroDivisionError", "division by zero")
    assert "1 / (epochs - 5)" in failed.error.traceback
    assert "\x1b" not in failed.error.traceback
    assert (jobs[0].folder / "01_bad.ipynb").read_bytes() == good_before
    assert Outcome.load(jobs[0].folder / "finished.json").status == "ok"
    assert Outcome.load(jobs[0].folder / "state.json") == failed
    assert failed.attempts == 2
    partial = (jobs[0].folder / "01_bad.partial.ipynb").read_text()
    assert "'reached'" in partial
    assert "ZeroDivisionError" in partial

    assert run_job(jobs[0]).status == "ok"
    assert files(jobs[0]) == finished_files(jobs[0])


def test_results_that_cannot_be_stored_are_one_failed_job(make_course):
    course = make_course(one=notebook(), two=notebook())
    jobs = plan(course)
    (jobs[0].folder / "01_one.ipynb").mkdir(parents=True)
    with ThreadPoolExecutor(2) as executor:
        first, second = run_jobs(jobs, executor)
    assert first.status == "failed"
    assert (first.error.name, first.error.kind) == ("IsADirectoryError", "not_stored")
    assert second.status == "ok"
    assert files(jobs[0]) == ["01_one.ipynb", "01_one.partial.ipynb", "state.json"]
    assert Outcome.load(jobs[0].folder / "state.json") == first


def test_everything_is_checked_before_anything_runs(make_course):
    course = make_course(one=notebook(), planned=None)
    for words, options, told in [
        (["3"], {}, "no chapter '3'.*01_one"),
        (["planned"], {}, "planned only"),
        ([], {"record": True}, "--profile full"),
        ([], {"record": True, "profile": "full", "given": [("epochs", "3")]}, "leave out -p"),
        ([], {"given": [("epochs", "3"), ("epochs", "4")]}, "given twice"),
        ([], {"given": [("epochs", "three")]}, "epochs takes an int, and 'three' is not one"),
    ]:
        with pytest.raises(CourseError, match=told):
            plan(course, words, **options)
    with pytest.raises(CourseError, match="no chapter has a notebook yet"):
        batch.plan(course, [])


def test_a_record_takes_one_job_for_each_seed(make_course):
    jobs = plan(make_course(one=notebook()), profile="full", record=True)
    assert [job.stem for job in jobs] == ["01_one.seed0", "01_one.seed1"]
    assert [job.parameters for job in jobs] == [{"epochs": 5, "seed": 0}, {"epochs": 5, "seed": 1}]


def test_an_outcome_with_any_text_survives_storing(tmp_path):
    odd = "a lone surrogate \ud800, é, \x00 and \x1b[31m"
    outcome = Outcome(
        1, "01_one", "One", "quick", {odd: [1.5, odd]}, "failed", 1.0, "2030", error=Failure(odd, odd, odd)
    )
    outcome.save(tmp_path / "state.json")
    assert Outcome.load(tmp_path / "state.json") == outcome
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_a_kernel_that_dies_at_its_start_is_tried_once_more(make_course, monkeypatch):
    [job] = plan(make_course(one=counted("one")))
    job.folder.mkdir(parents=True)
    given, start = [], NativeKernelManager.start_kernel

    async def start_and_kill_the_first(self, **options):
        given.append(list(options["extra_arguments"]))
        await start(self, **options)
        if len(given) == 1:
            await self.provisioner.kill()

    monkeypatch.setattr(NativeKernelManager, "start_kernel", start_and_kill_the_first)
    report = worker.execute(job, job.folder / "out.ipynb", lambda progress: None)
    assert report.outcome.status == "ok"
    assert len(given) == 2
    assert given[0] == given[1]
    assert (job.notebook.parent / "executions.txt").read_text() == "one\n"
