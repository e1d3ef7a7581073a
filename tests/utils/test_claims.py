"""Expectations, verdicts and rows, on a small ledger of their own."""

import json

from course_utils import datasets
from course_utils.claims import appendix, claim, documents_checked, judge, rows
from course_utils.claims.comparing import Expectation, plain_numbers
from course_utils.datasets import loading
from course_utils.display import CLAIM_MIME, value_text
from course_utils.errors import CourseError

import numpy as np
import pytest
from demo_ledger import ENTRIES, demo_course, write_ledger


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "JUDGED", judged := {})
    monkeypatch.setattr(appendix, "JUDGED", judged)
    with demo_course(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(
    ("expectation", "right", "wrong"),
    [
        (Expectation(near=2.0, atol=0.1), [2.0, 2.0999, 1.91], [2.2, np.nan, np.inf, 0]),
        (Expectation(near=[1.0, 100.0], rtol=0.1), [[1.05, 91]], [[1.2, 100], [1, 80], 1.0, [1, 100, 1]]),
        (Expectation(near=[1, 2], atol=[0.5, 0.1]), [[1.4, 2.0]], [[1.4, 2.2]]),
        (Expectation(below=1.0), [1.0, -5, [0.1, 0.2]], [1.001, [0, 2], np.nan, []]),
        (Expectation(above=0.5, below=1.0), [0.5, 1.0], [0.4, 1.1]),
        (Expectation(equal=[3, 4]), [[3, 4]], [[3, 5], [3], 3]),
        (
            Expectation(order=["a", "b"]),
            [{"a": 1, "b": 2}],
            [{"a": 2, "b": 1}, {"a": 1, "b": 1}, {"a": 1, "b": np.nan}],
        ),
    ],
)
def test_expectations(expectation, right, wrong):
    assert all(expectation.holds(value) for value in right)
    assert not any(expectation.holds(value) for value in wrong)
    assert str(expectation)


@pytest.mark.parametrize(
    "given", [{}, {"near": 1}, {"near": 1, "atol": 1, "rtol": 1}, {"order": ["a", "b"], "below": 1}]
)
def test_an_expectation_says_something_definite(given):
    with pytest.raises(ValueError, match="needs"):
        Expectation(**given)


@pytest.mark.parametrize(
    ("claim_id", "measured", "verdict"),
    [
        ("exact", 42, "reproduced"),
        ("exact", 41, "differs"),
        ("table", np.array([1.05, 1.9]), "reproduced"),
        ("table", [1.05, 1.7], "differs"),
        ("derived", np.float32(10.5), "confirmed"),
        ("bound", 0.9, "reproduced"),
        ("bound", 0.89, "differs"),
        ("behaviour", 0.0, "reproduced"),
        ("ordering", {"slow": 2.0, "fast": 1.0}, "reproduced"),
        ("ordering", {"slow": 1.0, "fast": 2.0}, "differs"),
    ],
)
def test_verdicts(course, claim_id, measured, verdict):
    assert judge(f"demo.{claim_id}", measured).verdict == verdict


def test_other_data_or_scale_is_not_comparable(course, monkeypatch):
    monkeypatch.setattr(loading, "_served", {"mnist": "mnist", "digits": "digits"})
    assert judge("demo.scaled", 5, data="mnist", n=10, more=1).verdict == "reproduced"
    other = judge("demo.scaled", 5, data="digits", n=3)
    assert other.verdict == "not comparable"
    assert other.reason == "data is digits, the claim is about mnist; n is 3, the claim is about 10"
    assert judge("demo.long", 0, steps=99).verdict == "not comparable"
    assert judge("demo.long", [], steps=99).verdict == "not comparable", "a run that has not measured it at all"
    assert judge("demo.long", 0, steps=200).verdict == "reproduced"
    with pytest.raises(ValueError, match="needs to know this run's n: pass n="):
        judge("demo.scaled", 5, data="mnist")


def test_what_was_loaded_counts_and_not_what_a_parameter_says(course, monkeypatch):
    """Whichever name a notebook passes: the one that it asked for, the one that it got, or one that it never loaded."""
    monkeypatch.setattr(loading, "_served", {})
    never = judge("demo.scaled", 5, data="mnist", n=10)
    assert never.verdict == "not comparable" and "mnist, which this run has not loaded" in never.reason
    monkeypatch.setattr(loading, "_real_content", lambda entry, download: (None, "nothing is at hand"))
    loaded = datasets.load("mnist")
    assert loaded.is_substitute
    for name in (loaded.requested, loaded.name):
        judgement = judge("demo.scaled", 5, data=name, n=10)
        assert judgement.reason == "data is digits, the claim is about mnist", name
    small = np.zeros((1, 28, 28), np.uint8)
    content = {"x_train": small, "y_train": small[:, 0, 0], "x_test": small, "y_test": small[:, 0, 0]}
    monkeypatch.setattr(loading, "_real_content", lambda entry, download: (content, ""))
    assert judge("demo.scaled", 5, data=datasets.load("mnist").name, n=10).verdict == "reproduced"


def test_an_erratum_takes_two_measurements(course):
    assert judge("demo.misprint", printed=8, corrected=8).verdict == "erratum"
    assert judge("demo.misprint", printed=7, corrected=7).reason == "the statement as printed holds"
    assert judge("demo.misprint", printed=6, corrected=6).reason == "the correction does not hold either"
    assert judge("demo.two_things", printed=9.0, corrected=3.0).verdict == "erratum"
    for wrong in ({"printed": 8}, {"corrected": 8}):
        with pytest.raises(ValueError, match="takes corrected and printed"):
            judge("demo.misprint", **wrong)
    with pytest.raises(ValueError, match="takes corrected and printed; got measured"):
        judge("demo.misprint", 8)
    with pytest.raises(ValueError, match="takes measured; got corrected"):
        judge("demo.exact", corrected=42)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: judge("demo.behaviour", True), TypeError, "not True or False"),
        (lambda: judge("demo.behaviour", np.array([True])), TypeError, "not True or False"),
        (lambda: judge("demo.exact", "42"), TypeError, "a number or an array of numbers"),
        (lambda: judge("demo.table", [[1], [1, 2]]), TypeError, "differ in length"),
        (lambda: judge("demo.exact", measured=42), TypeError, "without a name"),
        (lambda: judge("demo.exact", {"a": 1}), ValueError, "not a mapping"),
        (lambda: judge("demo.ordering", {"fast": 1}), ValueError, "exactly these names"),
        (lambda: judge("demo.ordering", {"fast": [1, 2], "slow": [3, 4]}), ValueError, "one number for each name"),
        (lambda: judge("demo.nothing", 1), CourseError, "no claim 'demo.nothing'"),
        (lambda: judge("nowhere.x", 1), CourseError, "no ledger of claims for 'nowhere'"),
        (lambda: judge(3, 1), TypeError, "named by a string"),
        (lambda: judge("demo.undecidable", 1), CourseError, "expect is missing"),
    ],
)
def test_bad_calls_say_what_is_allowed(course, call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_malformed_ledger_is_named(course):
    write_ledger("- id: demo.x\n  colour: red\n")
    with pytest.raises(CourseError, match=r"claims.yaml: .*colour"):
        judge("demo.x", 1)


def test_measurements_are_stored_as_plain_rounded_numbers():
    assert plain_numbers({"a": np.float32(1 / 3)}) == {"a": 0.333333}
    assert plain_numbers(np.array([[1, 2]])) == [[1, 2]]
    json.dumps(plain_numbers(np.float64(np.nan)))


def bundle_of(monkeypatch, call):
    from course_utils.claims import rows

    shown = []
    monkeypatch.setattr(rows, "emit", lambda bundle, metadata=None: shown.append(bundle))
    call()
    return shown[0]


def test_a_row_shows_and_holds_the_same(course, monkeypatch):
    row = bundle_of(monkeypatch, lambda: claim("demo.table", [1.05, 1.9], say="one and two"))
    data = row[CLAIM_MIME][0]
    assert row["text/plain"].splitlines()[0].startswith("✓ reproduced: The answer is as stated. [notes, 1]")
    assert "1.05" in row["text/html"] and "<td" in row["text/html"]
    assert data["verdict"] == "reproduced" and data["values"] == {"measured": [1.05, 1.9]}
    assert (data["document"], data["said"]) == ("1.0, 2.0", "one and two")
    erratum = bundle_of(monkeypatch, lambda: claim("demo.two_things", say="it is zero", printed=9.0, corrected=3.0))
    assert "as printed it would be at most 0.01; corrected, at least 2" in erratum["text/plain"]
    assert erratum[CLAIM_MIME][0]["measured"] == "as printed 9; corrected 3"


@pytest.mark.parametrize(
    ("claim_id", "measured", "line"),
    [
        ("demo.exact", 42, "✓ reproduced</b> · notes: a &lt; b holds · this run: 42<"),
        ("demo.table", [1.05, 1.9], " · this run: 1.05, 1.9<"),
        ("demo.ordering", {"fast": 1, "slow": 2.5}, " · this run: fast 1, slow 2.5<"),
    ],
)
def test_a_claim_is_one_line_that_unfolds(course, monkeypatch, claim_id, measured, line):
    markup = bundle_of(monkeypatch, lambda: claim(claim_id, measured, say="a < b holds."))["text/html"]
    summary, rest = markup.partition("</summary>")[::2]
    assert line in summary + "<" and "The answer is as stated." in rest and markup.startswith("<details")


def test_what_a_run_has_not_measured_is_a_dash(course):
    assert rows.short([]) == "–" and value_text({"one": [], "two": 2}) == "one –, two 2"


def test_the_line_has_the_ends_of_a_long_list(course, monkeypatch):
    value = [float(number) for number in range(9)]
    write_ledger([ENTRIES[1] | {"value": value, "tolerance": 0.1}])
    assert "0 … 8 (9 values)" in bundle_of(monkeypatch, lambda: claim("demo.table", value, say="so"))["text/html"]


def recorded_as(monkeypatch, verdict, **figures):
    run = {"date": "2026-01-02", "device": "2 CPU cores"}
    claims = {f"demo.{name}": {"verdict": verdict, "measured": measured} for name, measured in figures.items()}
    monkeypatch.setattr(rows, "read_record", lambda course, chapter: run | {"claims": claims})


def test_a_run_that_cannot_decide_says_what_the_full_run_measured(course, monkeypatch):
    recorded_as(monkeypatch, "reproduced", long=[{"measured": 0.5}, {"measured": 0.25}])
    short = bundle_of(monkeypatch, lambda: claim("demo.long", 3, say="so", steps=1))["text/html"]
    assert "this run: 3 · full run, reproduced: 0.5, 0.25</summary>" in short
    assert "full run" not in bundle_of(monkeypatch, lambda: claim("demo.long", 0, say="so", steps=100))["text/html"]


def test_a_recorded_verdict_is_a_note_where_it_has_no_numbers(course, monkeypatch):
    recorded_as(monkeypatch, "reproduced", exact=[{"measured": 42}], table=[{"measured": [1.0, 2.0]}])
    label = "recorded 2026-01-02, 2 CPU cores: reproduced"
    with_numbers = bundle_of(monkeypatch, lambda: claim("demo.exact", 42, say="so"))
    assert f">{label}</th><td" in with_numbers["text/html"]
    without = bundle_of(monkeypatch, lambda: claim("demo.table", [1.0, 2.0], say="so"))
    assert f">{label}</div>" in without["text/html"]
    assert without[CLAIM_MIME][0]["notes"] == ["holds if within ± 0.1, 0.2 of 1, 2"]


def test_what_the_ledger_says_is_escaped(course, monkeypatch):
    write_ledger([ENTRIES[0] | {"statement": "<script>x</script>"}])
    assert "<script>" not in bundle_of(monkeypatch, lambda: claim("demo.exact", 42, say="so"))["text/html"]


def test_a_differing_claim_is_an_error_where_tests_ask_for_it(course, monkeypatch, capsys):
    claim("demo.exact", 41, say="it is 42")
    assert "✗ differs" in capsys.readouterr().out
    monkeypatch.setenv("COURSE_CLAIMS", "assert")
    with pytest.raises(AssertionError, match=r"demo.exact differs: .*41"):
        claim("demo.exact", 41)


def test_a_claim_without_a_line_is_shown_in_the_appendix_alone(course, monkeypatch, capsys):
    claim("demo.exact", 42)
    assert not capsys.readouterr().out
    claim("demo.table", [1.0, 2.0], say="one and two")
    claim("demo.misprint", printed=9, corrected=8)
    shown = []
    monkeypatch.setattr(appendix, "emit", shown.append)
    documents_checked(1)
    [bundle] = shown
    assert [row["id"] for row in bundle[CLAIM_MIME]] == ["demo.exact", "demo.misprint"], "the text has shown the other"
    assert bundle["text/html"].count("<tr>") == 4 and "as printed 9; corrected 8" in bundle["text/html"]
    for verdict, meaning in (("reproduced", "measured here"), ("erratum", "as printed it fails")):
        assert f"{verdict}: The answer" in bundle["text/plain"]
        assert f"{verdict}: {meaning}" in bundle["text/plain"] and meaning in bundle["text/html"]
    assert "not comparable" not in bundle["text/html"]


@pytest.mark.parametrize(("count", "text"), [(1, "1 more statement,"), (3, "3 more statements,")])
def test_the_appendix_explains_errors_and_counts_what_tests_hold(course, capsys, count, text):
    held = [ENTRIES[0] | {"id": f"demo.h{place}", "held_by": "test"} for place in range(count)]
    write_ledger([*ENTRIES, *held, ENTRIES[0] | {"id": "demo.l", "held_by": "listed"}])
    documents_checked(1)
    printed = capsys.readouterr().out
    assert "(2)" in printed and "Right: 8. It is 8." in printed and "demo.exact" not in printed
    assert f"tests measure {text}" in printed and "Not measured: 1, such as" in printed
    assert "erratum: as printed" not in printed, "no verdict was given"


def test_the_appendix_escapes_what_the_ledger_says(course, monkeypatch):
    write_ledger([ENTRIES[0] | {"statement": "<script>x</script>"}])
    claim("demo.exact", 42)
    monkeypatch.setattr(appendix, "emit", (shown := []).append)
    documents_checked(1)
    assert "<script>" not in shown[0]["text/html"]
