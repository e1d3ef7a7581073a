"""Checks of chapter 23, LeNet-5."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

APART = 0.1  # share of the test images; smaller differences count as about the same


@prediction(
    "23.1",
    {
        "shift": "most harm from the shift",
        "rotation": "most harm from the rotation",
        "noise": "most harm from the noise",
        "equal": "about the same harm from all three",
    },
)
def what_costs_most(measured: Any) -> Finding:
    """Decide which disturbance costs the network most from its accuracies over the strengths of each."""
    at = {"shift, pixels": 6, "rotation, degrees": 30, "noise, standard deviation": 0.3}
    left = {}
    for kind, strength in at.items():
        strengths = measured["disturbances"][kind][1]
        left[kind.partition(",")[0]] = float(np.interp(strength, strengths, measured["accuracies"][kind]))
    undisturbed = measured["accuracies"]["shift, pixels"][0]
    numbers = (
        f"it read {100 * undisturbed:.0f} % of the undisturbed images correctly, {100 * left['shift']:.0f} % of those "
        f"shifted by 6 pixels, {100 * left['rotation']:.0f} % of those rotated by 30 degrees and "
        f"{100 * left['noise']:.0f} % of the noisy ones"
    )
    worst, second, _ = sorted(left, key=left.__getitem__)
    if max(left.values()) - left[worst] < APART:
        return Finding("equal", numbers, "the three cost about the same")
    if left[second] - left[worst] < APART:
        return Finding(None, numbers, f"{worst} and {second} cost most, and about the same")
    reasons = {
        "shift": "a thin stroke that moves by more than its own width is a new image, pixel by pixel; the convolutions "
        "carry the shift along, pooling makes up for a pixel or two of it, and C5 does not know at one place what it "
        "has learned about a stroke at another",
    }
    return Finding(worst, numbers, f"the {worst} costs most", reasons.get(worst, ""))


@exercise("23.2", kind="code")
def count_parameters(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(table, size)` that counts the parameters of a convolution whose connections a table gives."""
    for inputs, filters, size in ((3, 7, 5), (5, 4, 3), (6, 16, 5)):
        table = rng.integers(0, 2, (inputs, filters))
        table[0, :2] = 0, 1  # neither full nor empty
        crosses, right = int(table.sum()), int(table.sum()) * size**2 + filters
        count = as_count(call(answer, table.copy(), size), "The count", least=0)
        if count != right:
            mistakes = [
                (
                    (inputs * size**2 + 1) * filters,
                    "This counts all pairs of map and filter: only those with a 1 have weights.",
                ),
                (crosses * size**2, "The biases are missing: one for each filter."),
                (crosses * size**2 + inputs, "You count a bias for each input map; there is one for each filter."),
                (crosses * (size**2 + 1), "You count a bias for each connection; there is one for each filter."),
                (crosses * size + filters, "A filter of `size` × `size` has size² weights for each map that it sees."),
                (crosses + filters, "Each connection is a whole window of size² weights, not one weight."),
            ]
            given = f"For a table of {inputs} × {filters} with {crosses} ones and size {size} you say {count}."
            refuse_mistakes(count, mistakes, rtol=0, ending=given)
            raise Hint(f"Count the ones of the table: what does each of them cost, and what else is there? {given}")
    return "right for three random tables. LeCun's, with 60 ones and size 5, gives 1,516."


@exercise("23.3", kind="code")
def as_kernel(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(weights, height, width, channels)` that turns dense weights into an equal kernel."""
    height, width, channels, units = 3, 4, 2, 6
    weights = rng.standard_normal((height * width * channels, units))
    maps = rng.standard_normal((height, width, channels))
    kernel = as_array(
        call(answer, weights.copy(), height, width, channels), (height, width, channels, units), "The kernel"
    )
    by_channels = (
        "Right numbers, wrong order: `Flatten` runs through the channels first, then the width, then the height. Which "
        "order does a plain reshape to (height, width, channels, units) take?"
    )
    right = weights.reshape(height, width, channels, units)
    mistakes = [
        (weights.reshape(channels, height, width, units).transpose(1, 2, 0, 3), by_channels),
        (weights.reshape(width, height, channels, units).transpose(1, 0, 2, 3), by_channels),
        (weights.reshape(channels, width, height, units).transpose(2, 1, 0, 3), by_channels),
        (weights.reshape(height, width, channels, units, order="F"), by_channels),
        (
            weights.T.reshape(height, width, channels, units),
            "The units have got mixed up with the places: the last axis of the weights must stay the last axis.",
        ),
        (
            right[::-1, ::-1],
            "The kernel is turned by 180 degrees. Convolutional layers do not flip their kernel, so you need not "
            "either.",
        ),
    ]
    refuse_mistakes(kernel, mistakes)
    difference = np.abs(np.tensordot(maps, kernel, 3) - maps.reshape(-1) @ weights).max()
    if difference > 1e-4:  # a kernel in float32, as Keras holds its own, is off by some 1e-6
        raise Hint(f"The convolution with your kernel differs from the dense layer by up to {difference:.3g}.")
    return "the convolution with your kernel gives what the dense layer gives."


@exercise("23.4", kind="experiment")
def number_of_places(answer: Any, rng: np.random.Generator) -> str:
    """Check at how many places the network reads a line of 300 pixels."""
    places = as_count(answer, "The number of places")
    mistakes = [
        (10, "The windows overlap: the next one begins 4 pixels on, not 28."),
        (11, "The windows overlap: the next one begins 4 pixels on, not 28."),
        (273, "A window fits at 273 places if it moves by one pixel. Two poolings of 2 make its step larger."),
        (137, "Two poolings of 2, one after the other: the step is 4 pixels, not 2."),
        (68, "Almost: do not forget the first place."),
        (75, "A window of 28 pixels must fit: it cannot begin at the last pixels of the line."),
        (73, "That is the width of the maps before C5, whose filters need 5 of them."),
        (690, "You counted the probabilities: ten at each place."),
        (1, "One is the height. Which axis of the result is the width?"),
    ]
    refuse_mistakes(places, mistakes, rtol=0)
    if places != 69:
        raise Hint(f"Not {places}. The window is 28 pixels wide; how far is it to the next one?")
    return "69: (300 - 28) / 4 + 1, one probability distribution every 4 pixels."
