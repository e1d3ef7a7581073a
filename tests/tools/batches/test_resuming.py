"""Giving the same command again does only what is missing, and loses no good result."""

import errno
import hashlib
import io
from contextlib import nullcontext
from dataclasses import replace

from course_tools.batches import batch
from course_tools.batches.choosing import Again
from course_tools.cli.progress import Display
from course_tools.jobs import job_folder
from course_tools.jobs.fingerprint import Fingerprints
from course_tools.jobs.outcome import Outcome
from course_utils.datasets import manifest

import nbformat
import pytest
from rich.console import Console
from tiny_course import PARAMETERS, counted, executions, files, finished_files, run_batch

pytestmark = pytest.mark.slow

NO_DATA = PARAMETERS.replace("'mnist'", "'none'")


def small(name, *code):
    book = counted(name, *code)
    book.cells[1].source = NO_DATA
    return book


def append(job, code):
    book = nbformat.read(job.notebook, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(code))
    nbformat.write(book, job.notebook)


def cut(path):
    text = path.read_bytes()
    path.write_bytes(text[: len(text) // 2])


@pytest.fixture
def tiny_data(monkeypatch, tmp_path):
    """Return the file of a data set with two known versions, in a user's folder."""
    texts = (b"first version", b"second version")
    files = tuple(manifest.DataFile(("tiny.txt",), hashlib.sha256(text).hexdigest(), "text") for text in texts)
    entry = manifest.DataSet("tiny", "Tiny", "text", "", "", "", None, files, (), None)
    known = manifest.entries() | {"tiny": entry}
    monkeypatch.setattr(manifest, "entries", lambda: known)
    monkeypatch.setenv("COURSE_DATASETS", str(tmp_path))
    (tmp_path / "tiny.txt").write_bytes(texts[0])
    return tmp_path / "tiny.txt"


def test_only_what_changed_or_was_lost_is_run_again(make_course, same_package, tiny_data):
    names = ("same", "prose", "code", "data", "parameter", "notebook_gone", "state_cut", "finished_cut", "both_cut")
    course = make_course(**{name: small(name) for name in names})
    jobs = dict(zip(names, batch.plan(course, course.chapters), strict=True))
    jobs["data"] = replace(jobs["data"], parameters={"dataset": "tiny"})
    before, _ = run_batch(list(jobs.values()))
    assert {outcome.status for outcome in before} == {"ok"}

    book = nbformat.read(jobs["prose"].notebook, as_version=4)
    book.cells[0].source = "# Another title"
    nbformat.write(book, jobs["prose"].notebook)
    append(jobs["code"], "1")
    tiny_data.write_bytes(b"second version")
    jobs["parameter"] = replace(jobs["parameter"], parameters={"epochs": 9})
    job_folder.notebook_path(jobs["notebook_gone"].folder).unlink()
    for name in ("state_cut", "both_cut"):
        cut(jobs[name].folder / job_folder.STATE)
    for name in ("finished_cut", "both_cut"):
        cut(jobs[name].folder / job_folder.FINISHED)
    assert len(job_folder.unreadable(jobs["same"].out)) == 4

    after, printed = run_batch(list(jobs.values()))
    assert {outcome.status for outcome in after} == {"ok"}
    again = {"code", "data", "parameter", "notebook_gone", "both_cut"}
    assert executions(course) == {name: 1 + (name in again) for name in names}
    for reason in ("its code changed", "its data changed", "its parameters changed", "whose notebook is gone",
                   "whose state cannot be read"):  # fmt: skip
        assert f"1 {reason}" in printed or f"1 since {reason}" in printed
    assert job_folder.unreadable(jobs["same"].out) == []
    assert all(files(job) == finished_files(job) for job in jobs.values())

    _, printed = run_batch(list(jobs.values()))
    assert printed.startswith("9 runs finished before, with the same inputs: not run again (--force runs all)\n")
    assert sum(executions(course).values()) == len(names) + len(again)


def test_a_good_result_outlives_a_failed_attempt_and_retrying_leaves_what_is_finished(make_course, same_package):
    course = make_course(one=small("one"), two=small("two"))
    jobs = batch.plan(course, course.chapters)
    (good, _), _ = run_batch(jobs)
    append(jobs[0], "1 / 0")

    (kept, _), printed = run_batch(jobs, Again.FAILED)
    assert kept == good
    assert "2 runs finished before, 1 of them with other inputs than now: not run again" in printed
    assert executions(course) == {"one": 1, "two": 1}

    (failed, _), _ = run_batch(jobs)
    assert failed.status == "failed"
    found = job_folder.read(jobs[0].folder)
    assert (found.latest, found.finished) == (failed, good)
    assert found.finished_notebook.read_text().count("ZeroDivisionError") == 0
    assert "ZeroDivisionError" in found.notebook.read_text()

    book = nbformat.read(jobs[0].notebook, as_version=4)
    book.cells[-1].source = "'mended'"
    nbformat.write(book, jobs[0].notebook)
    append(jobs[1], "1")
    (mended, untouched), _ = run_batch(jobs, Again.FAILED)
    assert (mended.status, mended.attempts, untouched.attempts) == ("ok", 3, 1)
    assert files(jobs[0]) == finished_files(jobs[0])
    assert executions(course) == {"one": 3, "two": 1}

    run_batch(jobs[1:], Again.ALL)
    assert executions(course) == {"one": 3, "two": 2}


def test_other_parameters_are_another_result_even_with_retry_failed(make_course, same_package):
    course = make_course(one=small("one"))
    run_batch(batch.plan(course, course.chapters))
    [outcome], _ = run_batch(batch.plan(course, course.chapters, given=[("epochs", "9")]), Again.FAILED)
    assert outcome.parameters["epochs"] == 9


def outcome_on(job, name):
    data = [{"name": name, "requested": "mnist", "sha256": name}]
    return replace(Outcome.blank(job, "ok"), datasets=data, inputs={"data": {"mnist": name}})


def test_a_result_on_stand_in_data_does_not_replace_one_on_the_real(make_course):
    course = make_course(one=small("one"))
    [job] = batch.plan(course, course.chapters)
    for name in ("mnist", "digits"):
        job_folder.begin(job)
        job_folder.partial_path(job.folder).write_text(f'{{"cells": ["{name}"]}}')
        job_folder.store(job, outcome_on(job, name))
    found = job_folder.read(job.folder)
    assert (found.finished, found.latest) == (outcome_on(job, "mnist"), outcome_on(job, "digits"))
    assert "mnist" in found.finished_notebook.read_text()
    assert "digits" in found.notebook.read_text()


def test_a_disk_that_fills_while_a_result_is_stored_leaves_the_earlier_one_whole(make_course, monkeypatch):
    course = make_course(one=small("one"))
    [job] = batch.plan(course, course.chapters)
    for seconds in (1.0, 2.0):
        job_folder.begin(job)
        job_folder.partial_path(job.folder).write_text(f'{{"cells": ["{seconds}"]}}')
        logs = job_folder.logs_path(job_folder.partial_path(job.folder))
        logs.mkdir()
        (logs / "events").write_text(str(seconds))
        if seconds == 2.0:
            monkeypatch.setattr("course_tools.jobs.outcome.write_text", fill_disk)
        with pytest.raises(OSError, match="No space") if seconds == 2.0 else nullcontext():
            job_folder.store(job, replace(Outcome.blank(job, "ok"), seconds=seconds))
    found = job_folder.read(job.folder)
    assert found.finished.seconds == 1.0
    assert "1.0" in found.finished_notebook.read_text()
    assert (job_folder.logs_path(found.finished_notebook) / "events").read_text() == "1.0"
    assert "2.0" in job_folder.partial_path(job.folder).read_text()


def fill_disk(path, text):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_result_has_the_hash_of_the_code_that_ran_even_if_it_was_edited_meanwhile(make_course, same_package):
    edit = (
        "import json, pathlib\n"
        "path = pathlib.Path('02_two.ipynb')\n"
        "book = json.loads(path.read_text())\n"
        "book['cells'][-1]['source'] = '6 * 7'\n"
        "path.write_text(json.dumps(book))"
    )
    course = make_course(one=small("one", edit), two=small("two", "1 + 1"))
    jobs = batch.plan(course, course.chapters)
    before = Fingerprints().of(jobs[1])
    _, two = batch.run(jobs, 1, Display(Console(file=io.StringIO())))
    assert "42" in job_folder.read(jobs[1].folder).notebook.read_text()
    assert two.inputs["code"] != before["code"]
    assert two.inputs["code"] == Fingerprints().of(jobs[1])["code"]


def test_a_running_state_without_a_batch_is_read_as_interrupted(make_course):
    course = make_course(one=small("one"), two=small("two"))
    one, two = batch.plan(course, course.chapters)
    job_folder.begin(one)
    job_folder.mark_waiting(two)
    assert Outcome.load(one.folder / job_folder.STATE).status == "running"
    assert [found.latest.status for found in job_folder.read_batch(one.out)] == ["interrupted", "waiting"]


def test_versions_and_package_are_among_the_inputs(make_course, monkeypatch):
    course = make_course(one=small("one"))
    jobs = batch.plan(course, course.chapters)
    monkeypatch.setattr("course_tools.jobs.fingerprint.package_hash", lambda: "old")
    run_batch(jobs)
    monkeypatch.setattr("course_tools.jobs.fingerprint.package_hash", lambda: "new")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    [outcome], printed = run_batch(jobs)
    assert "1 since the package course_utils and the versions of Keras or its backend changed" in printed
    assert outcome.inputs["versions"]["backend"] == "jax"
    assert outcome.attempts == 2
