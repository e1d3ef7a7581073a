"""Records of full runs: their content, when they go stale, which runs are refused."""

import json
from types import SimpleNamespace

from course_tools.authoring import recording
from course_tools.batches import batch
from course_tools.cli import running
from course_tools.cli.options import Profile
from course_tools.jobs.notebook_code import code_hash
from course_utils import files
from course_utils.claims import claim, recorded
from course_utils.errors import CourseError
from course_utils.syllabus import find_course

import pytest
from demo_ledger import demo_course


@pytest.fixture
def course(tmp_path, monkeypatch):
    with demo_course(tmp_path, monkeypatch) as made:
        yield made


def outcome(seed, verdict, value, claim_id="demo.exact"):
    claims = [{"id": claim_id, "verdict": verdict, "values": {"measured": value}}]
    facts = {"status": "ok", "date": "2026-01-02T03:04:05", "versions": {"python": "3"}, "seconds": 2.0, "datasets": []}
    facts["metrics"] = {"accuracy": seed / 10, f"of_seed_{seed}": 1}
    inputs = {"code": code_hash(find_course().chapters[0].notebook), "package": "p", "versions": {}}
    return SimpleNamespace(chapter=1, claims=claims, parameters={"seed": seed}, inputs=inputs, **facts)


def test_a_record_keeps_every_seed_and_the_worst_verdict(course, capsys):
    (chapter,) = course.chapters
    path = recording.write_record(course, chapter, [outcome(0, "reproduced", 42), outcome(1, "differs", 41)])
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["claims"]["demo.exact"] == {"verdict": "differs", "measured": [{"measured": 42}, {"measured": 41}]}
    assert written["seeds"] == [0, 1] and written["code"] == code_hash(chapter.notebook, measuring_only=True)
    assert recording.verdict_counts(course, chapter) == {"differs": 1}
    assert find_course().minutes(chapter, "full") == "2 s"
    claim("demo.exact", 42, say="it is 42")
    assert "recorded 2026-01-02" in capsys.readouterr().out


def test_what_was_recorded_can_be_drawn_claims_and_metrics_alike(course):
    (chapter,) = course.chapters
    assert recorded("demo.exact") == []
    recording.write_record(course, chapter, [outcome(0, "reproduced", 42), outcome(1, "differs", 41)])
    assert recorded("demo.exact") == [42, 41]
    assert recorded("demo.accuracy") == [0.0, 0.1]
    assert recorded("demo.of_seed_1") == [], "not every seed measured it"
    with pytest.raises(CourseError, match="names no chapter"):
        recorded("nothing.accuracy")


def test_a_stale_record_of_a_chapter_without_claims_counts_nothing(course):
    (chapter,) = course.chapters
    without = outcome(0, "reproduced", 42)
    without.claims = []
    recording.write_record(course, chapter, [without])
    notebook = json.loads(chapter.notebook.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "1 + 2"
    chapter.notebook.write_text(json.dumps(notebook), encoding="utf-8")
    assert recording.is_stale(chapter, recording.read_record(course, chapter))
    assert recording.verdict_counts(course, chapter) == {}


def test_a_record_goes_stale_with_the_code_and_not_with_the_prose(course):
    (chapter,) = course.chapters
    recording.write_record(course, chapter, [outcome(0, "reproduced", 42)])
    notebook = json.loads(chapter.notebook.read_text(encoding="utf-8"))
    notebook["cells"][1]["source"] = "other prose"
    chapter.notebook.write_text(json.dumps(notebook))
    assert recording.verdict_counts(course, chapter) == {"reproduced": 1}
    notebook["cells"][0]["source"] = "1 + 2"
    chapter.notebook.write_text(json.dumps(notebook))
    assert recording.verdict_counts(course, chapter) == {"stale": 1}


def test_a_record_leaves_out_what_other_chapters_claim_and_failed_runs(course):
    (chapter,) = course.chapters
    path = recording.write_record(course, chapter, [outcome(0, "reproduced", 1, claim_id="other.x")])
    assert json.loads(path.read_text(encoding="utf-8"))["claims"] == {}
    failed = outcome(0, "reproduced", 42)
    failed.status = "failed"
    with pytest.raises(CourseError, match="1 of 1 runs failed"):
        recording.write_record(course, chapter, [failed])


def test_runs_of_other_code_or_on_substitute_data_are_not_recorded(course):
    (chapter,) = course.chapters
    good, other = outcome(0, "reproduced", 42), outcome(1, "reproduced", 42)
    other.inputs["package"] = "another"
    with pytest.raises(CourseError, match="the package was edited between its runs"):
        recording.write_record(course, chapter, [good, other])
    good.datasets = [{"requested": "mnist", "name": "digits"}]
    with pytest.raises(CourseError, match="the run used digits instead of mnist"):
        recording.write_record(course, chapter, [good])
    notebook = json.loads(chapter.notebook.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "1 + 2"
    chapter.notebook.write_text(json.dumps(notebook))
    with pytest.raises(CourseError, match="its notebook was edited after it began"):
        recording.write_record(course, chapter, [good])
    with pytest.raises(CourseError, match="--retry-failed keeps results of older code"):
        running.run(profile=Profile.full, record=True, retry_failed=True)
    assert not (course.root / "results").exists()


def test_seeds_that_show_different_claims_are_not_recorded(course):
    (chapter,) = course.chapters
    other = outcome(1, "reproduced", 42)
    other.claims = other.claims + outcome(1, "differs", 41, claim_id="demo.bound").claims
    with pytest.raises(CourseError, match=r"^01_demo is not recorded: not all of its seeds show demo.bound$"):
        recording.write_record(course, chapter, [outcome(0, "reproduced", 42), other])
    assert not (course.root / "results").exists()


def test_a_record_that_cannot_be_written_is_one_sentence(course, monkeypatch):
    monkeypatch.setattr(batch, "plan", lambda *_: [])
    monkeypatch.setattr(running, "run_batch", lambda *_, **named: [outcome(0, "reproduced", 42)])
    (course.root / "results").write_text("in the way of the folder")
    with pytest.raises(CourseError, match=r"01_demo.json cannot be written: "):
        running.run(profile=Profile.full, record=True)
    (course.root / "results").unlink()
    (course.root / "results" / "times.json").mkdir(parents=True)
    with pytest.raises(CourseError, match=r"times.json cannot be written: "):
        files.write_json(course.root / "results" / "times.json", {})
    assert not list((course.root / "results").glob(".*"))
