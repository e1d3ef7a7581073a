"""Turn text, Markdown and HTML of a notebook into HTML that can neither run nor load anything.

A notebook may come from a stranger, and a page opened from disk may read other files. The results of these functions
are safe in a page; the pages' templates escape everything else.
"""

import re
from html import escape

from course_tools.reporting import formulas
from course_tools.reporting.formulas import DOLLARS, formula, set_formulas

import nh3
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.token import STANDARD_TYPES

LONGEST = 20_000  # characters of one printed output; a loop gone wrong prints millions
# The parsers are very slow on some longer strings, which a loop gone wrong prints too.
LONGEST_MARKDOWN = 50_000  # characters of one cell or output
MOST_MARKS = 20_000  # tags of an HTML output, or dollars
NO_DESCRIPTION = "A figure without a description"
LONGEST_SCRIPT = 400  # characters shown of a script; one that contains a library has millions

_LINKS = ("http://", "https://", "mailto:", "#")
_IMAGES = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_OURS = "in-notebook-"  # before every id, so that none equals an id of the page
# No colours, which may be unreadable on a dark or a light page, and nothing that moves text out of its place.
_STYLES = {
    *("border-color", "border-style", "border-width", "border-collapse"),
    *("border", "border-left", "border-right", "border-top", "border-bottom", "border-radius"),
    *("padding", "padding-left", "padding-right", "padding-top", "padding-bottom"),
    *("font-family", "font-size", "font-style", "font-weight", "line-height", "text-align", "text-decoration"),
    *("vertical-align", "white-space", "overflow-x"),
}
_SCRIPT = re.compile(r"<script\b.*?(?:</script\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_CELL = {"align", "colspan", "rowspan", "headers", "scope"}
_CLEANER = nh3.Cleaner(
    tags=(nh3.ALLOWED_TAGS - {"area", "map"}) | set(formulas.ATTRIBUTES),
    clean_content_tags={"script", "style"},
    attributes={
        "*": {"style", "lang", "dir"},
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        "details": {"open"},
        "td": _CELL,
        "th": _CELL,
        "span": {"id"},  # papermill marks the failed cell with one
        **{f"h{level}": {"id"} for level in range(1, 7)},
        **{tag: names for tag, names in formulas.ATTRIBUTES.items() if names},
    },
    attribute_filter=lambda tag, name, value: _attribute(tag, name, value),
    allowed_classes={"span": {name for name in STANDARD_TYPES.values() if name}, "a": {"anchor-link"}},
    filter_style_properties=_STYLES,
    url_schemes={"http", "https", "mailto", "data"},
    url_relative=lambda url: f"#{_OURS}{url.removeprefix('#').removeprefix(_OURS)}" if url.startswith("#") else None,
    id_prefix=_OURS,
)


def html(source: str) -> Markup:
    """Return an HTML output without anything that runs, loads or looks like a form, and with its formulas rendered."""
    if max(source.count("<"), source.count("$")) > MOST_MARKS:
        return text(source)
    soup = BeautifulSoup(_clean(source), "html.parser")  # cleaned first: this parser is very slow on broken markup
    for string in soup.find_all(string=DOLLARS):
        if not string.find_parent(("pre", "code", "math")):
            string.replace_with(BeautifulSoup(set_formulas(string), "html.parser"))
    for image in soup.find_all("img", alt=None):
        image["alt"] = NO_DESCRIPTION
    return _clean(str(soup))


def markdown(source: str, attachments: dict[str, dict[str, str]] | None = None) -> Markup:
    """Render a Markdown cell or output, with its HTML made harmless.

    Args:
        source: The Markdown.
        attachments: The cell's attachments: name to MIME type to content in base64.
    """
    if len(source) > LONGEST_MARKDOWN:
        return text(source)
    try:
        markup = MarkdownWithMath(renderer=_Renderer(escape=False, attachments=attachments)).render(source)
    except Exception:  # a stranger's Markdown may break the parser; then its source is shown
        return text(source)
    return _clean(markup)


def code(source: str, language: str = "ipython3") -> Markup:
    """Highlight the syntax of code."""
    return _clean(Highlight2HTML(pygments_lexer=language)(source))


def with_formulas(plain: str) -> Markup:
    """Render plain text with formulas between dollars."""
    return _clean(set_formulas(plain))


def text(printed: str) -> Markup:
    """Render printed text without colours: the last version of overwritten lines, both ends of a very long string."""
    lines = strip_ansi(printed).replace("\r\n", "\n").split("\n")
    plain = "\n".join(line.rpartition("\r")[2] for line in lines)
    return Markup("<pre>{}</pre>").format(shorten(plain, LONGEST))


def shorten(long: str, most: int) -> str:
    """Return a string, or its two ends with a line between them that tells how much is left out."""
    half = most // 2
    if len(long) <= most:
        return long
    return f"{long[:half]}\n… {len(long) - 2 * half:,} characters are left out here …\n{long[-half:]}"


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, with MathML for formulas and without reading files."""

    def block_math(self, body: str) -> str:
        return formula(body, block=True)

    def inline_math(self, body: str) -> str:
        return formula(body)

    def latex_environment(self, name: str, body: str) -> str:
        return formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)

    def _embed_image_or_attachment(self, src: str) -> str:
        known = src.startswith("attachment:") and self.attachments.get(src.removeprefix("attachment:"))
        return super()._embed_image_or_attachment(src) if known else src


def _clean(markup: str) -> Markup:
    """Remove everything that the lists above do not allow; show scripts as text."""
    shown = _SCRIPT.sub(lambda found: f"<pre>{escape(shorten(found[0], LONGEST_SCRIPT))}</pre>", markup)
    cleaned = _CLEANER.clean(shown.encode("utf-8", "backslashreplace").decode("utf-8"))  # Rust knows no lone surrogates
    return Markup(cleaned)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if value.lower().startswith(_LINKS) else None
    if name == "src":
        return value if _IMAGES.fullmatch(value) else None
    return value
