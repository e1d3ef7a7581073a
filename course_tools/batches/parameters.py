"""A notebook's parameters: what there is, and whether given values fit."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_utils.errors import CourseError
from course_utils.syllabus import Chapter


@dataclass(frozen=True)
class Parameter:
    """One line of the cell tagged `parameters`: `epochs: int = 2  # passes over the training set`."""

    name: str
    type: str
    default: Any
    help: str

    def __str__(self) -> str:
        return f"{self.name} ({self.type}, {self.default!r}{': ' if self.help else ''}{self.help})"


def inspect(chapter: Chapter) -> dict[str, Parameter]:
    """The parameters of a chapter's notebook by name.

    Raises:
        CourseError: The notebook cannot be read.
    """
    from papermill import inspect_notebook

    try:
        found = inspect_notebook(chapter.notebook).values()
    except (OSError, ValueError) as error:
        raise CourseError(f"{chapter.notebook} cannot be read as a notebook: {error}") from error
    parameters = {}
    for row in found:
        default = _literal(row["default"])
        declared = row["inferred_type_name"]
        kind = type(default).__name__ if declared == "None" else declared
        parameters[row["name"]] = Parameter(row["name"], kind, default, row["help"])
    return parameters


def resolve(chapters: Sequence[Chapter], profile: str, given: Mapping[str, str]) -> list[tuple[dict, dict]]:
    """The parameter values with which chapters run: the profile's, and over them those given by a person.

    Args:
        chapters: What is to run; every given name must be known to each of them.
        profile: `quick` means the notebook's own values, unless `course.yaml` says otherwise.
        given: Name to value as written on the command line.

    Returns:
        For each chapter the notebook's own values and the values to inject over them.

    Raises:
        CourseError: Unknown name, or a value of the wrong type.
    """
    known = [inspect(chapter) for chapter in chapters]
    _require_names(chapters, known, given)
    resolved = []
    for chapter, parameters in zip(chapters, known, strict=True):
        values = _profile_values(chapter, profile, parameters)
        values |= {name: parse(text, parameters[name]) for name, text in given.items()}
        resolved.append(({name: parameter.default for name, parameter in parameters.items()}, values))
    return resolved


def resolve_base(
    chapter: Chapter, profile: str, given: Mapping[str, str], also: Iterable[str]
) -> tuple[dict[str, Parameter], dict[str, Any]]:
    """The parameters of one chapter, and the values to inject before others are varied.

    Args:
        chapter: What is to run.
        profile: As in `resolve`.
        given: As in `resolve`.
        also: Further names that must be known.

    Raises:
        CourseError: Unknown name, or a value of the wrong type.
    """
    parameters = inspect(chapter)
    _require_names([chapter], [parameters], [*given, *also])
    values = _profile_values(chapter, profile, parameters)
    return parameters, values | {name: parse(text, parameters[name]) for name, text in given.items()}


def _require_names(chapters: Sequence[Chapter], known: Sequence[dict[str, Parameter]], names: Iterable[str]) -> None:
    for name in names:
        without = [number for number, parameters in enumerate(known) if name not in parameters]
        if without:
            first = known[without[0]]
            where = ", ".join(chapters[number].file_stem for number in without)
            owner = "it" if len(without) == 1 else chapters[without[0]].file_stem
            there = "; ".join(str(parameter) for parameter in first.values()) or "no parameters"
            raise CourseError(f"there is no parameter {name!r} in {where}; {owner} has {there}")


def _profile_values(chapter: Chapter, profile: str, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    values = dict(chapter.profiles.get(profile, {}))
    for name, value in values.items():
        if name not in parameters or not _fits(value, parameters[name].type):
            raise CourseError(
                f"course.yaml: profile {profile} of {chapter.file_stem} sets {name} to {value!r}; the notebook has "
                + "; ".join(str(parameter) for parameter in parameters.values())
            )
    return values


def parse(text: str, parameter: Parameter) -> Any:
    """Read a value as written on the command line: lists and booleans as in YAML, numbers as in Python, text as it is.

    Raises:
        CourseError: It is not of the parameter's type.
    """
    try:
        return _read(text, parameter.type)
    except ValueError as error:
        message = f"parameter {parameter.name} takes {_a(parameter.type)}, and {text!r} is not one: {parameter}"
        raise CourseError(message) from error


def _read(text: str, kind: str) -> Any:
    import yaml

    match kind:
        case "str":
            return text
        case "int":
            return int(text)
        case "float":  # YAML takes 1e-3 for text
            return float(text)
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError("not YAML") from error
    if not _fits(value, kind):
        raise ValueError("another type")
    return value


def _fits(value: Any, kind: str) -> bool:
    container, _, inner = kind.rstrip("]").partition("[")
    match container:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "str":
            return isinstance(value, str)
        case "list":
            return isinstance(value, list) and (not inner or all(_fits(part, inner) for part in value))
    return True  # a type of which nothing is known here


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
