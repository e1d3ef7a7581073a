"""Verdicts and statements that hang on no seed."""

from course_utils.claims.ledger import find_claim

import keras
import numpy as np
import pytest
import tensorflow as tf
from cells import compiled, verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_of_the_appendix_hangs_on_the_seed(seed):
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    names = {"np": np, "tf": tf, "keras": keras, "learning_rate": 0.001}
    exec(compiled(8, "network", "step"), names)
    given = {name: names[name] for name in ("restart", "params", "logits", "at_start")}
    given |= {"x": rng.random((100, 784), dtype="float32"), "labels": rng.integers(0, 10, 100)}
    given |= {"accuracy": {"Adam, λ": [0.9808]}, "training": find_claim("mnist_tensorflow.above_98").needs}
    assert {*verdicts_of(8, "documents-claims", tf=tf, seed=seed, **given).values()} == {"reproduced", "confirmed"}


@pytest.mark.parametrize("seed", range(3))
def test_a_penalty_under_adam_empties_a_black_pixel_whatever_its_factor_and_under_descent_it_does_not(seed):
    """Section 5 says so of 1,500 steps; here 300 of a single layer, whose first ten inputs are always 0."""
    rng = np.random.default_rng(seed)
    x = rng.random((100, 30), dtype="float32") * (np.arange(30) >= 10)
    y = rng.integers(0, 3, 100)
    start = 0.05 * rng.standard_normal((30, 3)).astype("float32")
    left = {}
    factors = {"no penalty": 0.0, "a thousandth": 5e-8, "a tenth": 5e-6, "whole": 5e-5, "descent": 5e-5}
    for name, factor in factors.items():
        W = tf.Variable(start)
        optimizer = keras.optimizers.SGD(0.1) if name == "descent" else keras.optimizers.Adam(0.001)
        optimizer.build([W])

        @tf.function
        def step(W=W, factor=factor, optimizer=optimizer):
            with tf.GradientTape() as tape:
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, x @ W)
                cost = tf.reduce_mean(losses) + factor * tf.nn.l2_loss(W)
            optimizer.apply(tape.gradient(cost, [W]), [W])

        for _ in range(300):
            step()
        left[name] = np.linalg.norm(W[:10]) / np.linalg.norm(start[:10])
    assert left["no penalty"] == 1 and left["descent"] > 0.99
    assert left["whole"] < 0.05 and left["a tenth"] < 0.2 and left["a thousandth"] > 0.6
