"""From `course sweep` to its table: the runs, their estimated times, their results."""

import csv
import json
import math
from dataclasses import replace

from course_tools.batches import batch
from course_tools.batches.estimate import estimate, longest_first, wall_time
from course_tools.jobs import job_folder
from course_tools.jobs.outcome import Outcome
from course_tools.sweeps import plan as sweep
from course_tools.sweeps.results import Sheet, csv_text, frame
from course_utils.display import CLAIM_MIME
from course_utils.errors import CourseError

import pytest
from tiny_course import command, counted, executions, notebook

pytestmark = pytest.mark.slow

MEASURE = (
    "from IPython.display import publish_display_data as emit\n"
    "def claim(id, value):\n"
    f"    emit({{{CLAIM_MIME!r}: [{{'id': id, 'values': {{'measured': value}}}}], 'text/plain': ''}})\n"
    "claim('one.product', rate * epochs + seed)\n"
    "claim('one.series', [rate ** k for k in range(epochs)])\n"
    "claim('one.named', {'a': 1.5, 'b': seed})\n"
    "from course_utils import metric; metric('accuracy', 1 / epochs)\n"
    "if seed == 9: raise ValueError(seed)"
)


def plan(course, grid=(), **options):
    return sweep.plan(course, course.chapters[0], grid, **options)


def test_a_sweep_has_one_job_for_each_combination(make_course):
    course = make_course(one=notebook())
    jobs = plan(
        course, [("rate", "0.1,1e-5"), ("sizes", "[3,4],[5]")], seeds="2:4", profile="smoke", given=[("dataset", "a")]
    )
    assert [(job.parameters["rate"], job.parameters["sizes"], job.parameters["seed"]) for job in jobs] == [
        (rate, sizes, seed) for rate in (0.1, 1e-5) for sizes in ([3, 4], [5]) for seed in (2, 3)
    ]
    assert {(job.parameters["epochs"], job.parameters["dataset"]) for job in jobs} == {(1, "a")}
    assert jobs[0].swept == ["rate", "sizes", "seed"]
    assert jobs[0].out == course.root / "runs" / "smoke"
    names = [job.stem for job in jobs]
    assert len({name.lower() for name in names}) == 8
    assert plan(course, [("epochs", "3,5")], seeds="1,4")[3].stem == "01_one.epochs=5.seed=4"


def test_names_of_runs_are_unique_and_valid_on_any_file_system(make_course):
    course = make_course(one=notebook())
    words = ["he", "He", "a/b", "a:b", "..", "x" * 300, "x" * 301, "é"]
    names = [job.stem for job in plan(course, [("dataset", ",".join(words))])]
    assert len({name.lower() for name in names}) == len(words)
    assert all(name.startswith("01_one.dataset=") and len(name) < 200 for name in names)
    assert not set('/\\:*?"<>| ') & set("".join(names))
    assert "".join(names).isascii()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "nothing to vary"),
        (["--grid", "layer=1,2"], "no parameter 'layer' in 01_one; it has epochs (int, 2"),
        (["--grid", "epochs=1,two"], "epochs takes an int, and 'two' is not one"),
        (["--grid", "epochs=1,,2"], "empty value"),
        (["--grid", "epochs=1,1"], "has 1 twice"),
        (["--grid", "epochs"], "--grid takes a name and a value"),
        (["--grid", "epochs=1", "--grid", "epochs=2"], "given twice"),
        (["--grid", "epochs=1,2", "-p", "epochs", "3"], "leave out -p epochs"),
        (["--grid", "seed=1,2", "--seeds", "0:5"], "seeds are given twice"),
        (["--grid", "epochs=1,2", "-p", "rat=3"], "no parameter 'rat'"),
        (["--seeds", "5:5"], "--seeds takes 0:5"),
        (["--seeds", "-1:5"], "--seeds takes 0:5"),
        (["--seeds", "some"], "--seeds takes 0:5"),
        (["--seeds", "0:5:9"], "--seeds takes 0:5"),
        (["--seeds", "0:99999999999"], "at most 10000"),
        (["--seeds", f"0:{10**20}"], "at most 10000"),
        (["--seeds", "4294967296"], "from 0 to 2**32 - 1"),
    ],
)
def test_an_invalid_sweep_is_refused_before_anything_runs(make_course, words, told):
    course = make_course(one=counted("one"))
    code, output, errors = command(course, "sweep", "1", *words)
    assert (code, output) == (2, "")
    [line] = errors.splitlines()
    assert told in line
    assert not executions(course)
    assert not (course.root / "runs").exists()


def test_a_chapter_without_seeds_cannot_be_swept_over_them(make_course):
    course = make_course(one=notebook(parameters="epochs: int = 1"))
    with pytest.raises(CourseError, match="no parameter 'seed' in 01_one"):
        plan(course, seeds="0:3")


def test_a_sweep_from_dry_run_to_table(make_course):
    course = make_course(one=counted("one", MEASURE))
    words = ["sweep", "1", "--jobs", "2", "--grid", "rate=0.5,2", "--grid", "epochs=2,3", "--seeds", "0,1,9"]
    code, output, errors = command(course, *words, "--dry-run")
    assert code == 0, errors
    assert "12 of 12 runs to do, 2 side by side; their time is unknown" in output
    assert not (course.root / "runs").exists()

    narrow = ["sweep", "1", "--jobs", "2", "--grid", "rate=0.5", "--grid", "epochs=2,3", "--seeds", "0,1,9"]
    code, output, errors = command(course, *narrow)
    assert code == 1, errors
    assert executions(course) == {"one": 6}
    path = course.root / "runs" / "quick" / "01_one.csv"
    assert f"results: {path}" in output.splitlines()
    rows = list(csv.DictReader(path.open()))
    assert list(rows[0]) == [
        "run", "rate", "epochs", "seed", "status", "seconds", "peak_mb", "one.product", "one.series[0]",
        "one.series[1]", "one.series[2]", "one.named.a", "one.named.b", "one.accuracy",
    ]  # fmt: skip
    by_run = {(row["epochs"], row["seed"]): row for row in rows}
    assert len(by_run) == 6
    assert by_run["3", "1"] | {"seconds": "", "peak_mb": ""} == {
        "run": "01_one.rate=0.5.epochs=3.seed=1", "rate": "0.5", "epochs": "3", "seed": "1", "status": "ok",
        "seconds": "", "peak_mb": "", "one.product": "2.5", "one.series[0]": "1.0", "one.series[1]": "0.5",
        "one.series[2]": "0.25", "one.named.a": "1.5", "one.named.b": "1", "one.accuracy": str(1 / 3),
    }  # fmt: skip
    assert by_run["2", "1"]["one.series[2]"] == ""
    assert by_run["2", "9"]["status"] == "failed"

    code, output, errors = command(course, *words, "--dry-run")
    assert "8 of 12 runs to do, 2 side by side: about " in output, errors
    assert [line.split()[-1] for line in output.splitlines() if line.split()[:2] == ["0.5", "3"]].count("finished") == 2

    code, output, errors = command(course, "results", "runs/quick", "--only", "product", "--only", "one.series")
    assert code == 0, errors
    lines = [line.split() for line in output.splitlines()]
    assert ["rate", "epochs", "runs", "seconds", "product", "series"] in lines
    [line] = [" ".join(line) for line in lines if line[:2] == ["0.5", "3"]]
    assert line.startswith("0.5 3 2 of 3 ")
    assert line.endswith("2 ± 0.71 1 ± 0 … 0.25 ± 0 (3)")
    code, output, errors = command(course, "results", "runs/quick", "--only", "loss")
    assert (code, output) == (2, "")
    assert "no run has measured 'loss'; the measured values are product, series, named.a, named.b, accuracy" in errors


@pytest.mark.parametrize(("folder", "told"), [("nowhere", "there is no folder"), ("notebooks", "holds no results")])
def test_results_of_a_folder_without_a_sweep_are_refused(make_course, folder, told):
    course = make_course(one=notebook())
    code, _, errors = command(course, "results", folder)
    assert code == 2
    assert told in errors


def store(job, seconds, **fields):
    job_folder.begin(job)
    job_folder.partial_path(job.folder).write_text('{"cells": []}')
    outcome = replace(Outcome.blank(job, "ok"), seconds=seconds, **fields)
    return job_folder.store(job, outcome)


def test_estimates_come_from_the_runs_most_like_the_job(make_course):
    course = make_course(one=notebook())
    same, other = plan(course, [("epochs", "3,9")], seeds="0")
    assert estimate(course, [same]) == [None]
    (course.root / "results").mkdir()
    (course.root / "results" / "times.json").write_text(json.dumps({"1": {"quick": 40.0}}))
    course.__dict__.pop("times")
    assert estimate(course, [same]) == [40.0]
    for seed, seconds in ((1, 10.0), (2, 14.0), (3, 11.0)):
        [job] = plan(course, [("epochs", "3")], seeds=str(seed))
        store(job, seconds)
    [job] = plan(course, [("epochs", "4")], seeds="0")
    store(job, 90.0)
    assert estimate(course, [same, other]) == [11.0, 12.5]


def test_the_time_of_a_batch_is_that_of_its_longest_side():
    assert wall_time([3, 1, 1, 1], 1) == 6
    assert wall_time([3, 1, 1, 1], 2) == 3
    assert wall_time([1, 1, 5], 2) == 5
    assert wall_time([], 2) == 0


def test_rows_hold_numbers_whatever_a_notebook_says(make_course):
    course = make_course(one=notebook())
    [job] = plan(course, [("epochs", "3")])
    claims = [
        {"id": "one.text", "values": {"measured": "many"}},
        {"id": "one.nothing"},
        {"id": "one.table", "values": {"measured": [[1, 2], [3, 4]]}},
        {"id": "one.nan", "values": {"printed": math.nan, "corrected": 2}},
        {"id": "epochs", "values": {"measured": 77}},
        {"id": ["odd"], "values": {"measured": True}},
    ]
    metrics = {"accuracy": 0.5, "losses": [2, 1], "epochs": 77, "odd": "text", "none": None, "table": {"a": [1, "b"]}}
    outcomes = [store(job, 1.0, claims=claims, metrics=metrics)]
    table, varied, measured = frame(outcomes)
    [row] = table.to_dict("records")
    assert varied == ["epochs"]
    assert list(row) == ["run", "epochs", "status", "seconds", "peak_mb", *measured]
    assert row["epochs"] == 3
    assert (row["one.table[0]"], row["one.table[1]"], row["one.nan.corrected"]) == ([1, 2], [3, 4], 2)
    assert math.isnan(row["one.nan.printed"])
    [written] = csv.DictReader(csv_text(outcomes).splitlines())
    assert (written["one.nan.printed"], written["one.losses[0]"], written["peak_mb"]) == ("nan", "2", "")
    assert (row["one.accuracy"], row["one.losses"], row["one.epochs"], row["one.table.a[0]"]) == (0.5, [2, 1], 77, 1)
    assert not {"one.text", "one.nothing", "['odd']", "one.odd"} & set(row)


def test_the_sheet_grows_run_by_run_and_keeps_what_was_good(make_course):
    course = make_course(one=notebook())
    jobs = plan(course, [("epochs", "3,4")])
    sheet = Sheet(jobs[0])
    sheet.write()
    assert not sheet.path.exists()
    lengths = []
    for job in jobs:
        sheet.add(store(job, 1.0))
        lengths.append(len(sheet.path.read_text().splitlines()))
    assert lengths == [2, 3]
    job_folder.begin(jobs[0])
    again = Sheet(jobs[0])
    again.add(job_folder.store(jobs[0], Outcome.blank(jobs[0], "interrupted")))
    assert again.path.read_text().count(",ok,") == 2


def test_the_longest_job_begins_first(make_course):
    course = make_course(short=notebook(), long=notebook(), never_run=notebook())
    (course.root / "results").mkdir()
    (course.root / "results" / "times.json").write_text(json.dumps({"1": {"quick": 5.0}, "2": {"quick": 40.0}}))
    jobs = batch.plan(course, course.chapters)
    assert [job.stem for job in longest_first(course, jobs)] == ["03_never_run", "02_long", "01_short"]
