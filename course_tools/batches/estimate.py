"""How long jobs will take, from how long such jobs have taken here before."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from course_tools.jobs import job_folder
from course_tools.jobs.outcome import Job, Outcome
from course_utils.syllabus import Course


@dataclass(frozen=True)
class Estimate:
    """How long one job will take.

    Attributes:
        seconds: Wall time; None if nothing like it has ever run.
        source: What that is taken from, for people.
    """

    seconds: float | None
    source: str


def estimate(course: Course, jobs: Sequence[Job]) -> list[Estimate]:
    """How long each of some jobs will take.

    Taken, in this order, from good runs with the same parameters whatever the seed; from all runs of the chapter under
    the profile; from the measured times that come with the course (`results/times.json`).

    Args:
        course: The course; earlier runs are looked for in its `runs` and in the jobs' own folder.
        jobs: What is to run.
    """
    runs = (course.root / "runs").glob("*/") if (course.root / "runs").is_dir() else ()
    folders = {folder.resolve() for folder in [*runs, *(job.out for job in jobs)] if folder.is_dir()}
    earlier = [
        found.finished
        for folder in sorted(folders)
        for path in folder.glob("[!.]*/")
        if (found := job_folder.read(path))
    ]
    return [_of(course, job, [outcome for outcome in earlier if outcome]) for job in jobs]


def longest_first(course: Course, jobs: Sequence[Job]) -> list[Job]:
    """Jobs in the order in which several places are done with them soonest: a long one must not begin last.

    Those of which nothing is known come before all others.
    """
    expected = {job.stem: one.seconds for job, one in zip(jobs, estimate(course, jobs), strict=True)}
    return sorted(jobs, key=lambda job: math.inf if expected[job.stem] is None else expected[job.stem], reverse=True)


def wall_time(seconds: Sequence[float], side_by_side: int) -> float:
    """Seconds until jobs are done that begin longest first, each as soon as there is room for it."""
    ends = [0.0] * side_by_side
    for one in sorted(seconds, reverse=True):
        ends.sort()
        ends[0] += one
    return max(ends)


def _of(course: Course, job: Job, earlier: Sequence[Outcome]) -> Estimate:
    of_chapter = [outcome for outcome in earlier if (outcome.chapter, outcome.profile) == (job.chapter, job.profile)]
    wanted = _but_seed(job.values)
    alike = [outcome.seconds for outcome in of_chapter if _but_seed(outcome.parameters) == wanted]
    if alike:
        return Estimate(statistics.median(alike), "runs with these parameters")
    if of_chapter:
        return Estimate(statistics.median(outcome.seconds for outcome in of_chapter), "other runs of the chapter")
    measured = course.times.get(str(job.chapter), {}).get(job.profile)
    return Estimate(measured, "results/times.json" if measured is not None else "never run")


def _but_seed(parameters: dict) -> dict:
    return {name: value for name, value in parameters.items() if name != "seed"}
