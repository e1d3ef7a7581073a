"""A pass of skip-gram over a fifth of Shakespeare: chapter 35's training, and a straightforward Keras `fit` on pairs.

The chapter's code shares 50 negatives among the 500 pairs of a batch and adds gradients up with one-hot products. The
Keras model has two `Embedding` layers and a `Dot`; each pair comes with five negatives of its own, drawn before the
clock starts, and Adam takes the steps. It runs with the chapter's batch and with one of 5,000, which favours it. The
sides do not give the same vectors; compared is how many pairs a second they learn from. The limits are 100,000 pairs a
second, and 4 times as fast as Keras with the same batch, as the ratio of the medians.
Run from the repository: `python benchmarks/skip_gram.py [ROUNDS]`. The exit code is 1 under a limit.
"""

import re
import sys
from collections import Counter

from course_utils import datasets, setup
from course_utils.checks.differences import central_differences

import keras
import numpy as np
from scipy import sparse
from sides import chapter_code, in_turns

LIMIT, LEAST = 4, 100_000
SETTINGS = {"dataset": "shakespeare", "least": 5, "window": 2, "dimension": 100, "passes": 1, "learning_rate": 0.05}


def on_pairs(words: int, width: int) -> keras.Model:
    """Return a model of a centre and six candidates, the first of them real."""
    centre, candidates = keras.Input((1,)), keras.Input((6,))
    w = keras.layers.Embedding(words, width)(centre)
    u = keras.layers.Embedding(words, width)(candidates)
    products = keras.layers.Flatten()(keras.layers.Dot(axes=2)([w, u]))
    model = keras.Model([centre, candidates], products)
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True), jit_compile=False)
    return model


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    setup(0)
    given = {"np": np, "re": re, "Counter": Counter, "datasets": datasets, "sparse": sparse, "seed": 0}
    cells = ("data", "count", "gradients", "pairs", "train")
    names = chapter_code(35, *cells, **given, **SETTINGS, central_differences=central_differences)
    names["tokens"] = names["tokens"][: len(names["tokens"]) // 5]
    learned_from = names["skip_gram"](np.random.default_rng(0))[3]
    rng = np.random.default_rng(0)
    kept = names["tokens"][rng.random(len(names["tokens"])) < names["stays"][names["tokens"]]]
    pairs = names["pairs"](kept, rng)[:learned_from]
    negatives = rng.choice(names["V"], (len(pairs), 5), p=names["noise"])
    inputs = [pairs[:, :1], np.concatenate([pairs[:, 1:], negatives], axis=1)]
    real = np.zeros((len(pairs), 6), "float32")
    real[:, 0] = 1
    model = on_pairs(names["V"], SETTINGS["dimension"])
    sides = {
        f"the chapter, batches of 500, {learned_from:,} pairs": lambda: names["skip_gram"](np.random.default_rng(0)),
        "Keras, batches of 500": lambda: model.fit(inputs, real, batch_size=500, verbose=0),
        "Keras, batches of 5,000": lambda: model.fit(inputs, real, batch_size=5000, verbose=0),
    }
    own, same_batch, large_batch = in_turns(sides, rounds).values()
    for name, seconds in zip(sides, (own, same_batch, large_batch), strict=True):
        print(f"{name}: {learned_from / seconds:,.0f} pairs a second")
    return int(learned_from / own < LEAST or same_batch / own < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
