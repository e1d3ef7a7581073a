"""`course slides` as a user calls it."""

import errno
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from course_tools.slides import browser, slides
from course_tools.slides.browser import open_browser, open_deck
from course_tools.slides.slides import export_slides
from course_utils.errors import CourseError

import nbformat
import pytest
from lectures import code, figure, lecture

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[3]
ASSETS = "slides_assets"


@pytest.fixture
def course(tmp_path):
    return lecture(tmp_path, "## One\n\nIt is $x^2$. More of it.", code("plot()", figure()), "### Two\n\nText.")


def run(course, *words, program=("-m", "course_tools", "slides"), **environment):
    ended = subprocess.run(
        [sys.executable, *program, *words],
        cwd=course.root,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ended.returncode, ended.stdout, ended.stderr


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def needs_browser():
    try:
        with open_browser():
            pass
    except CourseError as error:
        pytest.skip(str(error))


def test_decks_their_assets_and_a_list_are_written(course):
    code, output, errors = run(course, "--out", "slides")
    assert code == 0, errors
    assert output.splitlines() == ["01_lecture: 3 slides", f"slides: {Path('slides/index.html')}"]
    folder = course.root / "slides"
    deck = (folder / "01_lecture.slides.html").read_text(encoding="utf-8")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', re.sub(r'src="data:[^"]+"', "", deck))
    assert len(loaded) >= 7
    assert all((folder / name).is_file() for name in loaded)
    assert not re.search(r"https?://", re.sub(r"xmlns[^ ]*", "", deck))
    assert 'href="01_lecture.slides.html"' in (folder / "index.html").read_text(encoding="utf-8")
    assert not list(folder.rglob(".*"))


def test_a_second_export_replaces_the_deck_and_keeps_the_others(course):
    folder = course.root / "slides"
    assert run(course, "--out", "slides")[0] == 0
    (folder / "02_other.slides.html").write_text("mine")
    notebook = nbformat.read(course.chapters[0].notebook, as_version=4)
    notebook.cells[2].source = "## Another title\n\nText."
    nbformat.write(notebook, course.chapters[0].notebook)
    assert run(course, "--out", "slides")[0] == 0
    assert "Another title" in (folder / "01_lecture.slides.html").read_text(encoding="utf-8")
    assert (folder / "02_other.slides.html").read_text(encoding="utf-8") == "mine"


def without_outputs(course):
    notebook = nbformat.read(course.chapters[0].notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
    nbformat.write(notebook, course.chapters[0].notebook)


def with_a_wrong_keep(course):
    notebook = nbformat.read(course.chapters[0].notebook, as_version=4)
    notebook.cells[2].metadata["slide_keep"] = ["not there"]
    nbformat.write(notebook, course.chapters[0].notebook)


def with_marks_of_a_merge(course):
    course.chapters[0].notebook.write_text("<<<<<<< HEAD\n{}")


def with_a_full_folder(course):
    (course.root / "slides").mkdir()
    (course.root / "slides" / "thesis.txt").write_text("years of work")


def with_a_file_of_that_name(course):
    (course.root / "slides").write_text("years of work")


@pytest.mark.parametrize(
    ("spoil", "out", "told"),
    [
        (with_a_full_folder, "slides", "slides holds other files"),
        (with_a_file_of_that_name, "slides", "slides is a file"),
        (with_a_file_of_that_name, "slides/inside", "slides/inside cannot be used"),
        (without_outputs, "slides", "01_lecture has no outputs to show; run: course store 1"),
        (with_a_wrong_keep, "slides", "slide_keep names 'not there'"),
        (with_marks_of_a_merge, "slides", "01_lecture.ipynb is not valid JSON .*; if it was merged"),
    ],
)
def test_an_error_that_the_user_can_fix_is_reported_and_nothing_is_written(course, spoil, out, told):
    spoil(course)
    before = files(course.root)
    with pytest.raises(CourseError, match=told):
        export_slides(course, course.chapters, course.root / out)
    assert files(course.root) == before


@pytest.mark.parametrize("asked", ["exists", "iterdir"])
def test_an_unreadable_folder_is_one_sentence(course, monkeypatch, asked):
    (course.root / "slides").mkdir()

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, asked, refuse)
    with pytest.raises(CourseError, match=r"slides cannot be used: Permission denied; name another folder"):
        export_slides(course, course.chapters, course.root / "slides")


def test_a_notebook_with_the_marks_of_a_merge_is_one_line(course):
    with_marks_of_a_merge(course)
    code, output, errors = run(course, "--out", "slides")
    assert (code, output) == (2, "")
    [line] = errors.splitlines()
    assert line.startswith("course: ") and "01_lecture.ipynb is not valid JSON" in line


def test_the_pdf_of_a_replaced_deck_is_removed(course):
    folder = course.root / "slides"
    export_slides(course, course.chapters, folder)
    for name in ("01_lecture.pdf", "02_other.pdf"):
        (folder / name).write_bytes(b"%PDF-")
    export_slides(course, course.chapters, folder)
    assert [path.name for path in folder.glob("*.pdf")] == ["02_other.pdf"]
    assert ".pdf" not in (folder / "index.html").read_text(encoding="utf-8")


def test_a_browser_that_fails_at_printing_is_one_sentence(course, monkeypatch):
    playwright = pytest.importorskip("playwright.sync_api")

    class Page:
        def pdf(self, **named):
            raise playwright.Error("Target crashed\nCall log: of many lines")

    @contextmanager
    def opened():
        yield SimpleNamespace(new_page=Page)

    monkeypatch.setattr(slides, "open_browser", opened)
    monkeypatch.setattr(slides, "open_deck", lambda *_: None)
    with pytest.raises(CourseError, match=r"01_lecture.slides.html cannot be printed: Target crashed$"):
        export_slides(course, course.chapters, course.root / "slides", pdf=True)
    assert not (course.root / "slides").exists()


@pytest.mark.parametrize(
    ("words", "told"), [(["--out", "notebooks"], "notebooks holds other files"), ([], "Missing option '--out'")]
)
def test_the_command_says_it_in_one_line(course, words, told):
    code, output, errors = run(course, *words)
    assert (code, output) == (2, "")
    [line] = errors.splitlines()
    assert line.startswith("course: ") and told in line


def test_without_a_browser_there_is_no_pdf_and_no_folder(course, monkeypatch):
    pytest.importorskip("playwright")
    monkeypatch.setattr(browser, "_browsers", lambda playwright: iter([{"executable_path": "/nowhere/chromium"}]))
    with pytest.raises(CourseError, match="no Chromium, Chrome or Edge starts here; install one"):
        export_slides(course, course.chapters, course.root / "slides", pdf=True)
    assert not (course.root / "slides").exists()


def test_missing_packages_are_named(course, monkeypatch):
    from course_tools.slides import assets

    monkeypatch.setitem(assets._FILES, "sphinx-revealjs-of-another-planet", {})
    with pytest.raises(CourseError, match=r"sphinx-revealjs-of-another-planet is not installed.*requirements.txt"):
        export_slides(course, course.chapters, course.root / "slides")
    assert not (course.root / "slides").exists()


def test_a_pdf_has_every_slide_with_its_notes(course):
    needs_browser()
    code, _, errors = run(course, "1", "--out", "slides", "--pdf")
    assert code == 0, errors
    content = (course.root / "slides" / "01_lecture.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and len(content) > 10_000
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 2, "three slides, of which two fit on a page"
    assert 'href="01_lecture.pdf"' in (course.root / "slides" / "index.html").read_text(encoding="utf-8")


def test_the_speaker_has_the_full_text_in_a_separate_window(course):
    needs_browser()
    export_slides(course, course.chapters, course.root / "slides")
    with open_browser() as started:
        page = started.new_page()
        open_deck(page, course.root / "slides" / "01_lecture.slides.html")
        page.evaluate("Reveal.slide(1, 0)")
        with page.expect_popup() as opened:
            page.keyboard.press("s")
        notes = opened.value.locator(".speaker-controls-notes .value")
        notes.get_by_text("More of it.").wait_for(timeout=30_000)
        assert notes.locator("svg").count() == 1
        assert notes.locator("mjx-assistive-mml").count() == 0


def test_nbconvert_knows_the_exporter(course):
    program = ("-m", "nbconvert", "--to", "course_slides", str(course.chapters[0].notebook))
    code, _, errors = run(course, program=program)
    assert code == 0, errors
    written = files(course.root / "notebooks")
    assert Path("01_lecture.slides.html") in written
    assert Path(ASSETS, "mathjax.js") in written
