"""A sweep in a report: its runs, and figures of their measurements."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from course_tools.jobs.outcome import Outcome
from course_tools.reporting.pictures import Figure
from course_tools.sweeps.plot import plots
from course_tools.sweeps.results import by_chapter, mixture, varied_names


@dataclass(frozen=True)
class Sweep:
    """All runs of a chapter that a sweep made in one folder.

    Attributes:
        stem: The chapter's file name without suffix.
        names: The parameters that differ.
        outcomes: The runs.
        plots: Figures of the measurements over these parameters, with descriptions.
        mixture: A warning if the runs are not all of the same code; else empty.
    """

    stem: str
    names: list[str]
    outcomes: list[Outcome]
    plots: list[Figure]
    mixture: str


def sweeps(outcomes: Sequence[Outcome]) -> list[Sweep]:
    """Return the sweeps among some runs, by chapter."""
    found = by_chapter(outcomes).items()
    return [Sweep(stem, varied_names(runs), runs, _plots(runs), mixture(runs)) for stem, runs in found]


def _plots(outcomes: Sequence[Outcome]) -> list[Figure]:
    return [
        Figure(f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}", alt) for alt, png in plots(outcomes)
    ]
