"""Estimates of how long jobs will take, from earlier runs of such jobs."""

import math
import statistics
from collections.abc import Sequence

from course_tools.jobs import job_folder
from course_tools.jobs.outcome import Job, Outcome
from course_utils.syllabus import Course


def estimate(course: Course, jobs: Sequence[Job]) -> list[float | None]:
    """Return how many seconds each job will take; None if nothing like it has ever run.

    The sources, in this order: good runs with the same parameters, whatever the seed; all runs of the chapter under the
    profile; the measured times that come with the course (`results/times.json`).

    Args:
        course: The course; earlier runs are searched in its `runs` and in the jobs' own folder.
        jobs: The jobs to run.
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
    """Return jobs sorted so that parallel workers finish soonest: a long job must not begin last.

    Jobs of unknown length come first.
    """
    seconds = dict(zip((job.stem for job in jobs), estimate(course, jobs), strict=True))
    return sorted(jobs, key=lambda job: math.inf if seconds[job.stem] is None else seconds[job.stem], reverse=True)


def wall_time(seconds: Sequence[float], side_by_side: int) -> float:
    """Return the seconds until all jobs are done if they begin longest first, each as soon as a place is free."""
    ends = [0.0] * side_by_side
    for one in sorted(seconds, reverse=True):
        ends.sort()
        ends[0] += one
    return max(ends)


def _of(course: Course, job: Job, earlier: Sequence[Outcome]) -> float | None:
    of_chapter = [outcome for outcome in earlier if (outcome.chapter, outcome.profile) == (job.chapter, job.profile)]
    wanted = _but_seed(job.values)
    alike = [outcome for outcome in of_chapter if _but_seed(outcome.parameters) == wanted]
    if of_chapter:
        return statistics.median(outcome.seconds for outcome in alike or of_chapter)
    return course.times.get(str(job.chapter), {}).get(job.profile)


def _but_seed(parameters: dict) -> dict:
    return {name: value for name, value in parameters.items() if name != "seed"}
