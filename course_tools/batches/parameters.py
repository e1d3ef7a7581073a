"""A notebook's parameters: reading them, and checking given values."""

import ast
import functools
import json
import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_tools.chapter_file import read_cells
from course_utils.errors import CourseError
from course_utils.syllabus import Chapter

import yaml


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
    """Return the parameters of a chapter's notebook by name.

    Raises:
        CourseError: The notebook cannot be read, or its cell tagged `parameters` is not Python.
    """
    tagged = (cell for cell in read_cells(chapter.notebook) if "parameters" in cell["metadata"].get("tags", []))
    source = next(tagged, {"source": ""})["source"]
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise CourseError(
            f"{chapter.notebook}: the cell tagged parameters is not valid Python: {error.msg}, line {error.lineno}"
        ) from error
    parameters = {}
    for statement in statements:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as expression):
                default, kind = _default(expression)[0], ast.unparse(annotation)
                if isinstance(annotation, ast.Constant) and annotation.value is not None:  # a type in quotes
                    kind = str(annotation.value)
            case ast.Assign(targets=[ast.Name(id=name)], value=expression):
                default, kind = _default(expression)
            case _:
                continue
        rest = source.split("\n")[statement.end_lineno - 1].encode()[statement.end_col_offset :].decode()
        parameters[name] = Parameter(name, kind, default, rest.partition("#")[2].strip())
    return parameters


def _default(expression: ast.expr) -> tuple[Any, str]:
    """Return a value as JSON holds it, with its type; or the expression itself if it would have to be computed."""
    try:
        value = ast.literal_eval(expression)
        return json.loads(json.dumps(value)), "Any" if value is None else type(value).__name__
    except (ValueError, TypeError):  # it calls something, or is a set
        return ast.unparse(expression), "Any"


def resolve(chapters: Sequence[Chapter], profile: str, given: Mapping[str, str]) -> list[tuple[dict, dict]]:
    """Return the parameter values with which chapters run: the profile's, overridden by the given ones.

    Args:
        chapters: The chapters to run; each of them must have every given parameter.
        profile: `quick` means the notebook's own values, unless `course.yaml` says otherwise.
        given: Name to value as written on the command line.

    Returns:
        For each chapter, the notebook's own values and the values to inject.

    Raises:
        CourseError: Unknown name, or a value of the wrong type.
    """
    known = [inspect(chapter) for chapter in chapters]
    _require_names(chapters, known, given)
    resolved = []
    for chapter, parameters in zip(chapters, known, strict=True):
        defaults = {name: parameter.default for name, parameter in parameters.items()}
        resolved.append((defaults, _values(chapter, profile, parameters, given)))
    return resolved


def resolve_base(
    chapter: Chapter, profile: str, given: Mapping[str, str], also: Iterable[str]
) -> tuple[dict[str, Parameter], dict[str, Any]]:
    """Return the parameters of one chapter, and the values to inject in all runs of a sweep.

    Args:
        chapter: The chapter to run.
        profile: As in `resolve`.
        given: As in `resolve`.
        also: Further names that must exist.

    Raises:
        CourseError: Unknown name, or a value of the wrong type.
    """
    parameters = inspect(chapter)
    _require_names([chapter], [parameters], [*given, *also])
    return parameters, _values(chapter, profile, parameters, given)


def _require_names(chapters: Sequence[Chapter], known: Sequence[dict[str, Parameter]], names: Iterable[str]) -> None:
    for name in names:
        without = [number for number, parameters in enumerate(known) if name not in parameters]
        if without:
            first = known[without[0]]
            where = ", ".join(chapters[number].file_stem for number in without)
            owner = "it" if len(without) == 1 else chapters[without[0]].file_stem
            there = "; ".join(str(parameter) for parameter in first.values()) or "no parameters"
            raise CourseError(f"there is no parameter {name!r} in {where}; {owner} has {there}")


def _values(
    chapter: Chapter, profile: str, parameters: Mapping[str, Parameter], given: Mapping[str, str]
) -> dict[str, Any]:
    values = dict(chapter.profiles.get(profile, {}))
    for name, value in values.items():
        try:
            values[name] = _checked(value, parameters[name].type)
        except (KeyError, ValueError) as error:
            raise CourseError(
                f"course.yaml: profile {profile} of {chapter.file_stem} sets {name} to {value!r}; the notebook has "
                + "; ".join(str(parameter) for parameter in parameters.values())
            ) from error
    return values | {name: parse(text, parameters[name]) for name, text in given.items()}


def parse(text: str, parameter: Parameter) -> Any:
    """Read a value from the command line: as YAML, or as it is where a string is allowed.

    `None` and `null` are None; `'None'` in quotes is the string.

    Returns:
        The value as the notebook gets it, as JSON holds it: a list for a tuple.

    Raises:
        CourseError: It is not of the parameter's type.
    """
    value = _read(text)
    for candidate in (value, text) if value is not None else (None,):
        try:
            return _checked(candidate, parameter.type)
        except ValueError:
            continue
    article = "an" if parameter.type[0].lower() in "aeiou" else "a"
    raise CourseError(
        f"parameter {parameter.name} takes {article} {parameter.type}, and {text!r} is not one: {parameter}"
    )


class _Words(yaml.SafeLoader):
    """A loader with the plain scalars of YAML 1.2: dates, times of day, `no` and `on` are strings."""


_Words.yaml_implicit_resolvers = {}
for _tag, _pattern in {
    "null": "null|None",
    "bool": "true|True|false|False",
    "int": r"[-+]?\d[\d_]*",
    "float": r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?\.?inf|\.?nan",
}.items():
    _Words.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), None)
_Words.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def _read(text: str) -> Any:
    try:
        value = yaml.load(text, _Words)
    except (yaml.YAMLError, ValueError):
        return text
    if value is None:
        return None if text.strip() in ("null", "None") else text  # an empty text or a comment is a string
    # An unquoted string keeps its spaces and signs.
    return text if isinstance(value, str) and text[0] not in "'\"" else value


def _checked(value: Any, kind: str) -> Any:
    """Return a value of a type in the form in which JSON brings it to the notebook.

    Raises:
        ValueError: It is of another type, or JSON cannot hold it.
    """
    try:
        written = json.dumps(value)
        if repr(json.loads(written)) != repr(value):
            raise ValueError("JSON would change the value: the keys of a dictionary become strings")
        return json.loads(json.dumps(_adapter(kind).validate_json(written, strict=True)))
    except TypeError as error:  # a date from course.yaml, a set
        raise ValueError("JSON cannot hold it") from error


@functools.cache
def _adapter(kind: str) -> Any:
    from pydantic import TypeAdapter

    try:
        return TypeAdapter(eval(kind, {"typing": typing, **vars(typing)}))
    except Exception:  # an annotation can raise anything; a type that is unknown here takes any value
        return TypeAdapter(Any)
