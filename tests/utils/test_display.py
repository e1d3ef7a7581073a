"""Figures with descriptions, the state a notebook starts from, the head of a chapter, exercises by name."""

import base64
import io
import json
import os
import random
import subprocess
import sys

from course_utils import chapter, check, display, metric, setup, show
from course_utils.chapter_head import head
from course_utils.errors import CourseError
from course_utils.syllabus import find_course

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

ALT = "A straight line from the lower left to the upper right."


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(display, "emit", lambda bundle, metadata=None: outputs.append((bundle, metadata)))
    return outputs


def test_a_figure_is_shown_once_small_and_described(shown):
    fig, ax = plt.subplots(figsize=(8, 4))
    ax.plot([0, 1])
    show(fig, alt=ALT)
    ((bundle, metadata),) = shown
    png = base64.b64decode(bundle["image/png"])
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG" and 600 < picture.width < 850 and len(png) < 20_000
    assert metadata == {"image/png": {"alt": ALT}} and ALT in bundle["text/plain"]
    assert not plt.fignum_exists(fig.number), "an open figure would be shown a second time"


@pytest.mark.parametrize(("figure", "alt"), [(True, "too short"), (True, " " * 30), (True, None), (False, ALT)])
def test_show_refuses_a_bad_figure_or_description(figure, alt):
    fig, ax = plt.subplots()
    with pytest.raises((ValueError, TypeError), match=r"alt must say|takes a matplotlib figure"):
        show(fig if figure else ax, alt=alt)
    plt.close(fig)


def test_outside_a_notebook_the_text_is_printed(capsys):
    display.emit({"text/plain": "in words", "text/html": "<b>in words</b>"})
    assert capsys.readouterr().out == "in words\n"


def test_setup_makes_every_random_number_repeatable():
    import keras

    def draw():
        return random.random(), np.random.rand(), float(keras.random.normal(()))

    setup(5)
    first = draw()
    for same in (5, np.int64(5)):
        setup(same)
        assert draw() == first
    setup(6)
    assert draw() != first


def test_setup_sets_what_a_reader_s_keras_json_would_change():
    import keras

    keras.config.set_image_data_format("channels_first")
    keras.config.set_floatx("float16")
    keras.config.set_epsilon(1e-3)
    setup(0)
    assert keras.layers.Conv2D(2, 3)(keras.ops.zeros((1, 5, 5, 1))).shape == (1, 3, 3, 2)
    assert keras.ops.zeros(1).dtype == "float32"
    assert keras.config.epsilon() == 1e-7


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "7"])
def test_setup_refuses_a_bad_seed(seed):
    with pytest.raises(ValueError, match="seed must be an integer from 0"):
        setup(seed)


def test_importing_the_package_imports_no_framework():
    program = (
        "import sys, course_utils\n"
        "loaded = [name for name in ('tensorflow', 'jax', 'keras', 'matplotlib') if name in sys.modules]\n"
        "sys.exit(' '.join(loaded) or None)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_importing_the_backend_through_setup_is_quiet():
    program = "from course_utils import setup\nimport keras\nsetup(0)\nkeras.ops.ones(3) + 1"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=os.environ)
    assert ended.returncode == 0 and ended.stdout == "", ended.stderr
    assert "Could not find cuda" not in ended.stderr and "InitializeLog" not in ended.stderr, ended.stderr


def test_a_failing_import_keeps_its_messages():
    from course_utils.session import _without_start_up_messages

    read, write = os.pipe()
    saved = os.dup(2)
    os.dup2(write, 2)
    try:
        with pytest.raises(ImportError), _without_start_up_messages():
            os.write(2, b"why it failed\n")
            raise ImportError
    finally:
        os.dup2(saved, 2)
        for descriptor in (saved, write):
            os.close(descriptor)
    assert os.read(read, 100) == b"why it failed\n"
    os.close(read)


def test_the_head_of_a_chapter_names_sources_and_neighbours(capsys):
    chapter(15)
    head = capsys.readouterr().out
    assert head.startswith("From: the article, the notes, the slides · Time: ") and head.count("\n") == 1
    assert "12 Activation functions" in head and "16 Batch normalization" in head


def test_the_head_says_when_the_text_describes_other_parameters():
    course = find_course()
    assert "stored run" not in head(course, 15, {"seed": 0, "unknown": 1})["text/plain"]
    other = head(course, 15, {"seed": 12345, "unknown": 1})
    assert other["text/plain"].endswith("\nThe text describes the stored run. This one differs: seed = 12345.")
    assert "seed = 12345." in other["text/html"]


@pytest.mark.parametrize("number", [99, -1, "15", None])
def test_an_unknown_chapter_is_refused(number):
    with pytest.raises(CourseError, match="there is no chapter"):
        chapter(number)


@pytest.mark.parametrize("number", ["15.9", "99.1", "fifteen", "", 15.2, None])
def test_an_unknown_exercise_is_refused(number):
    with pytest.raises(CourseError, match=r"exercise"):
        check(number, 1)


@pytest.mark.parametrize(("value", "text"), [(np.float32(0.25), "0.25"), (3, "3"), ([1, 0.123456], "1, 0.1235")])
def test_a_metric_is_shown_and_kept_as_plain_numbers(shown, value, text):
    metric("test_accuracy", value)
    [(bundle, _)] = shown
    assert bundle["text/markdown"] == f"test accuracy: **{text}**"
    assert bundle[display.METRIC_MIME] == {"name": "test_accuracy", "value": np.asarray(value).tolist()}
    json.dumps(bundle)


def test_a_metric_may_be_kept_without_being_shown(shown):
    metric("test_accuracy", 0.25, shown=False)
    [(bundle, _)] = shown
    assert bundle[display.METRIC_MIME] == {"name": "test_accuracy", "value": 0.25}
    assert "text/markdown" not in bundle
    assert bundle["text/html"] == "<!-- test accuracy -->"


@pytest.mark.parametrize(("name", "value"), [("test accuracy", 1), (3, 1), ("loss", "low"), ("loss", [[1, 2]])])
def test_a_bad_metric_is_refused(name, value):
    with pytest.raises(ValueError, match=r"letters, digits and underscores|a number or a list of numbers"):
        metric(name, value)
