"""The ledger as a whole, and every claim of a finished chapter: held exactly once, by a measurement that can fail."""

import ast
import builtins
import re
from pathlib import Path

from course_utils.chapters import find_course
from course_utils.claims import judge
from course_utils.claims.ledger import FOLDER, WRONG, read_ledger
from course_utils.datasets import loading, names

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
COURSE = find_course(ROOT)
FINISHED = [chapter for chapter in COURSE.chapters if chapter.notebook and chapter.number]
VOCABULARY = {
    "held_by": {"open", "notebook", "test", "listed"},
    "kind": {"exact", "approx", "at_least", "at_most", "shape", "count", "formula", "ordering", "behaviour"},
    "value_from": {"document", "derived"},
    "status": {"holds", "erratum", "dated", "copy_fault", "to_measure"},
    "cost": {"instant", "seconds", "minutes", "gpu"},
}


def code_of(chapter):
    import nbformat

    cells = nbformat.read(chapter.notebook, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def calls(source, names):
    """Calls of functions with one of these names whose first argument is a text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in names and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, node


def held_in_notebook(chapter):
    return [claim_id for claim_id, _ in calls(code_of(chapter), {"claim"}) if claim_id.startswith(f"{chapter.name}.")]


def claim_tests(chapter):
    paths = sorted((ROOT / "tests" / "claims").glob(f"test_{chapter.number:02d}_*.py"))
    return [path.read_text(encoding="utf-8") for path in paths]


def held_in_tests(chapter):
    return [claim_id for source in claim_tests(chapter) for claim_id, _ in calls(source, {"holds"})]


def is_literal(node):
    """Whether an expression is typed out; empty lists and mappings are there to be filled."""
    empty = any(not getattr(part, "elts", getattr(part, "keys", True)) for part in ast.walk(node))
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return not empty


def typed_names(source):
    """The names in a source that stand for nothing measured: builtins, imports, and what is bound to literals only."""
    imported, typed, other = set(), set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            (typed if is_literal(node.value) else other).update(names_in(node, ast.Store))
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            other |= set().union(*(names_in(target, ast.Load) for target in targets))  # table[row] = …
        elif isinstance(node, ast.AugAssign):
            other |= names_in(node.target)
        elif isinstance(node, ast.arg):
            other.add(node.arg)
    return imported | (typed - other) | set(dir(builtins))


def names_in(node, *contexts):
    contexts = contexts or (ast.Store, ast.Load)
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, contexts)}


def measured_names(argument, typed):
    """The names in an argument that may stand for a measurement: not what it calls, and not what it binds itself."""
    called = {node.func.id for node in ast.walk(argument) if isinstance(node, ast.Call) and hasattr(node.func, "id")}
    return names_in(argument, ast.Load) - names_in(argument, ast.Store) - called - typed


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_ledger_is_well_formed(path):
    chapter = next(chapter for chapter in COURSE.chapters if chapter.file_stem == path.stem)
    claims = read_ledger(chapter.name)
    assert len(claims) == path.read_text(encoding="utf-8").count("- id: "), "two claims have the same id"
    for claim in claims.values():
        assert claim.id.startswith(f"{chapter.name}."), claim.id
        assert claim.document in COURSE.documents, claim.id
        for field, allowed in VOCABULARY.items():
            assert getattr(claim, field) in allowed, f"{claim.id}: {field} {getattr(claim, field)!r}"
        if claim.status in WRONG:
            assert claim.correct is not None and claim.why, f"{claim.id}: a {claim.status} says what is right and why"


@pytest.mark.parametrize("chapter", FINISHED, ids=lambda chapter: chapter.file_stem)
def test_every_claim_of_a_finished_chapter_is_held_once(chapter):
    claims = read_ledger(chapter.name)
    undecided = [claim.id for claim in claims.values() if claim.held_by == "open" or claim.status == "to_measure"]
    assert not undecided
    by_place = {"notebook": held_in_notebook(chapter), "test": held_in_tests(chapter)}
    for place, held in by_place.items():
        assert sorted(held) == sorted(claim.id for claim in claims.values() if claim.held_by == place), place
    assert 6 <= len(by_place["notebook"]) <= 15


@pytest.mark.parametrize("chapter", FINISHED, ids=lambda chapter: chapter.file_stem)
def test_no_claim_is_fed_a_literal(chapter):
    sources = [(code_of(chapter), "claim"), *((source, "holds") for source in claim_tests(chapter))]
    for source, name in sources:
        typed = typed_names(source)
        for claim_id, call in calls(source, {name}):
            measured = [*call.args[1:], *(word.value for word in call.keywords if word.arg in ("printed", "corrected"))]
            for argument in measured:
                said = f"{claim_id} is given {ast.unparse(argument)}, which nobody measured"
                assert measured_names(argument, typed), said


@pytest.mark.parametrize(
    ("argument", "measured"),
    [
        ("42", set()),
        ("np.float64(42)", set()),
        ("float64(SIZE)", set()),
        ("answer()", set()),
        ("[len(lines) for lines in EQUATIONS.values()]", set()),
        ("model.count_params() / SIZE", {"model"}),
        ("[a.std() for a in activations[1:]]", {"activations"}),
        ("[total, max(filled), table]", {"total", "filled", "table"}),
    ],
)
def test_what_counts_as_measured(argument, measured):
    source = """
import numpy as np
from numpy import float64
EQUATIONS, SIZE = {"LSTM": ["f", "i"]}, 42
def answer(): return 42
model, activations = build(), run()
filled, seconds = [], {}
total = 0
total += 1
table = [0, 0]
table[1] = total
"""
    assert measured_names(ast.parse(argument, mode="eval"), typed_names(source)) == measured


def wrong_measurements(expectation):
    """Measurements that must not satisfy the expectation: not a number, zeros, and just outside what is allowed."""
    if expectation.order is not None:
        yield dict.fromkeys(expectation.order, 0.0)
        yield {name: -place for place, name in enumerate(expectation.order)}
        yield dict.fromkeys(expectation.order, np.nan)
        return
    target = expectation.near if expectation.near is not None else expectation.equal
    yield np.full(np.shape(target), np.nan)
    if target is not None:
        target = np.asarray(target, dtype=float)
        band = np.asarray(
            expectation.atol if expectation.atol is not None else (expectation.rtol or 0) * np.abs(target)
        )
        yield target + 1.01 * band + 1e-3
        yield target - 1.01 * band - 1e-3
        if np.any(target):
            yield np.zeros(target.shape)
        for place in np.argwhere(target):  # whatever the other elements are, this one must have been measured
            one_zero = target.copy()
            one_zero[tuple(place)] = 0
            yield one_zero
    if expectation.below is not None:
        yield expectation.below + max(1.0, abs(expectation.below)) * 0.01
        yield np.inf
    if expectation.above is not None:
        yield expectation.above - max(1.0, abs(expectation.above)) * 0.01
        yield -np.inf


@pytest.mark.parametrize(
    "claim",
    [claim for chapter in FINISHED for claim in read_ledger(chapter.name).values() if claim.held_by != "listed"],
    ids=lambda claim: claim.id,
)
def test_a_wrong_measurement_differs(claim, monkeypatch):
    monkeypatch.setattr(loading, "_served", {name: name for name in names()})  # as if all of them were at hand
    run = {name: needed["at_least"] if isinstance(needed, dict) else needed for name, needed in claim.needs.items()}
    wrong = claim.status in WRONG
    for measured in wrong_measurements(claim.expectation_of_correction() if wrong else claim.expectation()):
        values = {"printed": np.nan, "corrected": measured} if wrong else {"measured": measured}
        arguments = [values.pop("measured")] if not wrong else []
        assert judge(claim.id, *arguments, **values, **run).verdict == "differs", f"{measured} passes"


# How a statement names what a parameter of a notebook sets: names of such parameters, and of needs, with the number.
SETTINGS = {
    ("batch_size",): r"batch(?:es)?(?: size)?(?: of)? (\d[\d,]*)",
    ("epochs",): r"(\d[\d,]*) epochs",
    ("passes", "recall_passes", "compared_passes"): r"(\d[\d,]*) passes",
    ("steps", "delay"): r"(\d[\d,]*) steps",
    ("layers",): r"(\d[\d,]*) layers",
    ("units",): r"(?:(\d[\d,]*)(?: \w+)? units|LSTM\((\d[\d,]*)\))",
    ("examples",): r"(\d[\d,]*) unit-Gaussian inputs",
    ("draws",): r"(\d[\d,]*) draws",
    ("rate", "learning_rate"): r"rate ([\d.]+(?:e-?\d+)?)(?=[\s,):])",
    ("data", "dataset"): r"(?i)\b(MNIST|sonnets)\b",
}
FIXED = {  # what a cell sets itself, whatever the parameters are
    ("lenet5.adam_faster", "epochs"),
    ("lstm_and_gru.lstm_gradient_does_not_vanish", "units"),
    ("lstm_and_gru.lstm_learns_long_dependencies", "units"),
    ("lstm_and_gru.vanilla_gradient_shrinks_with_length", "units"),
}


def parameters_of(chapter):
    import nbformat

    cells = nbformat.read(chapter.notebook, as_version=4).cells
    (source,) = (cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))
    return {line.target.id for line in ast.parse(source).body}


def named_settings(statement):
    """What a statement names: names of a setting's parameter and needs, and the values, numbers or data sets."""
    for names_of_it, pattern in SETTINGS.items():
        found = [next(filter(None, match.groups())) for match in re.finditer(pattern, statement)]
        if found:
            data = "data" in names_of_it
            yield names_of_it, {part.lower() if data else float(part.replace(",", "")) for part in found}


@pytest.mark.parametrize("chapter", FINISHED, ids=lambda chapter: chapter.file_stem)
def test_a_setting_that_a_statement_names_is_needed(chapter):
    """Where a parameter can change it: a run with another value says nothing about the statement."""
    parameters = parameters_of(chapter)
    for claim in read_ledger(chapter.name).values():
        for names_of_it, values in named_settings(claim.statement):
            if claim.held_by != "notebook" or not parameters & {*names_of_it}:
                continue
            if (claim.id, names_of_it[0]) in FIXED:
                continue
            needed = [claim.needs[name] for name in names_of_it if name in claim.needs]
            assert needed, f"{claim.id} names {names_of_it[0]} {values}, and needs does not"
            there = {need["at_least"] if isinstance(need, dict) else need for need in needed}
            assert there & values, f"{claim.id} names {names_of_it[0]} {values}, and needs {there}"


def test_settings_are_found_in_a_statement():
    said = "MNIST, batch 128, rate 0.1: 100 unit-Gaussian inputs, batches of 50, 1,000 steps, 64 tanh units, LSTM(32)"
    assert dict(named_settings(said)) == {
        ("batch_size",): {128.0, 50.0},
        ("steps", "delay"): {1000.0},
        ("units",): {64.0, 32.0},
        ("examples",): {100.0},
        ("rate", "learning_rate"): {0.1},
        ("data", "dataset"): {"mnist"},
    }


def on_the_clock(source):
    """The names in a source that hold time on the clock, which goes on while other work has the processor."""
    clock = {"perf_counter", "time", "monotonic"}
    taken, tree = set(), ast.parse(source)
    while True:
        before = len(taken)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AugAssign):
                called = {
                    part.func.attr
                    for part in ast.walk(node.value)
                    if isinstance(part, ast.Call)
                    and isinstance(part.func, ast.Attribute)
                    and getattr(part.func.value, "id", "") == "time"
                }
                if called & clock or names_in(node.value, ast.Load) & taken:
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    taken |= {name for target in targets for name in names_in(target)}
        if len(taken) == before:
            return taken


@pytest.mark.parametrize("chapter", FINISHED, ids=lambda chapter: chapter.file_stem)
def test_no_claim_is_fed_time_on_the_clock(chapter):
    """It would measure what else the machine does; processor time does not."""
    import nbformat

    for cell in nbformat.read(chapter.notebook, as_version=4).cells:
        if cell.cell_type == "code":
            taken = on_the_clock(cell.source)
            for claim_id, call in calls(cell.source, {"claim"}):
                measured = [*call.args[1:], *(word.value for word in call.keywords)]
                assert not any(names_in(part) & taken for part in measured), claim_id


def test_time_on_the_clock_is_followed_to_where_it_goes():
    assert on_the_clock("a = time.perf_counter()\nb = time.process_time()\nc = 2 * a\nd = b - 1") == {"a", "c"}


def test_an_erratum_needs_the_printed_form_to_fail():
    judgement = judge("weight_initialization.np_rand", printed=np.float64(1.0), corrected=np.float64(1.0))
    assert judgement.verdict == "differs" and "as printed holds" in judgement.reason
