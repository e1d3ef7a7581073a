"""Known answers to the exercises of chapter 26."""

from course_utils.chapters.ch26.checks import BOXES, black_box

import numpy as np


def probabilities(saliency, centre):
    return {"saliency": saliency, "centre first": centre}


PREDICTIONS = {
    "26.1": [
        (probabilities(0.56, 0.48), "centre", "0.560 with the map and 0.480 with the rule, so the map is worse"),
        (probabilities(0.41, 0.48), "saliency", "the map knows more than the rule"),
        (probabilities(0.48, 0.49), "same", "as good as a rule that knows nothing"),
        (probabilities(np.nan, 0.49), None, "nothing to compare"),
    ]
}


def shares(first=0.5, mean=np.mean, way=lambda image, baseline: image - baseline):
    """A `shares_of_score` with other points, another mean or another factor."""

    def shares_of_score(gradient, image, baseline, steps):
        points = [baseline + (image - baseline) * (step + first) / steps for step in range(steps)]
        return way(image, baseline) * mean([gradient(point) for point in points], axis=0)

    return shares_of_score


def at_the_image(gradient, image, baseline, steps):
    return (image - baseline) * gradient(image)


def at_the_baseline(gradient, image, baseline, steps):
    return (image - baseline) * gradient(baseline)


def in_place(gradient, image, baseline, steps):
    result = shares()(gradient, image, baseline, steps)
    image -= baseline
    return result


def mean_fall(box):
    """Mean fall of a box's scores when each 4×4 patch is covered, (8, 8), found without the check's own loop."""
    score, pictures = black_box(box)
    falls = np.zeros((8, 8))
    for row, column in np.ndindex(8, 8):
        covered = pictures.copy()
        covered[:, 4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = 128
        falls[row, column] = np.mean(score(pictures) - score(covered))
    return falls


FALLS = {box: mean_fall(box) for box in BOXES}
GUILTY = max(BOXES, key=lambda box: FALLS[box].max())
ROW, COLUMN = (int(place) for place in np.unravel_index(FALLS[GUILTY].argmax(), (8, 8)))
INNOCENT = next(box for box in BOXES if box != GUILTY)


def found(box=GUILTY, row=ROW, column=COLUMN):
    return {"box": box, "row": row, "column": column}


def climb(
    sign=1, bound=lambda changed, images, epsilon: np.clip(changed, images - epsilon, images + epsilon), ends=(0, 255)
):
    """A `climb_within` with another sign, bound or scale."""

    def climb_within(gradient, images, epsilon, steps):
        changed = images.copy()
        for _ in range(steps):
            changed = changed + sign * 2 * epsilon / steps * np.sign(gradient(changed))
            changed = np.clip(bound(changed, images, epsilon), *ends)
        return changed

    return climb_within


def one_gradient(gradient, images, epsilon, steps):
    return np.clip(images + epsilon * np.sign(gradient(images)), 0, 255)


def overwrites(gradient, images, epsilon, steps):
    images += epsilon * np.sign(gradient(images))
    return np.clip(images, 0, 255)


def half_way(gradient, images, epsilon, steps):
    return climb()(gradient, images, epsilon / 4, steps)


RIGHT = {"26.2": [[0.5, 2], [0, 0.5]], "26.3": shares(), "26.4": found(), "26.5": climb()}
ALSO_RIGHT = [  # written in another way
    ("26.2", np.float32([[0.5, 2], [0, 0.5]])),
    ("26.3", lambda *given: shares()(*given).tolist()),
    ("26.3", lambda *given: shares()(*given).astype("float32")),
    ("26.4", found(row=np.int64(ROW), column=np.float64(COLUMN))),
    ("26.5", lambda *given: climb()(*given).astype("float32")),
]
WRONG = {
    "26.2": [
        ([[0.5, 2], [-1.5, 0.5]], "What does Grad-CAM do with it"),
        ([[0, 2], [0, 1]], "Average each gradient first"),
        ([[2, 8], [0, 2]], "not its sum"),
        ([[1.5, 2], [1.5, 1.5]], "keeps its sign"),
        ([[0.25, 1], [0, 0.25]], "added up, not averaged"),
        ([[1, 2], [0, 1]], "Begin with the two factors"),
        ([0.5, 2, 0, 0.5], "should have shape"),
        ([[0.5, 2], [0]], "should be numbers"),
        ("0.5", "should be numbers|should have shape"),
    ],
    "26.3": [
        (shares(way=lambda image, baseline: 1), "Multiply by the way that each value goes"),
        (shares(way=lambda image, baseline: image), "not by the image"),
        (shares(way=lambda image, baseline: baseline - image), "The sign is turned"),
        (at_the_image, "at the image alone"),
        (at_the_baseline, "at the baseline alone"),
        (shares(mean=np.sum), "a mean over the points, not a sum"),
        (shares(first=0), "at the baseline alone|begin each part"),
        (shares(first=1), "at the image alone|end each part"),
        (shares(first=0.3), "times the mean gradient"),
        (in_place, "changes the image or the baseline"),
        (lambda *given: shares()(*given).sum(), "should have shape"),
        (lambda *given: None, "returns nothing yet"),
        (lambda *given: [[1, 2], [3]], "should be numbers"),
        (lambda image: image, "raised TypeError"),
    ],
    "26.4": [
        (found(box=INNOCENT), "no patch of . does more than .* average the maps"),
        (found(row=(ROW + 1) % 8), "another patch of . does"),
        (found(row=4 * ROW + 8), "Are these pixels|another patch"),
        (found(box="D"), "There are the boxes"),
        (found(box=["A"]), "There are the boxes"),
        (found(row=1.5), "should be an integer"),
        (found(row="one"), "should be a number"),
        (GUILTY, "Store a box and a patch"),
        ({"box": GUILTY}, "Store a box and a patch"),
    ],
    "26.5": [
        (climb(bound=lambda changed, images, epsilon: changed), "further than epsilon"),
        (climb(ends=(-np.inf, np.inf)), "keep them from 0 to 255"),
        (climb(sign=-1), "The score falls"),
        (one_gradient, "take a new gradient before each step"),
        (half_way, "from where the score is highest"),
        (overwrites, "begin with a copy"),
        (lambda gradient, images, epsilon, steps: images, "Nothing has moved"),
        (lambda *given: None, "returns nothing yet"),
        (lambda *given: [[1, 2], [3]], "should be numbers"),
        ("climb", "can be called"),
    ],
}
