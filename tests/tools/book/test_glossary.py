"""The glossary: what a mark comes to, and the marks of the present course."""

import re
from collections import Counter
from pathlib import Path

from course_tools.book.glossary import MARK, anchor, glossary_page, marked_terms, with_anchors
from course_tools.chapter_file import read_cells
from course_utils.syllabus import Chapter, find_course

import nbformat
import pytest
from nbformat import v4

COURSE = find_course(Path(__file__).parents[3])
READY = [chapter for chapter in COURSE.chapters if chapter.notebook]


@pytest.fixture
def terms(tmp_path):
    def read(markdown):
        path = tmp_path / "07_tiny.ipynb"
        nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell(markdown)]), path)
        return marked_terms(Chapter(number=7, name="tiny", title="A title", notebook=path))

    return read


def test_a_term_comes_with_its_whole_sentence(terms):
    text = "Here it begins. A\n<dfn>feature map</dfn> is what $f(x). A$ makes of `it. It`, e.g. here. There it ends."
    [term] = terms(text)
    assert term.name == "feature map"
    assert term.sentence == "A\nfeature map is what $f(x). A$ makes of `it. It`, e.g. here."


def test_a_term_may_begin_a_sentence_and_a_list_item(terms):
    text = "First.\n\n- Before. <dfn>Loss</dfn> is one example's.\n- <dfn>Cost</dfn> is that of a batch. After."
    assert [term.sentence for term in terms(text)] == ["Loss is one example's.", "Cost is that of a batch."]


def test_a_capital_bold_words_and_a_colon_that_belong_to_the_text_are_left_out(terms):
    text = '<dfn>Beam search</dfn> keeps **a few**:\n\n<dfn>AlexNet</dfn> won.\n\n<dfn title="Adam">Adam</dfn> divides.'
    assert [term.name for term in terms(text)] == ["beam search", "AlexNet", "Adam"]
    assert terms(text)[0].sentence == "Beam search keeps a few."


def test_the_dictionary_s_form_may_differ_from_that_of_the_text(terms):
    [term] = terms('Small <dfn title="learning rate">learning rates</dfn> are slow.')
    assert (term.name, term.sentence) == ("learning rate", "Small learning rates are slow.")


def test_a_mark_gets_the_id_that_the_glossary_links_to():
    marked = with_anchors('A <dfn>dead unit</dfn>, and <dfn title="logit">logits</dfn>.')
    assert marked == 'A <dfn id="term-dead-unit">dead unit</dfn>, and <dfn id="term-logit">logits</dfn>.'
    assert anchor("dead unit") == "term-dead-unit"


def test_no_term_of_the_course_is_marked_twice():
    marked = [term for chapter in READY for term in marked_terms(chapter)]
    count = Counter(term.anchor for term in marked)
    assert [(term.name, term.chapter.number) for term in marked if count[term.anchor] > 1] == []


@pytest.mark.parametrize("chapter", READY, ids=lambda chapter: chapter.file_stem)
def test_every_mark_of_a_chapter_is_read_and_stands_in_its_lecture(chapter):
    section, marks = "", 0
    for cell in read_cells(chapter.notebook):
        if cell["cell_type"] != "markdown":
            assert "<dfn" not in cell["source"]
            continue
        count = cell["source"].count("<dfn")
        assert count == len(MARK.findall(cell["source"])) == cell["source"].count("</dfn>"), cell["source"]
        marks += count
        for part in re.split(r"^(?=##+ )", cell["source"], flags=re.MULTILINE):
            first = part.splitlines()[0] if part else ""
            section = first if first.startswith("## ") else section
            asks = first.startswith("### Exercise")  # in the lecture a prediction may stand before a cell that goes on
            other = re.match("## (Exercises|Summary|Further reading|Appendix)", section)
            assert not ("<dfn" in part and (asks or other)), first
            assert not (first.startswith("#") and "<dfn" in first)
    assert len(marked_terms(chapter)) == marks
    assert marks or chapter.number == 0


def test_the_page_has_every_term_once_under_its_letter():
    page = glossary_page(COURSE)
    blocks = page.split("\n\n")
    entries = [block for block in blocks if block.startswith("**")]
    assert len(entries) == sum(len(marked_terms(chapter)) for chapter in READY)
    letter = ""
    for block in blocks[2:]:
        letter = block.removeprefix("## ") if block.startswith("## ") else letter
        assert not block.startswith("**") or block[2].upper() == letter
