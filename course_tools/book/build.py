"""Build the book: Sphinx reads prepared chapters from a temporary folder and writes the site."""

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_tools import HOW_TO_INSTALL
from course_tools.authoring.readme import syllabus_table
from course_tools.book.chapter import chapter_to_read
from course_tools.book.documents import claims_page, errata_page
from course_tools.book.glossary import glossary_page
from course_utils.errors import CourseError
from course_utils.syllabus import Course

from nbformat import write as write_notebook


def build_book(course: Course, out: Path) -> Path:
    """Build the reading edition from the notebooks' stored outputs; nothing is executed.

    Args:
        course: A checkout of the course; its folder `docs` holds the pages that are not notebooks.
        out: The site's folder. A successful build replaces its content; a failed one leaves it unchanged.

    Returns:
        The first page.

    Raises:
        CourseError: Sphinx is not installed, a notebook cannot be read, or Sphinx warns of something.
    """
    for needed in ("sphinx", "myst_nb", "sphinx_book_theme", "sphinx-mathjax-offline"):
        if importlib.util.find_spec(needed) is None:
            raise CourseError(f"the book needs {needed}, which is not installed; {HOW_TO_INSTALL}")
    docs = course.root / "docs"
    with tempfile.TemporaryDirectory() as folder:
        source, site = Path(folder, "source"), Path(folder, "site")
        source.mkdir()
        for chapter in course.select([]):
            write_notebook(chapter_to_read(chapter), source / f"{chapter.file_stem}.ipynb")
        shutil.copy(docs / "api.rst", source)
        shutil.copy(docs / "prerequisites.svg", source)
        written = {
            "index": _first_page(course, docs / "index.md"),
            "errata": errata_page(course),
            "claims": claims_page(course),
            "glossary": glossary_page(course),
        }
        for name, page in written.items():
            (source / f"{name}.md").write_text(page, encoding="utf-8")
        strict = ["-q", "-W", "--keep-going"]
        title = ["-D", f"project={course.title}", "-D", f"html_title={course.title}"]
        folders = ["-c", str(docs), "-d", f"{folder}/doctrees", str(source), str(site)]
        # In a separate process, since Sphinx imports the package anew and changes what it imports.
        if subprocess.run([sys.executable, "-m", "sphinx", *strict, *title, *folders], check=False).returncode != 0:
            raise CourseError("Sphinx failed or gave warnings; see the lines above")
        for for_developers in site.rglob("*.map"):  # 3 MB
            for_developers.unlink()
        if out.exists():
            shutil.rmtree(out)
        shutil.move(site, out)
    return out / "index.html"


def _first_page(course: Course, template: Path) -> str:
    """Return the first page: the template with the syllabus and the contents filled in."""
    parts = [part for part in [None, *course.parts] if any(one.part == part for one in course.select([]))]
    contents = []
    for part in parts:
        caption = f":caption: Part {course.parts.index(part) + 1} {part}\n" if part else ""
        stems = "\n".join(chapter.file_stem for chapter in course.select([]) if chapter.part == part)
        contents.append(f"```{{toctree}}\n:hidden:\n{caption}\n{stems}\n```")
    syllabus = syllabus_table(course).replace("(notebooks/", "(")
    page = template.read_text(encoding="utf-8")
    return page.replace("{{ syllabus }}", syllabus).replace("{{ contents }}", "\n\n".join(contents))
