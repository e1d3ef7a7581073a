"""Plan a sweep: one job for each combination of parameter values and seeds."""

import hashlib
import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_tools.batches.batch import folder_of, reject_duplicates
from course_tools.batches.parameters import parse, resolve_base
from course_tools.jobs.outcome import Job
from course_utils.errors import CourseError
from course_utils.syllabus import Chapter, Course

# A name with all values in it may be too long for file systems.
_LONGEST_STEM = 120
_MOST_SEEDS = 10_000


def plan(
    course: Course,
    chapter: Chapter,
    grid: Sequence[tuple[str, str]],
    seeds: str | None = None,
    profile: str = "quick",
    given: Sequence[tuple[str, str]] = (),
    out: Path | None = None,
    cell_timeout: float | None = None,
    timeout: float | None = None,
) -> list[Job]:
    """Return the jobs of a sweep, after every check that is possible without running them.

    Args:
        course: The course.
        chapter: A chapter with a notebook.
        grid: Names and comma-separated values of the parameters to vary, as written on the command line.
        seeds: `0:5` for 0 to 4, or seeds separated by commas; None for the notebook's own.
        profile: `smoke`, `quick` or `full`: the values of all other parameters.
        given: Names and values of parameters that all runs share.
        out: Folder for the results; `runs/PROFILE` in the course if None.
        cell_timeout: Seconds that one cell may take; None for no limit.
        timeout: Seconds that one notebook may take; None for no limit.

    Raises:
        CourseError: Nothing to vary, an unknown name, a value of a wrong type, or a value or name given twice.
    """
    axes = reject_duplicates(grid)
    if seeds is not None:
        if "seed" in axes:
            raise CourseError("seeds are given twice: leave out --seeds, or --grid seed=…")
        axes["seed"] = ",".join(str(seed) for seed in _seeds(seeds))
    if not axes:
        raise CourseError("nothing to vary: add --grid NAME=VALUE,VALUE or --seeds 0:5")
    fixed = reject_duplicates(given)
    both = [name for name in axes if name in fixed]
    if both:
        raise CourseError(f"parameter {both[0]} is given twice: leave out -p {both[0]}, or --grid {both[0]}=…")
    known, base = resolve_base(chapter, profile, fixed, also=axes)
    defaults = {name: parameter.default for name, parameter in known.items()}
    values = {name: _values(text, known[name]) for name, text in axes.items()}
    jobs = []
    for combination in itertools.product(*values.values()):
        swept = dict(zip(values, combination, strict=True))
        jobs.append(
            Job.of(
                chapter,
                _suffix(swept),
                out=folder_of(course, profile, out),
                profile=profile,
                parameters=base | swept,
                defaults=defaults,
                swept=list(swept),
                cell_timeout=cell_timeout,
                timeout=timeout,
            )
        )
    return jobs


def split(text: str) -> list[str]:
    """Split values at commas, except between brackets: `[3,4],[5]` are two values."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[({") - (character in "])}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _values(text: str, parameter: Any) -> list[Any]:
    parts = split(text)
    if "" in parts:
        raise CourseError(f"--grid {parameter.name}={text} has an empty value; separate values by single commas")
    values = [parse(part, parameter) for part in parts]
    twice = [part for number, part in enumerate(parts) if values[number] in values[:number]]
    if twice:
        raise CourseError(f"--grid {parameter.name}={text} has {twice[0]} twice; give each value once")
    return values


def _seeds(text: str) -> Sequence[int]:
    try:
        if ":" in text:
            first, end = map(int, text.split(":"))
            seeds: Sequence[int] = range(first, end)[: _MOST_SEEDS + 1]  # the length of a huge range is an error
        else:
            seeds = [int(part) for part in text.split(",")]
    except ValueError:
        seeds = []
    if not 0 < len(seeds) <= _MOST_SEEDS or min(seeds) < 0 or max(seeds) >= 2**32:
        raise CourseError(
            f"--seeds takes 0:5 (for 0, 1, 2, 3, 4) or integers such as 1,5,9: at most {_MOST_SEEDS}, each from 0 to "
            f"2**32 - 1; got {text!r}"
        )
    return seeds


def _suffix(swept: dict[str, Any]) -> str:
    """Return the values as a unique suffix that is valid in file names on any system."""
    text = ".".join(f"{name}={value}" for name, value in swept.items())
    plain = re.sub(r"[^A-Za-z0-9_.=+-]+", "-", text)
    # Some file systems ignore case.
    if plain != text or len(plain) > _LONGEST_STEM or plain != plain.lower():
        plain = f"{plain[:_LONGEST_STEM]}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return f".{plain}"
