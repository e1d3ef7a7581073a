"""Known answers to the exercises of chapter 31."""

import numpy as np

# To write: for each prediction what a run may measure, the choice that this supports, and the reply to it.
PREDICTIONS = {
    "31.1": [
        ([1.0, 0.5, 0.1], "rest", "from 1 to 0.1"),
        ([1.0, -1.2, 1.44], "grow", "from 1 to 1.4.*further up the other side"),
    ]
}

# To write: the right answer to each of the other exercises, and at least two wrong ones with hints of their own.
RIGHT = {
    "31.2": 0.125,
    "31.3": lambda values: np.mean(np.square(values)),
    "31.4": 0.5,
}
WRONG = {
    "31.2": [
        (0.25, "two steps"),
        (0.015625, "gradient of x² is 2x"),
    ],
    "31.3": [
        (lambda values: np.mean(values) ** 2, "square of the mean"),
        (lambda values: np.sum(values**2), "sum of the squares"),
        (lambda values: np.mean(values), "the mean square is"),
    ],
    "31.4": [
        (1.5, "never comes to rest"),
        (0.25, "0.5 of the distance is left"),
    ],
}
