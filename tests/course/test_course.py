"""The syllabus is complete and consistent, and README is up to date with it."""

import re

from course_tools.authoring.readme import generated
from course_tools.authoring.skeletons import places
from course_tools.batches.parameters import inspect


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


def test_a_chapter_with_a_notebook_has_the_file_by_which_its_tests_are_collected(course, chapter):
    answers = places(course, chapter)["answers.py"]
    assert answers.exists(), f"{answers.relative_to(course.root)} is missing: none of the chapter's tests are run"


def test_generated_parts_are_up_to_date(course):
    for path, text in generated(course).items():
        assert path.read_bytes() == text, f"{path.name} is out of date: make docs"


def test_the_parameters_in_readme_s_examples_exist(course):
    readme = (course.root / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^course (?:run|sweep) (\d+) (.*--grid .*|.*-p .*)", readme, re.MULTILINE)
    assert len(examples) > 1
    for number, options in examples:
        names = re.findall(r"(?:--grid |-p )(\w+)", options.partition("#")[0])
        assert names and set(names) <= set(inspect(course.chapter(int(number)))), options
