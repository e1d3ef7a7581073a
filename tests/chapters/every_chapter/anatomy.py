"""The anatomy that every chapter shares, and what a finished chapter has."""

import ast
import base64
import importlib
import re

from course_tools.authoring.stored_outputs import LANGUAGE
from course_tools.slides.paging import slide_type, usual_slide_type
from course_utils.checks.exercises import EXERCISES

MAX_NOTEBOOK, MAX_PNG = 500_000, 60_000  # bytes
MAX_LINES, MAX_LINES_FOLDED, MAX_LINES_OF_CLASS = 20, 30, 40
END = ["In practice", "Exercises", "Summary", "Further reading", "Appendix: the documents, checked"]
ABSOLUTE_PATH = re.compile(r"(?<![\w.])(/home/|/root/|/Users/|/tmp/|/work/|[A-Z]:\\)")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def figures(notebook):
    return [output for output in outputs(notebook) if "image/png" in output.get("data", {})]


def test_it_begins_as_every_chapter_does(chapter, notebook):
    title, notice, parameters, set_up = notebook.cells[:4]
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert re.findall(r"(?m)^# .*", re.sub(r"```.*?```", "", prose, flags=re.DOTALL)) == [f"# {chapter.title}"]
    assert title.source.startswith(f"# {chapter.title}") and title.source.count("\n- ") in (3, 4, 5), "3 to 5 aims"
    assert "solved-edition" in notice.metadata.tags
    assert "parameters" in parameters.metadata.tags and "setup" in set_up.metadata.tags
    assert notebook.metadata.course.number == chapter.number


def test_parameters_are_typed_explained_and_used(notebook):
    (cell,) = tagged(notebook, "parameters")
    names = []
    for line in cell.source.splitlines():
        assert re.fullmatch(r"\w+: (int|float|bool|str|list) = .+  # \S.+", line), (
            f"name: type = value  # meaning: {line}"
        )
        names.append(line.partition(":")[0])
    assert names[0] == "seed"
    later = code_cells(notebook)[1:]
    read = {
        node.id
        for other in later
        for node in ast.walk(ast.parse(other.source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert set(names) <= read, f"no later cell reads {set(names) - read}"


def test_setup_holds_imports_the_seed_and_the_head_alone(chapter, notebook):
    (cell,) = tagged(notebook, "setup")
    *imports, seeded, head = ast.parse(cell.source).body
    assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in imports)
    assert (ast.unparse(seeded), ast.unparse(head)) == ("setup(seed)", f"chapter({chapter.number})")


def is_folded(cell):
    in_lab, in_the_book = (
        cell.metadata.get("jupyter", {}).get("source_hidden"),
        "hide-input" in cell.metadata.get("tags", []),
    )
    assert bool(in_lab) == in_the_book, f"{cell.id} is folded in JupyterLab or in the reading edition only"
    return in_the_book


def test_the_subject_comes_first_and_what_sets_up_is_folded(notebook):
    assert all(is_folded(cell) for cell in code_cells(notebook)[:2])
    assert not any(is_folded(cell) for cell in code_cells(notebook) if is_exercise(cell))


def headings(notebook):
    """The headings of the second level, in order."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.findall(r"(?m)^## (.+)$", re.sub(r"```.*?```", "", prose, flags=re.DOTALL))


def test_sections_have_numbers_and_it_ends_as_every_chapter_does(chapter, notebook):
    if not chapter.sources:  # the way in is no chapter of a document
        return
    *sections, practice, exercises, summary, reading, appendix = headings(notebook)
    assert [practice, exercises, summary, reading, appendix] == END
    if not sections[0].startswith("1. "):  # the opening's own heading
        sections = sections[1:]
    assert [title.partition(". ")[0] for title in sections] == [str(place + 1) for place in range(len(sections))]
    last = notebook.cells[-1]
    assert last.source == f"documents_checked({chapter.number})" and is_folded(last)


def test_every_heading_is_followed_by_a_sentence(notebook):
    for cell, following in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type == "markdown" and re.fullmatch(r"#{2,4} .*", cell.source.strip()):
            assert following.cell_type == "markdown", f"{cell.source} is followed by code at once"


def test_a_slide_type_is_written_where_it_is_not_the_usual_one(notebook):
    allowed = {"slide", "subslide", "fragment", "skip", "notes", "-"}
    for cell in notebook.cells:
        if "slideshow" in cell.metadata:
            chosen = cell.metadata.slideshow.get("slide_type")
            assert chosen in allowed, f"{cell.id}: slide type {chosen!r}"
            assert slide_type(cell) == chosen != usual_slide_type(cell), f"{cell.id} needs no slide type {chosen!r}"


def test_cells_are_short(notebook):
    for cell in code_cells(notebook):
        limit = MAX_LINES_FOLDED if is_folded(cell) else MAX_LINES
        limit = MAX_LINES_OF_CLASS if re.search(r"(?m)^class ", cell.source) else limit
        assert len(cell.source.splitlines()) <= limit, cell.id


def is_exercise(cell):
    return "nbgrader" in cell.metadata


def solutions(notebook):
    return [cell for cell in code_cells(notebook) if cell.metadata.get("nbgrader", {}).get("solution")]


def check_of(notebook, solution):
    """The cell that checks this answer, wherever it stands."""
    name = f"{solution.metadata.nbgrader.grade_id}-check"
    (cell,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name]
    return cell


def kind_of(chapter, place):
    importlib.import_module(f"course_utils.chapters.ch{chapter.number:02d}.checks")
    return EXERCISES[f"{chapter.number}.{place}"].kind


def test_exercises_are_complete(chapter, notebook):
    assert 4 <= len(solutions(notebook)) <= 5 or not chapter.sources
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_exercise(cell)]
    assert len(ids) == len(set(ids)) == 2 * len(solutions(notebook))
    for place, cell in enumerate(solutions(notebook), 1):
        assert cell.source.count("### BEGIN SOLUTION") == cell.source.count("### END SOLUTION") == 1
        assert cell.metadata.nbgrader.grade_id == f"{chapter.number}-{place}"
        check = check_of(notebook, cell)
        assert re.match(rf'check\(\s*"{chapter.number}\.{place}",', check.source)
        assert check.metadata.nbgrader.locked and not check.metadata.nbgrader.solution
        text = notebook.cells[notebook.cells.index(cell) - 1].source
        (heading,) = re.findall(rf"(?m)^### Exercise {chapter.number}\.{place}: .+$", text)
        if kind_of(chapter, place) == "prediction":
            assert not check.metadata.nbgrader.grade and heading.endswith(": predict")
        else:
            points = check.metadata.nbgrader.points
            assert check.metadata.nbgrader.grade and heading.endswith(f"({points} point{'s' * (points > 1)})")


def test_a_prediction_is_checked_behind_what_the_run_measures_and_other_answers_at_once(chapter, notebook):
    for place, cell in enumerate(solutions(notebook), 1):
        check = check_of(notebook, cell)
        asked, checked = notebook.cells.index(cell), notebook.cells.index(check)
        if kind_of(chapter, place) != "prediction":
            assert checked == asked + 1
            continue
        between = [other for other in notebook.cells[asked + 1 : checked] if other.cell_type == "code"]
        assert between, f"exercise {chapter.number}.{place} is checked before anything was measured"
        assert not [other.id for other in between if is_exercise(other)], "an exercise within an exercise"
        assert notebook.cells[checked - 1] is between[-1], "prose between the measurement and the check explains it"
        assert between[-1].outputs or not outputs(notebook), "the cell before the check shows what decides"
        measured = ast.parse(check.source).body[0].value.args[2]
        read = {node.id for node in ast.walk(measured) if isinstance(node, ast.Name)}
        before = {name for other in notebook.cells[:asked] for name in assigned(other)}
        since = {name for other in between for name in assigned(other)}
        assert read & (since - before), "the check gets nothing that was measured after the prediction"


def assigned(cell):
    """The names that a cell gives values to."""
    nodes = ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else []
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def test_nothing_outside_an_exercise_uses_its_answer(notebook):
    answers = set()
    for cell in solutions(notebook):
        for node in ast.parse(cell.source).body:
            targets = node.targets if isinstance(node, ast.Assign) else [node]
            answers |= {getattr(target, "name", getattr(target, "id", None)) for target in targets}
    for cell in code_cells(notebook):
        if not is_exercise(cell):
            used = {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}
            assert not answers & used, f"{cell.id} uses the answer {answers & used}"


def test_no_error_and_no_warning_is_stored(notebook):
    assert not [output for output in outputs(notebook) if output.output_type == "error"]
    assert not [output for output in outputs(notebook) if output.get("name") == "stderr"]


def test_other_tools_know_the_language_of_the_notebook(notebook):
    assert notebook.metadata.language_info == LANGUAGE


def test_figures_are_small_described_and_stored_once(notebook):
    pictures = [output.data["image/png"] for output in figures(notebook)]
    assert len(pictures) == len(set(pictures)), "a picture is stored twice: show() closes it"
    for output in figures(notebook):
        assert len(output.metadata.get("image/png", {}).get("alt", "")) >= 20
        assert len(base64.b64decode(output.data["image/png"])) <= MAX_PNG


def test_the_file_is_small_and_names_no_folder_of_ours(chapter, notebook):
    assert chapter.notebook.stat().st_size <= MAX_NOTEBOOK
    texts = [cell.source for cell in notebook.cells]
    for output in outputs(notebook):
        data = output.get("data", {})
        texts += [str(output.get("text", "")), *(str(data[kind]) for kind in data if kind != "image/png")]
    for text in texts:
        assert not ABSOLUTE_PATH.search(text), ABSOLUTE_PATH.search(text)
