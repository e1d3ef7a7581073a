"""What a chapter still lacks, in one list."""

import re

from course_tools.authoring.recording import is_stale
from course_tools.authoring.skeletons import entry_in, places
from course_tools.jobs.notebook_code import code_hash
from course_utils.claims.ledger import read_ledger
from course_utils.claims.record import read_record

import nbformat
import pytest
from held import can_be_judged, held_in_notebook, held_in_tests
from measured import calls
from mutate import mutations_of

TO_WRITE = re.compile(r"(?i)\bto write\b[:*]")


def test_nothing_is_missing(course, chapter):
    missing = [*files(course, chapter), *parts_to_write(course, chapter), *profiles(chapter)]
    if chapter.sources:
        missing += [*sizes(chapter), *ledger(chapter), *mutations(chapter)]
    missing += outputs(chapter)
    if chapter.sources:
        missing += record(course, chapter)
    if missing:
        pytest.fail("\n- ".join([f"chapter {chapter.file_stem} still lacks", *missing]), pytrace=False)


def files(course, chapter):
    for path in places(course, chapter).values():
        if not path.exists():
            yield f"the file {path.relative_to(course.root)}"


def parts_to_write(course, chapter):
    texts = {path: text_of(path) for path in places(course, chapter).values() if path.exists()}
    syllabus = course.root / "notebooks" / "course.yaml"
    entry = entry_in(syllabus.read_text(encoding="utf-8"), chapter.number)
    for path, text in {**texts, syllabus: entry}.items():
        if count := len(TO_WRITE.findall(text)):
            yield f"{count} part{'s' * (count > 1)} to write in {path.relative_to(course.root)}"


def text_of(path):
    if path.suffix == ".ipynb":
        return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    return path.read_text(encoding="utf-8")


def profiles(chapter):
    for name, needed in (("smoke", "seed"), ("full", None)):
        if name not in chapter.profiles or (needed and needed not in chapter.profiles[name]):
            yield f"the profile {name}{f' with another {needed}' * bool(needed)} in notebooks/course.yaml"


def sizes(chapter):
    """What there should be so many of."""
    cells = nbformat.read(chapter.notebook, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    said = [
        call
        for _, call in calls("\n".join(cell.source for cell in code), {"claim"})
        if any(word.arg == "say" for word in call.keywords)
    ]
    counts = {
        "sections": (len(re.findall(r"(?m)^## \d\. ", prose)), 3, 6),
        "cells of code": (len(code), 25, 42),
        "words": (len(re.findall(r"[A-Za-z][A-Za-z'-]+", re.sub(r"\$[^$]*\$", " ", prose))), 2500, 4500),
        "figures": (sum("show(" in cell.source for cell in code), 8, 14),
        "claims with a line in the text (say)": (len(said), 2, 4),
    }
    for what, (count, least, most) in counts.items():
        if not least <= count <= most:
            yield f"{least} to {most} {what}: it has {count}"


def ledger(chapter):
    """What keeps every claim from being held once, where the ledger says."""
    claims = read_ledger(chapter.name).values()
    gaps = {
        "a decision (held_by)": [claim for claim in claims if claim.held_by == "open"],
        "what to compare (expect)": [
            claim for claim in claims if claim.held_by != "listed" and not can_be_judged(claim)
        ],
        "a measurement (status: to_measure)": [claim for claim in claims if claim.status == "to_measure"],
    }
    for what, of in gaps.items():
        if of:
            yield f"{what} of {listed(claim.id for claim in of)}"
    held = {"notebook": held_in_notebook(chapter), "test": held_in_tests(chapter)}
    for place, ids in held.items():
        said = {claim.id for claim in claims if claim.held_by == place}
        if unheld := said - {*ids}:
            yield f"the {place}'s measurement of {listed(unheld)}"
        if other := {*ids} - said:
            yield f"held_by: {place} in the ledger for {listed(other)}"
        if twice := {one for one in ids if ids.count(one) > 1}:
            yield f"one measurement, not several, in the {place} of {listed(twice)}"
    least = min(6, len(claims))  # the documents may say less than that about a chapter
    if not least <= len(held["notebook"]) <= 15:
        yield f"{least} to 15 claims in the notebook: it has {len(held['notebook'])}"


def listed(ids):
    """How many claims these are, and which, without the chapter's name."""
    names = sorted(claim_id.partition(".")[2] for claim_id in ids)
    return f"{len(names)} claim{'s' * (len(names) > 1)} ({', '.join(names)})"


def mutations(chapter):
    if len(mutations_of(chapter)) < 3:
        yield f"three mutations: it has {len(mutations_of(chapter))}"


def outputs(chapter):
    notebook = nbformat.read(chapter.notebook, as_version=4)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if notebook.metadata.course.get("code") != code_hash(notebook) or counts != list(range(1, len(counts) + 1)):
        yield f"outputs of this code: course store {chapter.number}"


def record(course, chapter):
    found = read_record(course, chapter)
    again = f"course run {chapter.number} --profile full --record"
    if not found:
        yield f"a record of a full run: {again}"
    elif is_stale(chapter, found):
        yield f"a record of this code: {again}"
    elif sorted(found["claims"]) != sorted(held_in_notebook(chapter)):
        yield f"a record of the claims that it shows: {again}"
