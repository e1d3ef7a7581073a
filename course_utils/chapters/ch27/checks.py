"""Checks of chapter 27, Object detection."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "27.1",
    {
        "both": "each slot to find an object",
        "one": "one slot to find an object, and the other one not",
        "neither": "neither slot to find an object",
    },
)
def slots_at_objects(measured: Any) -> Finding:
    """Decide how many slots point at an object, from the distances to the nearest object and between the objects.

    A slot finds an object if it is nearer to it than a quarter of the way to the other object, which is half as far as
    the midpoint.
    """
    to_object = np.asarray(measured["to object"], float)
    true, random = (np.asarray(measured["apart"][name], float) for name in ("true", "random"))
    if not (np.all(np.isfinite(to_object)) and np.all(np.isfinite(random))):
        return Finding(None, "a distance is no number", "there is nothing to compare")
    first, second = np.mean(to_object < true[:, None] / 4, axis=0)
    numbers = (
        f"the slots found an object in {first:.0%} and {second:.0%} of the pictures, and lay {np.median(random):.1f} "
        f"pixels apart, where the objects lay {np.median(true):.1f} apart"
    )
    if min(first, second) > 0.5 and np.median(random) > np.median(true) / 2:
        return Finding("both", numbers, "each slot found an object in most pictures")
    if max(first, second) > 0.5 >= min(first, second):
        return Finding("one", numbers, "only one slot found an object in most pictures")
    if max(first, second) > 0.5:
        return Finding(None, numbers, "both slots found the same object")
    reason = ""
    if np.median(random) < np.median(true) / 2:
        reason = "each slot by itself has two right answers, and squared error asks for their mean"
    return Finding("neither", numbers, "neither slot found an object in most pictures", reason)


@exercise("27.2", kind="experiment")
def by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check the IoU of two boxes, the average precision of five, and the stride after another pooling."""
    overlap, precision, stride = as_array(answer, (3,), "The three numbers")
    if not np.isclose(overlap, 6 / 26, atol=0.003):
        mistakes = [
            (0.55, "Keep the order asked: the IoU comes first."),
            (6 / 32, "The shared part is in both areas. It belongs to the union only once."),
            (6 / 16, "Divide by what at least one of the boxes covers, not by one of them."),
            (6 / 20, "Take the shared part off the sum of the areas once, not twice."),
            (26 / 6, "Shared over covered, not the other way round."),
        ]
        refuse_mistakes(overlap, mistakes, atol=0.003)
        raise Hint(f"The IoU is not {overlap:.3g}. The shared part reaches from 2 to 4 across and from 1 to 4 down.")
    if not np.isclose(precision, 0.55, atol=0.003):
        mistakes = [
            ((1 + 1 / 2 + 3 / 5) / 4, "The precision dips at the second hit, and the third hit makes it good."),
            ((1 + 3 / 5 + 3 / 5) / 3, "This is the mean over the hits. The object that is never hit has a recall too."),
            ((1 + 1 / 2 + 3 / 5) / 3, "This is the mean over the hits, with a dip that is made good further down."),
            (3 / 5, "This is the precision at the end of the list. The area is asked."),
            (3 / 4, "This is the recall at the end of the list. The area is asked."),
            (
                (1 + 1 / 2 + 1 / 3 + 1 / 2 + 3 / 5) / 5,
                "A box that is no hit adds no recall. Only hits add to the area.",
            ),
        ]
        refuse_mistakes(precision, mistakes, atol=0.003)
        raise Hint(f"The IoU is right; the average precision is not {precision:.3g}. A hit adds a quarter of recall.")
    if not np.isclose(stride, 8):
        mistakes = [
            (4, "So it is without the new layer. What does each pooling do to the number of answers along a side?"),
            (2, "A pooling makes the answers fewer, so that their windows lie farther apart."),
            (6, "The distances multiply: each layer of stride 2 doubles what was there."),
        ]
        refuse_mistakes(stride, mistakes)
        raise Hint(f"The first two are right. The windows do not lie {stride:.3g} pixels apart: how many layers halve?")
    return "6 of 26 squares; (1 + 3/5 + 3/5 + 0) / 4, since the dip to 2/4 is made good; and 2 · 2 · 2 pixels."


@exercise("27.3", kind="code")
def allowed_shift(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(width, overlap)` that returns the largest shift for an IoU of at least `overlap`."""
    for width, overlap in ((20.0, 0.5), (12.0, 0.75), (float(rng.uniform(5, 30)), float(rng.uniform(0.3, 0.9)))):
        shift = float(as_array(call(answer, width, overlap), (), "The shift"))
        right = width * (1 - overlap) / (1 + overlap)
        if np.isclose(shift, right, rtol=1e-4):
            continue
        mistakes = [
            (width * (1 - overlap), "This is the shift at which the *shared part* is that share of one box."),
            (width * (1 - overlap) / (1 + overlap) / width, "This is a share of the width; the shift is asked."),
            (width * (1 - overlap) / 2, "Where the boxes move apart by s, the union grows by s as well: (w + s) h."),
            (width * overlap, "With an overlap of 1 the shift must be 0."),
        ]
        refuse_mistakes(shift, mistakes, rtol=1e-4)
        raise Hint(
            f"For a width of {width:.3g} and an IoU of {overlap:.2f} yours gives {shift:.3g}; at that shift the IoU is "
            f"{max(0.0, (width - shift) / (width + shift)) if shift > -width else 0.0:.2f}."
        )
    return (
        "(w - s) / (w + s) is the IoU. At 0.5 a third of the width is allowed, at 0.75 still a seventh; a twentieth "
        "needs 0.90."
    )


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    low, high = np.maximum(a[:2] - a[2:] / 2, b[:2] - b[2:] / 2), np.minimum(a[:2] + a[2:] / 2, b[:2] + b[2:] / 2)
    both = np.prod(np.maximum(high - low, 0))
    return float(both / (np.prod(a[2:]) + np.prod(b[2:]) - both))


def _one_by_one(score: np.ndarray, box: np.ndarray, limit: float) -> set[int]:
    left, keep = list(np.argsort(-score)), set()
    while left:
        best = left.pop(0)
        keep.add(int(best))
        left = [row for row in left if _iou(box[best], box[row]) < limit]
    return keep


def _at_once(score: np.ndarray, box: np.ndarray, limit: float) -> set[int]:
    rows = range(len(score))
    return {b for b in rows if not any(score[a] > score[b] and _iou(box[a], box[b]) >= limit for a in rows)}


@exercise("27.4", kind="experiment")
def counterexample(answer: Any, rng: np.random.Generator) -> str:
    """Check scores and boxes on which dropping at once differs from dropping one by one."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise Hint("Store two things: `counterexample = (score, box)`.")
    shape = shape_of(answer[0])
    if shape is None or len(shape) != 1 or not 1 <= shape[0] <= 5:
        raise Hint("`score` should hold one number for each box, at most 5 in all.")
    score = as_array(answer[0], shape, "The scores")
    box = as_array(answer[1], (*shape, 4), "The boxes")
    if np.any(box[:, 2:] <= 0):
        raise Hint("Each box is x, y, width, height, and its width and height must be above 0.")
    if len(np.unique(score)) < len(score):
        raise Hint("Give the boxes different scores, so that it is clear which one is surer.")
    right, colleague = _one_by_one(score, box, 0.5), _at_once(score, box, 0.5)
    if right == colleague:
        if len(score) < 3:
            raise Hint("With one or two boxes both functions do the same. How many does it take?")
        if len(right) == len(score):
            raise Hint("Both keep all of your boxes: some must overlap by an IoU of 0.5 or more.")
        if len(right) == 1:
            raise Hint("Both keep one box only. Which box should have been saved because its rival was dropped?")
        raise Hint("Both keep the same boxes. Think of a box that is dropped, and yet drops another one.")
    return (
        f"one by one {len(right)} boxes stay, at once {len(colleague)}. A box that is dropped must not drop others: "
        "in a row of objects that stand close, a false box between two of them removes the second."
    )


@exercise("27.5", kind="code")
def encode_with_anchors(answer: Any, rng: np.random.Generator) -> str:
    """Check a function that writes the targets of a grid with anchors."""
    cases = [(3, np.array([[0.2, 0.6], [0.6, 0.2]])), (5, np.array([[0.2, 0.2], [0.5, 0.5], [0.2, 0.7]]))]
    for grid, anchors in cases:
        objects = _objects(rng, grid)
        right = _encoded(objects, 4, 3, grid, anchors)
        result = as_array(call(answer, objects.copy(), 4, 3, grid, anchors.copy()), right.shape, "The target")
        if np.allclose(result, right, atol=1e-5):
            continue
        _name_the_mistake(result, right, objects, grid, anchors)
    return "the same as objects placed one by one, for two anchors and for three, with two objects in one cell."


def _objects(rng: np.random.Generator, grid: int) -> np.ndarray:
    """Objects in four pictures with no symmetry, two pairs of which share a cell."""
    number = 9
    table = np.column_stack(
        [
            rng.integers(4, size=number),
            rng.integers(3, size=number),
            rng.uniform(0.02, 0.98, (number, 2)),
            rng.uniform(0.1, 0.7, (number, 2)),
        ]
    )
    tall_and_wide = [[1, 0, 0.81, 0.12, 0.15, 0.6], [1, 2, 0.82, 0.13, 0.6, 0.15]]
    both_tall = [[2, 1, 0.11, 0.52, 0.15, 0.6], [2, 2, 0.12, 0.53, 0.14, 0.62]]
    return np.array([*tall_and_wide, *both_tall, *table])


def _encoded(objects, number, kinds, grid, anchors, swapped=False, whole=False, last=False, by="iou") -> np.ndarray:
    target = np.zeros((number, grid, grid, len(anchors), 5 + kinds))
    for picture, kind, x, y, width, height in objects:
        i, j = int(grid * y), int(grid * x)
        size = np.array([width, height]) * (grid if by == "cells" else 1)
        both = np.prod(np.minimum(size, anchors), axis=1)
        fit = both / (np.prod(size) + np.prod(anchors, axis=1) - both)
        best = int(np.argmin(np.abs(anchors - size).sum(axis=1)) if by == "sizes" else np.argmax(fit))
        place = target[int(picture), j, i, best] if swapped else target[int(picture), i, j, best]
        if place[0] and not last:
            continue
        place[:] = 0
        place[:5] = (1, x, y, width, height) if whole else (1, grid * x - j, grid * y - i, width, height)
        place[5 + int(kind)] = 1
    return target


def _name_the_mistake(result, right, objects, grid, anchors) -> None:
    def like(**changed):
        return _encoded(objects, 4, 3, grid, anchors, **changed)

    mistakes = [
        (like(swapped=True), "Row and column are exchanged: the row comes from y, the column from x."),
        (like(whole=True), "x and y are shares of the picture in yours; they should be measured inside the cell."),
        (like(last=True), "Where two objects want the same place, the first one in the table keeps it."),
        (like(by="cells"), "Anchors, width and height are all shares of the picture: leave out the grid there."),
        (like(by="sizes"), "The anchor is chosen by the IoU, not by the difference of the sizes."),
    ]
    refuse_mistakes(result, mistakes, atol=1e-5)
    taken, wanted = result[..., 0] > 0.5, right[..., 0] > 0.5
    if taken.any(axis=-1).sum() == wanted.any(axis=-1).sum() and np.any(taken != wanted):
        raise Hint("Some objects sit in the right cell at the wrong anchor: which one has the larger IoU?")
    if np.any(taken != wanted):
        raise Hint(f"{int(wanted.sum())} places should be taken; in yours {int(taken.sum())} are, or others.")
    if not np.allclose(result[..., 5:], right[..., 5:]):
        raise Hint("The places are right. Look at the last numbers: a one for the kind, zeros otherwise.")
    raise Hint("The places and kinds are right. Look at the box: x and y in the cell, width and height of the picture.")
