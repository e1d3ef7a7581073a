"""The results and stored outputs that an edit makes stale, on a copy of the real course."""

import json
import shutil
from pathlib import Path

from course_tools.authoring.stored_outputs import dependencies_hash
from course_tools.batches.batch import plan
from course_tools.jobs import fingerprint
from course_utils import syllabus

import pytest

ROOT = Path(__file__).parents[3]
CHAPTERS = ["0", "5", "15"]
EVERY = {0, 5, 15}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Copy the course and both packages, and hash the files of the copy."""
    for folder in ("course_utils", "course_tools", "notebooks", "results", "tests/chapters"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path / "course_utils")
    monkeypatch.setattr(syllabus, "_PACKAGE", tmp_path / "course_utils")
    monkeypatch.setattr(fingerprint, "_content_of", lambda name: name)  # data do not change here
    return tmp_path


def states(checkout):
    """Return by chapter the hash of a result's inputs, and of a stored output's dependencies besides the code."""
    course = syllabus.find_course(checkout)
    chapters = course.select(CHAPTERS)
    jobs = plan(course, chapters)
    results = [fingerprint.Fingerprints().of(job)["hash"] for job in jobs]
    return {
        chapter.number: (result, dependencies_hash(course, chapter))
        for chapter, result in zip(chapters, results, strict=True)
    }


def changed_by(checkout, edit):
    """Return the chapters whose results, and those whose stored outputs, an edit makes stale."""
    before = states(checkout)
    edit()
    after = states(checkout)
    return tuple({number for number in before if before[number][place] != after[number][place]} for place in (0, 1))


@pytest.mark.parametrize(
    ("path", "stale"),
    [
        ("course_tools/execution/runner.py", set()),
        ("course_tools/reporting/templates/report.html.j2", set()),
        ("course_utils/chapters/ch20/claims.yaml", set()),
        ("course_utils/chapters/ch05/checks.py", {5}),
        ("course_utils/chapters/ch15/claims.yaml", {0, 15}),  # chapter 0 shows a claim of chapter 15
        ("tests/chapters/ch15/answers.py", set()),
        ("course_utils/plotting/curves.py", EVERY),
        ("course_utils/datasets/manifest.yaml", EVERY),
    ],
)
def test_a_comment_makes_stale_what_depends_on_the_file(checkout, path, stale):
    def edit():
        with (checkout / path).open("a", encoding="utf-8") as file:
            file.write("\n# a comment\n")

    assert changed_by(checkout, edit) == (stale, stale)


def edit_cell(checkout, kind):
    path = next((checkout / "notebooks").glob("15_*.ipynb"))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = [cell for cell in notebook["cells"] if cell["cell_type"] == kind][-1]
    cell["source"] = "".join(cell["source"]) + "\n# more"
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.parametrize(("kind", "stale"), [("markdown", set()), ("code", {15})])
def test_code_counts_and_prose_does_not(checkout, kind, stale):
    results, _ = changed_by(checkout, lambda: edit_cell(checkout, kind))
    assert results == stale


def test_a_record_counts_for_the_outputs_that_show_it(checkout):
    def edit():
        path = next((checkout / "results").glob("15_*.json"))
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    assert changed_by(checkout, edit) == (set(), {0, 15})  # chapter 0 shows a claim of chapter 15 with its record
