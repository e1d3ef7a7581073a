"""`make mutations` can run: every finished chapter has its three changes, and each fits the chapter's code."""

from course_utils.errors import CourseError

import pytest
from mutate import MUTATIONS, chosen


def test_each_change_stands_once_in_the_code(chapter, notebook):
    if chapter.number == 0:
        return
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert len(MUTATIONS[chapter.number]) >= 3
    for mutation in MUTATIONS[chapter.number]:
        assert code.count(mutation["find"]) == 1 and mutation["find"] != mutation["replace"], mutation["change"]


def test_chapters_are_named_as_everywhere():
    assert [chapter.number for chapter in chosen(["lenet5", "15"])] == [23, 15]
    assert [chapter.number for chapter in chosen([])] == list(MUTATIONS)


@pytest.mark.parametrize(
    ("word", "told"),
    [("0", "no changes for 00_start_here; it has some for "), ("lenet", "there is no chapter 'lenet'")],
)
def test_a_chapter_that_cannot_be_changed_is_one_sentence(word, told):
    with pytest.raises(CourseError, match=told):
        chosen([word])
