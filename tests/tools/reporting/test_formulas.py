import json
from pathlib import Path

from course_tools.reporting.formulas import ATTRIBUTES, DOLLARS, formula, set_formulas
from course_utils.claims.ledger import read_ledger
from course_utils.syllabus import packaged_course

import pytest
from batch_folder import Page

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"


def is_set(markup):
    page = Page(markup)
    return page.tags[0] == "math" and set(page.tags) <= set(ATTRIBUTES)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_formula_of_a_chapter_is_set(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    found = [match[2] for source in sources for match in DOLLARS.finditer(source)]
    assert path.stem.startswith("00") or found
    assert [latex for latex in found if not is_set(formula(latex))] == []


def test_every_formula_of_the_ledger_is_set():
    chapters = [chapter for chapter in packaged_course().chapters if chapter.sources]
    entries = [entry for chapter in chapters for entry in read_ledger(chapter.name).values()]
    found = [
        latex
        for entry in entries
        if entry.kind == "formula"
        for value in (entry.value, entry.correct)
        for latex in (value if isinstance(value, list) else [value])
        if latex
    ]
    assert len(found) > 100
    assert [latex for latex in found if not is_set(formula(latex))] == []


@pytest.mark.parametrize(
    "latex", [r"\frac{", r"\href{javascript:1}{x}", r"\style{color:red}{x}", r"\nobody{<b>}", "a \ud800"]
)
def test_a_string_that_is_not_a_formula_stays_unchanged(latex):
    page = Page(formula(latex))
    assert page.tags == ["code"]
    assert page.text == [f"${latex}$"]


@pytest.mark.parametrize("latex", ["^{" * 50_000 + "x" + "}" * 50_000, "x" * 5_001, "{" * 101 + "x" + "}" * 101])
def test_a_formula_that_is_too_long_is_not_parsed(latex):
    """The first one would end the process that makes the page."""
    assert Page(formula(latex)).tags == ["code"]
    assert is_set(formula("{" * 100 + "x" + "}" * 100))


@pytest.mark.parametrize("latex", [r"\text{<script>x</script>}", "</math><b>x</b>", r"\mathrm{\"'><b>}"])
def test_markup_in_a_formula_is_text(latex):
    page = Page(formula(latex))
    assert set(page.tags) <= {*ATTRIBUTES, "code"}


def test_text_around_formulas_is_escaped():
    page = Page(set_formulas(r"<b> & $a<b$, $$x^2$$ and 5\$ or 3 $ and 4 $"))
    assert page.tags.count("math") == 2
    assert page.values("math", "display") == ["block"]
    text = "".join(page.text)
    assert text.startswith("<b> & a<b")
    assert text.endswith(r" and 5\$ or 3 $ and 4 $")
