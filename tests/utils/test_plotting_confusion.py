"""The confusion matrix: counts where they belong, and clear refusals."""

import matplotlib

matplotlib.use("Agg")

from course_utils.plotting import confusion_matrix

import matplotlib.pyplot as plt
import numpy as np
import pytest

TRUE = [0, 0, 0, 1, 1, 2]
PREDICTED = [0, 0, 1, 1, 1, 0]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def written(ax):
    """(row, column) to the number written there."""
    return {(int(text.get_position()[1]), int(text.get_position()[0])): int(text.get_text()) for text in ax.texts}


def test_rows_are_true_classes_and_columns_predictions():
    ax = confusion_matrix(TRUE, PREDICTED)
    assert written(ax) == {(0, 0): 2, (0, 1): 1, (1, 1): 2, (2, 0): 1}
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("true", "predicted")


def test_only_mistakes_are_coloured():
    drawn = confusion_matrix(TRUE, PREDICTED).get_images()[0].get_array()
    assert np.ma.getmaskarray(drawn).tolist() == np.eye(3, dtype=bool).tolist()
    assert drawn[0, 1] == drawn[2, 0] == 1 and drawn[1, 0] == 0


def test_names_stand_for_all_classes_and_numbers_for_those_that_occur():
    named = confusion_matrix([0, 1], [0, 1], class_names=["cat", "dog", "horse"])
    assert [label.get_text() for label in named.get_yticklabels()] == ["cat", "dog", "horse"]
    numbered = confusion_matrix(np.array([3, 7], dtype=np.uint8), np.array([7, 7]))
    assert [label.get_text() for label in numbered.get_xticklabels()] == ["3", "7"]
    assert written(numbered) == {(0, 1): 1, (1, 1): 1}


def test_a_perfect_classifier_and_given_axes_will_do():
    axes = plt.subplots()[1]
    assert confusion_matrix([0, 1, 1], [0, 1, 1], ax=axes) is axes
    assert written(axes) == {(0, 0): 1, (1, 1): 2}


@pytest.mark.parametrize(
    ("true", "predicted", "names", "message"),
    [
        ([0, 1], [0], None, "equally long; they have 2 and 1"),
        ([], [], None, "at least one"),
        ([0, 1], [[0.1, 0.9], [0.8, 0.2]], None, "argmax"),
        ([0.0, 1.0], [0, 1], None, "y_true must be a flat array of integer classes"),
        ([0, 4], [0, 1], ["a", "b"], r"2 names, for classes 0 to 1; also found \[4\]"),
        ([0, -1], [0, 1], ["a", "b"], r"\[-1\]"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(true, predicted, names, message):
    with pytest.raises(ValueError, match=message):
        confusion_matrix(true, predicted, class_names=names)
