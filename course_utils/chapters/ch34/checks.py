"""Checks of chapter 34, Bidirectional and deep RNNs."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

NETWORKS = {"8 units": "the layer of 8", "32 units": "the layer of 32", "8 units on 8 units": "the pair of layers"}


@prediction(
    "34.1",
    {
        "all": "all three networks to learn the task",
        "wide and deep": "the wide and the deep network to learn the task, and the small one not",
        "deep": "only the deep network to learn the task",
        "none": "none of the networks to learn the task",
    },
)
def who_learns(measured: Any) -> Finding:
    """Decide which networks learned the task, from the share of right steps of each."""
    shares = [float(measured[name]) for name in NETWORKS]
    if not all(np.isfinite(shares)):
        return Finding(None, "a share is no number", "there is nothing to compare")
    small, wide, deep = (share >= 0.9 for share in shares)
    numbers = ", ".join(f"{said} gets {share:.0%}" for said, share in zip(NETWORKS.values(), shares, strict=True))
    numbers = f"{numbers} of the steps right"
    if small and wide and deep:
        return Finding("all", numbers, "all three learned it")
    if not small and wide and deep:
        return Finding("wide and deep", numbers, "the small one alone did not learn it")
    if not small and not wide and deep:
        return Finding("deep", numbers, "only the deep one learned it")
    if not (small or wide or deep):
        return Finding("none", numbers, "none of them learned it in this time")
    return Finding(None, numbers, "the result fits none of the choices")


@exercise("34.2", kind="experiment")
def by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of weights of a bidirectional layer, and the share that a delay of three can get right."""
    weights, share = as_array(answer, (2,), "The two numbers").astype(float)
    if not np.isclose(weights, 340):
        mistakes = [
            (170, "These are the weights of one direction. Do the two share theirs?"),
            (2 * (6 * 20 + 20 * 20 + 20), "The states of the two directions do not feed each other: U is 10 by 10."),
            (6 * 20 + 20 * 20 + 20, "A plain layer of 20 units is another thing: two separate directions of 10."),
            (320, "Each direction has a bias as well."),
            (0.8, "The number of weights comes first."),
        ]
        refuse_mistakes(weights, mistakes)
        raise Hint(f"Not {weights:g} weights: what shapes have W, U and b of one direction, and how many directions?")
    if not np.isclose(share, 0.8, atol=0.002):
        if 1 < share <= 100:
            raise Hint("The weights are right. Give the share as a number from 0 to 1.")
        mistakes = [
            (0.7, "The weights are right. With a delay of three the network has read a clue three words ahead, too."),
            (0.6, "The weights are right. Where the clue is out of reach, is every answer wrong?"),
            (0.9, "The weights are right. A delay of three has not read a clue four words ahead."),
            (0.5, "The weights are right. That is the share without any delay."),
            (1.0, "The weights are right. In some sentences the clue comes later than the answer."),
            (0.875, "The weights are right. The formula ½ + d/8 is for our text; here the distances are others."),
        ]
        refuse_mistakes(share, mistakes, rtol=0, atol=0.002)
        raise Hint(
            f"The weights are right. The share is not {share:g}: in which of the five sentences has the network read "
            "the clue when it answers, and how often is it right in the others?"
        )
    return "2 · (6·10 + 10·10 + 10) weights; three sentences in five are certain, and half of the other two."


@exercise("34.3", kind="code")
def bidirectional(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(x, forward, backward, lengths)` that returns both directions' states; compare with Keras."""
    import keras

    for lengths, features, units in (([6, 6], 3, 4), ([1], 2, 3), ([2, 4, 1], 4, 2)):
        batch, time = len(lengths), max(lengths)
        real = np.arange(time) < np.array(lengths)[:, None]
        x = rng.standard_normal((batch, time, features)).astype("float32")
        layer = keras.layers.Bidirectional(keras.layers.SimpleRNN(units, return_sequences=True))
        layer.build(x.shape)
        weights = [rng.normal(0, 0.6, w.shape).astype("float32") for w in layer.get_weights()]
        layer.set_weights(weights)
        forward, backward = ([w.astype(float) for w in half] for half in (weights[:3], weights[3:]))
        theirs = keras.ops.convert_to_numpy(layer(x, mask=keras.ops.convert_to_tensor(real))) * real[..., None]
        given = x.astype(float), tuple(forward), tuple(backward), np.array(lengths)
        ours = as_array(call(answer, *given), theirs.shape, "The output") * real[..., None]
        if np.allclose(ours, theirs, atol=1e-4):
            continue

        def turned(a: np.ndarray, real: np.ndarray = real) -> np.ndarray:
            t, length = np.arange(real.shape[1]), real.sum(axis=1, keepdims=True)
            return np.take_along_axis(a, np.where(t < length, length - 1 - t, t)[..., None], axis=1)

        there, back = _states(x, *forward), _states(turned(x), *backward)
        halves = [
            (there, back, "The backward half is in the order in which it was read. Put it back in order."),
            (there, _states(x[:, ::-1], *backward)[:, ::-1], "The backward reader begins at the padding. It should "
             "begin at the last real step of each row."),
            (there, _states(x[:, ::-1], *backward), "The backward half is in the order in which it was read, and it "
             "begins at the padding. Turn each row around its own end, and put the states back in order."),
            (there, _states(x, *backward), "Both halves read from left to right: turn the input around for the "
             "backward one."),
            (there, turned(_states(x, *backward)), "The backward half reads from left to right, and only its output "
             "is turned around."),
            (turned(back), there, "The forward half comes first."),
            (_states(x, *backward), turned(_states(turned(x), *forward)), "The two triples of weights have changed "
             "places."),
            (there, turned(_states(turned(x), *forward)), "The backward half uses the weights of the forward one."),
            (there, _states(x[..., ::-1], *backward), "You turned the features around, not the time: the time is "
             "axis 1."),
        ]  # fmt: skip
        mistakes = [(np.concatenate([left, right], -1) * real[..., None], said) for left, right, said in halves]
        refuse_mistakes(ours, mistakes, rtol=0, atol=1e-4)
        raise Hint(f"At the real steps it differs from Keras' layer by up to {np.abs(ours - theirs).max():.2g}.")
    return "equal to Keras' Bidirectional(SimpleRNN) with a mask, whatever the padding holds."


def _states(x: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray) -> np.ndarray:
    h, states = np.zeros((len(x), len(U))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)


@exercise("34.4", kind="code")
def summary(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(outputs, lengths)` that returns the state of each direction that has read the sentence."""
    for batch, time, units in ((5, 7, 3), (4, 6, 4)):
        outputs = rng.standard_normal((batch, time, 2 * units))
        lengths = rng.permutation(np.arange(batch) % time + 1)
        row = np.arange(batch)
        last, first = outputs[row, lengths - 1], outputs[:, 0]
        right = np.concatenate([last[:, :units], first[:, units:]], axis=-1)
        ours = as_array(call(answer, outputs.copy(), lengths.copy()), (batch, 2 * units), "The vectors")
        if np.allclose(ours, right):
            continue
        end = outputs[:, -1]
        mistakes = [
            (last, "At the last word the backward half has read one word only. Where has it read all of them?"),
            (first, "At the first word the forward half has read one word only."),
            (np.concatenate([end[:, :units], first[:, units:]], -1), "The backward half is right; the forward half "
             "should end at the last word of each sentence, as the colleague's does, not at the last step."),
            (np.concatenate([end[:, :units], end[:, units:]], -1), "The last step is padding in most rows, and the "
             "backward half has hardly begun there."),
            (np.concatenate([first[:, :units], last[:, units:]], -1), "The two halves have changed places: the forward "
             "half is the first half of the width."),
            (np.concatenate([first[:, units:], last[:, :units]], -1), "Both states are right; the forward half comes "
             "first."),
        ]  # fmt: skip
        refuse_mistakes(ours, mistakes)
        raise Hint("Each half should be the state of its direction after the whole sentence: at which step is that?")
    return (
        "the forward half at the last word, the backward half at the first: each has read the whole sentence. "
        "Bidirectional(GRU(n)) without return_sequences gives just that."
    )


@exercise("34.5", kind="code")
def attention_weights(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(questions, h, lengths)` that returns attention weights, 0 at the padding."""
    for scale in (1.0, 400.0):
        questions, h = scale * rng.standard_normal((3, 4, 5)), rng.standard_normal((3, 6, 5))
        lengths = np.array([6, 3, 1])
        weights = as_array(call(answer, questions.copy(), h.copy(), lengths.copy()), (3, 4, 6), "The weights")
        real = np.arange(6) < lengths[:, None, None]
        right = _softmax(questions @ h.swapaxes(1, 2), real)
        if np.allclose(weights, right, atol=1e-6):
            continue
        everywhere = np.ones_like(real)
        plain = _softmax(questions @ h.swapaxes(1, 2), everywhere)
        zeros = _softmax(np.where(real, questions @ h.swapaxes(1, 2), 0), everywhere)
        with np.errstate(all="ignore"):
            over_target = np.exp(np.where(real, questions @ h.swapaxes(1, 2), -np.inf))
            over_target = over_target / over_target.sum(axis=1, keepdims=True)
        mistakes = [
            (plain, "The padding still gets weight. Its scores should count as -∞ before the softmax."),
            (zeros, "A score of 0 is a score like any other, exp(0) = 1: the padding needs -∞."),
            (plain * real, "The padding has weight 0, but the rest no longer adds up to 1: mask before the softmax."),
            (np.nan_to_num(over_target),
             "The weights should add up to 1 over the source, the last axis."),
            (right / np.sqrt(5), "The weights of a row should add up to 1."),
            (_softmax(questions @ h.swapaxes(1, 2) / np.sqrt(5), real), "Here the scores are not divided by the root "
             "of the number of units, as transformers do."),
        ]  # fmt: skip
        refuse_mistakes(weights, mistakes, rtol=0, atol=1e-6)
        if not np.allclose(weights.sum(axis=-1), 1, atol=1e-6):
            raise Hint(f"The weights of a row should add up to 1; yours add up to {weights.sum(axis=-1)[0, 0]:.3g}.")
        raise Hint(f"They differ from loops over all pairs by up to {np.abs(weights - right).max():.2g}.")
    return "0 at the padding, a sum of 1 over the rest, and no overflow at large scores."


def _softmax(scores: np.ndarray, real: np.ndarray) -> np.ndarray:
    scores = np.where(real, scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
