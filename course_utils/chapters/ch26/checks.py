"""Checks of chapter 26, Seeing inside a convnet, and the black boxes of exercise 26.4."""

from collections.abc import Callable, Mapping
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

BOXES, SIDE, PATCH, PICTURES = "ABC", 32, 4, 60
CHECKERED = np.indices((PATCH, PATCH)).sum(axis=0) % 2 * 2.0 - 1  # the mark, before its strength
STRENGTH = 6.0  # grey levels: too faint to see


@prediction(
    "26.1",
    {
        "saliency": "the saliency map to lower the probability more",
        "centre": "the rule that knows neither network nor image to lower the probability more",
        "same": "hardly a difference between the two",
    },
)
def map_or_rule(measured: Any) -> Finding:
    """Decide which order of patches lowers the probability more, from the mean probabilities at a fifth, by order."""
    saliency, centre = float(measured["saliency"]), float(measured["centre first"])
    numbers = f"the probability is {saliency:.3f} with the map and {centre:.3f} with the rule"
    if not np.isfinite([saliency, centre]).all():
        return Finding(None, numbers, "there is nothing to compare")
    if abs(saliency - centre) < 0.02:
        return Finding("same", numbers, "the map is as good as a rule that knows nothing")
    if saliency < centre:
        return Finding("saliency", numbers, "the map knows more than the rule")
    return Finding("centre", numbers, "the map is worse than a rule that looks at nothing")


@exercise("26.2", kind="experiment")
def cam(answer: Any, rng: np.random.Generator) -> str:
    """Check the Grad-CAM map of two maps of 2×2 places."""
    given = as_array(answer, (2, 2), "The map")
    maps = np.array([[[1, 2], [0, 1]], [[1, 0], [3, 1]]], dtype=float)
    gradients = np.array([[[1, 1], [1, 1]], [[-1, 0], [-1, 0]]], dtype=float)
    factors = gradients.mean(axis=(1, 2))
    weighted = np.tensordot(factors, maps, axes=1)
    mistakes = [
        (weighted, "One place is negative. What does Grad-CAM do with it?"),
        (np.maximum((gradients * maps).sum(axis=0), 0), "You multiplied place by place. Average each gradient first."),
        ((gradients * maps).sum(axis=0), "You multiplied place by place. Average each gradient first."),
        (
            np.maximum(np.tensordot(4 * factors, maps, axes=1), 0),
            "The factor is the mean of the gradient, not its sum.",
        ),
        (np.maximum(np.tensordot(np.abs(factors), maps, axes=1), 0), "A factor keeps its sign: M₂ lowers the score."),
        (np.maximum(weighted, 0) / 2, "The weighted maps are added up, not averaged."),
    ]
    if not np.allclose(given, np.maximum(weighted, 0)):
        refuse_mistakes(given, mistakes)
        raise Hint("Begin with the two factors, the means of the gradients: which number multiplies M₁, which M₂?")
    return f"the factors are {factors[0]:g} and {factors[1]:g}; where the second map is strong, the first must make up."


def _midpoints(gradient: Callable, image: np.ndarray, baseline: np.ndarray, steps: int, first: float = 0.5) -> Any:
    points = [baseline + (image - baseline) * (step + first) / steps for step in range(steps)]
    return np.mean([gradient(point) for point in points], axis=0)


@exercise("26.3", kind="code")
def shares_of_score(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(gradient, image, baseline, steps)` on a score whose gradient is known, by place and in sum."""
    factors, errors = rng.normal(size=(2, 3, 3, 2)), []

    def score(x: Any) -> float:
        return float(np.sum(factors[0] * np.asarray(x) ** 2 + factors[1] * np.asarray(x) ** 3 / 10))

    def gradient(x: Any) -> np.ndarray:
        return 2 * factors[0] * np.asarray(x) + 0.3 * factors[1] * np.asarray(x) ** 2

    for steps in (1, 4, 16):
        image, baseline = rng.normal(2, 1, size=(2, 3, 3, 2))
        kept = image.copy(), baseline.copy()
        given = as_array(call(answer, gradient, image, baseline, steps), image.shape, "The shares")
        if not (np.array_equal(image, kept[0]) and np.array_equal(baseline, kept[1])):
            raise Hint("Your function changes the image or the baseline that it is given: work on new arrays.")
        way, mean = image - baseline, _midpoints(gradient, image, baseline, steps)
        ending = f"(Tried with {steps} step{'s' * (steps > 1)}.)"
        mistakes = [
            (mean, "These are mean gradients. Multiply by the way that each value goes."),
            (mean * image, "Multiply by the way from the baseline to the image, not by the image."),
            (-mean * way, "The sign is turned: the way leads from the baseline to the image."),
            (gradient(image) * way, "You took the gradient at the image alone. It changes along the line."),
            (gradient(baseline) * way, "You took the gradient at the baseline alone. It changes along the line."),
            (mean * way * steps, "The integral is a mean over the points, not a sum."),
            (_midpoints(gradient, image, baseline, steps, 0) * way, "These points begin each part; take its midpoint."),
            (_midpoints(gradient, image, baseline, steps, 1) * way, "These points end each part; take its midpoint."),
        ]
        if not np.allclose(given, mean * way, rtol=1e-4, atol=1e-5):
            refuse_mistakes(given, mistakes, rtol=1e-4, atol=1e-5, ending=ending)
            raise Hint(f"The shares should be (image − baseline) times the mean gradient on the line. {ending}")
        errors.append(abs(given.sum() - (score(image) - score(baseline))))
    return (
        f"the shares add up to the difference of the scores: with 16 midpoints the error is {errors[-1]:.1g}. That "
        "sum is the unit test of every such function."
    )


def black_box(name: str) -> tuple[Callable[[np.ndarray], np.ndarray], np.ndarray]:
    """Return a box of exercise 26.4: a network as a function, and its test images with a mark too faint to see.

    Args:
        name: A, B or C. The score of one of them rests on its mark, besides the pictures.

    Returns:
        A function from images `(n, 32, 32, 3)` to scores `(n,)`, and 60 images, float64 from 0 to 255.

    Raises:
        ValueError: There is no such box.
    """
    if name not in tuple(BOXES):
        raise ValueError(f"there are the boxes A, B and C; got {name!r}")
    rng = np.random.default_rng([26, ord(name)])
    coarse = rng.normal(128, 30, size=(PICTURES, 8, 8, 3)).repeat(PATCH, axis=1).repeat(PATCH, axis=2)
    pictures = np.clip(coarse + rng.normal(0, 8, coarse.shape), 10, 245)
    row, column = rng.choice(8, size=2, replace=False) * PATCH
    mark = np.zeros((SIDE, SIDE, 1))
    mark[row : row + PATCH, column : column + PATCH, 0] = CHECKERED
    pictures = pictures + STRENGTH * mark
    weights = rng.normal(size=(8, 8, 3)).repeat(PATCH, axis=0).repeat(PATCH, axis=1)
    weights = weights / np.sqrt(np.sum(weights**2) * 16 * 30**2)  # a standard deviation of about 1
    if name == BOXES[int(np.random.default_rng(26).integers(len(BOXES)))]:
        weights = weights + 0.4 * mark / (3 * 16 * STRENGTH)  # 0.4 of the score of every image

    def score(images: np.ndarray) -> np.ndarray:
        return np.tensordot(np.asarray(images, dtype=float) - 128, weights, axes=3)

    return score, pictures


@exercise("26.4", kind="experiment")
def shortcut(answer: Any, rng: np.random.Generator) -> str:
    """Check a box and a patch: covering it must lower the mean score of the box's images by more than chance does."""
    if not isinstance(answer, Mapping) or set(answer) != {"box", "row", "column"}:
        raise Hint('Store a box and a patch, such as {"box": "A", "row": 0, "column": 0}.')
    box = answer["box"]
    if not isinstance(box, str) or box not in tuple(BOXES):
        raise Hint(f"There are the boxes A, B and C; got {box!r}.")
    row, column = (as_count(answer[name], f"The {name}", least=0) for name in ("row", "column"))
    if max(row, column) > 7:
        raise Hint(
            f"There are 8 rows and 8 columns of patches, 0 to 7; got row {row}, column {column}. Are these pixels?"
        )
    score, pictures = black_box(box)
    falls = []
    for i, j in np.ndindex(8, 8):
        covered = pictures.copy()
        covered[:, PATCH * i : PATCH * (i + 1), PATCH * j : PATCH * (j + 1)] = 128
        falls.append(score(pictures) - score(covered))
    falls = np.array(falls).reshape(8, 8, -1)
    means, here = np.abs(falls.mean(axis=-1)), falls[row, column]
    found = f"Covering it changes the scores of {box} by {here.mean():.3f} on average"
    if means[row, column] < 0.2:
        if means.max() < 0.2:
            raise Hint(
                f"{found}, and no patch of {box} does more than {means.max():.3f}. On single images patches do more, "
                "one way or the other: average the maps of all 60, with their signs, and compare the boxes."
            )
        raise Hint(f"{found}; another patch of {box} does {means.max():.3f}. (Row first, then column.)")
    return (
        f"covering it lowers the score of {box} by {here.mean():.2f} on average, in {np.mean(here > 0):.0%} of the "
        "images. Elsewhere falls and rises cancel. A mark that all images of a box share is no shortcut as long as the "
        "score does not use it."
    )


@exercise("26.5", kind="code")
def climb_within(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(gradient, images, epsilon, steps)` on a score with a known maximum near the images."""
    images = rng.uniform(20, 235, size=(3, 4, 4, 2))
    images[0, 0], images[1, 1] = 254.0, 1.0  # near both ends of the scale
    best = images + rng.uniform(-12, 12, size=images.shape)
    inner = (images > 20) & (images < 235)

    def gradient(x: Any) -> np.ndarray:
        return 2 * (best - np.asarray(x))

    for epsilon, steps in ((8.0, 40), (3.0, 12)):
        kept = images.copy()
        given = as_array(call(answer, gradient, images, epsilon, steps), images.shape, "The changed images")
        if not np.array_equal(images, kept):
            raise Hint("Your function changes the images that it is given: begin with a copy.")
        ending = f"(Tried with epsilon {epsilon:g} and {steps} steps.)"
        furthest = np.abs(given - images).max()
        if furthest > epsilon + 1e-3:
            raise Hint(f"A value moved by {furthest:.3g}: bring back what is further than epsilon. {ending}")
        if given.min() < -1e-3 or given.max() > 255 + 1e-3:
            raise Hint(f"Values go from {given.min():.3g} to {given.max():.3g}: keep them from 0 to 255. {ending}")
        goal = np.clip(np.clip(best, images - epsilon, images + epsilon), 0, 255)
        length = 2 * epsilon / steps
        mistakes = [
            (images, "Nothing has moved."),
            (
                lambda x: np.mean((x - images) * (best - images)) < 0,
                "The score falls. To raise it, add the sign of the gradient.",
            ),
            (
                lambda x, edge=epsilon: np.allclose(np.abs(x - images)[inner], edge, atol=1e-3),
                "Every value stands at the edge of what is allowed, also where the score is highest further inside: "
                "take a new gradient before each step.",
            ),
        ]
        if np.abs(given - goal).max() > 1.5 * length:
            refuse_mistakes(given, mistakes, ending=ending)
            raise Hint(f"A value is still {np.abs(given - goal).max():.3g} from where the score is highest. {ending}")
    return "the score has risen as far as epsilon allows, and no value has left its bounds."
