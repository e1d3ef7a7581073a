import subprocess
import sys
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.reporting.comparison import compare, write_comparison
from course_utils.running.lock import describe_batch
from course_utils.running.outcome import Failure
from course_utils.running.state import read_batch

import pytest
from batch_folder import EVIL, Page, is_harmless, outcome, store


def claim(name, verdict, measured="1"):
    return {"id": f"one.{name}", "statement": f"statement {name}", "verdict": verdict, "measured": measured}


@pytest.fixture
def folders(tmp_path):
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    return tmp_path / "before", tmp_path / "after"


def compared(folders):
    return compare(*(read_batch(folder) for folder in folders))


@pytest.mark.parametrize(
    ("before", "after", "word", "memory"),
    [
        (10.0, 13.0, "slower", "more"),
        (10.0, 12.0, "", ""),
        (13.0, 10.0, "faster", "less"),
        (0.1, 0.9, "", "more"),
        (0.1, 1.2, "slower", "more"),
    ],
)
def test_only_what_is_no_chance_is_called_slower(folders, before, after, word, memory):
    for folder, seconds in zip(folders, (before, after), strict=True):
        store(folder, outcome(seconds=seconds, peak_bytes=int(seconds * 1e9)))
    [pair] = compared(folders).pairs
    assert pair.seconds.word == word
    assert pair.seconds.factor == pytest.approx(after / before)
    assert pair.peak.word == memory


def test_how_long_a_run_took_that_failed_says_nothing(folders):
    store(folders[0], outcome(seconds=10.0))
    store(folders[1], outcome(seconds=100.0, status="failed", error=Failure("E", "m", kind="cell_timeout")))
    [pair] = compared(folders).pairs
    assert (pair.seconds.word, pair.seconds.factor) == ("", None)
    assert pair.statuses == ("ok", "failed: cell time-out")


def test_how_long_a_run_with_other_parameters_took_says_nothing(folders):
    for folder, epochs in zip(folders, (1, 10), strict=True):
        store(folder, outcome(seconds=10.0 * epochs, parameters={"epochs": epochs}))
    [pair] = compared(folders).pairs
    assert (pair.seconds.word, pair.seconds.factor) == ("", None)


def test_batches_of_which_one_ran_more_at_a_time_are_told_apart(folders):
    for folder, number in zip(folders, (1, 2), strict=True):
        store(folder, outcome())
        describe_batch(folder, {"side_by_side": number})
    text = "".join(Page(write_comparison(*folders)[0].read_text(encoding="utf-8")).text)
    assert "side by side in the last batches: 1 before, 2 after" in text


def test_a_claim_that_is_shown_twice_is_compared_with_itself(folders):
    twice = [claim("a", "differs"), claim("a", "reproduced")]
    store(folders[0], outcome(claims=twice))
    store(folders[1], outcome(claims=[twice[0], claim("a", "confirmed")]))
    [pair] = compared(folders).pairs
    assert [(change.before.verdict, change.after.verdict) for change in pair.claims] == [("reproduced", "confirmed")]


def test_verdicts_that_changed_are_shown_and_no_others(folders):
    store(folders[0], outcome(claims=[claim("a", "reproduced"), claim("b", "reproduced"), claim("c", "erratum")]))
    store(
        folders[1], outcome(claims=[claim("a", "reproduced", "2"), claim("b", "differs", "3"), claim("d", "confirmed")])
    )
    comparison = compared(folders)
    [pair] = comparison.pairs
    assert [
        (change.before and change.before.verdict, change.after and change.after.verdict) for change in pair.claims
    ] == [
        ("reproduced", "differs"),
        ("erratum", None),
        (None, "confirmed"),
    ]
    page, line = write_comparison(*folders)
    assert line == (
        "runs in both: 1 (slower: 0, faster: 0, verdicts changed: 3, another status: 0); new: 0; missing: 0"
    )
    words = Page(page.read_text(encoding="utf-8")).words
    assert "statement b" in words
    assert "statement a" not in words
    assert words[words.index("statement b") + 2 :][:4] == ["reproduced", "1", "differs", "3"]


def test_a_run_that_ended_early_has_lost_no_claims(folders):
    store(folders[0], outcome(claims=[claim("a", "reproduced"), claim("b", "reproduced")]))
    store(folders[1], outcome(claims=[claim("a", "differs")], status="failed", error=Failure("E", "m")))
    [pair] = compared(folders).pairs
    assert [change.shown.id for change in pair.claims] == ["one.a"]


def test_a_good_result_counts_unless_something_else_was_tried_since(folders):
    store(folders[0], outcome())
    store(folders[1], outcome(inputs={"hash": "1"}))
    store(folders[1], outcome(inputs={"hash": "1"}, status="interrupted"))
    assert compared(folders).pairs[0].statuses == ("ok", "ok")
    store(folders[1], outcome(inputs={"hash": "2"}, status="failed", error=Failure("E", "m")))
    assert compared(folders).pairs[0].statuses == ("ok", "failed: error")


def test_what_only_one_of_them_has_and_what_else_differs(folders):
    common = {"package": "p" * 40, "data": {"mnist": "0" * 64}}
    versions = {"keras": "3.15", "backend": "tensorflow"}
    store(folders[0], outcome(inputs={"code": "a", "parameters": {"steps": 1}, "versions": versions, **common}))
    newer = versions | {"keras": "3.16"}
    store(folders[1], outcome(inputs={"code": "b", "parameters": {"steps": 2}, "versions": newer, **common}))
    store(folders[0], outcome("02_two", chapter=2))
    store(folders[1], outcome("03_three", chapter=3))
    comparison = compared(folders)
    assert comparison.pairs[0].inputs == [
        "its code",
        "its parameters (steps: 1 → 2)",
        "the versions of Keras or its backend (keras: 3.15 → 3.16)",
    ]
    assert [one.stem for one in comparison.new] == ["03_three"]
    assert [one.stem for one in comparison.missing] == ["02_two"]
    page = Page(write_comparison(*folders)[0].read_text(encoding="utf-8"))
    assert {"New", "Missing", "03_three:", "02_two:"} <= set(page.words)


def test_nothing_from_a_notebook_becomes_markup(folders):
    for folder, verdict in zip(folders, ("a", "b"), strict=True):
        everywhere = dict.fromkeys(("id", "statement", "document", "measured", "why"), EVIL) | {
            "verdict": EVIL + verdict
        }
        inputs = {"parameters": {EVIL: verdict}, "code": EVIL + verdict, "versions": EVIL}
        store(folder, outcome(title=EVIL, claims=[everywhere], inputs=inputs))
    page = Page(write_comparison(*folders)[0].read_text(encoding="utf-8"))
    assert is_harmless(page)
    assert "".join(page.text).count(EVIL) >= 6


def test_what_cannot_be_compared_is_told(folders):
    store(folders[0], outcome())
    for pair, told in [
        ((folders[0], folders[0]), "same folder"),
        (folders, "after holds no results"),
        ((folders[0] / "x", folders[0]), "no folder"),
    ]:
        with pytest.raises(CourseError, match=told):
            write_comparison(*pair)


def test_the_command_says_what_changed_and_where_the_page_is(folders):
    for folder, seconds in zip(folders, (10.0, 20.0), strict=True):
        store(folder, outcome(seconds=seconds))
    command = [sys.executable, "-m", "course_utils", "report", *map(str, folders)]
    repository = Path(__file__).parents[2]
    finished = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=300)
    assert finished.returncode == 0, finished.stderr
    summary, page = finished.stdout.splitlines()
    assert summary.startswith("runs in both: 1 (slower: 1,")
    assert page == f"comparison: {folders[1] / 'comparison.html'}"
    assert "slower: 1" in (folders[1] / "comparison.html").read_text(encoding="utf-8")
