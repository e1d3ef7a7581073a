"""A student's first hour: JupyterLab in a browser, a copy of a chapter, and the installed wheel."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from lab import PATIENCE_S, ROOT, jupyterlab

pytestmark = pytest.mark.slow

CHAPTER = "00_start_here.ipynb"  # it takes the least time
WHERE_FROM = "import course_utils\nprint(course_utils.__file__)"


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_S * 1000)
    yield page
    page.close()


@pytest.fixture
def copy(installed, tmp_path):
    """Let the installed package make the student edition of the chapter in an empty folder."""
    folder = tmp_path / "my_course"
    words = ["-m", "course_tools", "student", CHAPTER, "--course", str(ROOT), "--out", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(installed / "site")}
    subprocess.run([sys.executable, *words], cwd=tmp_path, env=environment, check=True, timeout=PATIENCE_S)
    notebook = nbformat.read(folder / CHAPTER, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(WHERE_FROM, id="where-from"))
    for cell in notebook.cells:
        if cell.cell_type == "code":  # what is seen below has been run here
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, folder / CHAPTER)
    return folder / CHAPTER


def test_a_student_runs_a_chapter_moves_a_slider_and_does_an_exercise(page, copy, installed, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with jupyterlab(copy.parent, home, PYTHONPATH=str(installed / "site")) as address:
        page.goto(address.format(CHAPTER))
        lesson = Lesson(page, copy)
        lesson.run_all()
        assert str(installed) in lesson.output("where-from").inner_text()

        for figure in ("grid", "leaf"):
            assert lesson.image(figure).evaluate("image => image.naturalWidth") > 600
        before = lesson.image("leaf").get_attribute("src")
        slider = lesson.output("leaf").locator("[role=slider]")
        slider.press("ArrowRight")
        lesson.expect(lesson.image("leaf")).not_to_have_attribute("src", before)
        lesson.expect(lesson.output("leaf").locator(".widget-readout")).to_have_text("40")

        hint = lesson.output("exercise-3-check")
        lesson.expect(hint).to_contain_text("returns nothing yet")
        lesson.answer("exercise-3-answer", "def count_values(image):\n    return image.size")
        lesson.expect(hint).to_contain_text("That is the number of pixels")
        lesson.answer("exercise-3-answer", "def count_values(image):\n    return len(np.unique(image))")
        lesson.expect(hint).to_contain_text("✓ 0.3")
        lesson.expect(hint).not_to_contain_text("number of pixels")


class Lesson:
    """A notebook in JupyterLab, with its cells by their ids."""

    def __init__(self, page, path):
        from playwright.sync_api import expect

        self.page = page
        self.cells = nbformat.read(path, as_version=4).cells
        self.expect = expect
        expect.set_options(timeout=PATIENCE_S * 1000)
        # Before its kernel is there, JupyterLab would ask which one to run the cells with.
        expect(page.locator("#jp-main-statusbar")).to_contain_text(re.compile(r"Python 3 .*\| Idle"))
        expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(len(self.cells))

    def run_all(self):
        """Choose *Run All Cells* in the menu, and wait for the last cell's end."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        code = [cell for cell in self.cells if cell.cell_type == "code"]
        self.expect(self.cell(code[-1].id).locator(".jp-InputPrompt")).to_have_text(f"[{len(code)}]:")

    def answer(self, name, source):
        """Type an answer into its cell, run the cell and the one below it."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")

    def cell(self, name):
        """Return the cell with this id."""
        [place] = [place for place, cell in enumerate(self.cells) if cell.id == name]
        return self.page.locator(".jp-Notebook .jp-Cell").nth(place)

    def output(self, name):
        """Return the output below the cell."""
        return self.cell(name).locator(".jp-Cell-outputWrapper")

    def image(self, name):
        """Return the only image below the cell."""
        return self.output(name).locator("img")
