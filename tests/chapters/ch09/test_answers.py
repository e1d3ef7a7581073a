"""The data that exercises 9.4 and 9.5 are about."""

from course_utils.chapters.ch09.checks import project, recordings
from course_utils.syllabus import find_course

import numpy as np
import pytest
from chapter_folders import answers_of

ANSWERS = answers_of(find_course().chapter(9))


@pytest.mark.parametrize("seed", range(5))
def test_the_score_of_exercise_4_finds_what_its_text_says(seed):
    """More than 90 % accuracy, from recordings that say nothing about the hand."""
    rng = np.random.default_rng(seed)
    assert ANSWERS.scored(ANSWERS.by_row)(*recordings(rng), rng) > 0.9


def test_there_are_four_projects():
    with pytest.raises(ValueError, match="P, Q, R and S"):
        project("T")
