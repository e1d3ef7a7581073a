"""A small chapter with a prediction and two exercises, whose checks need no TensorFlow."""

from nbformat import NotebookNode, v4

PREDICTION = 'prediction = ...\n### BEGIN SOLUTION\nprediction = "the same"\n### END SOLUTION'
FUNCTION = (
    "def count_values(image):\n"
    '    """Return how many distinct values an image has."""\n'
    "    ### BEGIN SOLUTION\n"
    "    distinct = set(image.ravel().tolist())\n"
    "    return len(distinct)\n"
    "    ### END SOLUTION"
)
VALUE = (
    "by_hand = ...\n### BEGIN SOLUTION\nsquare = 3\n\n\ndef bound(margin):\n    return square / margin**2\n\n\n"
    "by_hand = [2, 2, 1, 0], [-1, 1, 1], bound(1 / 3)\n### END SOLUTION"
)


def shown(text: str) -> list[NotebookNode]:
    return [v4.new_output("stream", name="stdout", text=text)]


def code(source: str, output: str = "", tags: tuple[str, ...] = (), **nbgrader) -> NotebookNode:
    """Return an executed code cell; the nbgrader metadata are added to the usual ones."""
    cell = v4.new_code_cell(source, execution_count=7, outputs=shown(output) if output else [])
    if tags:
        cell.metadata["tags"] = list(tags)
    if nbgrader:
        cell.metadata["nbgrader"] = {"schema_version": 3, "task": False, "grade": False} | nbgrader
    return cell


def exercise(name: str, source: str, check: str, points: int = 0, between: tuple = ()) -> list[NotebookNode]:
    """Return the cell of the answer, the cells between, and the cell of the check."""
    graded = {"grade": True, "points": points} if points else {}
    return [
        code(source, "printed by the solution\n", grade_id=name, solution=True, locked=False),
        *between,
        code(check, "✓ praise\n", grade_id=f"{name}-check", solution=False, locked=True, **graded),
    ]


def chapter_with_exercises() -> NotebookNode:
    """Return a solved edition: a prediction that the next cells answer, and 7 points in two exercises."""
    measured = (
        v4.new_markdown_cell("## Measured"),
        code("measured = {'plain': 0.5, 'shuffled': 0.5, 'images': 100}\nprint('as predicted')", "as predicted\n"),
    )
    cells = [
        v4.new_markdown_cell("# Title"),
        v4.new_markdown_cell("*Solved edition.*", metadata={"tags": ["solved-edition"]}),
        code("from course_utils import check\n\nprint('ready')", "ready\n"),
        *exercise("0-1", PREDICTION, 'check("0.1", prediction, measured)', between=measured),
        code("print('a lesson')", "a lesson\n"),
        *exercise("0-3", FUNCTION, 'check("0.3", count_values)', points=3),
        *exercise("1-2", VALUE, 'check("1.2", by_hand)', points=4),
        code("print('the summary: as predicted')", "the summary: as predicted\n", tags=("shows-answer",)),
        code("print('the end')", "the end\n"),
    ]
    marks = {"number": 1, "code": "0123456789abcdef", "depends": "fedcba9876543210"}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "course": marks})
