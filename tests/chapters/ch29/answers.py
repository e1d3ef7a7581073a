"""Known answers to the exercises of chapter 29."""

import numpy as np

PREDICTIONS = {
    "29.1": [
        ({"mosaic": 0.2, "stripes": 0.9}, "stripes", "the style cost is 0.20 for the mosaic and 0.90 .*one direction"),
        ({"mosaic": 0.9, "stripes": 0.2}, "mosaic", "the mosaic changes more"),
        ({"mosaic": 0.01, "stripes": 0.015}, "neither", "both hardly change"),
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


def means(picture, target):
    return picture.mean(axis=(0, 1, 2)), target.mean(axis=(0, 1, 2))


def colour_judge(picture, target):
    a, b = means(picture, target)
    return np.float32(np.sum((a - b) ** 2) / np.sum(b**2))


def of_the_picture(picture, target):
    a, b = means(picture, target)
    return np.sum((a - b) ** 2) / np.sum(a**2)


def not_divided(picture, target):
    a, b = means(picture, target)
    return np.sum((a - b) ** 2)


RIGHT = {
    "29.2": BY_HAND.tolist(),
    "29.3": style_gradient,
    "29.4": gram,
    "29.5": colour_judge,
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
        (lambda p, t: np.sqrt(colour_judge(p, t)), "you took the root"),
        (not_divided, "Divide by the square of the target"),
        (of_the_picture, "not of the picture"),
        (lambda p, t: np.sum((p - t) ** 2) / np.sum(t**2), "place by place"),
        (lambda p, t: ((p.mean() - t.mean()) / t.mean()) ** 2, "has three values"),
        (lambda p, t: 0.0, "judgement should be"),
        (lambda p, t: None, "returns nothing yet"),
        (lambda p, t: "red", "should be"),
        (lambda p, t: [1, 2], "should be a single number"),
    ],
}
