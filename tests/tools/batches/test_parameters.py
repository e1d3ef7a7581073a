from course_tools.batches.parameters import Parameter, inspect, parse, resolve
from course_utils.errors import CourseError

import nbformat
import pytest
from tiny_course import command, notebook

DECLARED = """\
from typing import Optional
epochs: int = 2  # passes # of the data
rate = 0.5
limit: int | None = 3
name: Optional[str] = None  # with a # and an =, and on its own line
units: "int" = 8; size: tuple = (3, 4)
rates: dict[str, float] = {
    "a=b": 1.0,  # not this
}  # of two lines
most: float = float("inf")  # computed
anything = None
"""


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
        ("list", "[2024-01-02, 3]", ["2024-01-02", 3]),
        ("list[str]", "[no, 12:30]", ["no", "12:30"]),
        ("list[float]", "[1e-3, 2]", [1e-3, 2.0]),
        ("int", "010", 10),
        ("float", "inf", float("inf")),
        ("int | None", "5", 5),
        ("int | None", "None", None),
        ("Optional[str]", "null", None),
        ("typing.Optional[str]", "15", "15"),
        ("str", "'None'", "None"),
        ("str", "", ""),
        ("str", "a # b", "a # b"),
        ("Literal['he', 'xavier']", "he", "he"),
        ("dict", "{a: 1}", {"a": 1}),
        ("dict[str, list[int]]", "{a: [1]}", {"a": [1]}),
        ("tuple[int, int]", "[3, 4]", [3, 4]),
        ("np.ndarray", "3", 3),
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
        ("int", "None"),
        ("str", "None"),
        ("list[int]", "null"),
        ("int | None", "soon"),
        ("Literal['he', 'xavier']", "hee"),
        ("tuple[int, int]", "[1, 2, 3]"),
        ("dict[int, int]", "{1: 2}"),
        ("set", "!!set {a}"),
        ("list", "[!!timestamp 2024-01-02]"),
    ],
)
def test_a_value_of_another_type_is_refused_with_the_expected_type(kind, text):
    with pytest.raises(CourseError) as told:
        parse(text, parameter(kind))
    assert kind in str(told.value)
    assert repr(text) in str(told.value)


def test_inspect_knows_type_default_and_help_and_infers_a_type_that_is_not_declared(make_course):
    course = make_course(one=notebook(parameters=DECLARED))
    assert inspect(course.chapters[0]) == {
        "epochs": Parameter("epochs", "int", 2, "passes # of the data"),
        "rate": Parameter("rate", "float", 0.5, ""),
        "limit": Parameter("limit", "int | None", 3, ""),
        "name": Parameter("name", "Optional[str]", None, "with a # and an =, and on its own line"),
        "units": Parameter("units", "int", 8, ""),
        "size": Parameter("size", "tuple", [3, 4], ""),
        "rates": Parameter("rates", "dict[str, float]", {"a=b": 1.0}, "of two lines"),
        "most": Parameter("most", "float", "float('inf')", "computed"),
        "anything": Parameter("anything", "Any", None, ""),
    }


def test_a_parameters_cell_that_is_not_python_is_refused(make_course):
    course = make_course(one=notebook(parameters="epochs: int = 2\nrate = "))
    with pytest.raises(CourseError, match=r"01_one.ipynb: the cell tagged parameters is not valid Python: .*, line 2"):
        inspect(course.chapters[0])


def test_values_of_every_type_reach_the_notebook_and_others_are_one_line(make_course):
    seen = "print(limit, name, units, size, rates, most)"
    course = make_course(one=notebook(seen, parameters=DECLARED + "seed = 0"))
    given = {"limit": "None", "name": "é", "units": "9", "size": "[1, 2]", "rates": "{a: 1e-3}", "most": "2"}
    words = [word for pair in given.items() for word in ("-p", *pair)]
    code, _, errors = command(course, "run", *words)
    assert (code, errors) == (0, "")
    executed = nbformat.read(course.root / "runs" / "quick" / "01_one" / "01_one.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == "None é 9 [1, 2] {'a': 0.001} 2.0\n"
    code, _, errors = command(course, "run", "-p", "rates", "{2024-01-02: soon}")
    [line] = errors.splitlines()
    assert code == 2 and "takes a dict[str, float]" in line


def test_a_given_value_beats_the_profile_which_beats_the_notebook(make_course):
    course = make_course(one=notebook())
    [(own, injected)] = resolve(course.chapters, "smoke", {"epochs": "9"})
    assert own["epochs"] == 2
    assert injected == {"epochs": 9, "seed": 7}
    assert resolve(course.chapters, "quick", {})[0][1] == {}


def test_an_unknown_name_lists_all_parameters(make_course):
    course = make_course(one=notebook())
    with pytest.raises(
        CourseError, match=r"no parameter 'epoch' in 01_one.*epochs \(int, 2: passes over the training set\)"
    ):
        resolve(course.chapters, "quick", {"epoch": "3"})


def test_every_selected_chapter_must_have_the_parameter(make_course):
    course = make_course(one=notebook(), two=notebook(parameters="epochs: int = 1\nseed: int = 0"))
    with pytest.raises(CourseError, match="no parameter 'rate' in 02_two"):
        resolve(course.chapters, "quick", {"rate": "1"})
    assert [values for _, values in resolve(course.chapters, "quick", {"seed": "4"})] == [{"seed": 4}, {"seed": 4}]


def test_a_profile_that_does_not_fit_its_notebook_is_refused(make_course):
    course = make_course(one=notebook(parameters="epochs: float = 2.0\nseed: str = 'a'"))
    with pytest.raises(CourseError, match=r"course.yaml: profile smoke of 01_one sets seed to 7"):
        resolve(course.chapters, "smoke", {})


def test_a_file_that_is_not_a_notebook_is_refused(make_course):
    course = make_course(one=nbformat.v4.new_notebook())
    course.chapters[0].notebook.write_text("{")
    with pytest.raises(CourseError, match=r"01_one.ipynb is not valid JSON"):
        inspect(course.chapters[0])
