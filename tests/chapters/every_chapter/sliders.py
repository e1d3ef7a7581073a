"""Cells with sliders: nothing depends on them."""

import ast
import builtins
import symtable

from course_tools.jobs.notebook_code import LIVE_TAG
from course_tools.slides.paging import slide_type

import pytest

MAX_LINES = 15  # that are not blank


def is_live(cell):
    return LIVE_TAG in cell.metadata.get("tags", [])


def code_cells(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def module_names(source):
    """The names that a cell gives values to when it runs, not those inside its functions."""
    symbols = symtable.symtable(source, "cell", "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


def names_read_when_drawn(source):
    """The notebook's names that the functions of a cell look up when they are called."""
    tables, found = list(symtable.symtable(source, "cell", "exec").get_children()), set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        found |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return found - set(dir(builtins))


@pytest.fixture
def live_cells(notebook):
    return [cell for cell in notebook.cells if is_live(cell)]


def test_nothing_else_uses_widgets(notebook):
    for cell in code_cells(notebook.cells):
        assert "ipywidgets" not in cell.source and "widget" not in str(cell.outputs)
        assert is_live(cell) == ("live(" in cell.source), f"{cell.id}: tag {LIVE_TAG}, if it has a slider"


def test_a_slider_is_a_short_cell_without_output_that_says_what_to_try(notebook, live_cells):
    for cell in live_cells:
        before = notebook.cells[: notebook.cells.index(cell)]
        assert cell.outputs == []
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= MAX_LINES, cell.id
        assert any("image/png" in output.get("data", {}) for other in code_cells(before) for output in other.outputs), (
            "a slider stands behind a figure that everybody sees"
        )
        said = before[-1]
        assert said.cell_type == "markdown" and "JupyterLab" in said.source and "slider" in said.source
        assert "elsewhere" in said.source, "it says that there may be nothing to see"
        assert slide_type(said) == "skip"


def test_a_slider_defines_a_drawing_and_shows_it(live_cells):
    for cell in live_cells:
        imports = (ast.Import, ast.ImportFrom)
        body = [node for node in ast.parse(cell.source).body if not isinstance(node, imports)]
        assert [type(node) for node in body] == [ast.FunctionDef, ast.Expr], cell.id
        drawing, shown = body
        assert ast.unparse(shown).startswith(f"live({drawing.name}, ")


def test_the_rest_of_the_notebook_is_the_same_without_its_sliders(notebook, live_cells):
    for cell in live_cells:
        rest = [other for other in code_cells(notebook.cells) if not is_live(other)]
        used = {node.id for other in rest for node in ast.walk(ast.parse(other.source)) if isinstance(node, ast.Name)}
        assert not module_names(cell.source) & used, cell.id


def test_a_slider_still_draws_the_same_when_the_notebook_has_run_to_its_end(notebook, live_cells):
    for cell in live_cells:
        later = code_cells(notebook.cells[notebook.cells.index(cell) + 1 :])
        changed = set().union(*(module_names(other.source) for other in later if not is_live(other)))
        assert not names_read_when_drawn(cell.source) & changed, cell.id
