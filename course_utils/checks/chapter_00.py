"""Checks of chapter 0, Start here."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, chosen, exercise

import numpy as np


@exercise("0.1")
def shuffled_pixels(answer: Any, rng: np.random.Generator) -> str:
    """Prediction: does one dense layer mind if the pixels of all images are shuffled in the same way."""
    reason = (
        "A sum does not care about the order of its terms: each pixel has a weight of its own wherever it stands, so "
        "the shuffled network learns the shuffled weights. That neighbouring pixels belong together, it never knew. "
        "Convolution (chapter 22) changes that. The next cell measures it."
    )
    return chosen(
        answer,
        {
            "worse": f"You expected it to do worse, as a human would. It does the same. {reason}",
            "the same": f"You expected no difference, and there is none but chance. {reason}",
            "better": f"You expected it to do better. It does the same. {reason}",
        },
    )


@exercise("0.2")
def to_unit_range(answer: Any, rng: np.random.Generator) -> str:
    """A function that maps uint8 images from 0 to 255 to float32 from 0 to 1."""
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
        raise Hint("Only 0 and 1 are left: a whole-number division (`//`) drops everything between.")
    if values.max() < 1:
        raise Hint(
            f"The largest value, 255, becomes {values.max():.4f} and should become 1: divide by 255, not by 256."
        )
    if not np.allclose(values, images / 255, atol=1e-6):
        raise Hint(f"Not every value is in proportion: 0 → {values[0, 0, 0]:g}, 255 → {values[0, 0, 1]:g}.")
    dtype = getattr(result, "dtype", None)
    if dtype != np.float32:
        raise Hint(f"The values are right, but their type is {dtype}, not float32: `.astype('float32')`.")
    return "float32 from 0 to 1, and the images you were given are unchanged."


@exercise("0.3")
def count_values(answer: Any, rng: np.random.Generator) -> str:
    """A function that counts the distinct values of one image."""
    image = rng.choice(rng.integers(0, 256, 40, dtype=np.uint8), (28, 28))
    image[0] = 0
    number = float(as_array(call(answer, image), (), "The number"))
    occurring = sum(1 for count in np.bincount(image.ravel()) if count)
    mistakes = {
        image.size: "That is the number of pixels. Many of them have the same value.",
        256: "That is how many values there could be. How many do occur?",
        int(image.max()) + 1: "That is how many values there are up to the largest. How many of them do occur?",
        int(image.max()): "That is the largest value.",
        np.count_nonzero(image): "That is how many pixels are not black.",
        occurring - 1: "One is missing: black, 0, is a value too.",
    }
    if number != occurring:
        raise Hint(
            mistakes.get(number, f"For an image with {occurring} distinct values your function returns {number:g}.")
        )
    return "counted rightly. A digit has many values between 0 and 255: its edges are grey."
