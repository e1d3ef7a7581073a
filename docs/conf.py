"""Sphinx' settings for the reading edition, which `make book` builds (course_tools/book)."""

import importlib
import importlib.metadata
import re
import textwrap
from typing import NewType

import numpy.typing
from docutils import nodes

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
copyright = "the authors of the course. Text and figures: CC BY 4.0, code: MIT"
html_theme = "sphinx_book_theme"
html_theme_options = {
    "use_download_button": False,
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "navbar_persistent": [],  # the side bar has the search already
    "footer_content_items": ["copyright"],
}
html_context = {"default_mode": "auto"}
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_show_search_summary = False  # fetches pages, which a browser forbids to a page opened from disk

nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_code_prompt_show, nb_code_prompt_hide = "Show the code", "Hide the code"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
# A formula of a document stands between dollars in a claim, which is HTML.
myst_mathjax_classes = "math|text_html"
mathjax4_config = {
    "tex": {"inlineMath": [["\\(", "\\)"], ["$", "$"]]},
    "options": {"enableMenu": False},
}
# The only build in this package that needs no other files.
mathjax_path = "tex-svg-full.js"
_mathjax = importlib.metadata.distribution("sphinx-mathjax-offline").locate_file(
    "sphinx-mathjax-offline/static/mathjax"
)
html_static_path = ["book.css", "book.js", f"{_mathjax}/{mathjax_path}"]
html_css_files, html_js_files = ["book.css"], ["book.js"]

autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
numpy.typing.ArrayLike = NewType("ArrayLike", object)  # shows its name instead of the union of ten types
add_module_names = False
default_role = "code"  # the docstrings' `name`


def markdown_to_directives(app, what, name, obj, options, lines):
    """Turn what docstrings write as in Markdown, fenced code and tables, into reStructuredText's directives for it."""
    text = re.sub(r"(?ms)^( *)```(\w+)\n(.*?)^ *```$", _code, "\n".join(lines))
    lines[:] = re.sub(r"(?m)^( *)\|(.*)\|\n *\|[-| ]+\|$((?:\n *\|.*\|$)+)", _table, text).split("\n")


def _code(match):
    return f"{match[1]}.. code-block:: {match[2]}\n\n{textwrap.indent(match[3], '    ')}"


def _table(match):
    rows = [match[2], *(row.strip().strip("|") for row in match[3].strip().splitlines())]
    options = "    :header-rows: 1\n    :delim: |\n\n"
    table = f".. csv-table::\n{options}" + "\n".join(f"    {row.strip()}" for row in rows) + "\n"
    return textwrap.indent(table, match[1])


def describe_figures(app, doctree):
    """Give each figure of a code cell its description (myst-nb has one for a whole cell, not for each output)."""
    for cell in doctree.findall(lambda node: isinstance(node, nodes.container) and "cell_metadata" in node):
        images = [one for one in cell.findall(nodes.image) if one.parent.get("mime_type", "").startswith("image/")]
        for image, alt in zip(images, cell["cell_metadata"]["alts"], strict=True):
            image["alt"] = alt


def setup(app):
    """Connect the functions above, the one for docstrings before napoleon, which has priority 500."""
    importlib.import_module("course_utils.session")  # imports Keras quietly, before autodoc does
    app.set_html_assets_policy("always")  # MathJax also where the only formulas are those of claims
    app.connect("autodoc-process-docstring", markdown_to_directives, priority=400)
    app.connect("doctree-read", describe_figures)
