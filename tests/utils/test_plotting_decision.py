"""Decision boundaries: what is drawn is what the classifier says."""

from course_utils.plotting import decision_boundary

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND = np.array([0, 0, 0, 1])


def predict_and(points):
    return (points.sum(axis=1) >= 1.5).astype(int)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def border(ax):
    """The vertices of all lines between regions."""
    return np.concatenate([path.vertices for line in ax.collections for path in line.get_paths() if is_contour(line)])


def is_contour(collection):
    return isinstance(collection, mpl.contour.ContourSet)


def scatters(ax):
    return [drawn for drawn in ax.collections if isinstance(drawn, mpl.collections.PathCollection)]


def test_the_border_is_where_the_prediction_changes():
    ax = decision_boundary(predict_and, CORNERS, AND)
    places = border(ax)
    assert len(places) > 50
    assert np.abs(places.sum(axis=1) - 1.5).max() < 0.02


def test_each_side_has_the_tint_of_its_class():
    ax = decision_boundary(predict_and, CORNERS, AND, limits=(0, 2, 0, 2))
    (image,) = ax.get_images()
    pixels = image.get_array()
    assert image.origin == "lower"
    lower_left, upper_right = pixels[0, 0], pixels[-1, -1]
    for tint, point_colours in ((lower_left, scatters(ax)[0]), (upper_right, scatters(ax)[1])):
        full = point_colours.get_facecolor()[0, :3]
        assert np.allclose(1 - tint, 0.22 * (1 - full), atol=0.01)
    assert not np.allclose(lower_left, upper_right, atol=0.05)


def test_classes_differ_in_marker_and_wrong_points_are_ringed():
    ax = decision_boundary(predict_and, CORNERS, [1, 0, 0, 1], names=["off", "on"])
    off, on, rings = scatters(ax)
    assert off.get_paths()[0].vertices.shape != on.get_paths()[0].vertices.shape
    assert rings.get_offsets().tolist() == [[0, 0]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["off", "on", "wrong"]


def test_no_rings_and_no_legend_where_there_is_nothing_to_say():
    ax = decision_boundary(predict_and, CORNERS, AND)
    assert len(scatters(ax)) == 2 and ax.get_legend() is None


def test_one_class_everywhere_has_no_border():
    ax = decision_boundary(lambda points: np.ones(len(points), dtype=int), CORNERS, AND)
    assert not any(is_contour(drawn) for drawn in ax.collections)


def test_several_classes_and_columns_as_keras_returns_them():
    def predict(points):
        return np.digitize(points[:, :1], [0.2, 0.6])

    ax = decision_boundary(predict, CORNERS, [0, 0, 2, 2], limits=(0, 1, 0, 1))
    columns = sorted({round(float(place), 2) for place in border(ax)[:, 0]})
    assert columns == pytest.approx([0.2, 0.6], abs=0.011)


def test_it_draws_on_the_axes_it_is_given():
    _, axes = plt.subplots(1, 2)
    assert decision_boundary(predict_and, CORNERS, AND, ax=axes[1]) is axes[1]
    assert not axes[0].collections


def test_points_on_one_line_or_alone_have_room_around_them():
    ax = decision_boundary(predict_and, CORNERS[:1], AND[:1])
    assert ax.get_xlim() == (-0.5, 0.5) and ax.get_ylim() == (-0.5, 0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.zeros((4, 3))}, r"shape \(n, 2\); got \(4, 3\)"),
        ({"x": np.zeros((0, 2)), "y": []}, r"shape \(n, 2\)"),
        ({"x": [[0, 0], [0, 1], [1, 0], [1, np.nan]]}, "x must be finite"),
        ({"y": [0, 1]}, r"y must hold one class per point, shape \(4,\)"),
        ({"y": [0, 1, 2, -1]}, "integers from 0"),
        ({"y": ["a", "b", "a", "b"]}, "integers from 0"),
        ({"predict": lambda points: points.sum(axis=1)}, "predict must return classes"),
        ({"predict": lambda points: np.full(len(points), np.nan)}, "predict must return classes"),
        ({"predict": lambda points: 1}, "predict must return one class per point"),
        ({"names": ["only one"]}, "2 classes, but 1 names"),
        ({"limits": (0, 1, 1, 0)}, "with left < right, lower < upper; got"),
    ],
)
def test_bad_input_is_one_clear_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        decision_boundary(**{"predict": predict_and, "x": CORNERS, "y": AND} | arguments)
