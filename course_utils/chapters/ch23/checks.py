"""Checks of chapter 23, LeNet-5."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "23.1",
    {
        "one": "one old part alone to cost more than half of the difference",
        "shared": "the single losses of the five parts to add up to more than half of it",
        "together": "most of the difference to appear only when several old parts meet",
    },
)
def how_the_difference_is_shared(measured: Any) -> Finding:
    """Compare the loss that each old part causes alone with the loss of all five, from accuracies by row and seed."""
    mean = {name: float(np.mean(values)) for name, values in measured.items()}
    today, joint = mean["today's"], mean["today's"] - mean["1998's"]
    start = "today's, but "
    single = {name.removeprefix(start): today - mean[name] for name in mean if name.startswith(start)}
    if not single:
        return Finding(None, "no network with a single old part was trained", "nothing is decided")
    worst = max(single, key=single.__getitem__)
    total = sum(single.values())
    added = f"make {100 * total:.2f} points" if total > 0 else "make no loss at all"
    numbers = (
        f"the means of the figure say: all five old parts together cost {100 * joint:.2f} points, the {worst} costs "
        f"{100 * single[worst]:.2f} alone, and the five added up {added}"
    )
    if joint <= 0:
        return Finding(None, numbers, "there is no loss to be shared")
    if single[worst] > joint / 2:
        return Finding("one", numbers, f"the {worst} alone costs most of it")
    if total > joint / 2:
        return Finding("shared", numbers, "the parts share it")
    return Finding("together", numbers, "the parts do harm together and not singly")


@exercise("23.2", kind="experiment")
def by_pencil(answer: Any, rng: np.random.Generator) -> str:
    """Check field, stride and parameters of convolutions of 3, 3, a pooling, 3, 3, a pooling, each of 8 filters."""
    field, stride, parameters = given = as_array(answer, (3,), "The answer")
    known = [
        ((4, 16), "Right numbers, wrong order: first the receptive field, then the distance of two neighbours."),
        ((14, 4), "That is the field before the last pooling: its window of 2 adds one step more."),
        ((13, 4), "A pooling adds to the field as well: its window of 2 adds one step of the layer below it."),
        ((11, 4), "Each window adds its size minus one *times the distance of the units below it*, which is 2 later."),
        ((11, 1), "Each window adds its size minus one *times the distance of the units below it*, which is 2 later."),
        ((16, 2), "There are two poolings, one after the other: 2 pixels, and then twice that."),
        ((18, 4), "The last pooling itself is taken at the distance before it, which is 2 and not 4."),
        ((6, 2), "That is behind the first pooling: there are three layers more."),
    ]
    refuse_mistakes(given[:2], [(np.array(wrong), hint) for wrong, hint in known], rtol=0)
    if (field, stride) != (16, 4):
        raise Hint(
            f"Not {field:g} and {stride:g}. Begin with r = j = 1; each layer adds (k - 1) j to r, and then "
            "multiplies j by its stride."
        )
    counts = [
        (1800, "The biases are missing: one for each filter."),
        (320, "From the second convolution on a filter sees 8 maps, and has a square of weights for each."),
        (2336, "The first convolution sees one map only, the grey image."),
        (664, "There are four convolutions: two before the first pooling, two behind it."),
    ]
    refuse_mistakes(given[2:], [(np.array([wrong]), f"The third number: {hint}") for wrong, hint in counts], rtol=0)
    if parameters != 1832:
        raise Hint(f"Not {parameters:g} parameters. A convolution has (k² c + 1) f of them; a pooling has none.")
    return "as wide a view as S4 of LeNet-5 has, at the same stride, with filters of 3 × 3 in place of 5 × 5."


@exercise("23.3", kind="code")
def convolve(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(maps, kernel, bias)` against the convolution of Keras, on an image that is not square."""
    from keras import ops

    for size in (3, 5):
        maps, kernel = rng.standard_normal((2, 9, 11, 3)), rng.standard_normal((size, size, 3, 4))
        bias = rng.standard_normal(4)

        def of_keras(maps: np.ndarray, kernel: np.ndarray, padding: str = "valid") -> np.ndarray:
            result = ops.conv(maps.astype("float32"), kernel.astype("float32"), padding=padding)
            return ops.convert_to_numpy(result).astype(float)

        right = of_keras(maps, kernel) + bias
        result = call(answer, maps.copy(), kernel.copy(), bias.copy())
        padded = of_keras(maps, kernel, "same")
        if shape_of(result) == padded.shape:
            raise Hint(
                f"A filter of {size} × {size} fits into 9 × 11 pixels at {9 - size + 1} × {11 - size + 1} places; you "
                "have as many places as pixels. Leave the padding out."
            )
        values = as_array(result, right.shape, "The new maps")
        summed = np.sum(of_keras(maps, kernel), axis=-1, keepdims=True)
        mistakes = [
            (right - bias, "The bias is missing: one number for each filter, at all places."),
            (of_keras(maps, kernel[::-1, ::-1]) + bias, "Your kernel is flipped. Keras, like LeCun, does not flip it."),
            (of_keras(maps, kernel.swapaxes(0, 1)) + bias, "Rows and columns of the kernel have changed places."),
            (right + (size**2 - 1) * bias, "You add the bias once for each entry of the kernel: add it once."),
            (summed + bias, "Each filter makes a map of its own: do not add up over the filters."),
        ]
        refuse_mistakes(values, mistakes, rtol=1e-3, atol=1e-3)
        if not np.allclose(values, right, rtol=1e-3, atol=1e-3):
            worst = np.abs(values - right).max()
            raise Hint(f"The shape is right, the values differ from Keras' by up to {worst:.2g}.")
    return "the same as Keras, for filters of 3 × 3 and 5 × 5."


@exercise("23.4", kind="code")
def read_wide(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(maps, weights, bias)` against Flatten and a dense layer at each place."""
    maps, weights = rng.standard_normal((2, 6, 8, 16)), rng.standard_normal((400, 10))
    bias = rng.standard_normal(10)

    def at_each_place(weights: np.ndarray) -> np.ndarray:
        rows = [[maps[:, i : i + 5, j : j + 5].reshape(2, 400) @ weights for j in range(4)] for i in range(2)]
        return np.moveaxis(np.array(rows), 2, 0)

    right = at_each_place(weights) + bias
    scores = as_array(call(answer, maps.copy(), weights.copy(), bias.copy()), right.shape, "The scores")
    cube = weights.reshape(5, 5, 16, 10)
    hers = weights.reshape(16, 5, 5, 10).transpose(1, 2, 0, 3)
    mistakes = [
        (at_each_place(hers.reshape(400, 10)) + bias, "That is hers: one whole map after the other. Flatten does not."),
        (right - bias, "The bias is missing."),
        (at_each_place(cube.swapaxes(0, 1).reshape(400, 10)) + bias, "Rows and columns have changed places."),
        (at_each_place(cube[::-1, ::-1].reshape(400, 10)) + bias, "Your kernel is flipped."),
    ]
    refuse_mistakes(scores, mistakes, rtol=1e-3, atol=1e-3)
    if not np.allclose(scores, right, rtol=1e-3, atol=1e-3):
        raise Hint(
            "The shape is right, the scores differ from those of Flatten and Dense by up to "
            f"{np.abs(scores - right).max():.2g}. Which of the three indices, row, column, map, does Flatten run "
            "through first?"
        )
    return "the dense head slides: no number is changed, they only stand in the order in which Flatten reads the maps."


@exercise("23.5", kind="experiment")
def free_moves(answer: Any, rng: np.random.Generator) -> str:
    """Check the list of moves, from 1 to 8 pixels, that leave the scores behind poolings of 2 and 3 as they are."""
    moves = [answer] if shape_of(answer) == () else answer
    size = 1 if shape_of(moves) is None else np.size(moves)
    given = np.unique(as_array(moves, (size,), "The moves")).tolist()
    mistakes = {
        (): "None? Draw the square in the middle, and compare with the scores *before* the move.",
        (1, 2, 3, 4, 5, 6, 7, 8): "All of them? Then the scores see nothing of the drawing: are they all the same?",
        (2, 4, 6, 8): "The first pooling has a stride of 2. There are two of them.",
        (3, 6): "The last pooling has a stride of 3, but of what? Its pixels are not those of the paper.",
        (4, 8): "With two poolings of 2 that would be right. Is yours behind C3 one of 3?",
    }
    if tuple(given) in mistakes:
        raise Hint(mistakes[tuple(given)])
    if given != [6]:
        raise Hint(
            f"Not {given}. Compare all ten scores with those before the move: rounding is about a millionth, a change "
            "is a hundred times that."
        )
    return (
        "only 6: the poolings sample the maps at every sixth pixel, and only a move by whole steps finds the same "
        "samples again. The poolings' strides are to blame, as long as the paper stays black behind every layer. With "
        "biases it does not, and the frames of zeros, which do not move along, give the place away."
    )
