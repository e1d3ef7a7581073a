"""The distribution of a notebook's parts over slides."""

import json

from course_tools.slides.claim_cards import claim_cards
from course_tools.slides.paging import slide_type, slides
from course_tools.slides.shortening import sentences, shorten
from course_utils.claims import rows
from course_utils.display import CLAIM_MIME, METRIC_MIME
from course_utils.errors import CourseError
from course_utils.syllabus import Chapter

import pytest
from lectures import code, figure, notebook, output, printed, prose

CHAPTER = Chapter(1, "lecture", "A chapter", None)
LONG = " ".join(f"**Word {n}** fills a line of the slide until there is no room for more on it." for n in range(12))


def deck(*cells):
    return slides(notebook(*cells), CHAPTER)


def outline(*cells):
    """Return title and kinds of each slide."""
    return [(slide.title, [part.kind for part in slide.shown]) for slide in deck(*cells)]


def shown(markdown, keep=None):
    return [piece.short for piece in shorten(markdown, keep) if piece.short]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One thing. Another thing.", ["One thing.", "Another thing."]),
        ("It is e.g. A or else. Done.", ["It is e.g. A or else.", "Done."]),
        ("We use $f(x) = 2. X$ here. Next.", ["We use $f(x) = 2. X$ here.", "Next."]),
        ("First (a word. And one more.) of it. Next.", ["First (a word. And one more.) of it.", "Next."]),
        ("**Two words. In bold.** Next.", ["**Two words. In bold.**", "Next."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("At 0.5 it is 3.2 times. `a. B` too.", ["At 0.5 it is 3.2 times.", "`a. B` too."]),
    ],
)
def test_sentences(text, parts):
    assert sentences(text) == parts


def test_the_first_sentence_bold_words_questions_and_sentences_that_run_on_stay():
    text = "(An aside.) It begins. It goes on. Here is a **term**. It goes on. But why? It goes on. We look:"
    assert shown(text) == ["It begins. Here is a **term**. But why? We look:"]
    assert shown("One. <dfn>Loss</dfn> is one example's. More.") == ["One. <dfn>Loss</dfn> is one example's."]
    assert shown("- One. More.\n- Two. More.") == ["- One.", "- Two."]
    assert shown("1. One. More.\n2. Two. More.") == ["1. One.", "2. Two."]
    assert shown("So\n\n$$x = 1. X$$\n\nand so on. More.") == ["So", "$$x = 1. X$$", "and so on."]
    assert shown("> So it is:\n>\n> - One. More.\n> - Two.") == ["> So it is:\n>\n> - One. More.\n> - Two."]
    assert shown("- One. More.\n-\n- Two. More.") == ["- One.", "- Two."]
    assert shown("| a | b |\n|---|---|\n| 1 | 2 |") == ["| a | b |\n|---|---|\n| 1 | 2 |"]


def test_a_heading_within_the_line_keeps_the_sentence_behind_it():
    assert shown("**Zeros.** All weights are 0. More.") == ["**Zeros.** All weights are 0."]
    assert shown("- **Luck: in part.** Seeds differ. More.") == ["- **Luck: in part.** Seeds differ."]
    assert shown("**Zeros.**") == ["**Zeros.**"]
    assert shown("**This is a whole sentence.** More.") == ["**This is a whole sentence.**"]


def test_authors_can_choose_what_to_keep():
    text = "It begins. It goes\non here. It ends.\n\n$$x = 1$$"
    assert shown(text, ["goes on"]) == ["It goes\non here."]
    assert shown(text, ["x ="]) == ["$$x = 1$$"]
    assert shown(text, []) == []
    assert shown(text, "all") == ["It begins. It goes\non here. It ends.", "$$x = 1$$"]


def test_the_whole_text_is_in_the_notes():
    [slide] = deck("## One\n\nIt begins. It goes on.", prose("Nothing of this. Nor this.", slide_keep=[]))
    assert [part.source for part in slide.shown] == ["It begins."]
    assert slide.notes == "It begins. It goes on.\n\nNothing of this. Nor this."
    [slide] = deck("## One\n\nIt begins.")
    assert slide.notes == ""


def test_notes_behind_the_last_slide_go_to_it():
    [slide] = deck("## One\n\nIt begins.", prose("### Two", "subslide"), prose("For the speaker.", "notes"))
    assert slide.notes.endswith("For the speaker.")


def test_cells_for_the_speaker_and_skipped_cells():
    [slide] = deck(
        "## One\n\nText.",
        prose("For the speaker.", "notes"),
        prose("For nobody.", "skip"),
        code("answer = 42", printed("42"), nbgrader={"solution": True}),
        code("slider()", printed("moves"), tags=["live"]),
    )
    assert slide.notes == "Text.\n\nFor the speaker."
    assert [part.kind for part in slide.shown] == ["text"]


def test_a_slide_has_one_thing_and_the_text_around_it():
    cells = ["## One\n\nBefore.", code("plot()", figure()), "After.", code("plot()", figure()), "After that."]
    assert outline(*cells) == [("One", ["text", "figure", "text"]), ("One", ["figure", "text"])]


def test_a_text_that_leads_on_goes_with_what_follows():
    cells = ["## One", code("plot()", figure()), "And the other one?", code("plot()", figure())]
    assert outline(*cells) == [("One", ["figure"]), ("One", ["text", "figure"])]
    cells = [f"## One\n\n{LONG}\n\nThen:", code("plot()", figure())]
    assert outline(*cells) == [("One", ["text"]), ("One", ["text", "figure"])]


def test_headings_and_slide_types_start_slides():
    cells = ["## One\n\nText.\n\n### Two\n\nText.", prose("Three.", "subslide"), prose("Four.", "slide")]
    made = deck(*cells)
    assert [(slide.title, slide.section, slide.opens) for slide in made] == [
        ("One", "One", True),
        ("Two", "One", False),
        ("Two", "One", False),
        ("Two", "One", True),
    ]


@pytest.mark.parametrize(
    ("cell", "usual"),
    [
        (prose("## A section\n\nText."), "slide"),
        (prose("### A part of it"), "subslide"),
        (prose("Text.\n\n## A heading further down"), "-"),
        (code("# a comment\nplot()", figure()), "-"),
        (prose("## 3. Exercises\n\nText."), "skip"),
        (prose("### Exercise 1.2: a hard one (2 points)"), "skip"),
        (prose("## Exercising a network"), "slide"),
        (prose("In JupyterLab the next cell gives you two sliders; elsewhere it shows nothing."), "skip"),
        (prose("A slider, in JupyterLab."), "-"),
        (prose("## Further reading\n\nA paper."), "skip"),
        (prose("## Appendix: the documents, checked\n\nText."), "skip"),
        (code("documents_checked(1)"), "skip"),
    ],
)
def test_the_usual_slide_type_follows_from_the_cell(cell, usual):
    assert slide_type(cell) == usual
    cell.metadata["slideshow"] = {"slide_type": "notes"}
    assert slide_type(cell) == "notes"


@pytest.mark.parametrize("metadata", [{"nbgrader": {}}, {"tags": ["live"]}])
def test_exercises_and_sliders_are_never_shown(metadata):
    assert slide_type(code("x = 1", slide_type="slide", **metadata)) == "skip"


def test_exercises_that_begin_within_a_cell_are_not_shown():
    slides = deck("## In practice\n\nA rule.\n\n## Exercises\n\nAnswer.\n\n### Exercise 1.2: a number\n\nHow many?")
    assert [slide.title for slide in slides] == ["In practice"]
    assert "Answer" not in slides[0].notes
    slides = deck("## One\n\nIt begins.\n\n### Exercise 1.1: predict\n\nWill it?")
    assert [slide.title for slide in slides] == ["One", "Exercise 1.1: predict"]


def test_code_is_shown_if_the_cell_starts_a_slide_and_has_no_figure():
    define, plot = "def f(x):\n    return x", "plot()"
    assert outline("## One\n\nText.", code(define, slide_type="subslide")) == [("One", ["text", "code"])]
    assert outline("## One\n\nText.", code(define, printed("1"))) == [("One", ["text", "printed"])]
    assert outline("## One\n\nText.", code(plot, figure(), slide_type="subslide")) == [
        ("One", ["text"]),
        ("One", ["figure"]),
    ]


def test_long_code_shows_the_paragraphs_that_are_named():
    source = "def one():\n    pass\n\n\ndef two():\n    x = 1\n\n    return x"
    [slide] = deck("## One", code(source, slide_type="subslide", slide_keep=["return x"]))
    assert slide.shown[0].source == "# …\n\n    return x"


def test_a_prediction_hides_what_follows_it():
    [slide] = deck("## One\n\nText.\n\n**Predict:** what?", code("plot()", figure()))
    assert [part.revealed for part in slide.shown] == [False, False, True]


def test_a_narrow_figure_has_its_text_beside_it():
    [slide] = deck("## One\n\nText.\n\nText.", code("plot()", figure(size=(500, 500))))
    assert slide.layout == "beside"
    [slide] = deck("## One\n\nText.", code("plot()", figure(size=(900, 350))))
    assert slide.layout == "stacked"


def test_a_claim_becomes_a_card(monkeypatch):
    shown = []
    monkeypatch.setattr(rows, "emit", shown.append)
    recorded = {"run": "2026-01-01, 2 CPU cores, 3 seeds", "verdict": "reproduced", "values": [5e-8, 5e-8, 6e-8]}
    monkeypatch.setattr(rows, "_recorded", lambda course, entry: recorded)
    rows.claim("lstm_and_gru.lstm_equals_keras", 1e-7, say="the formulas are the layer's")
    rows.claim("lstm_and_gru.gates_between_zero_and_one", [0.25, 1.5], say="a gate lies between 0 and 1")
    claims = json.loads(json.dumps([bundle[CLAIM_MIME][0] for bundle in shown]))
    card, other = claim_cards(claims, "33, cell one").values()
    assert (card.statement, other.statement) == ("the formulas are the layer's", "a gate lies between 0 and 1")
    assert (card.badge, card.verdict) == ("✓ reproduced", "reproduced") and other.verdict == "differs"
    assert card.source == "the notes, 5.5 Long Short Term Memory (LSTM)"
    assert [label for label, _ in card.rows] == ["document", "this run"] and card.rows[1] == ("this run", ["1e-07"])
    assert other.rows == [("document", ["0", "1"]), ("this run", ["0.25", "1.5"])] and other.columns == 2
    assert card.recorded == "reproduced: 5e-08, 5e-08, 6e-08"
    assert card.notes == ["Holds if at most 1e-05.", "Full run: 2026-01-01, 2 CPU cores, 3 seeds."]


def test_a_claim_of_an_older_version_is_one_sentence():
    row = {"id": "a.b", "verdict": "reproduced"}
    for stored in (row, [row]):
        old = output({"text/plain": "x", CLAIM_MIME: stored})
        with pytest.raises(CourseError, match=r"01_lecture, cell .*: a claim lacks its data .*; course store"):
            deck("## One\n\nText.", code("claim()", old))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (prose("Some text.", slide_keep=["other text"]), "'other text', which the cell does not contain"),
        (prose("Some text.", slide_keep="everything"), "or 'all'; got 'everything'"),
        (code("plot()", figure(alt=None)), "a figure has no description"),
        (code("other()", output({"application/x-other": "x"})), "an output of the kind application/x-other"),
    ],
)
def test_an_error_that_an_author_can_fix_names_the_cell(cell, told):
    with pytest.raises(CourseError, match=f"01_lecture, cell {cell.id}: .*") as error:
        deck("## One\n\nText.", cell)
    assert told in str(error.value)


def test_a_metric_that_readers_do_not_see_is_on_no_slide():
    kept = {"text/plain": "loss: 1", "text/html": "<!-- loss -->", METRIC_MIME: {"name": "loss", "value": 1.0}}
    shown_too = kept | {"text/markdown": "loss: **1**"}
    both = outline("## One", code("metric()", output(kept), output(shown_too)))
    assert both == outline("## One", code("metric()", output(shown_too))) != outline("## One", code("metric()"))
