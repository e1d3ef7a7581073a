"""Known answers to the exercises of chapter 19."""

import numpy as np

PREDICTIONS = {
    "19.1": [
        ({"grid": 0.69, "random": 0.53}, "grid", "the grid wins, because no hill is far"),
        ({"grid": 0.5, "random": 0.6}, "random", "the random points win"),
        ({"grid": 0.6, "random": 0.61}, "same", "hardly a difference"),
        ({"grid": np.nan, "random": 0.61}, None, "nothing to compare"),
    ]
}


def latin(n, d, rng):
    return (np.array([rng.permutation(n) for _ in range(d)]).T + rng.random((n, d))) / n


def independent(n, d, rng):
    return rng.random((n, d))


def on_a_diagonal(n, d, rng):
    return (np.tile(rng.permutation(n)[:, None], (1, d)) + rng.random((n, d))) / n


def in_the_middle(n, d, rng):
    return (np.array([rng.permutation(n) for _ in range(d)]).T + 0.5) / n


def in_the_middle_shifted(n, d, rng):
    return (np.array([rng.permutation(n) for _ in range(d)]).T + rng.random()) / n


def never_the_rng(n, d, rng):
    return latin(n, d, np.random.default_rng())


def always_the_same(n, d, rng):
    return latin(n, d, np.random.default_rng(0))


def one_place_for_both(n, d, rng):
    return (np.array([rng.permutation(n) for _ in range(d)]).T + rng.random((n, 1))) / n


def not_divided(n, d, rng):
    return n * latin(n, d, rng)


def faulty(n, rng):
    share = rng.random(n)
    return 10 ** (-4 + 4 * share), 1 - 10 ** (-3 + 2 * share)


def repaired(n, rng):
    return 10 ** rng.uniform(-4, 0, n), 1 - 10 ** rng.uniform(-3, -1, n)


def as_columns(n, rng):
    return [part[:, None].tolist() for part in repaired(n, rng)]


def reversed_share(n, rng):
    share = rng.random(n)
    return 10 ** (-4 + 4 * share), 1 - 10 ** (-1 - 2 * share)


def uniform_momentum(n, rng):
    return 10 ** rng.uniform(-4, 0, n), rng.uniform(0.9, 0.999, n)


def one_minus_momentum(n, rng):
    return 10 ** rng.uniform(-4, 0, n), 10 ** rng.uniform(-3, -1, n)


def without_power(n, rng):
    return rng.uniform(-4, 0, n), 1 - 10 ** rng.uniform(-3, -1, n)


RIGHT = {"19.2": 8, "19.3": latin, "19.4": repaired, "19.5": 4}
ALSO_RIGHT = [("19.4", as_columns)]  # written in another way
WRONG = {
    "19.2": [
        (4, "the mean of .one. setting"),
        (2, "one of them, not two"),
        (16, "both settings together"),
        (32, "four of them"),
        (1, "more than the difference"),
        (7, "It is not 7"),
        (2.5, "should be an integer"),
        ("eight", "should be a number"),
        ([[1], [2, 3]], "should be a number"),
    ],
    "19.3": [
        (independent, "hold no point"),
        (on_a_diagonal, "on a diagonal"),
        (in_the_middle, "same place inside its part"),
        (in_the_middle_shifted, "same place inside its part"),
        (one_place_for_both, "in both parameters"),
        (never_the_rng, "Draw from the `rng`"),
        (always_the_same, "Another `rng`"),
        (not_divided, "between 0 and 1"),
        (lambda n, d, rng: latin(n, d, rng).T, "shape"),
        (lambda n, d, rng: [[1], [2, 3]], "should be numbers"),
        (lambda n, d, rng: None, "returns nothing"),
        (0.5, "should be a function"),
    ],
    "19.4": [
        (faulty, "lie on one line .*1.00"),
        (reversed_share, "lie on one line .*-1.00"),
        (uniform_momentum, "1 - momentum should be uniform on a log scale"),
        (one_minus_momentum, "The momenta should lie"),
        (without_power, "The rates should lie"),
        (lambda n, rng: repaired(n, np.random.default_rng(0)), "Another `rng`"),
        (lambda n, rng: repaired(n, rng)[0], "Return two arrays"),
        (lambda n, rng: ([[1], [2, 3]], [1, 2]), "should be numbers"),
        (lambda n, rng: "settings", "Return two arrays"),
        (lambda n, rng: None, "returns nothing"),
    ],
    "19.5": [
        (1, "the best is number"),
        (2, "the best is number"),
        (8, "already with an earlier"),
        (16, "is 1, 2, 4 or 8"),
        (3, "is 1, 2, 4 or 8"),
        (2.5, "should be an integer"),
        ("four", "should be a number"),
    ],
}
