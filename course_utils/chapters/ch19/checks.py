"""Checks of chapter 19, Hyperparameter search, and the learning curves of exercise 19.5."""

from collections.abc import Callable
from typing import Any

from course_utils.checks.exercises import (
    Hint,
    as_array,
    as_count,
    as_squeezed,
    call,
    exercise,
    refuse_mistakes,
    shape_of,
)
from course_utils.checks.predictions import Finding, prediction

import numpy as np

RUNGS = (1, 2, 4, 8, 16)


@prediction(
    "19.1",
    {
        "grid": "the grid to find the higher point",
        "random": "the random points to find the higher point",
        "same": "no difference worth mentioning",
    },
)
def round_hill(measured: Any) -> Finding:
    """Decide which design finds the higher point of a round hill, from the mean heights by design."""
    grid, random = float(measured["grid"]), float(measured["random"])
    numbers = f"the grid reaches {grid:.3f} of the height on average, the random points {random:.3f}"
    if not np.isfinite([grid, random]).all():
        return Finding(None, numbers, "there is nothing to compare")
    if abs(grid - random) < 0.02:
        return Finding("same", numbers, "there is hardly a difference")
    if grid > random:
        reason = "no hill is far from a point of the grid, while random points leave gaps"
        return Finding("grid", numbers, "the grid wins", reason)
    return Finding("random", numbers, "the random points win")


@exercise("19.2", kind="experiment")
def runs_needed(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of runs of each setting for which 0.5 points are two standard errors of the difference."""
    value = as_count(answer, "The number of runs")
    mistakes = [
        (
            4,
            "With 4 runs the mean of *one* setting has a standard error of 0.25. The difference of two means has more.",
        ),
        (2, "With 2 runs each the difference has a standard error of 0.5: the half point is one of them, not two."),
        (16, "16 would do, and more than you need. Did you count the runs of both settings together? n is for each."),
        (32, "With 32 runs each the standard error is 0.125. That is four of them in half a point."),
        (1, "With one run each the standard error of the difference is sqrt(2) times 0.5, more than the difference."),
    ]
    if value != 8:
        refuse_mistakes(value, mistakes)
        raise Hint(f"It is not {value}. Set two standard errors, 2 · sqrt(2 / n) · 0.5, equal to 0.5.")
    return "eight runs of each, sixteen trainings, for half a point; for a quarter of a point it would be 32 of each."


@exercise("19.3", kind="code")
def latin(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(n, d, rng)` that draws Latin hypercubes: strata, places inside them, independence."""
    for n, d in ((9, 2), (5, 4), (1, 3), (200, 3)):
        points, again, other = (
            as_array(call(answer, n, d, np.random.default_rng(seed)), (n, d), "The result") for seed in (1, 1, 2)
        )
        if not np.array_equal(points, again):
            raise Hint("Draw from the `rng` that you are given: the same generator should give the same points.")
        if n > 1 and np.array_equal(points, other):
            raise Hint("Another `rng` should give other points; yours are the same. Do all draws come from it?")
        _judge_points(points, n, d)
    _judge_places(answer)
    return (
        "every part of every parameter holds one point, and the parameters are paired anew each time. On the round "
        "hill such points lie between random ones and the grid, on the long hill above both: nine values each, no "
        "large gaps."
    )


def _judge_points(points: np.ndarray, n: int, d: int) -> None:
    if points.min() < 0 or points.max() > 1:
        raise Hint(f"The points should lie between 0 and 1; yours go from {points.min():.2f} to {points.max():.2f}.")
    for column in range(d):
        counts = np.bincount(np.minimum((points[:, column] * n).astype(int), n - 1), minlength=n)
        if np.any(counts != 1):
            raise Hint(
                f"latin({n}, {d}, rng): of the {n} parts of parameter {column} {np.sum(counts == 0)} hold no point and "
                f"{np.sum(counts > 1)} hold more than one. Each part needs exactly one: which part each point gets is "
                "a permutation of the numbers from 0 to n - 1."
            )
    if n == 200:
        order = np.argsort(points, axis=0)
        for column in range(1, d):
            if np.array_equal(order[:, 0], order[:, column]) or np.array_equal(order[::-1, 0], order[:, column]):
                raise Hint("All points lie on a diagonal: each parameter needs a permutation of its own.")


def _judge_places(answer: Callable[..., Any]) -> None:
    n, rng = 50, np.random.default_rng(3)
    first, second = (as_array(call(answer, n, 2, rng), (n, 2), "The result") for _ in range(2))
    if np.array_equal(np.argsort(first[:, 0]), np.argsort(second[:, 0])):
        raise Hint("Two calls in a row put the same point into the same part of parameter 0: draw anew in each call.")
    inside = np.concatenate([first, second]) * n % 1
    if inside.std() < 0.05:
        raise Hint("Each point sits at the same place inside its part: draw that place at random too.")
    if np.mean(inside.std(axis=1)) < 0.05:
        raise Hint("A point has the same place inside its part in both parameters: draw each place by itself.")
    if abs(inside.mean() - 0.5) > 0.12 or inside.min() > 0.2 or inside.max() < 0.8:
        raise Hint("The place inside a part should be uniform over the whole part.")


@exercise("19.4", kind="code")
def draw_settings(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(n, rng)` that draws rates and momenta on log scales, independently of each other."""
    n = 4000
    drawn = call(answer, n, np.random.default_rng(4))
    if (not isinstance(drawn, (tuple, list)) or len(drawn) != 2) and shape_of(drawn) != (2, n):
        raise Hint(f"Return two arrays of n numbers, the rates and the momenta; got {type(drawn).__name__}.")
    rate, momentum = (
        as_squeezed(part, (n,), name) for part, name in zip(drawn, ("The rates", "The momenta"), strict=True)
    )
    again = call(answer, n, np.random.default_rng(5))
    if np.array_equal(as_squeezed(again[0], (n,), "The rates"), rate):
        raise Hint("Another `rng` should give other settings: draw from it.")
    if rate.min() < 0.99e-4 or rate.max() > 1.01:
        raise Hint(f"The rates should lie between 0.0001 and 1; yours go from {rate.min():.3g} to {rate.max():.3g}.")
    if momentum.min() < 0.8999 or momentum.max() > 0.99901:
        low, high = momentum.min(), momentum.max()
        raise Hint(f"The momenta should lie between 0.9 and 0.999; yours go from {low:.4g} to {high:.4g}.")
    share_of_rate, share_of_slow = (np.log10(rate) + 4) / 4, (np.log10(1 - momentum) + 3) / 2
    for share, name in ((share_of_rate, "rate"), (share_of_slow, "1 - momentum")):
        quarters = np.histogram(share, 4, range=(-0.001, 1.001))[0] / n
        if np.any(abs(quarters - 0.25) > 0.04):
            raise Hint(
                f"The scales were right before: {name} should be uniform on a log scale; the shares of its four "
                f"quarters are {', '.join(f'{q:.2f}' for q in quarters)}."
            )
    together = np.corrcoef(share_of_rate, share_of_slow)[0, 1]
    if abs(together) > 0.1:
        how = "on one line" if abs(together) > 0.99 else "near a line"
        raise Hint(
            f"Each scale is right by itself, but plotted over each other the settings lie {how} (correlation of the "
            f"logarithms {together:.2f}), so most of the square is never tried."
        )
    return (
        "each parameter has a draw of its own. Before, one share served both, so all trials lay on a line through the "
        "square, and no histogram of a single parameter could show it."
    )


def slow_starters() -> np.ndarray:
    """Return validation accuracies of 32 trials at 16 looks, some of which warm up before they learn.

    Returns:
        Shape (32, 16), float64, made by formula.
    """
    rng = np.random.default_rng(19)
    looks = np.arange(1, 17)
    best = np.sort(rng.uniform(0.75, 0.93, 32))
    best[-1] = 0.95
    delay = rng.uniform(0, 0.6, 32)
    delay[-1], delay[-2], delay[-3] = 1.5, 1.3, 1.1
    curves = 0.1 + (best - 0.1)[:, None] * (1 - np.exp(-np.maximum(0, looks - delay[:, None]) / 1.5))
    return curves[rng.permutation(32)]


def _chosen(curves: np.ndarray, first: int) -> int:
    alive = list(range(len(curves)))
    for rung in (rung for rung in RUNGS[:-1] if rung >= first):
        alive.sort(key=lambda i: curves[i, rung - 1])
        alive = alive[len(alive) // 2 :]
    return max(alive, key=lambda i: curves[i, -1])


@exercise("19.5", kind="experiment")
def first_rung(answer: Any, rng: np.random.Generator) -> str:
    """Check the earliest first rung at which successive halving finds the best of `slow_starters`."""
    first = as_count(answer, "The first rung")
    if first not in RUNGS[:-1]:
        raise Hint(f"The first rung is 1, 2, 4 or 8; got {first}.")
    curves = slow_starters()
    best, chosen = int(np.argmax(curves[:, -1])), _chosen(curves, first)
    if chosen != best:
        rank = int(np.sum(curves[:, first - 1] > curves[best, first - 1])) + 1
        raise Hint(
            f"With a first cut at rung {first} halving ends with trial {chosen}, not with the best, {best}: at that "
            f"rung the best is number {rank} of {len(curves)}, too low for the better half."
        )
    if first > 1 and _chosen(curves, first // 2) == best:
        raise Hint(f"With rung {first} halving finds the best, but does it already with an earlier first cut?")
    alive, trained, price = len(curves), 0, 0
    for rung in (rung for rung in RUNGS if rung >= first):
        price, trained, alive = price + alive * (rung - trained), rung, alive // 2
    return (
        f"rung {first} is the first at which the best, trial {best}, is among the better half. The later cut is dear: "
        f"all {len(curves)} trials train {first} sixteenths of the way instead of one, and the whole search costs "
        f"{price / RUNGS[-1]:g} full trainings instead of six."
    )
