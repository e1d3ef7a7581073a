"""Checks of chapter 0, Start here."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

# On paper it is 800. The scatter of 20,000 draws in groups is itself uncertain: the divisor of 20,000 that comes
# nearest to 25 lies from 400 to 2,000 in 99 of 100 runs, and is each of these two in one.
FEWEST_DRAWS, MOST_DRAWS = 400, 2000
# The largest difference of accuracy that random starting weights alone explain: three times the standard deviation of
# such differences, with 5,000 images and with 300 (with 300 on the substitute data too).
CHANCE_IF_TRAINED, CHANCE_IF_NOT = 0.02, 0.25


@prediction(
    "0.1",
    {
        "worse": "it to do worse, as a human would",
        "the same": "it to do the same",
        "better": "it to do better",
    },
)
def shuffled_pixels(measured: Any) -> Finding:
    """Decide from two accuracies whether one dense layer minds that all images are shuffled in the same way."""
    plain, shuffled = float(measured["plain"]), float(measured["shuffled"])
    of_the_test = 3 * np.sqrt(2 * plain * (1 - plain) / measured["images"])
    chance = max(of_the_test, CHANCE_IF_TRAINED if max(plain, shuffled) > 0.75 else CHANCE_IF_NOT)
    numbers = (
        f"it read {100 * plain:.1f} % of the plain images correctly and {100 * shuffled:.1f} % of the shuffled ones"
    )
    apart = f"two trainings from other random weights may differ by {100 * chance:.0f} percentage points"
    if abs(shuffled - plain) > chance:
        option = "better" if shuffled > plain else "worse"
        return Finding(option, numbers, f"it did {option}, by more than chance ({apart})")
    return Finding(
        "the same",
        numbers,
        f"there is no difference but chance ({apart})",
        "a sum does not care about the order of its terms: each pixel has a weight of its own wherever it stands, and "
        "the shuffled network learns the shuffled weights. It never knew that neighbouring pixels belong together. "
        "Convolution (chapter 22) changes that",
    )


@exercise("0.2", kind="code")
def to_unit_range(answer: Any, rng: np.random.Generator) -> str:
    """Check a function that maps uint8 images from 0 to 255 to float32 from 0 to 1."""
    images = rng.integers(0, 256, (4, 28, 28), dtype=np.uint8)
    images[0, 0, :2] = 0, 255
    before = images.copy()
    result = call(answer, images)
    values = as_array(result, images.shape, "The result")
    if not np.array_equal(images, before):
        raise Hint("Your function changes the images it is given. Return new ones.")
    if np.array_equal(values, images):
        raise Hint("The values still go up to 255.")
    if set(np.unique(values)) <= {0.0, 1.0}:
        raise Hint("Only 0 and 1 are left: an integer division (`//`) drops everything between.")
    if values.max() < 1:
        raise Hint(
            f"The largest value, 255, becomes {values.max():.4f} and should become 1: divide by 255, not by 256."
        )
    dtype = getattr(result, "dtype", None)
    if dtype == np.float16 and np.allclose(values, images / 255, atol=1e-3):
        raise Hint("float16 has only about three digits: the type should be float32.")
    if not np.allclose(values, images / 255, atol=1e-6):
        raise Hint(f"Not every value is in proportion: 0 → {values[0, 0, 0]:g}, 255 → {values[0, 0, 1]:g}.")
    dim = images // 2
    if not np.allclose(as_array(call(answer, dim.copy()), dim.shape, "The result"), dim / 255, atol=1e-6):
        raise Hint(
            "An image whose brightest pixel is 127 comes out too bright: divide by 255, not by its own largest value."
        )
    if dtype != np.float32:
        raise Hint(f"The values are right, but their type is {dtype}, not float32: `.astype('float32')`.")
    return "float32 from 0 to 1, and the images you were given are unchanged."


@exercise("0.3", kind="code")
def count_values(answer: Any, rng: np.random.Generator) -> str:
    """Check a function that counts the distinct values of one image."""
    image = rng.choice(rng.integers(0, 256, 40, dtype=np.uint8), (28, 28))
    image[0] = 0
    number = as_count(call(answer, image), "The number", least=0)
    occurring = sum(1 for count in np.bincount(image.ravel()) if count)
    if number != occurring:
        mistakes = [
            (image.size, "That is the number of pixels. Many of them have the same value."),
            (256, "That is how many values there could be. How many of them occur?"),
            (image.max() + 1.0, "That is how many values there are up to the largest. How many of them occur?"),
            (image.max(), "That is the largest value."),
            (np.count_nonzero(image), "That is how many pixels are not black."),
            (occurring - 1, "One is missing: black, 0, is a value too."),
        ]
        refuse_mistakes(number, mistakes, rtol=0)
        raise Hint(f"For an image with {occurring} distinct values your function returns {number}.")
    return "counted correctly. A digit has many values between 0 and 255: its edges are grey."


@exercise("0.4", kind="experiment")
def draws_for_25(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of draws at which the variance of the neuron's outputs scatters by about 25."""
    draws = as_count(answer, "The number of draws", least=2)
    if draws >= 20_000:
        raise Hint("With 20,000 draws the scatter is about 5, and more draws scatter less. Take fewer.")
    if 20 <= draws <= 40:
        raise Hint(f"Is {draws} the scatter? The question is how many draws make it about 25.")
    # The outputs are normal, so their variances can be drawn here without the neuron.
    scatter = rng.normal(0, np.sqrt(500), (400, draws)).var(axis=1).std()
    if 3500 <= draws <= 4500:
        raise Hint(
            f"A fifth of the draws does not scatter five times as much: with {draws} the scatter is about "
            f"{scatter:.0f}. Go on."
        )
    if draws < FEWEST_DRAWS:
        raise Hint(f"With {draws} draws the variance scatters by about {scatter:.0f}. Take more.")
    if draws > MOST_DRAWS:
        raise Hint(f"With {draws} draws the variance scatters by about {scatter:.0f} only. Take fewer.")
    return (
        f"{draws} draws. On paper it is 800: the scatter goes with one over the root of the number of draws, so five "
        "times the scatter comes with a twenty-fifth of the draws. And half the scatter costs four times the draws."
    )
