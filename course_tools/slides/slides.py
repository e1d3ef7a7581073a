"""Write decks of slides into a folder that opens without a network."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_tools.chapter_file import read_chapter
from course_tools.slides.assets import FOLDER, SUFFIX
from course_tools.slides.browser import open_browser, open_deck
from course_utils.errors import CourseError
from course_utils.files import write_bytes
from course_utils.syllabus import Chapter, Course

INDEX = "index.html"
_FOOTER = (
    '<div style="font: 8pt sans-serif; width: 100%; margin: 0 14mm; display: flex; justify-content: space-between">'
    '<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)


def export_slides(course: Course, chapters: list[Chapter], out: Path, *, pdf: bool = False) -> list[str]:
    """Write a deck for each chapter, the files that the decks load, and a page that lists all decks of the folder.

    The folder may hold earlier decks: those of these chapters are replaced, and their old PDFs are removed.

    Args:
        course: The course.
        chapters: The chapters; each has a notebook with its outputs.
        out: The folder.
        pdf: Also print every deck with its notes, as a hand-out.

    Returns:
        A line for each chapter, and one with the path of the list.

    Raises:
        CourseError: The folder holds other files, a chapter cannot be read or shown, or no browser can print it;
            nothing in the folder is changed.
    """
    from course_tools.slides.exporter import CourseSlidesExporter

    with _usable(out):
        _refuse_foreign_folder(out)
    files: dict[str, bytes] = {}
    lines = []
    for chapter in chapters:
        about = {"metadata": {"name": chapter.file_stem, "path": str(chapter.notebook.parent)}}
        page, resources = CourseSlidesExporter().from_notebook_node(read_chapter(chapter), about)
        files |= resources["outputs"]
        files[chapter.file_stem + SUFFIX] = page.encode()
        lines.append(f"{chapter.file_stem}: {len(resources['deck']['slides']) + 1} slides")
    if pdf:
        files |= _handouts(files)
    with _usable(out):
        for name, content in files.items():
            _write(out / name, content)
        for chapter in [] if pdf else chapters:
            (out / f"{chapter.file_stem}.pdf").unlink(missing_ok=True)
        _write(out / INDEX, _list_of_decks(course, out))
    return [*lines, f"slides: {out / INDEX}"]


@contextmanager
def _usable(out: Path) -> Iterator[None]:
    """Turn an OSError into a message that the folder cannot be used."""
    try:
        yield
    except OSError as error:
        raise CourseError(f"{out} cannot be used: {error.strerror}; name another folder: --out DIR") from error


def _refuse_foreign_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise CourseError(f"{out} is a file; --out takes a folder that is new, empty, or made by course slides")
    if out.is_dir() and any(out.iterdir()) and not (out / FOLDER).is_dir():
        raise CourseError(f"{out} holds other files; --out takes a folder that is new, empty, or made by course slides")


def _handouts(files: dict[str, bytes]) -> dict[str, bytes]:
    """Print every deck as a PDF in A4, each slide with its notes below."""
    printed = {}
    with open_browser() as browser, tempfile.TemporaryDirectory() as folder:
        from playwright.sync_api import Error

        for name, content in files.items():
            _write(Path(folder) / name, content)
        page = browser.new_page()
        for name in files:
            if name.endswith(SUFFIX):
                open_deck(page, Path(folder) / name, "?handout")
                try:
                    printed[name.removesuffix(SUFFIX) + ".pdf"] = page.pdf(
                        prefer_css_page_size=True,
                        print_background=True,
                        display_header_footer=True,
                        header_template="<span></span>",
                        footer_template=_FOOTER,
                        tagged=True,
                        outline=True,
                    )
                except Error as error:
                    raise CourseError(f"{name} cannot be printed: {error.message.splitlines()[0]}") from error
    return printed


def _list_of_decks(course: Course, out: Path) -> bytes:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(__package__, "templates/course_slides"), autoescape=True, undefined=StrictUndefined
    )
    decks = [
        {
            "chapter": chapter,
            "file": chapter.file_stem + SUFFIX,
            "pdf": f"{chapter.file_stem}.pdf" if (out / f"{chapter.file_stem}.pdf").exists() else None,
        }
        for chapter in course.chapters
        if (out / f"{chapter.file_stem}{SUFFIX}").exists()
    ]
    page = environment.get_template("decks.html.j2").render(course=course, decks=decks, assets=FOLDER)
    return page.encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, content)
