import json

from course_tools.reporting.notebook_page import write_notebook_page
from course_tools.reporting.safe import html

import pytest
from batch_folder import EVIL, Page, data, figure, is_harmless, png


def page_of(tmp_path, *cells, status="ok"):
    notebook = tmp_path / "01_one.ipynb"
    notebook.write_text(json.dumps({"cells": list(cells), "metadata": {}}))
    page = write_notebook_page(notebook, title="01_one: One", status=status, report="../report.html")
    return Page(page.read_text(encoding="utf-8"))


def markdown(source, **fields):
    return {"cell_type": "markdown", "metadata": {}, "source": source, **fields}


def code(*outputs, source="1", count=1, tags=()):
    metadata = {"tags": list(tags)}
    common = {"cell_type": "code", "metadata": metadata, "execution_count": count}
    return {**common, "source": source, "outputs": list(outputs)}


def test_an_html_output_keeps_inner_links_and_loses_its_colours():
    source = (
        "<h2 id='x'>X</h2><a href='#x'>to X</a>"
        "<b style='color:#fff;background-color:#fff;margin:-9em;font-weight:600'>bold</b>"
    )
    page = Page(html(source))
    assert page.values("h2", "id") == ["in-notebook-x"]
    assert page.values("a", "href") == ["#in-notebook-x"]
    assert page.values("b", "style") == ["font-weight:600"]


def test_a_notebook_reads_as_in_jupyter(tmp_path):
    stream = {"output_type": "stream", "name": "stdout", "text": ["one\n", "old\rnew\n"]}
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mboom\x1b[0m", "line 2"]}
    page = page_of(
        tmp_path,
        markdown(["# A *title*\n", "\n", "with $x<1$ and\n\n$$\\frac{a}{b}$$\n\n[see](#A-title)"]),
        code(stream, figure(png(), "What there is to see"), source="import numpy as np  # a comment", count=7),
        code(data(text_html="<table><tr><th>a</th></tr></table>", text_plain="a table")),
        code(data(text_markdown="**bold**"), data(text_latex=r"$\sqrt{2}$"), tags=["injected-parameters"]),
        code(error, count=None),
    )
    assert page.values("h1", "id") == ["in-notebook-A-title"]
    assert page.values("a", "href").count("#in-notebook-A-title") == 2
    assert page.tags.count("math") == 3
    assert {"7", "one\nnew", "boom\nline 2", "bold", "set by this run", "not run"} <= set(page.words)
    assert page.values("img", "alt") == ["What there is to see"]
    assert "a table" not in page.words
    assert {"kn", "c1"} <= set(page.values("span", "class"))
    assert {"../report.html", "01_one.ipynb"} <= set(page.values("a", "href"))


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (data(text_html="<script>boom()</script>ok", text_plain="plain"), "<script>boom()</script>"),
        (data(application_javascript="boom()", text_plain="instead"), "instead"),
        (data(application_javascript="boom()"), "An output that only Jupyter can show (application/javascript)."),
        ({"output_type": "display_data", "data": {"application/x+json": {"a": 1}}}, "only Jupyter can show"),
        (data(image_png="broken", text_plain="[figure: x]"), "[figure: x]"),
        ({"output_type": "stream", "name": "stderr", "text": EVIL}, EVIL),
        ({"output_type": "error", "ename": "E", "evalue": EVIL, "traceback": [EVIL]}, EVIL),
        ({"output_type": "error", "ename": "E", "evalue": EVIL, "traceback": []}, f"E: {EVIL}"),
        (data(text_latex=EVIL), EVIL),
        ({"output_type": "stream", "text": "x" * 600_000}, "580,000 characters are left out here"),
        ({"output_type": "stream", "text": "x\r" * 300_000 + "y"}, "y"),
        (data(text_html="<div>" * 100_000), "<div><div>"),
        (data(text_html="$x$ " * 100_000), "$x$ $x$"),
        (data(text_markdown="$x " * 100_000), "$x $x"),
    ],
)
def test_outputs_that_a_page_cannot_show_become_text(tmp_path, output, shown):
    page = page_of(tmp_path, code(output))
    assert is_harmless(page)
    assert shown in "".join(page.text)


@pytest.mark.parametrize(
    "cell",
    [
        markdown(EVIL),
        markdown(f"# {EVIL}\n\n[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>"),
        markdown("```<script>alert(1)</script>\nx\n```\n\n```mermaid\n<script>alert(1)</script>\n```"),
        markdown(
            "<svg onload=alert(1)><a xlink:href='javascript:1'></svg><iframe src='//x'></iframe><base href='//x'>"
        ),
        markdown(r"$\text{<img src=x onerror=alert(1)>}$ $\href{javascript:alert(1)}{x}$ $\unicode{<script>}$"),
        markdown("![x](attachment:a) ![y](attachment:b)", attachments={"a": {"text/html": EVIL}, "b": {}}),
        markdown("<form action='https://example.com'><input autofocus onfocus=alert(1)><button>x</button></form>"),
        markdown("<style>@import 'https://example.com';</style><link rel=stylesheet href=//example.com>"),
        markdown("<a href=' java\nscript:alert(1)'>x</a><a href='vbscript:1'>x</a><a href='data:text/html,x'>x</a>"),
        markdown("<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>"),
        markdown("<p style='background:url(https://example.com);position:fixed' lang='<img onclick=alert(1) x'>x</p>"),
        markdown("<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>"),
        {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": EVIL},
        {"cell_type": EVIL, "metadata": {}, "source": EVIL},
        code(source=f"'{EVIL}'", count=EVIL, tags=[EVIL]),
        code(data(text_html=f"<div onclick='alert(1)' id='main'>{EVIL}</div>")),
        code(data({"text/html": {"isolated": True}}, text_html=EVIL)),
        code(data(**{"image_svg+xml": "<svg onload=alert(1)></svg>"})),
        code(data(image_png=png(), metadata={"image/png": {"width": EVIL, "alt": EVIL}})),
        code(data(image_png=png(), metadata={"image/png": EVIL})),
        code({"output_type": EVIL, "data": {"text/plain": EVIL}}),
        code({"output_type": "display_data", "data": {EVIL: EVIL}}),
        code(data(text_html="<img src='data:text/html;base64,AA=='><img src='data:image/svg+xml,<svg/>'>")),
        code(data(text_markdown=EVIL + "\ud800 a lone surrogate")),
        code(data(text_html="<b>" * 3000 + "\ud800 $x$")),
    ],
)
def test_nothing_in_a_cell_runs_or_loads(tmp_path, cell):
    page = page_of(tmp_path, cell)
    assert is_harmless(page)
    assert "style" in page.tags, "the page's own"
    styles = " ".join(value or "" for _, name, value in page.attributes if name == "style")
    assert not [word for word in ("url(", "fixed", "@import") if word in styles]


def test_headings_of_a_notebook_cannot_take_the_place_of_the_page_s_own(tmp_path):
    page = page_of(tmp_path, markdown("<h1 id='report'>x</h1><span id='papermill-error-cell'>here</span>"))
    assert page.values("h1", "id") == ["in-notebook-report"]
    assert page.values("span", "id") == ["in-notebook-papermill-error-cell"]
