"""Checks of chapter 13, Normalizing inputs."""

from collections.abc import Iterator
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_squeezed, call, exercise, refuse_mistakes, shape_of
from course_utils.checks.predictions import Finding, prediction

import numpy as np

GUESSING = np.log(3)  # the loss of a network that gives three growers equal probabilities


@prediction(
    "13.1",
    {
        "fails": "the training on the twin's table to fail",
        "behind": "the twin to learn and to stay behind",
        "same": "no difference worth mentioning",
    },
)
def adam_on_the_twin(measured: Any) -> Finding:
    """Decide how Adam does on the twin's table, from the last losses on both."""
    healthy, twin = float(measured["healthy"]), float(measured["twin"])
    numbers = f"the loss ended at {healthy:.2g} on the healthy table and at {twin:.2g} on the twin's"
    if not np.isfinite(healthy) or healthy > GUESSING / 2:
        return Finding(None, numbers, "even the healthy table was not learned, and there is nothing to compare")
    if not twin < GUESSING / 2:
        return Finding("fails", numbers, "the twin did not learn")
    if twin > 2 * healthy:
        return Finding("behind", numbers, "the unit still has its price")
    return Finding("same", numbers, "the unit made no difference worth mentioning")


@exercise("13.2", kind="experiment")
def mean_of_a_long_valley(answer: Any, rng: np.random.Generator) -> str:
    """Check the mean at which a feature of standard deviation 1 and a bias have the condition number 10,000."""
    value = float(as_array(answer, (), "The mean"))
    largest = 100
    right = np.sqrt(largest + 1 / largest - 2)
    if not np.isclose(value, right, rtol=0.002):
        mistakes = [
            (right**2, "This is m². The mean is its root."),
            (np.sqrt(largest - 1), "This sets m² + 1, an entry of H, to the largest eigenvalue. Use the sum of both."),
            (
                np.sqrt(9999),
                "This makes the ratio of the two entries on the diagonal 10,000. Find the eigenvalues of H.",
            ),
            (largest, "This is the largest eigenvalue, or the root of 10,000. Which m makes it so large?"),
            (np.sqrt(largest), "This is the root of the largest eigenvalue. The sum of both eigenvalues is m² + 2."),
            (np.sqrt(9998), "An eigenvalue of 10,000 is too large: the other one is its inverse."),
            (-right, "The number is right, and the mean was to be positive."),
        ]
        refuse_mistakes(value, mistakes, rtol=0.001, atol=0)
        raise Hint(f"It is not {value:.4g}. The product of the eigenvalues is 1, so κ is the square of the larger one.")
    return f"the eigenvalues are {largest} and {1 / largest:g}, their sum m² + 2; a mean of {right:.1f} is enough."


@exercise("13.3", kind="code")
def for_raw(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(kernel, bias, mean, sd)` that returns kernel and bias for inputs that are not scaled."""
    inputs, units = 4, 3
    kernel, bias = rng.standard_normal((inputs, units)), rng.standard_normal(units)
    mean, sd = rng.uniform(2, 9, inputs), rng.uniform(2, 5, inputs)
    given = [kernel.copy(), bias.copy(), mean.copy(), sd.copy()]
    result = call(answer, *given)
    if not isinstance(result, list | tuple) or len(result) != 2:
        raise Hint("Return two arrays: the new kernel and the new bias.")
    if not all(np.array_equal(array, before) for array, before in zip(given, (kernel, bias, mean, sd), strict=True)):
        raise Hint("Your function changes the arrays that it is given: the layer that they belong to would change too.")
    new_kernel = as_array(result[0], (inputs, units), "The kernel")
    new_bias = as_squeezed(result[1], (units,), "The bias")
    right = kernel / sd[:, None]
    if not np.allclose(new_kernel, right, rtol=1e-4):
        mistakes = [
            (kernel, "The kernel has not changed. By what does the scaler divide each input?"),
            (kernel * sd[:, None], "Raw inputs are larger by the factor sd, so their weights must be smaller by it."),
            (kernel / sd[:, None] ** 2, "Divide by sd once: this is about the output, not about the rate."),
        ]
        refuse_mistakes(new_kernel, mistakes, rtol=1e-4)
        raise Hint("The kernel is not right. Write (x - mean) / sd @ kernel as x @ new_kernel + a constant.")
    if not np.allclose(new_bias, bias - mean @ right, rtol=1e-4, atol=1e-6):
        mistakes = [
            (bias, "The kernel is right. The scaler also subtracts the mean: what does that do to the outputs?"),
            (bias + mean @ right, "The kernel is right; look at the sign of what the mean contributes to the bias."),
            (bias - mean @ kernel, "The kernel is right. In the bias the mean is divided by sd, too."),
            (-mean @ right, "The kernel is right; the old bias is still needed."),
        ]
        refuse_mistakes(new_bias, mistakes, rtol=1e-4, atol=1e-6)
        raise Hint("The kernel is right, the bias is not. It is what the layer gives for a raw input of zeros.")
    return "raw inputs give the outputs that standardized ones gave, in a layer of 4 inputs and 3 units."


@exercise("13.4", kind="code")
def fit_in_batches(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(batches)` that returns mean and variance of all rows, against Keras' `Normalization`."""
    import keras

    counts = (5, 40, 1, 17)
    batches = [rng.normal([20 * k, 3, -7], [2, 1 + k, 0.5], (rows, 3)) for k, rows in enumerate(counts)]
    together = np.concatenate(batches)
    layer = keras.layers.Normalization()
    layer.adapt(together)
    mean, variance = (np.squeeze(keras.ops.convert_to_numpy(part)) for part in (layer.mean, layer.variance))

    def once() -> Iterator[np.ndarray]:
        yield from (batch.copy() for batch in batches)

    result = call(answer, once())
    if not isinstance(result, list | tuple) or len(result) != 2:
        raise Hint("Return two arrays: the mean and the variance of each feature.")
    got_mean, got_variance = (
        as_squeezed(part, (3,), name) for part, name in zip(result, ("The mean", "The variance"), strict=True)
    )
    if not np.allclose(got_mean, mean, rtol=1e-3, atol=1e-3):
        mistakes = [
            (
                np.mean([batch.mean(axis=0) for batch in batches], axis=0),
                "This is the mean of the batches' means: a batch of 40 rows must count more than one of a single row.",
            ),
            (together.sum(axis=0), "This is the sum: divide it by the number of rows."),
            (together.sum(axis=0) / len(batches), "Divide by the number of rows, not of batches."),
            (batches[-1].mean(axis=0), "This is the mean of the last batch alone."),
        ]
        refuse_mistakes(got_mean, mistakes, rtol=1e-3)
        raise Hint(f"For four batches the means should be {mean.round(2)}; yours are {got_mean.round(2)}.")
    if not np.allclose(got_variance, variance, rtol=2e-3, atol=1e-3):
        rows = len(together)
        within = sum(len(batch) * batch.var(axis=0) for batch in batches) / rows
        mistakes = [
            (0, "It is 0 everywhere: `batches` can be read only once, and nothing is left for a second round."),
            (np.sqrt(variance), "This is the standard deviation; return the variance, its square."),
            (variance * rows / (rows - 1), "You divided by the rows less one. Keras divides by the number of rows."),
            (within, "The batches' means differ from each other, and that difference belongs to the variance too."),
            (
                np.mean([batch.var(axis=0) for batch in batches], axis=0),
                "The mean of the batches' variances counts every batch alike and leaves out how their means differ.",
            ),
            (variance + mean**2, "This is the mean square. What of the mean is to be taken off?"),
            (variance * rows, "This is the sum of the squared deviations: divide it by the number of rows."),
        ]
        refuse_mistakes(got_variance, mistakes, rtol=2e-3, ending="The mean is right.")
        raise Hint(
            f"The mean is right. The variances should be {variance.round(2)}; yours are {got_variance.round(2)}."
        )
    times = [1.7e9 + 60 * rng.standard_normal((rows, 3)) for rows in counts]
    late_mean, late_variance = (as_squeezed(part, (3,), "The result") for part in call(answer, iter(times)))
    together = np.concatenate(times)
    if not np.allclose(late_mean, together.mean(axis=0), rtol=1e-9):
        raise Hint("For times near 1.7 billion the mean is not exact. Compute in 64-bit numbers.")
    if not np.allclose(late_variance, together.var(axis=0), rtol=1e-2):
        raise Hint(
            "Right for small numbers, but not for times near 1.7 billion: a mean square less the squared mean is a "
            "small difference of huge numbers. Add up squared deviations from a mean instead."
        )
    return "read once, in pieces of 5, 40, 1 and 17 rows, the data have the mean and variance that Keras finds."


@exercise("13.5", kind="code")
def scaled_by_past(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(series, days)` that scales each day by the `days` days before it."""
    days = 7
    series = rng.integers(20, 90, 40).astype(float)
    got = _scaled(answer, series, days)
    windows = np.lib.stride_tricks.sliding_window_view(series, days)
    mean, sd = windows.mean(axis=1), windows.std(axis=1)
    right = (series[days:] - mean[:-1]) / sd[:-1]
    if not np.allclose(got, right, rtol=1e-3, atol=1e-3):
        ends = series[days - 1 :]
        mistakes = [
            (
                (series[: len(mean)] - mean)[:-1] / sd[:-1],
                "That is the colleague's leak: her window begins at the day.",
            ),
            ((series[: len(mean)] - mean)[1:] / sd[1:], "That is the colleague's leak: her window begins at the day."),
            (((ends - mean) / sd)[1:], "Your window ends with the day itself; only the days before it are known."),
            ((series[days:] - series.mean()) / series.std(), "Scaled by all days, and most of them are still to come."),
            (series[days:] - mean[:-1], "Each day is centred by its past. Divide it by the standard deviation, too."),
            ((series[days:] - mean[:-1]) / sd[:-1] ** 2, "Divided by the variance: take its root."),
        ]
        refuse_mistakes(got, mistakes, rtol=1e-3, atol=1e-3)
        raise Hint(
            f"Day {days} should be {right[0]:.3f}: its price less the mean of the days 0 to {days - 1}, over their "
            f"standard deviation. Yours is {got[0]:.3f}."
        )
    for price in (7.0, 0.1, 13.7):
        flat = np.full(2 * days, price)
        flat[-1] = price + 1
        with np.errstate(all="ignore"):
            got = np.asarray(call(answer, flat.copy(), days), dtype=float)
        if not np.allclose(got, [0] * (days - 1) + [1], atol=1e-6):
            raise Hint(
                f"{days} days at {price} and then one at {price + 1:g} should give 1; yours gives {got[-1]:.3g}. "
                "The sd of equal numbers is 0, or by rounding 1e-17: ask whether they differ (np.ptp)."
            )
    before = rng.integers(20, 90, 30)
    given = before.copy()
    _scaled(answer, given, days)
    if not np.array_equal(given, before):
        raise Hint("Your function changes the series of its caller.")
    return "each day is scaled by its past alone, and a week of equal prices divides by 1."


def _scaled(answer: Any, series: np.ndarray, days: int) -> np.ndarray:
    result = call(answer, series, days)
    wanted = (len(series) - days,)
    if shape_of(result) == (wanted[0] + 1,):
        raise Hint(
            f"{len(series)} days give {wanted[0]} values, from day {days} on; you return one more. The last window of "
            "all has no day after it, and no day may be in its own window."
        )
    return as_array(result, wanted, "The scaled series")
