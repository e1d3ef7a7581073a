"""The glossary: each term that a notebook marks with `<dfn>`, with the sentence that explains it and its place."""

import html
import re
from dataclasses import dataclass
from itertools import groupby

from course_tools.chapter_file import read_cells
from course_tools.slides.shortening import sentences, shorten
from course_utils.syllabus import Chapter, Course

# The term as a dictionary has it stands in the attribute `title` if the text needs another form of it.
MARK = re.compile(r'<dfn(?: title="([^"<>]+)")?>([^<>]+)</dfn>')


@dataclass(frozen=True)
class Term:
    """A term of the glossary.

    Attributes:
        name: The term as a dictionary has it.
        sentence: The sentence that explains it, in Markdown.
        chapter: The chapter in which that sentence stands.
    """

    name: str
    sentence: str
    chapter: Chapter

    @property
    def anchor(self) -> str:
        """The id of the marked term in its chapter's page."""
        return anchor(self.name)


def marked_terms(chapter: Chapter) -> list[Term]:
    """Return the terms that a chapter's text marks, in order.

    Args:
        chapter: A chapter that has a notebook.
    """
    texts = [cell["source"] for cell in read_cells(chapter.notebook) if cell["cell_type"] == "markdown"]
    return [
        Term(_in_dictionary(mark), _alone(sentence), chapter)
        for piece in (piece for source in texts for piece in shorten(source))
        for sentence in sentences(re.sub(r"^([-*]|\d+\.) ", "", piece.full))
        for mark in MARK.finditer(sentence)
    ]


def glossary_page(course: Course) -> str:
    """Return the page of all terms in MyST Markdown, by first letter.

    Args:
        course: The course whose notebooks mark the terms.
    """
    terms = sorted((term for chapter in course.select([]) for term in marked_terms(chapter)), key=_order)
    introduction = (
        f"{len(terms)} terms, each with the sentence that explains it, and a link to that sentence in its chapter."
    )
    parts = ["# Glossary", introduction]
    for letter, some in groupby(terms, key=lambda term: _order(term)[0].upper()):
        parts += [f"## {letter}", *map(_entry, some)]
    return "\n\n".join([*parts, ""])


def with_anchors(markdown: str) -> str:
    """Give each marked term of a text the id that the glossary's links lead to."""
    return MARK.sub(lambda mark: f'<dfn id="{anchor(_name(mark))}">{mark[2]}</dfn>', markdown)


def anchor(name: str) -> str:
    """Return the id of a term's mark."""
    from docutils.nodes import make_id

    return make_id(f"term-{name}")


def _name(mark: re.Match) -> str:
    return " ".join((mark[1] or mark[2]).split())


def _in_dictionary(mark: re.Match) -> str:
    """Return a term's name without the capital that it has only because it begins the sentence."""
    name = _name(mark)
    only_first = mark.start() == 0 and mark[1] is None and name[1:] == name[1:].lower()
    return name[:1].lower() + name[1:] if only_first else name


def _alone(sentence: str) -> str:
    """Return a sentence as it stands in the glossary: no marks, nothing bold, and not leading to what follows it."""
    return re.sub(r":$", ".", MARK.sub(r"\2", sentence).replace("**", ""))


def _order(term: Term) -> str:
    return re.sub(r"[^a-z0-9 ]", "", term.name.casefold())


def _entry(term: Term) -> str:
    place = f"{term.chapter.number:02d} {html.escape(term.chapter.title)}"
    link = f'<a href="{term.chapter.file_stem}.html#{term.anchor}">{place}</a>'
    return f"**{term.name}**: {term.sentence} ({link})"
