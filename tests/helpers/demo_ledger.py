"""A course of one chapter with a small ledger of its own, for tests of claims and records."""

import json
from contextlib import contextmanager

from course_utils import syllabus
from course_utils.claims import ledger

import yaml

COMMON = {"document": "notes", "chapter": "1", "held_by": "notebook", "value_from": "document", "status": "holds"}
COMMON |= {"checked": "by hand", "cost": "instant", "statement": "The answer is as stated."}
ENTRIES = [
    COMMON | {"id": "demo.exact", "kind": "count", "value": 42},
    COMMON | {"id": "demo.table", "kind": "approx", "value": [1.0, 2.0], "tolerance": [0.1, 0.2]},
    COMMON | {"id": "demo.derived", "kind": "approx", "value": 10.0, "rtol": 0.1, "value_from": "derived"},
    COMMON | {"id": "demo.bound", "kind": "at_least", "value": 0.9},
    COMMON | {"id": "demo.behaviour", "kind": "behaviour", "value": True, "expect": {"below": 1e-9}},
    COMMON | {"id": "demo.ordering", "kind": "ordering", "value": "fast < slow", "expect": {"order": ["fast", "slow"]}},
    COMMON | {"id": "demo.scaled", "kind": "approx", "value": 5, "tolerance": 1, "needs": {"data": "mnist", "n": 10}},
    COMMON | {"id": "demo.long", "kind": "exact", "value": 0, "needs": {"steps": {"at_least": 100}}},
    COMMON | {"id": "demo.misprint", "kind": "count", "value": 7, "status": "erratum", "correct": 8, "why": "It is 8."},
    COMMON
    | {
        "id": "demo.two_things",
        "kind": "behaviour",
        "value": "zero",
        "status": "erratum",
        "correct": "grows",
        "why": "So.",
    }
    | {"expect": {"below": 0.01}, "expect_correct": {"above": 2}},
    COMMON | {"id": "demo.undecidable", "kind": "formula", "value": "a=b"},
]


@contextmanager
def demo_course(tmp_path, monkeypatch):
    """Make a course of one chapter, `demo`, with a ledger and a notebook, in the working directory."""
    monkeypatch.setattr(syllabus, "_PACKAGE", tmp_path / "course_utils")
    syllabus.chapter_folder(1).mkdir(parents=True)
    write_ledger(ENTRIES)
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    (notebooks / "course.yaml").write_text(
        yaml.safe_dump({"title": "t", "chapters": [{"number": 1, "name": "demo", "title": "Demo"}]})
    )
    cells = [{"cell_type": "code", "source": "1 + 1", "outputs": []}, {"cell_type": "markdown", "source": "prose"}]
    (notebooks / "01_demo.ipynb").write_text(json.dumps({"cells": cells}))
    monkeypatch.chdir(tmp_path)
    yield syllabus.find_course()
    ledger.read_ledger.cache_clear()


def write_ledger(content):
    """Replace the ledger by other entries, or by a string."""
    text = content if isinstance(content, str) else yaml.safe_dump(content)
    (syllabus.chapter_folder(1) / "claims.yaml").write_text(text)
    ledger.read_ledger.cache_clear()
