"""The ledger of every chapter, also of planned ones, and the values that tests count as measured."""

import ast
from pathlib import Path

from course_utils.claims import judge
from course_utils.claims.ledger import WRONG, read_ledger
from course_utils.syllabus import chapter_folder, find_course

import numpy as np
import pytest
from measured import measured_names, on_the_clock, typed_names
from statements import named_settings

COURSE = find_course(Path(__file__).parent)
VOCABULARY = {
    "held_by": {"open", "notebook", "test", "listed"},
    "kind": {"exact", "approx", "at_least", "at_most", "shape", "count", "formula", "ordering", "behaviour"},
    "value_from": {"document", "derived"},
    "status": {"holds", "erratum", "dated", "copy_fault", "to_measure"},
    "cost": {"instant", "seconds", "minutes", "gpu"},
}


@pytest.mark.parametrize("chapter", [one for one in COURSE.chapters if one.sources], ids=lambda one: one.file_stem)
def test_ledger_is_well_formed(chapter):
    path = chapter_folder(chapter.number) / "claims.yaml"
    claims = read_ledger(chapter.name)
    assert len(claims) == path.read_text(encoding="utf-8").count("- id: "), "two claims have the same id"
    for claim in claims.values():
        assert claim.id.startswith(f"{chapter.name}."), claim.id
        assert claim.document in COURSE.documents, claim.id
        for field, allowed in VOCABULARY.items():
            assert getattr(claim, field) in allowed, f"{claim.id}: {field} {getattr(claim, field)!r}"
        if claim.status in WRONG:
            assert claim.correct is not None and claim.why, f"{claim.id}: a {claim.status} needs `correct` and `why`"


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


def test_an_erratum_needs_the_printed_form_to_fail():
    judgement = judge("weight_initialization.np_rand", printed=np.float64(1.0), corrected=np.float64(1.0))
    assert judgement.verdict == "differs" and "as printed holds" in judgement.reason


def test_settings_are_found_in_a_statement():
    text = "MNIST, batch 128, rate 0.1: 100 unit-Gaussian inputs, batches of 50, 1,000 steps, 64 tanh units, LSTM(32)"
    assert dict(named_settings(text)) == {
        ("batch_size",): {128.0, 50.0},
        ("steps", "delay"): {1000.0},
        ("units",): {64.0, 32.0},
        ("examples",): {100.0},
        ("rate", "learning_rate"): {0.1},
        ("data", "dataset"): {"mnist"},
    }


def test_wall_clock_time_is_traced_through_variables():
    assert on_the_clock("a = time.perf_counter()\nb = time.process_time()\nc = 2 * a\nd = b - 1") == {"a", "c"}
