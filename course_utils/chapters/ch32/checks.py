"""Checks of chapter 32, A character-level RNN, and the suspects of exercise 32.4."""

from collections.abc import Callable
from typing import Any

from course_utils.checks.differences import central_differences
from course_utils.checks.exercises import Hint, as_array, as_squeezed, as_words, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction
from course_utils.text import streams

import numpy as np

Cut = Callable[[np.ndarray, int, int], tuple[np.ndarray, np.ndarray]]


# ---- 32.1

SPANS = {"word": (1, 6), "words": (7, 20), "line": (21, 60), "speech": (61, np.inf)}


@prediction(
    "32.1",
    {
        "word": "about a word to be enough",
        "words": "some words to be enough",
        "line": "about a line to be enough",
        "speech": "more than 60 characters to matter",
    },
)
def used_context(measured: Any) -> Finding:
    """Decide from losses by the number of true characters read how many the network uses."""
    losses = {int(k): float(loss) for k, loss in measured.items()}
    longest = max(losses)
    if not all(np.isfinite(loss) for loss in losses.values()):
        return Finding(None, "a loss is not finite", "there is nothing to compare")
    enough = min(k for k in losses if all(abs(losses[j] - losses[longest]) < 0.01 for j in losses if j >= k))
    option = next(name for name, (least, most) in SPANS.items() if least <= enough <= most)
    numbers = f"the loss is {losses[enough]:.3f} nats with {enough} characters and {losses[longest]:.3f} with {longest}"
    return Finding(option, numbers, f"of the lengths tried, {enough} is the first that is enough")


# ---- 32.2


@exercise("32.2", kind="experiment")
def by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check the start of a smoothed loss, a derivative over three steps, and a perplexity."""
    start, derivative, perplexity = as_squeezed(answer, (3,), "`by_hand`")
    right = 40 * np.log(27), 0.5**3 * 0.64 * 0.64 * 0.36, 4.0
    if not np.isclose(start, right[0], rtol=0.005):
        mistakes = [
            (np.log(27), "This is the loss of one character; a chunk has 40, and the tutorial adds them up."),
            (40 * np.log2(27), "This is in bits. The tutorial's logarithm is the natural one."),
            (27 * np.log(40), "27 and 40 have changed places: what does guessing among 27 characters cost?"),
            (25 * np.log(27), "These chunks have 40 characters, not 25."),
            (-right[0], "A loss is positive: −ln(1/27) is ln 27."),
        ]
        refuse_mistakes(start, mistakes, rtol=0.005, atol=0)
        raise Hint(f"The first number is not {start:.4g}: guessing among 27 characters, 40 times.")
    if not np.isclose(derivative, right[1], rtol=0.02):
        mistakes = [
            (0.5**3, "Each step also multiplies by the slope of tanh, 1 − h²."),
            (0.64 * 0.64 * 0.36, "Each step also multiplies by the weight, 0.5."),
            ((0.5 * 0.64) ** 2, "There are three steps from the state before the first to the third."),
            (0.5**3 * 0.4 * 0.4 * 0.2, "The slope of tanh is 1 − h², with the square."),
            (0.5**3 * 0.4 * 1.6 * 0.2, "The slope of tanh is 1 − h², with the square."),
            (-right[1], "The sign of a state is lost in its square: no factor is negative."),
            (0.5**2 * 0.64 * 0.64 * 0.36, "Three steps, three times the weight."),
            (0.5 * 0.64 * 0.64 * 0.36, "The weight acts in each of the three steps."),
            (0.5**3 * 0.36 * 0.36 * 0.64, "The slope is 1 − h²: at 0.6 it is 0.64."),
        ]
        refuse_mistakes(derivative, mistakes, rtol=0.02, atol=0)
        raise Hint(f"The derivative is not {derivative:.4g}: a product of three factors, each a weight times a slope.")
    if not np.isclose(perplexity, right[2], rtol=0.005):
        mistakes = [
            (np.exp(2), "This would be right for 2 nats. Bits belong to the base 2."),
            (2.0, "2 is the loss. Among how many equally likely characters does one choose with 2 bits?"),
            (2 * np.log(2), "This is the loss in nats; perplexity is its exponential."),
        ]
        refuse_mistakes(perplexity, mistakes, rtol=0.005, atol=0)
        raise Hint(f"The perplexity is not {perplexity:.4g}: two bits tell how many cases apart?")
    return (
        f"40 ln 27 = {right[0]:.1f}; the three steps multiply by 0.32, 0.32 and 0.18, so {right[1]:.4f} is left; and "
        "2 bits, or 2 ln 2 nats, are a choice among 4."
    )


# ---- 32.3


@exercise("32.3", kind="code")
def pair_loss(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(train, tokens, V, alpha)` that returns the loss of pairs with counts that begin at alpha."""
    for V, alpha in ((4, 1.0), (7, 0.1), (5, 2)):
        train, tokens = rng.integers(0, V - 1, 60), rng.integers(0, V, 40)
        given = train.copy(), tokens.copy()
        result = float(as_squeezed(call(answer, train, tokens, V, alpha), (), "The loss"))
        if not (np.array_equal(train, given[0]) and np.array_equal(tokens, given[1])):
            raise Hint("Your function changes the texts that it is given.")
        right = _pair_loss(train, tokens, V, alpha)
        if np.isclose(result, right, rtol=1e-4):
            continue
        ending = f"(V = {V}, alpha = {alpha:g}: yours {result:.4f})"
        mistakes = [
            (right / np.log(2), "This is in bits; nats belong to the natural logarithm."),
            (np.exp(right), "This is the perplexity; the loss is its logarithm."),
            (-right, "A loss is positive: minus the logarithm of the probability."),
            (right * (len(tokens) - 1), "This is the sum; return the mean."),
            (right * (len(tokens) - 1) / len(tokens), "The first token has none before it: divide by one less."),
            (_pair_loss(train, train, V, alpha), "You scored the training text. The loss is that of `tokens`."),
            (_pair_loss(tokens, tokens, V, alpha), "You counted in the text that is scored. Count in `train`."),
            (_pair_loss(train, tokens, V, 1), "`alpha` is not always 1."),
            (
                _pair_loss(train[::-1], tokens, V, alpha),
                "Which token comes first? The rows should be the tokens before, and sum to 1.",
            ),
            (_columns(train, tokens, V, alpha), "Each *row* of probabilities, for one token before, should sum to 1."),
            (_joint(train, tokens, V, alpha), "Divide by the total of the row, not of all pairs."),
            (_unsmoothed_total(train, tokens, V, alpha), "The totals must contain the alphas too, V of them in a row."),
        ]
        refuse_mistakes(result, mistakes, rtol=1e-4, atol=0, ending=ending)
        raise Hint(f"For V = {V} and alpha = {alpha:g} the loss should be {right:.4f}; yours is {result:.4f}.")
    return (
        "the loss is right with every alpha tried. On Shakespeare the best alpha keeps up with Kneser and Ney's pairs: "
        "perhaps because nearly all pairs of the new text were seen. Try it with longer contexts."
    )


def _counts(train: np.ndarray, V: int, alpha: float) -> np.ndarray:
    counts = np.full((V, V), float(alpha))
    np.add.at(counts, (train[:-1], train[1:]), 1)
    return counts


def _scored(p: np.ndarray, tokens: np.ndarray) -> float:
    return float(-np.log(p[tokens[:-1], tokens[1:]]).mean())


def _pair_loss(train: np.ndarray, tokens: np.ndarray, V: int, alpha: float) -> float:
    counts = _counts(train, V, alpha)
    return _scored(counts / counts.sum(axis=1, keepdims=True), tokens)


def _columns(train: np.ndarray, tokens: np.ndarray, V: int, alpha: float) -> float:
    counts = _counts(train, V, alpha)
    return _scored(counts / counts.sum(axis=0), tokens)


def _joint(train: np.ndarray, tokens: np.ndarray, V: int, alpha: float) -> float:
    counts = _counts(train, V, alpha)
    return _scored(counts / counts.sum(), tokens)


def _unsmoothed_total(train: np.ndarray, tokens: np.ndarray, V: int, alpha: float) -> float:
    counts = _counts(train, V, alpha)
    totals = np.maximum(counts.sum(axis=1, keepdims=True) - V * alpha, 1e-300)
    return _scored(counts / totals, tokens)


# ---- 32.4


def _ada(tokens: np.ndarray, rows: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    count = (len(tokens) - 1) // (rows * length)
    size = count * rows * length
    return tokens[:size].reshape(count, rows, length), tokens[1 : size + 1].reshape(count, rows, length)


def _ben(tokens: np.ndarray, rows: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    x, _ = (part.reshape(-1, rows, length) for part in streams(tokens, rows, length))
    return x, np.roll(x, -1, axis=2)


def _cleo(tokens: np.ndarray, rows: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    x, _ = (part.reshape(-1, rows, length) for part in streams(tokens, rows, length))
    return x, x.copy()


def _dan(tokens: np.ndarray, rows: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = (part.reshape(-1, rows, length) for part in streams(tokens, rows, length))
    return x, y


SUSPECTS: dict[str, Cut] = {"Ada": _ada, "Ben": _ben, "Cleo": _cleo, "Dan": _dan}
FAULTS = ("not shifted", "shifted back", "torn rows", "wrong last", "lost text")


def _shows(fault: str, suspect: Cut) -> bool:
    """Return whether a suspect's arrays show a fault, on a text in which each token says its place."""
    rows, length, size = 3, 4, 75
    x, y = suspect(np.arange(size), rows, length)
    return {
        "not shifted": np.array_equal(x, y),
        "shifted back": np.array_equal(y, x - 1),
        "torn rows": bool(np.any(x[1:, :, 0] != x[:-1, :, -1] + 1)),
        "wrong last": bool(np.array_equal(y[..., :-1], x[..., :-1] + 1) and np.any(y[..., -1] != x[..., -1] + 1)),
        "lost text": x.size < (size - 1) // (rows * length) * rows * length,
    }[fault]


@exercise("32.4", kind="experiment")
def faults(answer: Any, rng: np.random.Generator) -> str:
    """Check the faults of four functions that cut a text into batches."""
    said = as_words(answer, SUSPECTS, FAULTS)
    looks = {
        "not shifted": "compare `x` with `y`",
        "shifted back": "compare `y` with `x - 1`",
        "torn rows": "compare the end of row 0 in batch 0 with its beginning in batch 1",
        "wrong last": "compare the last column of `y` with that of `x`",
        "lost text": "count the tokens in `x`",
    }
    for name, suspect in SUSPECTS.items():
        fault = said[name]
        if not _shows(fault, suspect):
            raise Hint(f"{name}'s arrays do not show {fault!r}: with `np.arange(60)` as a text, {looks[fault]}.")
    return (
        "right, all four. Where the targets are the inputs the loss falls towards 0, and the network writes one "
        "character again and again. Shifted back it is nearly as low: the character before is in the state. The other "
        "two train almost as if nothing were wrong, which makes them the harder ones to find."
    )


# ---- 32.5


@exercise("32.5", kind="code")
def leaky_gradient(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(u, W_h, a, h_0, dH)` that returns the gradient of W_h of a leaky recurrent network."""
    steps, batch, n = 5, 2, 3
    for a in (0.5, 1.0, 0.2):
        u, dH = rng.standard_normal((2, steps, batch, n))
        W_h, h_0 = rng.standard_normal((n, n)), rng.standard_normal((batch, n))
        arguments = u, W_h, a, h_0, dH
        given = [np.array(part) for part in arguments]
        result = as_array(call(answer, *arguments), (n, n), "The gradient")
        if not all(np.array_equal(part, kept) for part, kept in zip(arguments, given, strict=True)):
            raise Hint("Your function changes the arrays that it is given.")
        right = central_differences(lambda: _leaky_cost(*arguments), W_h)  # noqa: B023
        if np.allclose(result, right, atol=1e-6):
            continue
        mistakes = [
            (lambda value: np.allclose(value, right.T, atol=1e-6), "This is the transpose: which index is h_{t−1}'s?"),  # noqa: B023
            (
                _leaky(*arguments, leak=False),
                "The old state reaches the next one directly too: the carry lacks a term.",
            ),
            (_leaky(*arguments, through=False), "The old state reaches the next one through tanh too."),
            (_leaky(*arguments, carried=False), "What later steps have to say is missing: carry it back."),
            (
                _leaky(*arguments, scaled=False),
                "The tanh enters the state times a. What does that do to its derivative?",
            ),
            (_leaky(*arguments, after=True), "W_h multiplies the state *before* the step, not the one after it."),
            (_leaky(*arguments, slope_of_state=True), "The slope of tanh is 1 − tanh², and the state is not the tanh."),
        ]
        refuse_mistakes(result, mistakes, atol=1e-6, ending=f"(a = {a:g})")
        off = np.abs(result - right).max()
        raise Hint(f"For a = {a:g} your gradient differs from central differences by up to {off:.2g}.")
    return "for every a tried the gradient agrees with central differences; at a = 1 it is the one of section 2."


def _leaky_cost(u: np.ndarray, W_h: np.ndarray, a: float, h_0: np.ndarray, dH: np.ndarray) -> float:
    """Return a cost whose derivatives by the states, each on its own, are dH."""
    h, cost = h_0, 0.0
    for u_t, d in zip(u, dH, strict=True):
        h = (1 - a) * h + a * np.tanh(u_t + h @ W_h)
        cost += float(np.sum(d * h))
    return cost


def _leaky(
    u: np.ndarray,
    W_h: np.ndarray,
    a: float,
    h_0: np.ndarray,
    dH: np.ndarray,
    *,
    leak: bool = True,
    through: bool = True,
    carried: bool = True,
    scaled: bool = True,
    after: bool = False,
    slope_of_state: bool = False,
) -> np.ndarray:
    """Return the gradient of W_h, or what a mistake makes of it."""
    states, tanhs = [h_0], []
    for u_t in u:
        tanhs.append(np.tanh(u_t + states[-1] @ W_h))
        states.append((1 - a) * states[-1] + a * tanhs[-1])
    gradient, carry = np.zeros_like(W_h), np.zeros_like(h_0)
    for t in reversed(range(len(u))):
        dh = dH[t] + carry * carried
        slope = 1 - (states[t + 1] if slope_of_state else tanhs[t]) ** 2
        dz = (a if scaled else 1) * dh * slope
        gradient += states[t + after].T @ dz
        carry = through * (dz @ W_h.T) + leak * (1 - a) * dh
    return gradient
