"""Checks of chapter 23, LeNet-5."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes
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
        f"all five old parts together cost {100 * joint:.2f} points, the worst of them, the {worst}, costs "
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
def field_and_stride(answer: Any, rng: np.random.Generator) -> str:
    """Check the receptive field and the stride behind convolutions of 3, 3, a pooling, 3, 3, a pooling."""
    given = as_array(answer, (2,), "The answer")
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
    refuse_mistakes(given, [(np.array(wrong), hint) for wrong, hint in known], rtol=0)
    if tuple(given) != (16, 4):
        raise Hint(
            f"Not {given[0]:g} and {given[1]:g}. Begin with r = j = 1; each layer adds (k - 1) j to r, and then "
            "multiplies j by its stride."
        )
    return "16 pixels and 4: as much as S4 of LeNet-5, with weights for 3 × 3 in place of 5 × 5."


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
        if np.shape(result) == padded.shape:
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
def update(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(kernel, gradient, table, rate)` that keeps the pairs of a table."""
    table = rng.integers(0, 2, (6, 16)).astype(float)
    table[0, :2] = 0, 1  # neither full nor empty
    kernel, gradient = rng.standard_normal((2, 5, 5, 6, 16))
    kernel, rate = kernel * table, 0.1
    after = as_array(
        call(answer, kernel.copy(), gradient.copy(), table.copy(), rate), kernel.shape, "The kernel after the step"
    )
    right = (kernel - rate * gradient) * table
    mistakes = [
        (kernel * table - rate * gradient, "The missing pairs begin the step at zero. What do they end it with?"),
        (kernel, "Nothing has been learned: the kernel is the one that you were given."),
        ((kernel + rate * gradient) * table, "This climbs: gradient descent subtracts the gradient."),
        ((kernel - gradient) * table, "Where is the rate?"),
        ((kernel - rate * gradient) * (1 - table), "These are just the pairs that the table leaves out."),
    ]
    refuse_mistakes(after, mistakes)
    if not np.allclose(after, right):
        alive = np.abs(after * (1 - table)).max()
        raise Hint(
            f"The largest weight of a missing pair is {alive:.2g} after the step and must be 0; the largest difference "
            f"in the others is {np.abs((after - right) * table).max():.2g}."
        )
    return "the missing pairs stay at zero. In Keras: a table inside `call`, as in section 2, or a `constraint`."


@exercise("23.5", kind="experiment")
def free_moves(answer: Any, rng: np.random.Generator) -> str:
    """Check the list of moves, from 1 to 8 pixels, that leave the scores of a network with two poolings as they are."""
    given = np.unique(as_array(answer, (np.size(answer),), "The moves")).tolist()
    mistakes = {
        (): "None? Draw the square in the middle, and compare with the scores *before* the move.",
        (1, 2, 3, 4, 5, 6, 7, 8): "All of them? Then the scores see nothing of the drawing: are they all the same?",
        (2, 4, 6, 8): "One pooling has a stride of 2. There are two of them.",
        (4,): "Almost: look at 8 again. Is the drawing still whole, and is the frame four wide?",
    }
    if tuple(given) in mistakes:
        raise Hint(mistakes[tuple(given)])
    if given != [4, 8]:
        raise Hint(
            f"Not {given}. Compare all ten scores with those before the move: rounding is about a millionth, a change "
            "is a hundred times that."
        )
    return (
        "4 and 8: the poolings sample the maps at every fourth pixel, and only a move by whole steps finds the same "
        "samples again. Convolutions and the maximum are innocent."
    )
