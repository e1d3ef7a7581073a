"""`make mutations` takes chapters as all commands do."""

from course_utils.errors import CourseError

import pytest
from mutate import chosen


def test_chapters_are_given_by_number_or_name():
    assert [chapter.number for chapter in chosen(["lenet5", "15"])] == [23, 15]
    assert {1, 5, 15, 23, 33} <= {chapter.number for chapter in chosen([])}


@pytest.mark.parametrize(
    ("word", "told"),
    [("0", "no changes for 00_start_here"), ("lenet", "there is no chapter 'lenet'")],
)
def test_a_chapter_that_cannot_be_changed_is_one_sentence(word, told):
    with pytest.raises(CourseError, match=told):
        chosen([word])
