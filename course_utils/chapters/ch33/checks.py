"""Checks of chapter 33, LSTM and GRU."""

from collections.abc import Callable, Iterator
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, as_words, call, exercise
from course_utils.checks.predictions import Finding, prediction

import numpy as np

LEARNED = 0.9  # share of correct answers on fresh sequences

Step = Callable[..., tuple[np.ndarray, np.ndarray]]


# ---- 33.1


@prediction(
    "33.1",
    {
        "open": "an open forget gate to be enough",
        "shut": "a shut input gate to be enough",
        "each": "each half to be enough alone",
        "neither": "neither half to be enough alone",
    },
)
def which_half(measured: Any) -> Finding:
    """Decide from the accuracies of all runs which starting bias teaches an LSTM the one-bit task."""
    halves = {"open": "LSTM, f = 4, i = 0", "shut": "LSTM, f = 1, i = -4"}
    accuracies = {half: [float(one) for one in measured[name]] for half, name in halves.items()}
    both = min(float(one) for one in measured["LSTM, f = 4, i = -4"])
    learned = {half for half, runs in accuracies.items() if min(runs) >= LEARNED}
    shares = [f"{_listed(runs)} with {halves[half].removeprefix('LSTM, ')}" for half, runs in accuracies.items()]
    numbers = f"the accuracies are {' and '.join(shares)}; with both changes the lowest is {both:.2f}"
    if both < LEARNED:
        return Finding(None, numbers, "not even both together are enough, and no half can be judged")
    if learned == set(halves):
        return Finding("each", numbers, "each half is enough")
    if learned:
        (half,) = learned
        return Finding(half, numbers, f"{halves[half].removeprefix('LSTM, ')} is enough and the other is not")
    return Finding(
        "neither",
        numbers,
        "it takes both",
        "an open forget gate alone keeps all the bits that distract as well, and behind a shut input gate alone the "
        "little that is written is soon forgotten",
    )


def _listed(values: list[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


# ---- 33.2


@exercise("33.2", kind="experiment")
def by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check the steps of a cell state until 1 %, a probability at T = 0.5, and the two letters of a beam search."""
    if not isinstance(answer, tuple | list) or len(answer) != 3:
        raise Hint('`by_hand` should hold three things, two numbers and two letters, such as (3, 0.25, "ca").')
    count, letters = as_count(answer[0], "The number of steps"), str(answer[2]).strip().lower()
    share = float(as_array(answer[1], (), "The probability"))
    hints = {
        7: "7 steps would be right for a gate of one half. What is the sigmoid of the forget bias, 1?",
        5: "5 steps belong to the factor 1/e. The bias goes through a sigmoid.",
        14: "After 14 steps slightly more than one hundredth is left.",
    }
    if not 0.99 * 0.01 < _sigmoid(1.0) ** count < 0.01 and count in hints:
        raise Hint(hints[count])
    if not _sigmoid(1.0) ** count < 0.01 <= _sigmoid(1.0) ** (count - 1):
        raise Hint(f"After {count} steps {_sigmoid(1.0) ** count:.2g} of the cell state is left: take another look.")
    if abs(share - 0.5) < 0.006:
        raise Hint("0.5 is the probability at T = 1. Half the temperature doubles every logit.")
    if abs(share - 0.44) < 0.006:
        raise Hint("0.44 comes out at T = 2. Dividing a logit by 0.5 doubles it, which squares the probability.")
    if abs(share - 0.25) < 0.006:
        raise Hint("0.25 is the square of 0.5. The three squares do not add up to 1 yet.")
    if abs(share - 0.25 / 0.42) > 0.006:
        raise Hint(
            "At T = 0.5 every logit is doubled: what does that do to a probability, and what must they add up to?"
        )
    probabilities = _pairs()
    if letters not in probabilities:
        raise Hint(f'The letters should be a text with two of a, b and c, such as "ca"; got {answer[2]!r}.')
    if letters == "aa":
        raise Hint("aa is what greedy writes. The second beam keeps b after the first step: what can follow it?")
    if probabilities[letters] < max(probabilities.values()):
        raise Hint(f"{letters} has probability {probabilities[letters]:.2f}, and a beam finds something likelier.")
    return (
        "0.731 to the 15th power is 0.009; at T = 0.5 a gets 0.25 of 0.42, which is 0.60; and the beam finds bc with "
        "0.36 where greedy stops at aa with 0.20."
    )


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _pairs() -> dict[str, float]:
    first = {"a": 0.5, "b": 0.4, "c": 0.1}
    second = {"a": (0.4, 0.3, 0.3), "b": (0.05, 0.05, 0.9), "c": (0.4, 0.3, 0.3)}
    return {one + two: first[one] * second[one]["abc".index(two)] for one in "abc" for two in "abc"}


# ---- 33.3


@exercise("33.3", kind="code")
def gru_step(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(x, h, W)` against Keras' GRU, without biases and with `reset_after=False`."""
    units, inputs, steps = 4, 3, 20
    W = {name: rng.standard_normal((units + inputs, units)) for name in "zrh"}
    xs = rng.standard_normal((steps, 2, inputs)).astype("float32")
    given = {name: matrix.copy() for name, matrix in W.items()}
    h, ours = np.zeros((2, units)), []
    for x in xs:
        h = as_array(call(answer, x, h, given), (2, units), "The new state")
        ours.append(h)
    if any(not np.array_equal(W[name], given[name]) for name in W):
        raise Hint("Your function changes the matrices that it is given.")
    if np.allclose(ours, _keras_gru(xs, W), atol=1e-5):
        return "your step and Keras' layer agree over 20 steps."
    for wrong, hint in _wrong_grus(xs, W):
        if np.allclose(ours, wrong, atol=1e-5):
            raise Hint(hint)
    raise Hint(
        "The states differ from Keras'. Compare one step term by term: both gates see [h, x] and end in a sigmoid, the "
        "candidate sees [r * h, x] and ends in tanh, and the result blends h and the candidate."
    )


def _keras_gru(
    xs: np.ndarray, W: dict[str, np.ndarray], *, keeps: bool = True, reset_after: bool = False, reset: float = 0.0
) -> np.ndarray:
    """Return the states `(time, batch, units)` of Keras' layer; without `keeps` z replaces."""
    import keras

    units = W["h"].shape[1]
    signed = W | {"z": W["z"] if keeps else -W["z"]}
    stacked = np.concatenate([signed[name] for name in "zrh"], axis=1)
    layer = keras.layers.GRU(units, return_sequences=True, reset_after=reset_after)
    layer.build((None, None, xs.shape[2]))
    bias = np.zeros(layer.get_weights()[2].shape)
    bias.reshape(-1, 3 * units)[0, units : 2 * units] = reset
    layer.set_weights([stacked[units:], stacked[:units], bias])
    return np.array(keras.ops.convert_to_numpy(layer(xs.swapaxes(0, 1)))).swapaxes(0, 1)


def _wrong_grus(xs: np.ndarray, W: dict[str, np.ndarray]) -> Iterator[tuple[np.ndarray, str]]:
    yield _keras_gru(xs, W, keeps=False), "z and 1 - z are exchanged: which part of the state does Keras' z multiply?"
    yield (
        _keras_gru(xs, W, reset_after=True),
        "Your reset gate multiplies behind the matrix, as reset_after=True does: multiply h before it enters.",
    )
    yield _keras_gru(xs, W, reset=50.0), "Your candidate sees h itself: it should see r * h."
    inputs = xs.shape[2]
    turned = {name: np.vstack([matrix[inputs:], matrix[:inputs]]) for name, matrix in W.items()}
    yield _keras_gru(xs, turned), "Your rows are [x, h]: the matrices belong to [h, x]."


# ---- 33.4


def _gates(x: np.ndarray, h: np.ndarray, W: np.ndarray, b: np.ndarray) -> list[np.ndarray]:
    i, f, g, o = np.split(np.concatenate([h, x], axis=-1) @ W + b, 4, axis=-1)
    return [_sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)]


def _cell(i: np.ndarray, f: np.ndarray, g: np.ndarray, o: np.ndarray, C: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    C = f * C + i * g
    return o * np.tanh(C), C


def _without_h(x: np.ndarray, h: np.ndarray, C: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple:
    return _cell(*_gates(x, 0 * h, W, b), C)


def _without_cell(x: np.ndarray, h: np.ndarray, C: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple:
    return _cell(*_gates(x, h, W, b), 0 * C)


def _exchanged(x: np.ndarray, h: np.ndarray, C: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple:
    i, f, g, o = _gates(x, h, W, b)
    return _cell(f, i, g, o, C)


def _twice(x: np.ndarray, h: np.ndarray, C: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple:
    return _cell(*_gates(x, _cell(*_gates(x, h, W, b), C)[0], W, b), _cell(*_gates(x, h, W, b), C)[1])


# The colleagues' steps: x (batch, inputs), h and C (batch, units), W (units + inputs, 4 units), b (4 units).
SUSPECTS: dict[str, Step] = {"Ada": _without_cell, "Ben": _twice, "Cleo": _without_h, "Dan": _exchanged}
FAULTS = ("h lost", "C lost", "i and f exchanged", "g and o exchanged", "read twice")
_HINTS = {
    "Ada": "At the first step, from zero states, Ada's cannot be told from the healthy one. From other states: "
    "is it h or C that it does not look at?",
    "Ben": "Ben's first step is wrong already, from zero states too. Let the healthy one go on with the same input: is "
    "one of its later states Ben's?",
    "Cleo": "At the first step, from zero states, Cleo's cannot be told from the healthy one. From other states: "
    "what happens to its result if you change h only, and if you change C only?",
    "Dan": "Dan's first step is wrong already, from zero states too. Exchange blocks of four equal parts of W and b: "
    "which exchange gives Dan's result?",
}


@exercise("33.4", kind="experiment")
def faults(answer: Any, rng: np.random.Generator) -> str:
    """Check which fault each of the faulty LSTM steps has."""
    said = as_words(answer, SUSPECTS, FAULTS)
    for name, step in SUSPECTS.items():
        if not _has_fault(step, said[name], rng):
            raise Hint(_HINTS[name])
    return "all four are found. A loss that is too high would only have said that something is wrong; states say what."


def _has_fault(step: Step, fault: str, rng: np.random.Generator) -> bool:
    """Return whether a step behaves as one with this fault, on random weights and states."""
    x, h, C = rng.standard_normal((1, 3)), rng.standard_normal((1, 4)), rng.standard_normal((1, 4))
    W, b = rng.standard_normal((7, 16)), rng.standard_normal(16)
    seen = step(x, h, C, W, b)
    if fault in ("h lost", "C lost"):
        other = (-h, C) if fault == "h lost" else (h, -C)
        return np.allclose(seen, step(x, *other, W, b))
    if fault == "read twice":
        once = _cell(*_gates(x, h, W, b), C)
        return np.allclose(seen, _cell(*_gates(x, once[0], W, b), once[1]))
    i, f, g, o = _gates(x, h, W, b)
    return np.allclose(seen, _cell(f, i, g, o, C) if fault == "i and f exchanged" else _cell(i, f, o, g, C))


# ---- 33.5


@exercise("33.5", kind="code")
def best_threshold(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(outputs, bits)` for the threshold that gets most bits right, on shifted and uneven groups."""
    for shift, low, high, width in ((-7.0, 40, 40, 0.1), (3.0, 10, 90, 0.1), (0.5, 80, 20, 0.7), (-1.0, 30, 30, 1.0)):
        bits = rng.permutation(np.repeat([0, 1], (low, high)))
        outputs = shift + bits + width * rng.standard_normal(len(bits))
        given = float(as_array(call(answer, outputs.copy(), bits.copy()), (), "The threshold"))
        right, most = _right(outputs, bits, given), max(_right(outputs, bits, t) for t in _between(outputs))
        if right < most:
            raise Hint(
                _of_threshold(outputs, bits, given) + f" With it {right} of {len(bits)} are right, {most} can be."
            )
    return (
        "your threshold is the best one for shifted and for uneven groups. If it brings back on others what the "
        "cut had lost, the trace was loud enough to tell the bits apart: what was lost is what h added to every output."
    )


def _right(outputs: np.ndarray, bits: np.ndarray, threshold: float) -> int:
    return int(np.sum((outputs > threshold) == bits))


def _between(outputs: np.ndarray) -> np.ndarray:
    inner = np.sort(outputs)
    return np.concatenate([[inner[0] - 1], (inner[1:] + inner[:-1]) / 2, [inner[-1] + 1]])


def _of_threshold(outputs: np.ndarray, bits: np.ndarray, given: float) -> str:
    """Return what a wrong threshold looks like."""
    if abs(given) < 1e-12:
        return "Your threshold is 0 where the outputs are shifted."
    if np.isclose(given, outputs.mean()):
        return "Your threshold is the mean of all outputs, which follows the larger group."
    if np.isclose(given, (outputs[bits == 0].mean() + outputs[bits == 1].mean()) / 2):
        return "Midway between the two means is right only by chance: count."
    return "Another threshold gets more right. Try every place between two neighbours of the sorted outputs."
