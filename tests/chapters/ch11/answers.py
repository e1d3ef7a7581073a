"""Known answers to the exercises of chapter 11."""

import numpy as np

PREDICTIONS = {
    "11.1": [
        ([0.92, 0.9, 0.82, 0.9, 0.92], "much", "92.0 % .* 82.0 % halfway, .*the same number do different things"),
        ([0.92, 0.915, 0.91, 0.915, 0.92], "little", "loses a little"),
        ([0.92, 0.92, 0.92, 0.92, 0.92], "same", "the mean is as good"),
        ([0.92, 0.5, 0.31, 0.5, 0.92], "guessing", "less than a half is left"),
        ([0.2, 0.15, 0.1, 0.15, 0.2], None, "had not learned enough"),
    ]
}


def turned(images, labels, becomes=(0, 1, -1, -1, -1, -1, 9, -1, 8, 6), turn=lambda a: a[:, ::-1, ::-1]):
    new = np.array(becomes)[np.asarray(labels)]
    return turn(np.asarray(images)[new >= 0]), new[new >= 0]


def all_nines(images, labels):
    """Turns every 6 into a 9, and then every 9 into a 6."""
    images, labels = turned(images, labels, becomes=(0, 1, -1, -1, -1, -1, 6, -1, 8, 6))
    return images, labels


def changes_its_input(images, labels):
    images[:] = images[:, ::-1, ::-1]
    return turned(images, labels, turn=lambda a: a)


def dropped(a, rate, rng, shape=lambda a: (len(a), 1, 1, a.shape[-1]), factor=lambda rate: 1 / (1 - rate)):
    mask = (rng.random(shape(a)) >= rate) * factor(rate)
    return a * mask, mask


def with_another_mask(a, rate, rng):
    return dropped(a, rate, rng)[0], dropped(a, rate, rng)[1]


def of_keras_shape(a, rate, rng):
    """Right, written differently: the full mask, float32, as lists."""
    keep = np.array([[rng.random() >= rate for _ in range(a.shape[3])] for _ in range(len(a))])
    mask = np.ones(a.shape, "float32") * (keep / (1 - rate))[:, None, None, :].astype("float32")
    return [(a * mask).astype("float32").tolist(), mask.tolist()]


TRIED = {"A": "batch", "B": "scale", "C": "backward"}
FROM_THE_TABLE = {"D": "scale", "E": "testing"}
RIGHT = {
    "11.2": 0.124,
    "11.3": turned,
    "11.4": {"A": "batch", "B": "Scale ", "C": "backward", **FROM_THE_TABLE},
    "11.5": of_keras_shape,
}
WRONG = {
    "11.2": [
        (0.016, "no error were shared"),
        (0.12, "any number of members"),
        (0.75, "This is ρ"),
        (0.028, "Only the part that is not shared"),
        (-0.02, "less and less"),
        (0.142, "Solve 0.14"),
        (0.1085, "error of one member, 0.16"),
        (0.13, "It is not 0.13"),
    ],
    "11.3": [
        (lambda images, labels: (images[:, ::-1, ::-1], labels), "All images come back"),
        (lambda images, labels: turned(images, labels, turn=lambda a: a), "not turned"),
        (lambda images, labels: turned(images, labels, turn=lambda a: a[:, ::-1]), "rows only"),
        (lambda images, labels: turned(images, labels, turn=lambda a: a[:, :, ::-1]), "mirrored left to right"),
        (lambda images, labels: turned(images, labels, turn=lambda a: a[::-1, ::-1, ::-1]), "reverse order"),
        (lambda images, labels: turned(images, labels, turn=lambda a: 1 - a[:, ::-1, ::-1]), "are not those of"),
        (lambda images, labels: turned(images, labels, (0, 1, -1, -1, -1, -1, 6, -1, 8, 9)), "still the old ones"),
        (all_nines, "ends with one of them"),
        (lambda images, labels: turned(images, labels, (1, 0, -1, -1, -1, -1, 9, -1, 8, 6)), "exchange them"),
        (changes_its_input, "return new ones"),
        (lambda images, labels: turned(images, labels)[0], "Return two arrays"),
    ],
    "11.4": [
        (TRIED | FROM_THE_TABLE | {"A": "scale"}, "of A's outputs for ones is .* the scale is right"),
        (TRIED | FROM_THE_TABLE | {"B": "batch"}, "Rows 0 and 1 of B's output differ"),
        (TRIED | FROM_THE_TABLE | {"B": "backward"}, "B's output is a \\* mask"),
        (TRIED | FROM_THE_TABLE | {"C": "testing"}, "With training=False C returns what it got"),
        (TRIED | FROM_THE_TABLE | {"C": "noise"}, "For C choose one of"),
        (TRIED | {"D": "testing", "E": "testing"}, "D: Two calls agree"),
        (TRIED | {"D": "backward", "E": "testing"}, "D: Section 1 has a figure"),
        (TRIED | {"D": "batch", "E": "testing"}, "D: Masks that rows share"),
        (TRIED | {"D": "scale", "E": "scale"}, "E: A wrong factor is the same"),
        (TRIED | {"D": "scale", "E": "backward"}, "E: In testing nothing goes back"),
        (TRIED | {"D": "scale", "E": "batch"}, "E: That is a fault in training"),
        (TRIED, "Store a dictionary with a word for each"),
        ("batch", "Store a dictionary with a word for each"),
    ],
    "11.5": [
        (lambda a, rate, rng: dropped(a, rate, rng, shape=lambda a: a.shape), "Within a channel some pixels"),
        (lambda a, rate, rng: dropped(a, rate, rng, shape=lambda a: (1, 1, 1, a.shape[3])), "All images lose the same"),
        (lambda a, rate, rng: dropped(a, rate, rng, shape=lambda a: (len(a), 1, 1, 1)), "all of its channels or none"),
        (lambda a, rate, rng: dropped(a, 1 - rate, rng), "That is the share to keep"),
        (lambda a, rate, rng: dropped(a, rate, rng, factor=lambda rate: 1), "must be scaled up"),
        (lambda a, rate, rng: dropped(a, rate, rng, factor=lambda rate: 1 / rate), "Divide by the share that is kept"),
        (lambda a, rate, rng: dropped(a, rate, rng, factor=lambda rate: 3), "is multiplied by 3.000"),
        (lambda a, rate, rng: dropped(a, rate, np.random.default_rng(0)), "the `rng` that you are given"),
        (with_another_mask, "return the mask that you used"),
        (lambda a, rate, rng: dropped(a, rate, rng)[0], "Return two arrays"),
        (lambda a, rate, rng: (dropped(a, rate, rng)[0], np.ones(3)), "your mask has"),
    ],
}
