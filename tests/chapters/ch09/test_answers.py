"""Right answers that are written in another way than the solution, and the data that exercises are about."""

from course_utils import check
from course_utils.chapters.ch09.checks import project, recordings
from course_utils.syllabus import find_course

import numpy as np
import pytest
from chapter_folders import answers_of

ANSWERS = answers_of(find_course().chapter(9))


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("9.2", np.float32(2796)),
        ("9.2", 2800),
        ("9.3", ANSWERS.from_pairs),
        ("9.4", ANSWERS.leave_one_speaker_out),
        ("9.5", {"P": "Data ", "Q": "MODEL", "R": "mismatch", "S": "model"}),
    ],
    ids=["float32", "without the square of the mean", "from pairs of fits", "one speaker at a time", "capitals"],
)
def test_other_ways_to_write_a_right_answer_pass(number, answer, capsys):
    check(number, answer)
    assert f"✓ {number}" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(5))
def test_the_score_of_exercise_4_finds_what_its_text_says(seed):
    """More than 90 % accuracy, from recordings that say nothing about the hand."""
    rng = np.random.default_rng(seed)
    assert ANSWERS.scored(ANSWERS.by_row)(*recordings(rng), rng) > 0.9


def test_there_are_four_projects():
    with pytest.raises(ValueError, match="P, Q, R and S"):
        project("T")
