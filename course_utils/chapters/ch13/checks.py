"""Checks of chapter 13, Normalizing inputs."""

from collections.abc import Iterator
from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes, shape_of
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
        return Finding("behind", numbers, "the twin learned and stayed behind")
    return Finding("same", numbers, "the unit made no difference worth mentioning")


@exercise("13.2", kind="experiment")
def condition(answer: Any, rng: np.random.Generator) -> str:
    """Check the condition number of a feature of mean 3 and standard deviation 1 with a bias."""
    value = float(as_array(answer, (), "The condition number"))
    small, large = np.linalg.eigvalsh([[10, 3], [3, 1]])
    if not np.isclose(value, large / small, rtol=0.02):
        mistakes = [
            (10, "This is the ratio of the two entries on the diagonal. The eigenvalues differ by more."),
            (large, "This is the largest eigenvalue. Divide it by the smallest."),
            (small, "This is the smallest eigenvalue. Divide the largest by it."),
            (small / large, "Upside down: the largest eigenvalue comes first."),
            (11, "This is the sum of the eigenvalues. Their product is 1."),
            (1, "That is the value after centring. With a mean of 3 the two columns are nearly parallel."),
            (9, "This is the square of the mean. Find the eigenvalues of H."),
        ]
        refuse_mistakes(value, mistakes, rtol=0.004, atol=0)
        raise Hint(f"It is not {value:.4g}. Solve λ² - 11 λ + 1 = 0 and divide the larger root by the smaller.")
    return f"the eigenvalues {large:.2f} and {small:.4f} give {large / small:.0f}; centring would make it 1."


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
    new_bias = as_array(np.squeeze(as_numbers(result[1], "The bias")), (units,), "The bias")
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


def as_numbers(result: Any, name: str) -> np.ndarray:
    """Return a result of any shape as a float array; raise the hint of `as_array` if it holds no numbers."""
    shape = shape_of(result)
    if shape is None:
        raise Hint(f"{name} should be an array of numbers; its rows differ in length.")
    return as_array(result, shape, name)


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
        as_array(np.squeeze(as_numbers(part, name)), (3,), name)
        for part, name in zip(result, ("The mean", "The variance"), strict=True)
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
    return "read once, in pieces of 5, 40, 1 and 17 rows, the data have the mean and variance that Keras finds."


@exercise("13.5", kind="code")
def prepare(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(x_train, x_new)` that standardizes both by the training set's statistics."""
    x_train = rng.integers(20, 90, (30, 4))
    x_train[:, 2] = 7
    x_new = rng.integers(50, 150, (6, 4))
    before = x_train.copy(), x_new.copy()
    scaled = _both(call(answer, x_train.astype(float), x_new.astype(float)), before)
    given = [array.astype(float) for array in before]
    call(answer, *given)
    mean, sd = before[0].mean(axis=0), before[0].std(axis=0)
    varies = sd > 0
    for name, got, raw in zip(("x_train", "x_new"), scaled, before, strict=True):
        if not np.all(np.isfinite(got)):
            raise Hint(f"A column that is constant in training gives values in {name} that are not finite: sd is 0.")
        wanted = (raw - mean)[:, varies] / sd[varies]
        if not np.allclose(got[:, varies], wanted, rtol=1e-2, atol=1e-2):
            _refuse_scaling(name, got[:, varies], raw[:, varies], mean[varies], sd[varies])
    if np.any(np.abs(scaled[0][:, ~varies]) > 1e-6):
        raise Hint("A column that is constant in training should be 0 there: subtract its mean all the same.")
    if not all(np.array_equal(array, copy) for array, copy in zip(given, before, strict=True)):
        raise Hint("Your function still changes the arrays of its caller: `-=` and `/=` work in place.")
    _both(call(answer, *(array.copy() for array in before)), before)  # a table of integers
    return "both are scaled by the training set's statistics, and the caller keeps his arrays."


def _both(result: Any, shaped: tuple[np.ndarray, np.ndarray]) -> list[np.ndarray]:
    if not isinstance(result, list | tuple) or len(result) != 2:
        raise Hint("Return two arrays: the scaled training set and the scaled new data.")
    arrays = []
    for part, like, name in zip(result, shaped, ("x_train", "x_new"), strict=True):
        if shape_of(part) != like.shape:
            raise Hint(f"{name} should keep its shape {like.shape}; yours has {shape_of(part)}.")
        arrays.append(np.asarray(part, dtype=float))
    return arrays


def _refuse_scaling(name: str, got: np.ndarray, raw: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> None:
    own = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    mistakes = [
        (raw, f"{name} comes back unscaled: when its turn comes the statistics are those of data scaled already."),
        (raw - mean, f"{name} is centred and not divided by the standard deviation of the raw training set."),
        (raw / sd, f"{name} is divided by the standard deviation; the mean is still in it."),
        ((raw - mean) / sd**2, f"{name} is divided by the variance; its root is the standard deviation."),
    ]
    if name == "x_new":
        mistakes.append((own, "x_new is scaled by its own statistics: a single row would become zeros."))
    refuse_mistakes(got, mistakes, rtol=1e-3, atol=1e-3)
    raise Hint(f"{name} should be (x - mean) / sd, column by column, with mean and sd of the raw training set.")
