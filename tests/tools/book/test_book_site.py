"""The book as a site: built from the present course, opened from disk in a browser without a network."""

import ast
import re
from collections import Counter
from pathlib import Path

from course_tools.book.build import build_book
from course_tools.jobs.notebook_code import code_of
from course_utils.claims.ledger import WRONG, read_ledger
from course_utils.errors import CourseError
from course_utils.syllabus import find_course

import nbformat
import pytest

pytestmark = pytest.mark.slow

COURSE = find_course(Path(__file__).parents[3])
READY = [chapter for chapter in COURSE.chapters if chapter.notebook]
WITH_DOCUMENTS = [chapter for chapter in READY if chapter.sources]
PHONE = {"width": 390, "height": 844}
OTHER_PAGES = ["index", "errata", "claims", "glossary", "api"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("myst_nb", reason="the book needs the extra `tools`")
    return build_book(COURSE, tmp_path_factory.mktemp("book") / "site").parent


def load(context, site, name):
    """Return a page of the book with its formulas typeset, and what it complains of: errors, requests elsewhere."""
    page, complaints = context.new_page(), []
    page.on("request", lambda asked: asked.url.startswith((site.as_uri(), "data:")) or complaints.append(asked.url))
    page.on("requestfailed", lambda asked: complaints.append(f"not loaded: {asked.url}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: line.type in ("error", "warning") and complaints.append(line.text))
    page.goto(f"{site.as_uri()}/{name}", timeout=60_000)
    page.evaluate("window.MathJax ? MathJax.startup.promise : null")
    return page, complaints


@pytest.fixture
def opened(browser, site):
    """Return a function that opens a page of the book: see `load`."""
    contexts = []

    def open_page(name, **settings):
        contexts.append(browser.new_context(offline=True, **settings))
        return load(contexts[-1], site, name)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module", params=READY, ids=lambda chapter: chapter.file_stem)
def loaded(request, browser, site):
    """Return a chapter, its page and the complaints, opened once for all tests of it: that takes seconds."""
    context = browser.new_context(offline=True, viewport=PHONE)
    yield request.param, *load(context, site, f"{request.param.file_stem}.html")
    context.close()


@pytest.fixture
def read(loaded):
    """Return a chapter and its page between two side bars."""
    chapter, page, _ = loaded
    page.set_viewport_size({"width": 1280, "height": 900})
    return chapter, page


def require_to_fit_a_phone(page, complaints):
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("folded = [...document.querySelectorAll('details:not([open])')]")
    page.evaluate("folded.forEach(one => { one.open = true })")
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("[data-mjx-error], mjx-merror").count() == 0
    assert page.locator("main :is(span.math, div.math):not(:has(mjx-container))").count() == 0
    assert complaints == []
    page.evaluate("folded.forEach(one => { one.open = false })")  # the chapter's next tests find the page as it was


def test_a_chapter_opens_without_a_network_and_fits_a_phone(loaded):
    _, page, complaints = loaded
    require_to_fit_a_phone(page, complaints)


@pytest.mark.parametrize("name", OTHER_PAGES)
def test_a_page_opens_without_a_network_and_fits_a_phone(opened, name):
    require_to_fit_a_phone(*opened(f"{name}.html", viewport=PHONE))


def test_every_figure_is_there_with_its_description(read):
    chapter, page = read
    outputs = [output for cell in nbformat.read(chapter.notebook, 4).cells for output in cell.get("outputs", [])]
    alts = [output.metadata["image/png"]["alt"] for output in outputs if "image/png" in output.get("data", {})]
    assert alts
    assert page.eval_on_selector_all(".cell_output img", "all => all.map(one => one.alt)") == alts


def cut(page, selector):
    """Return what does not fit into its box and would have to be scrolled."""
    return page.eval_on_selector_all(
        selector, "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
    )


def test_code_fits_between_two_side_bars_and_on_paper(read):
    _, page = read
    code = ".cell_input:visible pre"
    assert page.locator(code).count() > 0
    assert cut(page, code) == []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    on_paper = cut(page, code)
    page.emulate_media(media="screen")
    assert on_paper == []


def test_solutions_are_seen_only_when_they_are_unfolded(read):
    chapter, page = read
    lines = [
        line.strip()
        for cell in nbformat.read(chapter.notebook, 4).cells
        for solution in re.findall(r"BEGIN SOLUTION\n(.*?)\s*### END", cell.source, re.DOTALL)
        for line in solution.splitlines()
    ]
    # A line that the lecture contains too proves nothing.
    open_code = "\n".join(page.locator(".cell:not(:has(details)) .cell_input").all_inner_texts())
    lecture = "\n".join(
        cell.source for cell in nbformat.read(chapter.notebook, 4).cells if "nbgrader" not in cell.metadata
    )
    telling = [line for line in lines if len(line) > 8 and line not in lecture]
    assert telling
    assert [line for line in telling if line in open_code] == []
    assert page.locator("summary:visible", has_text="Solution").count() >= 2
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    unfolded = "\n".join(page.locator("details .cell_input").all_inner_texts())
    assert [line for line in telling if line not in unfolded] == []


def test_a_claim_s_formulas_are_typeset(opened):
    name = next(chapter.file_stem for chapter in READY if chapter.number == 15)
    page, _ = opened(f"{name}.html")
    assert page.locator(".text_html mjx-container").count() > 0
    assert "$" not in page.locator(".text_html").first.inner_text()


def test_search_finds_a_chapter_from_disk(opened):
    page, complaints = opened("search.html?q=xavier")
    page.wait_for_selector("#search-results a[href^='15_weight_initialization.html']", timeout=30_000)
    assert complaints == []


def test_a_found_page_shows_the_place_and_marks_it(opened):
    page, complaints = opened("search.html?q=saturated")
    page.locator("#search-results a[href^='15_weight_initialization.html']").click(timeout=30_000)
    page.wait_for_function("document.querySelectorAll('article .highlighted').length > 0", timeout=30_000)
    page.wait_for_function("scrollY > 1000")
    assert page.locator("article mjx-container").count() > 20
    assert complaints == []


@pytest.mark.parametrize("name", ["claims", *(chapter.file_stem for chapter in WITH_DOCUMENTS[:3])])
def test_claims_are_read_on_a_phone_without_scrolling_sideways(opened, name):
    page, _ = opened(f"{name}.html", viewport=PHONE)
    tables = "div[style*=overflow-x]:has(thead):not(:has(.counts))"
    assert page.locator(tables).count() > 0
    assert cut(page, tables) == []


def test_every_link_within_the_book_leads_somewhere(site):
    broken = []
    for path in site.glob("*.html"):
        for link in re.findall(r"href=[\"']([^\"'#?:]+)[\"'#?]", path.read_text(encoding="utf-8")):
            if not (path.parent / link).exists():
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_every_error_that_a_chapter_measures_links_to_where_it_is_shown(site):
    page = (site / "errata.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(\d\d_\w+\.html)#([^"]+)">Where it is shown', page)
    wrong = [
        entry
        for chapter in WITH_DOCUMENTS
        for entry in read_ledger(chapter.name).values()
        if entry.status in WRONG and entry.held_by == "notebook"
    ]
    assert len(links) == len(wrong) > 30
    lost = [link for link in links if f'id="{link[1]}"' not in (site / link[0]).read_text(encoding="utf-8")]
    assert lost == []


def test_every_term_of_the_glossary_links_to_its_mark(site):
    page = (site / "glossary.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(\d\d_\w+\.html)#(term-[^"]+)"', page)
    marks = {
        (path.name, mark)
        for path in site.glob("[0-9]*.html")
        for mark in re.findall(r'<dfn id="([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(links) == len(set(links)) > 200
    assert set(links) == marks


def test_the_claims_are_counted_by_document_as_their_rows_are(site):
    page = (site / "claims.html").read_text(encoding="utf-8")
    counts, *tables = re.findall(r"<table class='\w+'>.*?</table>", page, re.DOTALL)
    verdicts = [re.findall(r"<tr><td><span[^>]*>\W*([\w ]+)</span>", table) for table in tables]
    rows = re.findall(r"<tr><td>([\w ]+)</td>(.*?)</tr>", counts)
    numbers = {verdict: [int(number) for number in re.findall(r"<td>(\d+)</td>", cells)] for verdict, cells in rows}
    totals = {verdict: row.pop() for verdict, row in numbers.items()}
    assert totals == Counter(verdict for column in verdicts for verdict in column)
    assert totals == {verdict: sum(row) for verdict, row in numbers.items()}
    assert sum(totals.values()) == sum(len(read_ledger(chapter.name)) for chapter in WITH_DOCUMENTS)


def imported_by_notebooks():
    """Return what the notebooks import from the shared part of the package, as `course_utils.models.mlp`."""
    found = set()
    for chapter in READY:
        for node in ast.walk(ast.parse(code_of(chapter.notebook))):
            if isinstance(node, ast.ImportFrom) and re.match(r"course_utils(?!\.chapters)", node.module):
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_the_reference_is_of_what_notebooks_import(site):
    page = (site / "api.html").read_text(encoding="utf-8")
    documented = set(re.findall(r'id="(course_utils\.[\w.]+)"', page))
    imported = imported_by_notebooks()
    assert {"course_utils.setup", "course_utils.models.lenet5"} <= documented & imported
    names, rooms = ({name.split(".")[place] for name in documented} for place in (-1, 1))
    assert {name.rpartition(".")[2] for name in imported} - names == {"datasets"}, "a module, with a group of its own"
    assert rooms <= {name.split(".")[1] for name in imported}
    # A colon in a docstring's Returns would make its beginning the type.
    assert not re.search(r"Return type.{0,60}<p>(A|An|The) ", page, re.DOTALL)


def test_files_that_no_page_needs_are_left_out(site):
    # Pages and figures grow with the chapters; what the theme and the extensions bring along does not.
    assert sum(path.stat().st_size for path in (site / "_static").rglob("*")) < 6e6
    assert not list(site.rglob("*.map"))


def test_a_warning_ends_the_build_and_leaves_the_old_book(tmp_path, capfd):
    pytest.importorskip("myst_nb", reason="the book needs the extra `tools`")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "notebooks" / "course.yaml").write_text("{title: Tiny, chapters: [{number: 0, name: one, title: One}]}")
    broken = nbformat.v4.new_markdown_cell("# One\n\n[there](02_missing.ipynb)")
    nbformat.write(nbformat.v4.new_notebook(cells=[broken]), tmp_path / "notebooks" / "00_one.ipynb")
    for name in ("conf.py", "book.css", "book.js", "prerequisites.svg"):
        (tmp_path / "docs" / name).write_bytes((COURSE.root / "docs" / name).read_bytes())
    (tmp_path / "docs" / "index.md").write_text(
        "# Tiny\n\n{{ syllabus }}\n\n{{ contents }}\n\n```{toctree}\napi\n```\n"
    )
    (tmp_path / "docs" / "api.rst").write_text("API\n===\n")
    old = tmp_path / "book" / "index.html"
    old.parent.mkdir()
    old.write_text("the old book")
    with pytest.raises(CourseError, match="Sphinx failed or gave warnings"):
        build_book(find_course(tmp_path), old.parent)
    assert "02_missing" in capfd.readouterr().err
    assert old.read_text() == "the old book"
