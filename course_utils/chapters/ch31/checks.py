"""Checks of chapter 31, Autoencoders."""

import warnings
from typing import Any

from course_utils.checks.exercises import Hint, as_array, as_count, as_squeezed, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np

PIXELS = 784


@prediction("31.1", {str(digit): f"the left-out {digit} to raise the weakest alarm" for digit in range(10)})
def weakest_alarm(measured: Any) -> Finding:
    """Decide which left-out digit raises the weakest alarm, from the AUC by digit."""
    auc = np.array([float(value) for value in measured])
    if auc.shape != (10,) or not np.all(np.isfinite(auc)):
        return Finding(None, "there are not ten AUCs", "there is nothing to compare")
    worst, second = (int(digit) for digit in np.argsort(auc)[:2])
    numbers = f"the AUC is {auc[worst]:.2f} for {worst} and {auc[second]:.2f} for {second}, the next"
    if auc[second] - auc[worst] < 0.02:
        return Finding(None, numbers, "the two cannot be told apart")
    if auc[worst] < 0.45:
        return Finding(
            str(worst),
            numbers,
            f"an unseen {worst} has, more often than not, a smaller error than a digit that was in the training",
        )
    return Finding(str(worst), numbers, f"the {worst} raises the weakest alarm")


@exercise("31.2", kind="experiment")
def pays_from(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of digits from which code and decoder need fewer bytes than zlib's files."""
    count = as_count(answer, "The number of digits")
    right = 1758  # the smallest n with 180 n > 64 n + 4 · 50,960
    mistakes = [
        (1757, "At 1,757 digits the code still needs a few bytes more: 64 · 1,757 + 203,840 against 180 · 1,757."),
        (1731, "The decoder has biases as well: one for each pixel that it gives."),
        (440, "A weight in float32 takes four bytes."),
        (439, "A weight in float32 takes four bytes."),
        (3490, "The encoder stays in the laboratory: only the decoder's weights are on the phone."),
        (3489, "The encoder stays in the laboratory: only the decoder's weights are on the phone."),
        (1133, "The phone keeps the codes too: each digit saves 180 - 64 bytes, not 180."),
        (1132, "The phone keeps the codes too: each digit saves 180 - 64 bytes, not 180."),
    ]
    if count != right:
        refuse_mistakes(count, mistakes, rtol=0, atol=0.5)
        raise Hint(
            f"It is not {count}. How many weights and biases lead from 64 numbers to 784 pixels, how many bytes are "
            "that, and how many bytes does each digit save?"
        )
    return "the decoder has 64 · 784 + 784 = 50,960 numbers or 203,840 bytes, and each digit saves 116 of them."


@exercise("31.3", kind="code")
def compare(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(ways, clean, rng)` that compares ways to clean pictures, and doing nothing."""
    pictures = (rng.random((300, PIXELS)) * (rng.random((300, PIXELS)) < 0.3)).astype("float32")
    given = pictures.copy()
    seen: list[np.ndarray] = []
    factors = {"as it came": 1.0, "dimmed": 0.5, "black": 0.0}

    def way(factor: float) -> Any:
        def clean_up(noisy: Any) -> np.ndarray:
            seen.append(np.array(as_array(noisy, pictures.shape, "The pictures that a way is given")))
            return factor * seen[-1]

        return clean_up

    ways = {name: way(factor) for name, factor in factors.items()}
    result = call(answer, ways, given, np.random.default_rng(1))
    if not np.array_equal(given, pictures):
        raise Hint(
            "The clean pictures are changed afterwards. Does `noisy = clean` make a new array, or a second name for "
            "the old one?"
        )
    if not isinstance(result, dict):
        raise Hint("Return a dictionary: the error of each way by its name, and that of `nothing`.")
    if len(seen) != len(ways):
        raise Hint(f"Call each way once, with all noisy pictures: {len(ways)} ways were called {len(seen)} times.")
    _judge_noise(seen[0], pictures)
    if any(not np.allclose(other, seen[0], atol=1e-6) for other in seen[1:]):
        raise Hint("Every way gets noise of its own. Draw the noise once, before the loop.")
    if missing := {*factors, "nothing"} - result.keys():
        raise Hint(f"Your dictionary lacks {', '.join(map(repr, sorted(missing)))}.")
    _judge_errors(result, factors | {"nothing": 1.0}, seen[0], pictures)
    return (
        "`noisy = clean` is a second name for the same array and `+=` changes it in place: each way got the noise of "
        "all before it on top of its own, and was judged against noisy targets."
    )


def _judge_errors(errors: dict, factors: dict[str, float], noisy: np.ndarray, clean: np.ndarray) -> None:
    for name, factor in factors.items():
        measured = float(as_squeezed(errors[name], (), f"The error of {name!r}"))
        right = float(np.mean((factor * noisy - clean) ** 2))
        mistakes = [
            (float(np.mean((factor * noisy - noisy) ** 2)), "Judge against the clean pictures, not the noisy ones."),
            (float(np.mean(clean**2)), "Doing nothing leaves the noisy pictures, not black ones."),
            (right * clean.size, "Take the mean of the squares, not the sum."),
            (np.sqrt(right), "Take the mean of the squares, without a root."),
        ]
        if not np.isclose(measured, right, rtol=1e-3):
            refuse_mistakes(measured, mistakes, rtol=1e-3)
            if name == "nothing" and np.isclose(measured, 0.25**2, rtol=0.03):
                raise Hint("The error of 'nothing' is that of the noisy pictures as the ways get them, so clipped.")
            raise Hint(f"The error of {name!r} should be {right:.4f}; yours is {measured:.4f}.")


def _judge_noise(inputs: np.ndarray, pictures: np.ndarray) -> None:
    if np.allclose(inputs, pictures, atol=1e-6):
        raise Hint("The inputs have no noise.")
    if inputs.min() < -1e-6 or inputs.max() > 1 + 1e-6:
        raise Hint(f"Clip the inputs to the range of pixels; yours go from {inputs.min():.2f} to {inputs.max():.2f}.")
    added = inputs - pictures
    same_for_all = np.allclose(added[:, (pictures == 0).all(axis=0)].std(axis=0), 0, atol=1e-9)
    middle = (pictures > 0.45) & (pictures < 0.55)  # noise of 0.25 is rarely clipped there
    noise = added[middle]
    if (same_for_all and (pictures == 0).all(axis=0).any()) or _rows_alike(added, pictures):
        raise Hint("Every picture has the same noise. Draw a number for each pixel of each picture.")
    sd = float(noise.std())
    mistakes = [
        (lambda sd: abs(noise.mean()) > 0.05, f"The noise should have mean 0; yours has {noise.mean():.2f}."),
        (lambda sd: sd < 0.1, "The standard deviation is 0.25, not the variance."),
    ]
    if not 0.2 < sd < 0.27:
        refuse_mistakes(sd, mistakes)
        raise Hint(
            f"Around a grey of 0.5 your noise has a standard deviation of {sd:.2f} after clipping; it should be 0.24."
        )
    if float(np.mean(np.abs(noise) < 0.1)) < 0.26:
        raise Hint("Gaussian noise is mostly small: is yours uniform? Use `rng.standard_normal`.")


def _rows_alike(added: np.ndarray, pictures: np.ndarray) -> bool:
    """Return whether two pictures have the same noise wherever both are mid-grey and nothing is clipped."""
    free = (pictures > 0.2) & (pictures < 0.8) & (np.abs(added) < 0.19)
    both = free[0] & free[1]
    return bool(both.sum() > 5 and np.allclose(added[0, both], added[1, both], atol=1e-5))


@exercise("31.4", kind="code")
def halves(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(whole)` that returns an encoder and a decoder with the layers of a whole autoencoder."""
    import keras

    for inputs, units in ((PIXELS, 64), (20, 3)):
        pixels = keras.Input((inputs,))
        code = keras.layers.Dense(units, "relu")(pixels)
        whole = keras.Model(pixels, keras.layers.Dense(inputs, "relu")(code))
        result = call(answer, whole)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise Hint("Return two models: the encoder and the decoder.")
        if not all(isinstance(half, keras.Model) for half in result):
            raise Hint(f"Return two Keras models; got {' and '.join(type(half).__name__ for half in result)}.")
        _judge_halves(whole, *result, rng.random((50, inputs)).astype("float32"), units, rng)
    return "the two halves give together what the whole gives, and follow it when its weights change."


def _judge_halves(whole: Any, encoder: Any, decoder: Any, x: np.ndarray, units: int, rng: np.random.Generator) -> None:
    for when in ("", "after new weights for the whole "):
        if when:
            whole.set_weights([rng.standard_normal(w.shape).astype("float32") / 5 for w in whole.get_weights()])
        kernel, bias, *_ = whole.get_weights()
        expected = np.maximum(0, x @ kernel + bias)
        code = _outputs(encoder, x, "encoder")
        if code.shape == x.shape:
            raise Hint("Your encoder gives pixels: it should end with the hidden layer.")
        code = as_array(code, (len(x), units), "The code")
        _compare_half(code, expected, f"{when}your encoder gives another code than the whole's hidden layer", when)
        back = as_array(_outputs(decoder, expected.astype("float32"), "decoder"), x.shape, "The restored pictures")
        right = _as_numpy(whole(x))
        _compare_half(back, right, f"{when}your decoder makes other pictures of the code than the whole", when)


def _outputs(half: Any, inputs: np.ndarray, name: str) -> np.ndarray:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a list of one input where an array would do
            return _as_numpy(half(inputs))
    except Exception as error:
        raise Hint(
            f"Your {name} does not take an array of shape {inputs.shape}: {type(error).__name__}. The encoder takes "
            "pixels, the decoder takes a code."
        ) from error


def _as_numpy(tensor: Any) -> np.ndarray:
    import keras

    return keras.ops.convert_to_numpy(tensor)


def _compare_half(values: np.ndarray, right: np.ndarray, said: str, when: str) -> None:
    if not np.allclose(values, right, atol=1e-3):
        reason = "Use the layers themselves, not copies." if when else "Are its layers those of `whole`?"
        raise Hint(f"{said[0].upper()}{said[1:]}. {reason}")


@exercise("31.5", kind="code")
def straight_code(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(train, test, k)` against scikit-learn's PCA."""
    from sklearn.decomposition import PCA

    for k in (1, 3, 5):
        mixing = rng.standard_normal((6, 12)) * np.array([6, 5, 4, 3, 2, 1])[:, None]
        train = 3 + rng.standard_normal((200, 6)) @ mixing + 0.1 * rng.standard_normal((200, 12))
        test = 4 + rng.standard_normal((30, 6)) @ mixing
        result = call(answer, train.copy(), test.copy(), k)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise Hint("Return two arrays: the codes and the restored pictures.")
        codes = as_squeezed(result[0], (30, k) if k > 1 else (30,), "The codes").reshape(30, k)
        restored = as_array(result[1], (30, 12), "The restored pictures")
        pca = PCA(k).fit(train)
        _judge_straight(codes, restored, train, test, pca)
    return "up to signs the codes are scikit-learn's, and so are the restored pictures."


def _through(pictures: np.ndarray, mean: float, k: int, train: np.ndarray) -> np.ndarray:
    """Return pictures restored from k numbers by the directions of `train - mean`."""
    directions = np.linalg.svd(train - mean, full_matrices=False)[2][:k]
    return mean + (pictures - mean) @ directions.T @ directions


def _judge_straight(codes: np.ndarray, restored: np.ndarray, train: np.ndarray, test: np.ndarray, pca: Any) -> None:
    k = pca.n_components_
    right_codes = pca.transform(test)
    right = pca.inverse_transform(right_codes)
    if not np.allclose(restored, right, atol=1e-6):
        centred = train - train.mean(axis=0)
        own = np.linalg.svd(test - test.mean(axis=0), full_matrices=False)[2][:k]
        last = np.linalg.svd(centred, full_matrices=False)[2][-k:]
        columns = np.linalg.svd(centred, full_matrices=False)[2][:, :k]
        by_test_mean = test.mean(axis=0) + (test - test.mean(axis=0)) @ pca.components_.T @ pca.components_
        mistakes = [
            (_through(test, 0.0, k, train), "Subtract the mean of `train` first, and add it at the end."),
            (
                _through(test, float(train.mean()), k, train),
                "Each pixel has a mean of its own: take it over the pictures.",
            ),
            (right - train.mean(axis=0), "Add the mean of `train` to the restored pictures."),
            (by_test_mean, "The mean belongs to the code, too: take that of `train`, not of `test`."),
            (test.mean(axis=0) + (test - test.mean(axis=0)) @ own.T @ own, "Fit to `train`, not to `test`."),
            (train.mean(axis=0) + (test - train.mean(axis=0)) @ last.T @ last, "Take the first k directions."),
            (
                train.mean(axis=0) + (test - train.mean(axis=0)) @ columns @ columns.T,
                "The directions are the rows of the last matrix, not its columns.",
            ),
        ]
        refuse_mistakes(restored, mistakes, atol=1e-6)
        raise Hint(
            f"With k={k} the error on `test` should be {np.mean((right - test) ** 2):.3f}; that of your restored "
            f"pictures is {np.mean((restored - test) ** 2):.3f}."
        )
    signs = np.sign(np.sum(codes * right_codes, axis=0))
    if not np.allclose(codes * signs, right_codes, atol=1e-6):
        shifted = codes - codes.mean(axis=0) - signs * (right_codes - right_codes.mean(axis=0))
        if np.allclose(shifted, 0, atol=1e-6):
            raise Hint("The pictures are right; the codes are shifted: subtract the mean before you project.")
        raise Hint("The restored pictures are right, but each column of the code should belong to one direction.")
