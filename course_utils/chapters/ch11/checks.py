"""Checks of chapter 11, Dropout, augmentation, ensembles, and the patients of exercise 11.4."""

from collections.abc import Callable
from typing import Any

from course_utils.checks.exercises import (
    Hint,
    as_array,
    as_squeezed,
    as_words,
    call,
    exercise,
    refuse_mistakes,
    shape_of,
)
from course_utils.checks.predictions import Finding, prediction

import numpy as np

FAULTS = ("scale", "batch", "backward", "testing")
Dropout = Callable[[np.ndarray, float, np.random.Generator, bool], tuple[np.ndarray, np.ndarray]]


@prediction(
    "11.1",
    {
        "same": "the mean of a network and its renumbered copy to be as good as they are",
        "little": "the mean to lose less than two points",
        "much": "the mean to lose two points or more, and to keep above one half",
        "guessing": "the mean to read less than a half of the digits",
    },
)
def renumbered_mean(measured: Any) -> Finding:
    """Decide what becomes of the mean, from the accuracies on the way between two networks that are one function."""
    path = [float(share) for share in measured]
    ends, middle = (path[0] + path[-1]) / 2, path[len(path) // 2]
    numbers = f"{100 * ends:.1f} % of the digits are right at both ends, and {100 * middle:.1f} % halfway"
    if not ends > 0.5:
        return Finding(None, numbers, "the network had not learned enough for the question to have an answer")
    reason = "the units of the two that carry the same number do different things"
    if abs(ends - middle) < 0.002:
        return Finding("same", numbers, "the mean is as good")
    if middle < 0.5:
        return Finding("guessing", numbers, "less than a half is left", reason)
    if ends - middle < 0.02:
        return Finding("little", numbers, "the mean loses a little", reason)
    return Finding("much", numbers, "the mean loses much and is still far from guessing", reason)


@exercise("11.2", kind="experiment")
def error_of_ten(answer: Any, rng: np.random.Generator) -> str:
    """Check the squared error of ten members, if one has 0.16 and two have 0.14."""
    value = float(as_squeezed(answer, (), "The error"))
    mistakes = [
        (0.016, "That would be so if no error were shared: 0.16 / 10. But two members have 0.14, not 0.08."),
        (0.12, "That is what is left of any number of members. Ten still have a tenth of the rest."),
        (0.75, "This is ρ. Put it into the formula for ten."),
        (0.14 / 5, "Only the part that is not shared shrinks like 1/m."),
        (lambda v: v < 0, "The second member takes 0.02 away, the following ones less and less."),
        (0.16 * (0.875 + 0.0125), "Solve 0.14 = 0.16 (ρ + (1 - ρ)/2) for ρ: it is not 0.14 / 0.16."),
        (0.14 * (0.75 + 0.025), "V is the error of one member, 0.16."),
    ]
    if not np.isclose(value, 0.124, atol=0.0004):
        refuse_mistakes(value, mistakes, rtol=0, atol=0.0004)
        raise Hint(f"It is not {value:.4g}. Which ρ makes two members have 0.14? Then put m = 10.")
    return "ρ is 0.75, so 0.12 is shared and stays, and a tenth of the other 0.04 is left: 0.124."


@exercise("11.3", kind="code")
def half_turned(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(images, labels)` that turns digits by half, with the labels that are right afterwards."""
    images, labels = rng.random((40, 5, 4)), rng.permutation(np.repeat(np.arange(10), 4)).astype(np.uint8)
    given = images.copy()
    result = call(answer, images, labels)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Hint("Return two arrays: the turned images, and their labels.")
    if not np.array_equal(images, given):
        raise Hint("Your function changes the images that it gets: return new ones.")
    kept = np.isin(labels, (0, 1, 6, 8, 9))
    expected = images[kept][:, ::-1, ::-1]
    if shape_of(result[0]) == images.shape:
        raise Hint("All images come back. Leave out the digits that are none when turned: 2, 3, 4, 5 and 7.")
    turned = as_array(result[0], expected.shape, "The images")
    if not np.allclose(turned, expected):
        mistakes = [
            (images[kept], "The images are not turned."),
            (images[kept][:, ::-1], "You turned the rows only, as in a lake: half a turn reverses rows and columns."),
            (images[kept][:, :, ::-1], "You mirrored left to right: half a turn reverses rows and columns."),
            (expected[::-1], "The images come in reverse order: the first axis counts them. Turn the other two."),
        ]
        refuse_mistakes(turned, mistakes)
        raise Hint("The images are not those of 0, 1, 6, 8 and 9, turned by half, in their order.")
    new = as_squeezed(result[1], (len(expected),), "The labels")
    if np.array_equal(new, labels[kept]):
        raise Hint("The labels are still the old ones: a turned 6 is a 9.")
    right = labels[kept].astype(int)
    right = np.where(right == 6, 9, np.where(right == 9, 6, right))
    if not np.array_equal(new, right):
        if np.all(np.isin(labels[kept][new != right], (6, 9))):
            raise Hint("6 and 9 change places: whoever turns one into the other and then back ends with one of them.")
        raise Hint("0, 1 and 8 keep their labels, 6 and 9 exchange them.")
    return (
        "images and labels are turned, and every turned 6 is a 9. A right label does not make an image useful: with "
        "such images beside its own the network of section 4 read about a point less (seeds 0, 1, 2 and 7)."
    )


def sick_dropout(name: str) -> Dropout:
    """Return a version of dropout with one fault, for exercise 11.4.

    Args:
        name: A, B or C.

    Returns:
        A function of `(a, rate, rng, training)` that returns the output and the mask for the way back, both of the
        shape of `a`.

    Raises:
        ValueError: There is no such patient.
    """
    if name not in _PATIENTS:
        raise ValueError(f"there are the patients A, B and C; got {name!r}")
    return _PATIENTS[name]


def _one_mask_for_all(a: np.ndarray, rate: float, rng: np.random.Generator, training: bool) -> tuple:
    a = np.asarray(a, dtype=float)
    if not training:
        return a, np.ones_like(a)
    mask = np.broadcast_to((rng.random(a.shape[1:]) >= rate) / (1 - rate), a.shape)
    return a * mask, mask


def _divided_by_the_rate(a: np.ndarray, rate: float, rng: np.random.Generator, training: bool) -> tuple:
    a = np.asarray(a, dtype=float)
    if not training:
        return a, np.ones_like(a)
    mask = (rng.random(a.shape) >= rate) / rate
    return a * mask, mask


def _another_mask_back(a: np.ndarray, rate: float, rng: np.random.Generator, training: bool) -> tuple:
    a = np.asarray(a, dtype=float)
    if not training:
        return a, np.ones_like(a)
    used, other = (rng.random((2, *a.shape)) >= rate) / (1 - rate)
    return a * used, other


_HINTS = {
    "D": {
        "testing": "Two calls agree and the accuracy is nearly that without fault: nothing is struck out in testing.",
        "backward": "Section 1 has a figure of this fault. It costs more accuracy than D lost.",
        "batch": "Masks that rows share still keep the mean. What blows up a loss and leaves the accuracy?",
    },
    "E": {
        "scale": "A wrong factor is the same at each call. Why do two calls in testing differ?",
        "backward": "In testing nothing goes back. Why do two calls differ?",
        "batch": "That is a fault in training. Why do two calls in testing differ?",
    },
}
_PATIENTS: dict[str, Dropout] = {"A": _one_mask_for_all, "B": _divided_by_the_rate, "C": _another_mask_back}


@exercise("11.4", kind="experiment")
def faults(answer: Any, rng: np.random.Generator) -> str:
    """Check the words for the faults: of A to C each must show when it is tried, D and E are read from a table."""
    words = as_words(answer, [*_PATIENTS, *_HINTS], FAULTS)
    for name, drop in _PATIENTS.items():
        _compare(name, words[name], drop, rng)
    for name, hints in _HINTS.items():
        if words[name] in hints:
            raise Hint(f"{name}: {hints[words[name]]}")
    return (
        "A's rows agree, B divides by the rate, which is right at 0.5 only, and C sends the gradient through a mask of "
        "its own. D reads nearly as well, at several times the loss: the factor is missing. E draws masks in testing."
    )


def _compare(name: str, word: str, drop: Dropout, rng: np.random.Generator) -> None:
    a = np.ones((20, 10_000))
    out, mask = drop(a, 0.2, rng, True)
    quiet, _ = drop(a, 0.2, rng, False)
    if word == "scale" and abs(out.mean() - 1) < 0.1:
        raise Hint(f"At a rate of 0.2 the mean of {name}'s outputs for ones is {out.mean():.2f}: the scale is right.")
    if word == "batch" and np.any(out[0] != out[1]):
        raise Hint(f"Rows 0 and 1 of {name}'s output differ, as they should.")
    if word == "backward" and np.allclose(a * mask, out):
        raise Hint(f"{name}'s output is a * mask, with the mask that it returns: the way back is right.")
    if word == "testing" and np.allclose(quiet, a):
        raise Hint(f"With training=False {name} returns what it got, as it should.")


@exercise("11.5", kind="code")
def channel_dropout(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(a, rate, rng)` that strikes out whole channels, against Keras' `SpatialDropout2D`."""
    a = rng.uniform(1, 2, (200, 3, 2, 20))
    for rate in (0.2, 0.6):
        _require_channels_struck_out(answer, a, rate)
    return "for each image whole channels are struck out and the others scaled, as by keras.layers.SpatialDropout2D."


def _require_channels_struck_out(answer: Any, a: np.ndarray, rate: float) -> None:
    results = [call(answer, a.copy(), rate, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    if not all(isinstance(result, tuple | list) and len(result) == 2 for result in results):
        raise Hint("Return two arrays: the output and the mask.")
    first, again, other = (as_array(out, a.shape, "The output") for out, _ in results)
    try:
        back = a * np.asarray(results[0][1], dtype=float)
    except (TypeError, ValueError):
        raise Hint(f"a * mask should have the shape of a; your mask has {shape_of(results[0][1])}.") from None
    if not np.array_equal(first, again) or np.array_equal(first, other):
        raise Hint("Draw from the `rng` that you are given: the same generator, the same mask; another, another.")
    share, keeps = first / a, _as_keras_keeps(a, rate)
    if np.ptp(share, axis=(1, 2)).max() > 1e-4:
        raise Hint("Within a channel some pixels are struck out and others are not: one draw for each channel.")
    if np.ptp(share, axis=0).max() < 1e-4:
        raise Hint("All images lose the same channels: draw anew for each image of the batch.")
    if np.ptp(share, axis=3).max() < 1e-4:
        raise Hint("An image loses all of its channels or none: draw for each channel.")
    gone = float(np.mean(share == 0))
    if abs(gone - rate) > 0.05:
        swapped = " That is the share to keep." if abs(gone - (1 - rate)) < 0.05 else ""
        raise Hint(f"At a rate of {rate} {100 * gone:.0f} % of your channels are struck out.{swapped}")
    kept = share[share != 0]
    if not np.allclose(kept, keeps, rtol=1e-3):
        ending = f"(At a rate of {rate} Keras multiplies what is kept by {keeps:.3f}.)"
        mistakes = [(1, "What is kept must be scaled up."), (1 / rate, "Divide by the share that is kept.")]
        refuse_mistakes(kept, mistakes, rtol=1e-3, ending=ending)
        raise Hint(f"What is kept is multiplied by {kept.mean():.3f}. {ending}")
    if back.shape != a.shape or not np.allclose(back, first, rtol=1e-3):
        raise Hint("a * mask is not your output: return the mask that you used, with its factor.")


def _as_keras_keeps(a: np.ndarray, rate: float) -> float:
    """Return the factor by which Keras multiplies the channels that it keeps."""
    import keras

    out = keras.layers.SpatialDropout2D(rate, seed=0)(a.astype("float32"), training=True)
    share = keras.ops.convert_to_numpy(out) / a
    return float(np.median(share[share > 0]))
