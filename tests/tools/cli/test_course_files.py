"""`course.yaml` and the files beside it are found, read and written, with one sentence for each error."""

import base64
import errno
import json
import os
import sys
from pathlib import Path

from course_tools.cli import main
from course_utils import chapter
from course_utils.errors import CourseError
from course_utils.syllabus import find_course

import pytest
import yaml

FACTS = {"title": "Tiny", "chapters": [{"number": 15, "name": "one", "title": "One"}]}
PNG = base64.b64encode(b"a picture").decode()
CELL = {"cell_type": "code", "id": "back-figure", "source": "1", "outputs": [{"data": {"image/png": PNG}}]}
MERGED = b"<<<<<<< HEAD\ntitle: x\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Make a course with one chapter, its record and its times in the working directory; return the folder."""
    files = {
        "notebooks/course.yaml": yaml.safe_dump(FACTS),
        "notebooks/15_one.ipynb": json.dumps({"cells": [CELL]}),
        "results/15_one.json": json.dumps({"code": "old", "claims": {}}),
        "results/times.json": json.dumps({"15": {"quick": 3.0}}),
        "README.md": "Before.\n<!-- generated: syllabus -->\n<!-- end -->\nAfter.\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def course(monkeypatch, capsys):
    """Return a function that runs `course` and returns the exit code, lines of output and lines of errors."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["course", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        output = capsys.readouterr()
        return ended.value.code or 0, output.out.splitlines(), output.err.splitlines()

    return run


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("results/times.json", MERGED, "times.json is not valid JSON (Expecting value: line 1 column 1 (char 0)); "),
        ("results/times.json", b"[]", "times.json should hold a JSON object; restore it"),
        ("results/15_one.json", MERGED, "15_one.json is not valid JSON"),
        ("results/15_one.json", b"{}", "15_one.json should hold a JSON object with the keys code, claims"),
        ("notebooks/15_one.ipynb", MERGED, "15_one.ipynb is not valid JSON"),
        ("notebooks/15_one.ipynb", b"\xff", "15_one.ipynb is not valid UTF-8"),
        ("notebooks/15_one.ipynb", b"{}", "15_one.ipynb should hold a JSON object with the keys cells"),
        ("notebooks/course.yaml", MERGED, "course.yaml is not valid YAML: "),
        ("notebooks/course.yaml", b"title: caf\xe9", "course.yaml is not valid UTF-8"),
        ("notebooks/course.yaml", b"", "course.yaml cannot be read as a course: "),
        ("notebooks/course.yaml", b"title: x", "course.yaml cannot be read as a course: 'chapters' is missing"),
        (
            "notebooks/course.yaml",
            b"chapters: [{number: '15', name: one}]",
            "chapter one has the number '15'; write an integer",
        ),
        (
            "notebooks/course.yaml",
            b"parts: [First]\nchapters: [{number: 1, name: one, title: One, part: Frist}]",
            "chapter one is in part 'Frist'; parts are First",
        ),
    ],
)
def test_a_damaged_file_is_one_line(root, course, name, content, told):
    (root / name).write_bytes(content)
    code, _, [line] = course("list")
    assert code == 2 and line.startswith("course: ") and told in line


def test_a_damaged_file_is_reported_in_a_notebook_too(root):
    (root / "results" / "times.json").write_bytes(MERGED)
    with pytest.raises(CourseError, match=r"times.json is not valid JSON"):
        chapter(15)


def test_an_unreadable_file_is_one_line(root, course, monkeypatch):
    def refuse(path, **named):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    assert "course.yaml cannot be read: Permission denied" in course("list")[2][0]
    monkeypatch.setattr(Path, "is_file", refuse)
    assert "no notebooks/course.yaml in " in course("list")[2][0]


@pytest.mark.parametrize("named", ["autunm", "notebooks"])
def test_the_parents_of_a_given_course_folder_are_not_searched(root, course, named):
    code, _, [line] = course("list", "--course", named)
    assert code == 2 and f"{named} has no notebooks/course.yaml; --course DIR takes" in line
    assert course("list", "--course", ".")[0] == 0


def test_without_a_given_folder_the_parents_are_searched(root, monkeypatch):
    monkeypatch.chdir(root / "notebooks")
    assert find_course().root == root.resolve()


def test_docs_lists_the_written_files(root, course):
    assert course("docs") == (
        0,
        ["written: README.md, datasets/README.md, docs/gradients.png, docs/prerequisites.svg"],
        [],
    )
    assert "| 15 | [One](notebooks/15_one.ipynb) |" in (root / "README.md").read_text(encoding="utf-8")
    assert (root / "docs" / "gradients.png").read_bytes() == b"a picture"
    assert course("docs") == (0, ["nothing has changed"], [])


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ("README.md", "README.md cannot be read: No such file"),
        ("notebooks/15_one.ipynb", "chapter 15 (one) is planned only"),
    ],
)
def test_docs_without_their_sources_are_one_line(root, course, lost, told):
    (root / lost).unlink()
    code, _, [line] = course("docs")
    assert code == 2 and told in line


def test_docs_on_a_full_disk_leave_the_old_files(root, course, monkeypatch):
    def no_space(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = (root / "README.md").read_bytes()
    monkeypatch.setattr(os, "fsync", no_space)
    code, _, [line] = course("docs")
    assert code == 2 and "README.md cannot be written: No space left on device" in line
    assert (root / "README.md").read_bytes() == before and not list(root.glob(".README*"))
