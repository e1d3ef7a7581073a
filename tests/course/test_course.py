"""The syllabus: complete, consistent, and what README says of it."""

from course_tools.authoring.readme import generated
from course_tools.jobs.notebook_code import LIVE_TAG
from course_utils.syllabus import PROFILES

import nbformat


def test_every_chapter_of_every_document_is_a_source(course):
    for key, document in course.documents.items():
        covered = {name for chapter in course.chapters for name in chapter.sources.get(key, [])}
        assert covered == set(document["chapters"]), key


def test_every_notebook_is_in_the_syllabus(course):
    files = {path.stem for path in (course.root / "notebooks").glob("*.ipynb")}
    assert files <= {chapter.file_stem for chapter in course.chapters}


def test_numbers_run_from_0_and_prerequisites_come_before(course):
    assert [chapter.number for chapter in course.chapters] == list(range(len(course.chapters)))
    for chapter in course.chapters:
        assert all(needed < chapter.number for needed in chapter.prerequisites), chapter.name
        assert chapter.part in [None, *course.parts]


def test_a_ready_chapter_has_a_smoke_and_a_full_profile(chapter):
    assert set(chapter.profiles) <= set(PROFILES) - {"quick"}
    assert "seed" in chapter.profiles["smoke"] and "full" in chapter.profiles


def test_generated_parts_are_up_to_date(course):
    for path, text in generated(course).items():
        assert path.read_bytes() == text, f"{path.name} is out of date: make docs"


def test_every_part_that_has_chapters_has_a_slider(course):
    ready = [chapter for chapter in course.chapters if chapter.notebook and chapter.part]
    assert ready
    for part in {chapter.part for chapter in ready}:
        chapters = [chapter.notebook for chapter in ready if chapter.part == part]
        assert any(
            LIVE_TAG in cell.metadata.get("tags", [])
            for path in chapters
            for cell in nbformat.read(path, as_version=4).cells
        ), part
