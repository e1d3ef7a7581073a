"""Checks of chapter 22, Convolution."""

from typing import Any

from course_utils.checks.exercises import (
    Hint,
    as_array,
    as_count,
    as_squeezed,
    call,
    exercise,
    refuse_mistakes,
    shape_of,
)
from course_utils.checks.predictions import Finding, prediction

import numpy as np

SOBEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], dtype=float)
NOTICED = 0.02  # accuracies that differ by less are called equal


@prediction(
    "22.1",
    {
        "same": "shuffling to cost the convolutional network hardly anything",
        "between": "it to lose, and still to read more than the large dense network",
        "below": "it to read fewer than the large dense network",
    },
)
def shuffled_pixels(measured: Any) -> Finding:
    """Decide what shuffled pixels do to the convolutional network, from mean accuracies by network and view."""
    plain, shuffled = (float(measured[f"convolutional_{view}"]) for view in ("plain", "shuffled"))
    dense = float(measured["dense_shuffled"])
    numbers = (
        f"it read {plain:.3f} of the digits with pixels in place and {shuffled:.3f} with shuffled ones, the "
        f"large dense network {dense:.3f}"
    )
    if not all(np.isfinite((plain, shuffled, dense))):
        return Finding(None, numbers, "there is nothing to compare")
    if plain < dense - NOTICED:
        return Finding(None, numbers, "the convolutional network had not learned enough to have something to lose")
    if shuffled > plain - NOTICED:
        return Finding("same", numbers, "the order hardly matters to it")
    if abs(shuffled - dense) < NOTICED:
        return Finding(None, numbers, "it loses, and ends so near to the large dense network that the run cannot tell")
    if shuffled > dense:
        return Finding("between", numbers, "it loses, and stays above the large dense network")
    conclusion = (
        "it falls below this dense network, which has thirteen times as many parameters: its windows no longer hold "
        "what belongs together"
    )
    return Finding("below", numbers, conclusion)


@exercise("22.2", kind="experiment")
def by_hand(answer: Any, rng: np.random.Generator) -> str:
    """Check parameters and products of 8 filters of 3×3 on 15×15×4, and the move that strides of 2 and 3 keep."""
    if shape_of(answer) == ():
        raise Hint("Store three numbers: the parameters, the multiplications, the move in pixels.")
    numbers = as_squeezed(answer, (3,), "The three numbers")
    names = ("The number of parameters", "The number of multiplications", "The move")
    parameters, products, move = (as_count(number, name) for number, name in zip(numbers, names, strict=True))
    if parameters != 296:
        mistakes = [
            (80, "A filter is as deep as its input: it has 3 · 3 · 4 weights."),
            (72, "A filter is as deep as its input, and has a bias."),
            (288, "Each filter has a bias too."),
            (289, "Each filter has a bias of its own."),
            (37, "These are the parameters of one filter; there are 8."),
            (320, "A filter has one bias, not one for each channel of the input."),
        ]
        refuse_mistakes(parameters, mistakes)
        raise Hint(f"It is not {parameters} parameters. How many weights has one filter on 4 channels?")
    if products != 18_432:
        mistakes = [
            (4_608, "Each window goes through all 4 channels."),
            (2_304, "These are the products of one filter at all places; there are 8 filters."),
            (64_800, "That is for all 15 · 15 places: the stride leaves out three of four."),
            (14_112, "That is for 7 · 7 places. At which pixels of the 17 does a window of 3 begin?"),
            (18_944, "A bias is added, not multiplied."),
            (288, "That is for one place of the window; count the places of the map."),
        ]
        refuse_mistakes(products, mistakes)
        raise Hint(f"It is not {products:,} multiplications. Outputs times the weights that make one output.")
    if move != 6:
        mistakes = [
            (2, "A move by 2 moves the first map by one place. The second layer keeps every third place of it."),
            (3, "A move by 3 is no move by whole places of the first map, which keeps every second pixel."),
            (5, "Strides do not add up: a place of the second map is 3 places of the first."),
            (1, "That would be enough at strides of 1."),
        ]
        refuse_mistakes(move, mistakes)
        if move % 6 == 0:
            raise Hint(f"A move by {move} does it, but a smaller one does too.")
        raise Hint(f"A move by {move} gives other maps. How far apart are two windows of the second layer, in pixels?")
    return (
        "(9 · 4 + 1) · 8 = 296 parameters, 8 · 8 · 8 outputs of 36 products, which is 18,432, and two places of the "
        "last map are 2 · 3 = 6 pixels apart."
    )


def convolved(x: np.ndarray, w: np.ndarray, b: Any, stride: int, pad: int, dilation: int) -> np.ndarray:
    """Return a convolution computed place by place, which no trick with windows shares a mistake with.

    Args:
        x: Shape `(batch, height, width, channels)`.
        w: Shape `(k, k, channels, filters)`.
        b: Shape `(filters,)`, or a number.
        stride: From window to window.
        pad: Rows and columns of zeros on each side.
        dilation: From weight to weight.

    Returns:
        Float64 array `(batch, rows, columns, filters)`.
    """
    x = np.pad(np.asarray(x, dtype=float), ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    span = dilation * (len(w) - 1) + 1
    rows, columns = ((size - span) // stride + 1 for size in x.shape[1:3])
    z = np.zeros((len(x), rows, columns, w.shape[-1]))
    for i, j in np.ndindex(rows, columns):
        top, left = stride * i, stride * j
        window = x[:, top : top + span : dilation, left : left + span : dilation]
        z[:, i, j] = np.einsum("npqc,pqcf->nf", window, w)
    return z + b


@exercise("22.3", kind="code")
def conv_full(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(x, w, b, stride, pad, dilation)` against Keras and against a loop."""
    x = rng.standard_normal((2, 11, 9, 3))
    b = rng.standard_normal(4)
    for k, stride, pad, dilation in (
        (3, 1, 0, 1),
        (3, 2, 0, 1),
        (2, 1, 1, 1),
        (3, 1, 0, 2),
        (2, 1, 1, 3),
        (3, 2, 2, 2),
    ):
        w = rng.standard_normal((k, k, 3, 4))
        right = _by_keras(x, w, b, stride, pad, dilation)
        named = f"k={k}, stride={stride}, pad={pad}, dilation={dilation}"
        given = call(answer, x.copy(), w.copy(), b.copy(), stride, pad, dilation)
        _compare_sizes(shape_of(given), right.shape, x, k, stride, pad, dilation, named)
        z = as_array(given, right.shape, f"With {named} the result")
        if not np.allclose(z, right, atol=1e-3):
            mistakes = [
                (right - b, "The bias of each filter is missing."),
                (convolved(x, w[::-1, ::-1], b, stride, pad, dilation), "You turned the filter around."),
                (
                    convolved(x, w.transpose(1, 0, 2, 3), b, stride, pad, dilation),
                    "Rows and columns of `w` are mixed up.",
                ),
                (_shuffled_axes(x, w, b, stride, pad, dilation), "The axes of windows and weights are paired wrongly."),
            ]
            refuse_mistakes(z, mistakes, atol=1e-3, ending=f"(With {named}.)")
            raise Hint(f"With {named} the shape is right, but values are off by up to {np.abs(z - right).max():.2g}.")
    return "with every stride, padding and dilation tried it gives what Keras gives, or a loop where Keras cannot."


def _by_keras(x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: int, pad: int, dilation: int) -> np.ndarray:
    if stride > 1 and dilation > 1:
        return convolved(x, w, b, stride, pad, dilation)
    from keras import ops

    framed = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0))).astype("float32")
    z = ops.conv(framed, w.astype("float32"), strides=stride, dilation_rate=dilation, data_format="channels_last")
    return ops.convert_to_numpy(z) + b


def _compare_sizes(
    shape: Any, right: tuple, x: np.ndarray, k: int, stride: int, pad: int, dilation: int, named: str
) -> None:
    if shape is None or shape == right or len(shape) != 4:
        return

    def sides(k: int = k, stride: int = stride, pad: int = pad, dilation: int = dilation) -> tuple[int, ...]:
        return tuple((n + 2 * pad - dilation * (k - 1) - 1) // stride + 1 for n in x.shape[1:3])

    mistakes = [
        (dilation > 1, sides(dilation=1), f"The window spans {dilation * (k - 1) + 1} pixels, not {k}."),
        (
            dilation > 1,
            sides(k=dilation * k, dilation=1),
            f"The window spans d(k - 1) + 1 pixels, not d · k = {dilation * k}.",
        ),
        (pad > 0, sides(pad=0), "The padding is missing."),
        (stride > 1, sides(stride=1), "The stride is missing."),
        (
            dilation > 1,
            tuple((-(-(n + 2 * pad) // dilation) - k) // stride + 1 for n in x.shape[1:3]),
            "You thinned out the image. The window keeps every pixel as a starting place; its weights lie apart.",
        ),
    ]
    for possible, wrong, hint in mistakes:
        if possible and shape[1:3] == wrong:
            raise Hint(f"{hint} With {named} the shape should be {right}; yours is {shape}.")
    raise Hint(f"With {named} the result should have shape {right}; yours has {shape}.")


def _shuffled_axes(x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: int, pad: int, dilation: int) -> Any:
    """Return what comes of flattening windows as (channels, k, k) and weights as (k, k, channels)."""
    k, channels, filters = len(w), w.shape[2], w.shape[3]
    mixed = w.reshape(channels, k, k, filters).transpose(1, 2, 0, 3)
    return convolved(x, mixed, b, stride, pad, dilation)


@exercise("22.4", kind="code")
def input_gradient(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(x, w, dz, stride)`: the gradient for the input of a convolution with a stride."""
    for (height, width), k, channels, filters, stride in (
        ((6, 5), 3, 2, 2, 1),
        ((7, 9), 3, 2, 2, 2),
        ((8, 7), 3, 3, 2, 2),
        ((9, 8), 2, 2, 3, 3),
    ):
        x, w = rng.standard_normal((2, height, width, channels)), rng.standard_normal((k, k, channels, filters))
        shape = convolved(x, w, 0, stride, 0, 1).shape
        dz = rng.standard_normal(shape)
        right = _sent_back(x.shape, w, dz, stride)
        named = f"a stride of {stride} on {height} × {width}"
        given = as_array(call(answer, x.copy(), w.copy(), dz.copy(), stride), x.shape, f"For {named} the gradient")
        if not np.allclose(given, right, rtol=1e-4, atol=1e-4):
            _explain_gradient(given, x.shape, w, dz, stride, named)
    return "at strides of 1, 2 and 3 it is the gradient, also where the stride leaves out the last pixels."


def _sent_back(shape: tuple[int, ...], w: np.ndarray, dz: np.ndarray, stride: int) -> np.ndarray:
    """Add each error, times the weights, to the window from which its output was made."""
    dx, k = np.zeros(shape), len(w)
    for i, j in np.ndindex(dz.shape[1:3]):
        window = dx[:, stride * i : stride * i + k, stride * j : stride * j + k]
        window += np.einsum("nf,pqcf->npqc", dz[:, i, j], w)
    return dx


def _explain_gradient(
    given: np.ndarray, shape: tuple[int, ...], w: np.ndarray, dz: np.ndarray, stride: int, named: str
) -> None:
    repeated = np.zeros(shape)
    for down, across in np.ndindex(stride, stride):
        moved = _sent_back((shape[0], shape[1] + stride, shape[2] + stride, shape[3]), w, dz, stride)
        part = moved[:, : shape[1] - down, : shape[2] - across]
        repeated[:, down:, across:] += part[:, : shape[1] - down, : shape[2] - across]
    mistakes = [
        (
            repeated,
            "Each output was made once, by a window at one place. `repeat` lets its error come back several times.",
        ),
        (_sent_back(shape, w[::-1, ::-1], dz, stride), "The filter is not turned around."),
        (_sent_back(shape, w[::-1], dz, stride), "The filter is turned left to right only."),
        (_sent_back(shape, w[:, ::-1], dz, stride), "The filter is turned upside down only."),
    ]
    if w.shape[2] == w.shape[3]:
        swapped = w.transpose(0, 1, 3, 2)
        mistakes.append(
            (_sent_back(shape, swapped, dz, stride), "Channels and filters of `w` must change their places.")
        )
    if stride > 1:
        mistakes.append(
            (_sent_back(shape, w, dz / stride**2, stride), "Errors are not shared out: each comes back whole.")
        )
    refuse_mistakes(given, mistakes, rtol=1e-4, atol=1e-4, ending=f"(At {named}.)")
    off = np.linalg.norm(given - _sent_back(shape, w, dz, stride)) / np.linalg.norm(_sent_back(shape, w, dz, stride))
    raise Hint(f"At {named} the gradient is wrong by {off:.2f} of its length. Where does each window begin?")


@exercise("22.5", kind="experiment")
def diagonal_stripes(answer: Any, rng: np.random.Generator) -> str:
    """Check the filter and the number of free weights for pictures whose pixels depend on column - row only."""
    if not isinstance(answer, dict) or set(answer) != {"filter", "free"}:
        raise Hint('Store a dictionary with two entries, {"filter": ..., "free": ...}.')
    other = as_array(answer["filter"], (3, 3), "The filter")
    free = as_count(answer["free"], "The number of free weights", least=0)
    difference = other - SOBEL

    def sums(matrix: np.ndarray) -> np.ndarray:
        return np.array([np.trace(matrix, offset) for offset in range(-2, 3)])

    if not np.allclose(sums(difference), 0, atol=1e-4):
        mistakes = [
            (
                lambda _: np.allclose(sums(difference[::-1]), 0, atol=1e-4),
                "That is right for stripes along the other diagonal, where column + row is what counts.",
            ),
            (lambda _: np.allclose(difference.sum(axis=0), 0, atol=1e-4), "That is right for vertical stripes."),
            (lambda _: np.allclose(difference.sum(axis=1), 0, atol=1e-4), "That is right for horizontal stripes."),
        ]
        refuse_mistakes(difference, mistakes)
        value = np.abs(sums(difference)).max()
        raise Hint(
            "On some picture of this kind its output is not Sobel's. Which of the nine pixels of a window are always "
            f"equal? The weights on them must add up to what Sobel's do; yours are off by up to {value:.2g}."
        )
    changed = int(np.sum(np.abs(difference) > 1e-6))
    if changed < 7:
        what = "This is Sobel's filter itself." if not changed else f"It differs in {changed} numbers."
        raise Hint(f"{what} More can be changed without changing an output.")
    if free != 4:
        mistakes = [
            (5, "5 is what the pictures determine: a sum for each diagonal. How many are left?"),
            (6, "6 is right for vertical stripes, whose windows have three different values."),
            (7, "7 numbers can change, but not each for itself: every diagonal has its sum."),
            (9, "The error would be zero, but not for every choice of the nine."),
            (0, "An error of zero does not say that the weights are determined."),
        ]
        refuse_mistakes(free, mistakes)
        raise Hint(f"It is not {free}. How many different pixels has a window of such a picture?")
    return (
        "five diagonals, five sums, so 9 - 5 = 4 numbers are free. Two corners are alone on their diagonals: these two "
        "numbers such pictures do teach."
    )
