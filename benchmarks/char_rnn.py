"""Loss and gradients of a character RNN with 128 units: the tutorial's listing, chapter 32's class with 1 and 32 rows.

The listing reads one stream, one column and one one-hot vector after the other, in float64 (Deshpande, Deep Learning
for Human Beings, in the letters of chapter 32, cell `listing`); the class reads rows of tokens side by side in float32.
All sides go through the same 800 characters, 25 at a time, and give the same loss per character to 1e-4.
The limit is 15 times as many characters per second for 32 rows, as the ratio of the medians.
Run from the repository: `python benchmarks/char_rnn.py [ROUNDS]`. The exit code is 1 under the limit.
"""

import sys

from course_utils import datasets, setup
from course_utils.text import Vocabulary

import numpy as np
from sides import chapter_code, in_turns

LIMIT, LENGTH, ROWS, UNITS = 15, 25, 32, 128


def softmax(scores: np.ndarray) -> np.ndarray:
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    setup(0)
    text = datasets.load("shakespeare").text
    vocabulary = Vocabulary(text)
    tokens = vocabulary.encode(text[: ROWS * (LENGTH + 1)]).reshape(ROWS, LENGTH + 1)
    names = chapter_code(32, "network", "listing", np=np, softmax=softmax)
    network = names["CharRNN"](len(vocabulary), UNITS, np.random.default_rng(0))
    columns = [np.atleast_2d(w.astype(float)).T.copy() for w in network.weights]
    x, y, h = tokens[:, :-1], tokens[:, 1:], np.zeros((ROWS, UNITS), "float32")
    zero = np.zeros((UNITS, 1))
    sides = {
        "listing": lambda: (
            sum(names["one_stream"](columns, *pair, zero)[0] for pair in zip(x, y, strict=True)) / x.size
        ),
        "class, 1 row": lambda: np.mean([network.loss_and_gradients(x[[k]], y[[k]], h[[k]])[0] for k in range(ROWS)]),
        "class, 32 rows": lambda: network.loss_and_gradients(x, y, h)[0],
    }
    losses = [side() for side in sides.values()]
    assert np.ptp(losses) < 1e-4, f"the sides differ: {losses}"
    medians = in_turns(sides, rounds)
    for name, seconds in medians.items():
        print(f"{name}: {x.size / seconds:,.0f} characters per second")
    listing, _, side_by_side = medians.values()
    return int(listing / side_by_side < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
