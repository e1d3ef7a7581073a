"""Known answers to the exercises of chapter 15."""

import numpy as np


def layers(kept, first=0.6):
    """An input and the activations of ten layers, each of which keeps this part of the standard deviation."""
    values = np.random.default_rng(0).standard_normal((20, 50))
    return [values, *(first * kept**number * values for number in range(10))]


PREDICTIONS = {
    "15.1": [
        (
            layers(0.9),
            "shrink",
            "went from 0.59 in layer 1 to 0.23 in layer 10, .* 0.90 per layer.*tanh takes a little",
        ),
        (layers(0.85)[:5], "shrink", "in layer 4"),
        (layers(0.22), "vanish", "0.22 per layer.*they vanish"),
        (layers(1, first=0.4), "stay", "1.00 per layer.*they keep their size"),
        ([np.sign(a) for a in layers(1)], "saturate", "100 % of the values of the last layer.*they saturate"),
    ]
}


def uniform(limit):
    return lambda rng, fan_in, fan_out: limit(fan_in, fan_out) * rng.uniform(-1, 1, (fan_in, fan_out))


RIGHT = {
    "15.2": uniform(lambda fan_in, fan_out: (6 / fan_in) ** 0.5),
    "15.3": lambda slope: (2 / (1 + slope**2)) ** 0.5,
    "15.4": 45,
}
WRONG = {
    "15.2": [
        (uniform(lambda fan_in, fan_out: (2 / fan_in) ** 0.5), "took the standard deviation for the limit"),
        (uniform(lambda fan_in, fan_out: (3 / fan_in) ** 0.5), "ReLU cuts half"),
        (uniform(lambda fan_in, fan_out: (6 / fan_out) ** 0.5), "You use fan_out"),
        (uniform(lambda fan_in, fan_out: (6 / (fan_in + fan_out)) ** 0.5), "Glorot's compromise"),
        (uniform(lambda fan_in, fan_out: 6 / fan_in), "lacks a square root"),
        (uniform(lambda fan_in, fan_out: 1), "not scaled yet"),
        (uniform(lambda fan_in, fan_out: (9 / fan_in) ** 0.5), "should stay near 1"),
        (lambda rng, fan_in, fan_out: RIGHT["15.2"](rng, fan_out, fan_in), "transposed"),
        (lambda rng, fan_in, fan_out: rng.random((fan_in, fan_out)) * (6 / fan_in) ** 0.5, "not from 0 to a"),
        (lambda rng, fan_in, fan_out: rng.standard_normal((fan_in, fan_out)) * (2 / fan_in) ** 0.5, "not uniform"),
        (lambda rng, fan_in, fan_out: np.random.uniform(-1, 1, (fan_in, fan_out)), "from the `rng`"),
        (lambda rng, fan_in, fan_out: np.ones((fan_in, fan_out)), "draw from `rng`"),
        (lambda rng, fan_in, fan_out: rng.choice(0), "raised ValueError"),
    ],
    "15.3": [
        (lambda slope: 2**0.5, "does not depend on the slope"),
        (lambda slope: 2 / (1 + slope**2), "factor on the variance"),
        (lambda slope: ((1 + slope**2) / 2) ** 0.5, "Upside down"),
        (lambda slope: (2 / (1 + slope)) ** 0.5, "Which power of it"),
        (lambda slope: 2**0.5 / (1 + slope**2), "the root goes over"),
        (lambda slope: 1 + 0.4142 * (1 - slope), "multiplies the mean square by"),
        (lambda slope: -RIGHT["15.3"](slope), "so it is positive"),
    ],
    "15.4": [
        (22, "variance"),
        (10, "more than 1 % should be left"),
        (100, "deeper than needed"),
        (44.5, "should be an integer"),
        ("forty", "should be numbers"),
    ],
}
