"""A chapter's cells in the book."""

from course_tools.book.chapter import chapter_to_read
from course_utils.syllabus import Chapter

import nbformat
import pytest
from nbformat import v4

PNG = "iVBORw0KGgo="


def cell(name, source, outputs=(), **metadata):
    made = v4.new_code_cell(source, outputs=list(outputs), metadata=metadata)
    made.id = name
    return made


def displayed(metadata=None, **data):
    data = {name.replace("_", "/"): content for name, content in data.items()}
    return v4.new_output("display_data", data=data, metadata=metadata or {})


def exercise(name, **roles):
    roles = {"solution": False, "grade": False, "locked": False, "task": False} | roles
    return {"grade_id": name, "schema_version": 3, **roles}


@pytest.fixture
def read(tmp_path):
    def prepare(*cells):
        path = tmp_path / "07_tiny.ipynb"
        nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell("# A title"), *cells]), path)
        return chapter_to_read(Chapter(number=7, name="tiny", title="A title", notebook=path)).cells

    return prepare


@pytest.fixture
def asked(read):
    """Return an exercise with a measurement between the answer and its check."""
    answer = "double = ...\n### BEGIN SOLUTION\ndouble = 2 * 21\n### END SOLUTION"
    return read(
        cell("answer", answer, [v4.new_output("stream", text="forty-two")], nbgrader=exercise("7-1", solution=True)),
        cell("measured", "x = 1"),
        cell(
            "check",
            'check("7.1", double)',
            [displayed(text_markdown="well done", text_plain="well done")],
            nbgrader=exercise("7-1-check", locked=True),
        ),
        cell("after", "y = 1"),
    )


def test_the_title_begins_with_the_chapter_s_number(read):
    assert read()[0].source == "# 07 A title"


def test_a_folded_solution_follows_its_check(asked):
    assert [cell.id for cell in asked[1:]] == ["answer", "measured", "check", "answer-solution", "after"]
    _, answer, _, check, solution, _ = asked
    assert "21" not in answer.source
    assert answer.source.startswith("double = ...")
    assert answer.outputs == check.outputs == []
    assert solution.source == "double = ...\ndouble = 2 * 21"
    assert solution.metadata.tags == ["hide-cell"]
    assert solution.metadata.mystnb.code_prompt_show == "Solution"


def test_the_solution_unfolds_with_its_output_and_that_of_the_check(asked):
    printed, reply = asked[4].outputs
    assert printed.text == "forty-two"
    assert reply.data["text/plain"] == "well done"


@pytest.mark.parametrize(
    ("source", "metadata"),
    [
        ("seed: int = 0", {"tags": ["parameters"]}),
        ("setup(seed)", {"tags": ["setup"]}),
        ("x = 1", {"tags": ["hide-input"]}),
        ("x = 1", {"jupyter": {"source_hidden": True}}),
        ("fig, ax = plt.subplots()\nshow(fig, alt='A line.')", {}),
        ("live(draw, x=[1, 2])", {"tags": ["live"]}),
    ],
)
def test_code_that_sets_up_or_draws_folds(read, source, metadata):
    assert "hide-input" in read(cell("one", source, **metadata))[1].metadata.tags


def test_the_appendix_has_no_code_to_unfold(read):
    metadata = {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
    assert read(cell("one", "documents_checked(7)", **metadata))[1].metadata.tags == ["remove-input"]


def test_other_code_stays_open(read):
    assert read(cell("one", "def show_all():\n    return 1"))[1].metadata.get("tags", []) == []


def test_a_slider_has_a_prompt(read):
    slider = read(cell("one", "live(draw, x=[1, 2])", tags=["live"]))[1]
    assert "JupyterLab" in slider.metadata.mystnb.code_prompt_show


def test_the_cell_of_the_solved_edition_is_left_out(read):
    note = v4.new_markdown_cell("*Solved edition.*", metadata={"tags": ["solved-edition"]})
    assert len(read(note)) == 1


def test_a_cell_brings_the_descriptions_of_its_figures(read):
    figures = [displayed({"image/png": {"alt": alt}}, image_png=PNG) for alt in ("a line", "a circle")]
    assert read(cell("one", "draw()", figures))[1].metadata.alts == ["a line", "a circle"]


def test_outputs_for_machines_are_left_out(read):
    claim = displayed(text_html="<b>reproduced</b>")
    claim.data["application/vnd.course.claim+json"] = {"id": "x"}
    record = v4.new_output("display_data", data={"application/vnd.course.metric+json": {"name": "x"}})
    [shown] = read(cell("one", "claim('x')", [claim, record]))[1].outputs
    assert dict(shown.data) == {"text/html": "<b>reproduced</b>"}


def test_links_to_chapters_in_html_lead_to_pages(read):
    head = displayed(text_html="<a href='05_backpropagation.ipynb'>05</a> <a href='https://x.org/05_x.ipynb'>x</a>")
    html = read(cell("one", "chapter(7)", [head]))[1].outputs[0].data["text/html"]
    assert html == "<a href='05_backpropagation.html'>05</a> <a href='https://x.org/05_x.ipynb'>x</a>"
