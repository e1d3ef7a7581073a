"""Known answers to the exercises of chapter 29."""

import numpy as np

PREDICTIONS = {
    "29.1": [
        ({"mosaic": 0.2, "stripes": 0.9}, "stripes", "the difference is 0.20 for the mosaic and 0.90 .*one direction"),
        ({"mosaic": 0.9, "stripes": 0.2}, "mosaic", "the mosaic changes more"),
        ({"mosaic": 0.01, "stripes": 0.02}, "neither", "both hardly change"),
        ({"mosaic": 0.5, "stripes": 0.51}, None, "cannot be told apart"),
        ({"mosaic": np.nan, "stripes": 0.5}, None, "nothing to compare"),
    ]
}
BY_HAND = np.array([[6, 2], [2, 10]]) / 4


def style_gradient(f, a, factor=1.0):
    places, maps = f.shape
    return factor * 4 / (places * maps**2) * f @ (f.T @ f / places - a)


def without_mean(f, a):
    places, maps = f.shape
    return 4 / (places * maps**2) * f @ (f.T @ f - a)


def gram(a):
    f = a.reshape(-1, a.shape[2])
    return np.float32(f.T @ f / len(f))


def of_colleague(a):
    f = a.reshape(a.shape[2], -1)
    return f @ f.T / f.shape[1]


def of_places(a):
    f = a.reshape(-1, a.shape[2])
    return f @ f.T / len(f)


def statistics(maps):
    return np.int64(sum(m * (m + 1) // 2 for m in maps))


RIGHT = {
    "29.2": BY_HAND.tolist(),
    "29.3": style_gradient,
    "29.4": gram,
    "29.5": statistics,
}
WRONG = {
    "29.2": [
        (4 * BY_HAND, "the mean is asked"),
        (2 * BY_HAND, "divided by the number of maps"),
        ([[1.5, 0], [0, 2.5]], "do come together"),
        (BY_HAND[::-1, ::-1], "belongs to the first row"),
        (np.ones((2, 2)), "product of the means"),
        (np.zeros((4, 4)), "You compared places"),
        ([[1.5, 1], [1, 2.5]], "Write the four products"),
        (1.5, r"should have shape \(2, 2\)"),
        ([[1.5], [0.5, 2.5]], "should be numbers"),
        ("much", "should be numbers"),
    ],
    "29.3": [
        (lambda f, a: style_gradient(f, a, 0.5), "in a row \\*and\\* in a column"),
        (lambda f, a: style_gradient(f, a, 0.25), "A quarter of it"),
        (lambda f, a: style_gradient(f, a, len(f)), "goes along"),
        (lambda f, a: style_gradient(f, a, f.shape[1] ** 2), "is a mean over"),
        (lambda f, a: style_gradient(f, a, f.shape[1]), "not by M"),
        (lambda f, a: style_gradient(f, a, -1), "The sign is wrong"),
        (without_mean, "has to be divided by P"),
        (lambda f, a: style_gradient(f, a).T, "is transposed"),
        (lambda f, a: a, "shape of a Gram matrix"),
        (lambda f, a: 0 * f, "differences give"),
        (lambda f, a: None, "returns nothing yet"),
        (lambda f, a: [[1.0], [1.0, 2.0]], "should be numbers"),
        (3, "should be a function"),
    ],
    "29.4": [
        (of_colleague, "What stands in the first row"),
        (of_places, "compares places with each other"),
        (lambda a: gram(a) * a.shape[0] * a.shape[1], "Keep the mean"),
        (lambda a: gram(a) * a.shape[0] * a.shape[1] / a.shape[2], "you divide by the number of maps"),
        (lambda a: 2 * gram(a), "loops give"),
        (lambda a: None, "returns nothing yet"),
        (lambda a: "gram", "should be numbers"),
    ],
    "29.5": [
        (lambda maps: sum(m * m for m in maps), "is symmetric"),
        (lambda maps: sum(m * (m - 1) // 2 for m in maps), "The diagonal counts"),
        (lambda maps: sum(maps) * (sum(maps) + 1) // 2, "a matrix of its own"),
        (sum, "the diagonals only"),
        (lambda maps: maps[0] * (maps[0] + 1) // 2, "Add up the layers"),
        (lambda maps: 7, "different entries; yours gives 7"),
        (lambda maps: 0.5, "should be an integer"),
        (lambda maps: [1, 2], r"should have shape \(\)"),
    ],
}
