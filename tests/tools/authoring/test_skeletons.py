"""`course new`: a chapter's skeleton is complete except for what is to write."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from course_tools.authoring.skeletons import entry_in, new_chapter
from course_utils.errors import CourseError
from course_utils.syllabus import find_course

import pytest

ROOT = Path(__file__).parents[3]
COURSE = find_course(ROOT)
PLANNED = (30, 35)  # in the copy; in the course all chapters are written
OWN_LINES = (
    r"    (data|profiles|seeds):.*\n|      (smoke|full):.*\n"  # of an entry in course.yaml: what its author writes
)


@pytest.fixture
def copy(tmp_path):
    """Copy the course without its notebooks, and as it was before anybody wrote the planned chapters."""
    without = shutil.ignore_patterns("*.ipynb", "__pycache__")
    for folder in ("notebooks", "course_utils", "tests", "results"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=without)
    shutil.copytree(ROOT / "course_tools", tmp_path / "course_tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    syllabus = tmp_path / "notebooks" / "course.yaml"
    for number in PLANNED:
        chapter = COURSE.chapter(number)
        shutil.rmtree(tmp_path / "tests" / "chapters" / f"ch{number}")
        for path in (tmp_path / "course_utils" / "chapters" / f"ch{number}").glob("*.py"):
            path.unlink()
        (tmp_path / "results" / f"{chapter.file_stem}.json").unlink()
        text = syllabus.read_text(encoding="utf-8")
        entry = entry_in(text, number)
        syllabus.write_text(text.replace(entry, re.sub(OWN_LINES, "", entry)), encoding="utf-8")
    return find_course(tmp_path)


def run(course, *words):
    """Run a module in the copy, with the copy's packages."""
    environment = os.environ | {"PYTHONPATH": str(course.root), "NO_COLOR": "1", "COURSE_WARM_OWNER": str(os.getpid())}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=course.root, env=environment, capture_output=True, text=True, timeout=500
    )


def test_the_skeletons_of_all_planned_chapters_pass_lint(copy):
    for number in PLANNED:
        written = new_chapter(copy, number)
        assert all(path.is_file() for path in written)
        assert not [path for path in written if path.suffix != ".yaml" and "$" in path.read_text(encoding="utf-8")]
    for check in (["check"], ["format", "--check"]):
        ended = run(copy, "ruff", *check, ".")
        assert ended.returncode == 0, ended.stdout


def test_the_entry_of_the_syllabus_is_completed_and_all_else_stays(copy):
    before = (copy.root / "notebooks" / "course.yaml").read_text(encoding="utf-8")
    new_chapter(copy, PLANNED[0])
    after = (copy.root / "notebooks" / "course.yaml").read_text(encoding="utf-8")
    entry = find_course(copy.root).chapter(PLANNED[0])
    assert entry.notebook and entry.data == ["mnist"] and {*entry.profiles} == {"smoke", "full"}
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        "    data: [mnist]  # to write: what the notebook loads",
        "    profiles:  # to write: what differs from the notebook's own values",
        "      smoke: {seed: 7, steps: 8}",
        "      full: {steps: 200}",
    ]
    assert find_course(copy.root).chapter(PLANNED[0] + 1).profiles == COURSE.chapter(PLANNED[0] + 1).profiles


OWN = """\
  - number: 36
    name: of_my_own
    title: A chapter of my own
    part: Sequences
"""


def with_entry(copy, entry):
    syllabus = copy.root / "notebooks" / "course.yaml"
    syllabus.write_text(syllabus.read_text(encoding="utf-8") + entry, encoding="utf-8")
    return find_course(copy.root)


def test_a_chapter_without_documents_has_no_claims(copy):
    course = with_entry(copy, OWN)
    written = {path.name: path.read_text(encoding="utf-8") for path in new_chapter(course, 36)}
    assert sorted(written) == ["36_of_my_own.ipynb", "answers.py", "checks.py", "course.yaml"]
    assert not re.search(r"claim|documents|\$(number|title)", written["36_of_my_own.ipynb"])
    assert '"chapter(36)"' in written["36_of_my_own.ipynb"]
    ended = run(course, "ruff", "format", "--check", ".")
    assert ended.returncode == 0, ended.stdout


def test_what_a_new_chapter_needs_first_is_named(copy):
    with pytest.raises(CourseError, match=r"no chapter 36: write its entry into notebooks/course\.yaml"):
        new_chapter(copy, 36)
    course = with_entry(copy, OWN + "    sources:\n      ng-notes: [5.8 Word Embeddings]\n")
    with pytest.raises(CourseError, match=r"ch36/claims\.yaml must say first what they state"):
        new_chapter(course, 36)
    assert not (copy.root / "notebooks" / "36_of_my_own.ipynb").exists()


def test_nothing_is_overwritten(copy):
    answers = copy.root / "tests" / "chapters" / f"ch{PLANNED[0]}" / "answers.py"
    answers.parent.mkdir()
    answers.write_text("mine")
    before = sorted(copy.root.rglob("*"))
    with pytest.raises(CourseError, match=r"answers.py exists already; course new never changes a chapter"):
        new_chapter(copy, PLANNED[0])
    assert sorted(copy.root.rglob("*")) == before and answers.read_text() == "mine"


def test_a_course_without_the_package_is_refused(tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns("*.ipynb"))
    with pytest.raises(CourseError, match="is not a checkout"):
        new_chapter(find_course(tmp_path), PLANNED[0])


@pytest.mark.slow
def test_what_fails_in_a_skeleton_says_what_is_to_write(copy):
    chapter = copy.chapter(PLANNED[0])
    ended = run(copy, "course_tools", "new", str(chapter.number))
    assert ended.returncode == 0 and f"written: notebooks/{chapter.file_stem}.ipynb" in ended.stdout, ended.stderr
    tests = [f"tests/chapters/ch{chapter.number:02d}", f"notebooks/{chapter.file_stem}.ipynb"]
    ended = run(copy, "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow", *tests)
    failed = re.findall(r"(?m)^(?:FAILED|ERROR) \S+::(.+?)(?: - .*)?$", ended.stdout)
    claim_cell = failed.pop()
    assert failed == ["test_no_claim_is_fed_a_literal", "test_nothing_is_missing"], ended.stdout
    assert claim_cell.startswith("Cell ") and "measured = ...  # to write" in ended.stdout
    for message in (
        f"chapter {chapter.file_stem} still lacks",
        f"parts to write in notebooks/{chapter.file_stem}.ipynb",
        f"parts to write in course_utils/chapters/ch{chapter.number:02d}/checks.py",
        "2 parts to write in notebooks/course.yaml",
        "3 to 6 sections: it has 2",
        f"outputs of this code: course store {chapter.number}",
        f"a record of a full run: course run {chapter.number} --profile full --record",
    ):
        assert message in ended.stdout, message
