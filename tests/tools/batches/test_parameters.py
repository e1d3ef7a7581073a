from course_tools.batches.parameters import Parameter, inspect, parse, resolve
from course_utils.errors import CourseError

import nbformat
import pytest
from tiny_course import notebook


def parameter(kind, default=None):
    return Parameter("x", kind, default, "what it is")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "-3", -3),
        ("float", "1e-3", 1e-3),
        ("float", "2", 2.0),
        ("str", "15", "15"),
        ("str", "a: b", "a: b"),
        ("bool", "false", False),
        ("list[int]", "[1, 2]", [1, 2]),
        ("list", "[a, 1]", ["a", 1]),
    ],
)
def test_values_are_read_as_the_parameter_s_type(kind, text, value):
    assert parse(text, parameter(kind)) == value
    assert type(parse(text, parameter(kind))) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "2.5"),
        ("int", "true"),
        ("float", "fast"),
        ("bool", "1"),
        ("bool", "maybe"),
        ("list[int]", "[1, a]"),
        ("list[float]", "3"),
        ("list", "[1"),
    ],
)
def test_a_value_of_another_type_is_told_with_the_type_that_is_expected(kind, text):
    with pytest.raises(CourseError) as told:
        parse(text, parameter(kind))
    assert kind in str(told.value)
    assert repr(text) in str(told.value)


def test_inspect_knows_type_default_and_help_and_infers_a_type_that_is_not_declared(make_course):
    course = make_course(one=notebook(parameters="epochs: int = 2  # passes\nrate = 0.5"))
    assert inspect(course.chapters[0]) == {
        "epochs": Parameter("epochs", "int", 2, "passes"),
        "rate": Parameter("rate", "float", 0.5, ""),
    }


def test_a_given_value_beats_the_profile_which_beats_the_notebook(make_course):
    course = make_course(one=notebook())
    [(own, injected)] = resolve(course.chapters, "smoke", {"epochs": "9"})
    assert own["epochs"] == 2
    assert injected == {"epochs": 9, "seed": 7}
    assert resolve(course.chapters, "quick", {})[0][1] == {}


def test_an_unknown_name_lists_all_there_is(make_course):
    course = make_course(one=notebook())
    with pytest.raises(
        CourseError, match=r"no parameter 'epoch' in 01_one.*epochs \(int, 2: passes over the training set\)"
    ):
        resolve(course.chapters, "quick", {"epoch": "3"})


def test_a_name_must_be_known_to_every_selected_chapter(make_course):
    course = make_course(one=notebook(), two=notebook(parameters="epochs: int = 1\nseed: int = 0"))
    with pytest.raises(CourseError, match="no parameter 'rate' in 02_two"):
        resolve(course.chapters, "quick", {"rate": "1"})
    assert [values for _, values in resolve(course.chapters, "quick", {"seed": "4"})] == [{"seed": 4}, {"seed": 4}]


def test_a_profile_that_does_not_fit_its_notebook_is_told(make_course):
    course = make_course(one=notebook(parameters="epochs: float = 2.0\nseed: str = 'a'"))
    with pytest.raises(CourseError, match=r"course.yaml: profile smoke of 01_one sets seed to 7"):
        resolve(course.chapters, "smoke", {})


def test_a_file_that_is_no_notebook_is_told(make_course):
    course = make_course(one=nbformat.v4.new_notebook())
    course.chapters[0].notebook.write_text("{")
    with pytest.raises(CourseError, match=r"01_one.ipynb cannot be read as a notebook"):
        inspect(course.chapters[0])
