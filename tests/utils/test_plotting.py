"""What the figures show, read back from their Axes, and what they refuse."""

import matplotlib

matplotlib.use("Agg")

from course_utils.plotting import (
    PALETTE,
    image_grid,
    learning_curves,
    spread_over_layers,
    use_house_style,
)
from course_utils.plotting.spread import magnitude_histogram

import matplotlib.pyplot as plt
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def house_style():
    with matplotlib.rc_context():
        use_house_style()
        yield
    plt.close("all")


def test_house_style_is_legible_and_does_not_rely_on_colour():
    assert matplotlib.rcParams["font.size"] >= 12
    assert plt.figure().get_size_inches()[0] >= 8
    cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()
    assert len(set(map(str, cycle["linestyle"]))) == len(set(cycle["color"])) >= 6
    assert set(cycle["color"]) <= set(PALETTE.values())


def test_house_style_does_not_depend_on_the_readers_own_settings():
    style = dict(matplotlib.rcParams)
    matplotlib.rcParams.update({"text.usetex": True, "figure.facecolor": "black", "axes.facecolor": "black"})
    use_house_style()
    assert dict(matplotlib.rcParams) == style


class TestLearningCurves:
    def test_training_is_solid_and_validation_dashed_in_one_colour(self):
        ax = learning_curves({"run": {"loss": [3.0, 2.0, 1.0], "val_loss": [3.5, 2.5, 2.0]}})
        training, validation = ax.get_lines()
        assert training.get_xdata().tolist() == [1, 2, 3]
        assert validation.get_ydata().tolist() == [3.5, 2.5, 2.0]
        assert (training.get_linestyle(), validation.get_linestyle()) == ("-", "--")
        assert training.get_color() == validation.get_color()
        assert ax.get_xlabel() == "epoch"
        assert "loss" in ax.get_ylabel()

    def test_several_runs_differ_in_colour_and_marker(self):
        lines = learning_curves({"a": [1, 2], "b": [2, 3], "c": [3, 4]}).get_lines()
        assert len({line.get_color() for line in lines}) == len({line.get_marker() for line in lines}) == 3

    def test_a_run_that_diverged_leaves_a_gap_that_the_legend_explains(self):
        ax = learning_curves({"good": [3, 2, 1], "bad": [3, np.inf, np.nan]})
        assert np.isnan(ax.get_lines()[1].get_ydata()[1:]).all()
        texts = [text.get_text() for text in ax.get_legend().get_texts()]
        assert any("not finite from 2 on" in text for text in texts)

    def test_a_validation_curve_that_diverged_stands_in_the_legend_beside_other_runs(self):
        runs = {"good": {"loss": [2, 1], "val_loss": [2, 1]}, "bad": {"loss": [2, 1], "val_loss": [2, np.nan]}}
        texts = [text.get_text() for text in learning_curves(runs).get_legend().get_texts()]
        assert texts == ["good", "bad", "bad, validation (not finite from 2 on)"]

    @pytest.mark.parametrize(("values", "at"), [([np.inf, 1, np.nan, 2], "1, 3"), ([np.nan] * 4 + [1], "1, 2, 3, …")])
    def test_a_run_that_came_back_says_where_it_was_not_finite(self, values, at):
        [text] = learning_curves({"run": values}).get_legend().get_texts()
        assert text.get_text() == f"run (not finite at {at})"

    def test_a_history_object_will_do_and_the_given_axes_come_back(self):
        history = type("History", (), {"history": {"accuracy": [0.5, 0.75]}})()
        _, ax = plt.subplots()
        assert learning_curves({"run": history}, metric="accuracy", ax=ax) is ax
        assert ax.get_lines()[0].get_ydata().tolist() == [0.5, 0.75]

    @pytest.mark.parametrize(
        ("histories", "options", "message"),
        [
            ({}, {}, "histories is empty"),
            ({"a": []}, {}, "at least one number"),
            ({"a": [[1, 2]]}, {}, "flat sequence"),
            ({"a": {"loss": [1]}}, {"metric": "f1"}, "no metric 'f1'; it has loss"),
            ({"a": {"loss": [1, 2], "val_loss": [1]}}, {}, "2 training values but 1 validation"),
        ],
    )
    def test_bad_values(self, histories, options, message):
        with pytest.raises(ValueError, match=message):
            learning_curves(histories, **options)

    @pytest.mark.parametrize("histories", [[1, 2], {"a": "loss"}])
    def test_bad_types(self, histories):
        with pytest.raises(TypeError):
            learning_curves(histories)


class TestSpreadOverLayers:
    def test_medians_of_magnitudes(self):
        values = np.random.default_rng(0).normal(size=4000)
        counted = {"large": magnitude_histogram(values), "small": magnitude_histogram(1e-3 * values)}
        ax = spread_over_layers({"now": counted})
        large, small = ax.get_lines()[0].get_ydata()
        assert large == pytest.approx(np.median(np.abs(values)), rel=0.05)
        assert small == pytest.approx(1e-3 * large, rel=1e-6)
        assert ax.get_yscale() == "log"
        assert [label.get_text() for label in ax.get_xticklabels()] == ["large", "small"]

    def test_a_layer_of_zeros_is_labelled(self):
        counted = {"dead": magnitude_histogram(np.zeros(5)), "alive": magnitude_histogram(np.ones(5))}
        ax = spread_over_layers({"now": counted})
        assert [text.get_text() for text in ax.texts] == ["empty"]
        assert ax.get_lines()[0].get_xdata().tolist() == [1]

    def test_each_series_has_a_shape_of_its_own_in_every_layer(self):
        _, ax = plt.subplots()
        counted = {"one": ([1, 2], [1, 2, 4]), "two": ([2, 1], [1, 2, 4])}
        assert spread_over_layers({"before": counted, "after": counted}, ax=ax, ylabel="|gradient|") is ax
        places = np.concatenate([line.get_xdata() for line in ax.get_lines()])
        np.testing.assert_allclose(places, [-0.21, 0.79, 0.21, 1.21])
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["before", "after"]
        assert ax.get_ylabel() == "|gradient|"

    @pytest.mark.parametrize(
        ("series", "message"),
        [
            ({}, "series is empty"),
            ({"a": {}}, "series 'a' is empty"),
            ({"a": {"x": ([1], [1, 2])}, "b": {"y": ([1], [1, 2])}}, "same layers"),
            ({"a": {"x": (np.ones(2), np.array([0.0, 1, 2]))}}, "positive edges"),
        ],
    )
    def test_bad_values(self, series, message):
        with pytest.raises(ValueError, match=message):
            spread_over_layers(series)


class TestImageGrid:
    def test_images_stand_row_by_row_with_their_titles(self):
        images = np.arange(5 * 4 * 4, dtype=np.uint8).reshape(5, 4, 4)
        ax = image_grid(images, titles=list("abcde"), columns=2)
        drawn = ax.get_images()
        assert len(drawn) == 5
        np.testing.assert_array_equal(drawn[3].get_array(), images[3])
        lefts, tops = zip(*((image.get_extent()[0], image.get_extent()[3]) for image in drawn), strict=True)
        assert lefts[0] == lefts[2] < lefts[1]
        assert tops[0] == tops[1] < tops[2] < tops[4]
        assert [text.get_text() for text in ax.texts] == list("abcde")

    @pytest.mark.parametrize(
        ("images", "limits"),
        [
            (np.full((2, 3, 3), 7, np.uint8), (0, 255)),
            (np.full((2, 3, 3, 1), 0.5), (0, 1)),
            (np.array([[[-2.0, 0.0]], [[1.0, 3.0]]]), (-2, 3)),
        ],
    )
    def test_one_grey_scale_for_all(self, images, limits):
        assert all(image.get_clim() == limits for image in image_grid(images).get_images())

    def test_given_axes_come_back(self):
        _, ax = plt.subplots()
        assert image_grid(np.zeros((1, 2, 2, 3)), ax=ax) is ax

    @pytest.mark.parametrize(
        ("images", "options", "message"),
        [
            (np.zeros((3, 3)), {}, "shape"),
            (np.zeros((1, 3, 3, 2)), {}, "1 or 3 channels"),
            (np.zeros((0, 3, 3)), {}, "empty"),
            (np.zeros((1, 3, 3), int), {}, "convert them first"),
            (np.full((1, 3, 3), np.nan), {}, "NaN"),
            (np.full((1, 3, 3, 3), 2.0), {}, "must lie in"),
            (np.zeros((2, 3, 3)), {"titles": ["one"]}, "2 images, but 1 titles"),
            (np.zeros((2, 3, 3)), {"columns": 0}, "columns must be"),
        ],
    )
    def test_bad_values(self, images, options, message):
        with pytest.raises(ValueError, match=message):
            image_grid(images, **options)
