"""Exercise 5.5, whose answer depends on the run: what its check says is true of any data."""

import re

from course_utils import check

import numpy as np
import pytest
from cells import cells_of


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        ({12: 0.2, 20: 0.3, 35: 0.43}, "20 times the rate gives 0.30, as near"),
        ({12: 0.2, 60: 0.24, 800: 0.16}, "no factor from 12 to 800 comes near .* 60 times the rate gives 0.24"),
        ({1: 0.5, 30: 0.7}, "no factor from 1 to 30 comes near .* 1 times the rate gives 0.50"),
        ({20: 0.1, 25: 0.6, 80: 0.8}, r"passes the tutorial's 0.32 between 20 and 25 times the rate, by a jump"),
    ],
)
def test_the_other_reading_is_said_of_the_run_whatever_its_data(tried, said, capsys):
    """On substitute data no rate need give the tutorial's figure, and then nothing may say that one does."""
    check("5.5", tried)
    assert re.search(said, capsys.readouterr().out)


def bisected(accuracy_of):
    """What the solution of exercise 5.5 in the notebook keeps, if `run` gave these accuracies."""
    (solution,) = [cell.source for cell in cells_of(5) if cell.metadata.get("nbgrader", {}).get("grade_id") == "5-5"]
    namespace = {"np": np, "seed": 0, "run": lambda seed, rate_by, pixels_by: accuracy_of(rate_by)}
    exec(solution, namespace)
    return namespace["tried"]


def test_the_solution_of_the_other_reading_passes_whatever_the_run_gives(capsys):
    flat, steep, early, late = (
        lambda factor: 0.2,
        lambda factor: 0.1 + 0.7 * (factor > 57),
        lambda factor: 0.9,
        lambda factor: min(0.9, 0.1 + factor / 140),
    )
    for accuracy_of in (flat, steep, early, late):
        check("5.5", bisected(accuracy_of))
    assert capsys.readouterr().out.count("✓ 5.5: ") == 4
