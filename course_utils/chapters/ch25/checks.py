"""Checks of chapter 25, Transfer learning."""

from typing import Any

from course_utils.checks.exercises import Hint, as_count, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "25.1",
    {
        "none": "no answer to change",
        "few": "fewer than one answer in ten to change",
        "many": "at least one answer in ten to change",
    },
)
def answers_that_change(measured: Any) -> Finding:
    """Decide how many answers have changed, from their share."""
    share = float(measured)
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1; got {share}")
    numbers = f"{share:.1%} of the answers changed"
    if share == 0:
        return Finding("none", numbers, "not one did")
    if share < 0.1:
        return Finding("few", numbers, "fewer than one in ten did")
    reason = "the moving averages of batch normalization now describe other images than the kernels were trained on"
    return Finding("many", numbers, "at least one in ten did", reason)


@exercise("25.2", kind="experiment")
def trained_numbers(answer: Any, rng: np.random.Generator) -> str:
    """Check the number of trained parameters of a head for ten classes on 96 maps."""
    count = as_count(answer, "The number of trained parameters")
    if count != 970:
        mistakes = [
            (960, "Each of the ten classes has a bias, too."),
            (1930, "These are the maps of `object`; `part2` has half as many."),
            (1920, "These are the maps of `object`; `part2` has half as many. And each class has a bias."),
            (194, "This is a head for two classes: there are ten digits."),
            (96 * 64 * 10 + 10, "The mean leaves one number of each map, whatever its height and width."),
            (82944 + 384 + 970, "The block `part2` itself is frozen; only the head is trained."),
        ]
        refuse_mistakes(count, mistakes)
        raise Hint(f"It is not {count:,}. How many numbers leave the mean, and how many weights does each class have?")
    return "96 weights and a bias for each of ten classes: 97 · 10 = 970."


def _small_network(rng: np.random.Generator) -> Any:
    """Build two convolutions with batch normalization, whose statistics are not those of the start, and a head."""
    import keras
    from keras import layers

    images = keras.Input((None, None, 3))
    x = layers.Conv2D(4, 3, padding="same", name="one")(images)
    x = layers.BatchNormalization(momentum=0.5, name="one_norm")(x)
    x = layers.ReLU(name="one_relu")(x)
    x = layers.Conv2D(7, 3, strides=2, name="two")(x)
    x = layers.BatchNormalization(momentum=0.5, name="two_norm")(x)
    x = layers.ReLU(name="two_relu")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    network = keras.Model(images, layers.Dense(5, name="logits")(x))
    network.set_weights([rng.uniform(0.1, 1, w.shape).astype("float32") for w in network.get_weights()])
    return network


def _numpy(values: Any) -> np.ndarray:
    import keras

    return np.asarray(keras.ops.convert_to_numpy(values), dtype=float)


def _outputs(model: Any, images: np.ndarray, training: bool = False) -> np.ndarray:
    return _numpy(call(model, images, training=training))


def _shapes(variables: Any) -> list[tuple[int, ...]]:
    return [tuple(variable.shape) for variable in variables]


@exercise("25.3", kind="code")
def cut_at(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(base, name, classes)` that puts a head on the means of a layer's maps and freezes the rest."""
    for name, maps, classes in (("one_relu", 4, 3), ("two_relu", 7, 2), ("two", 7, 6)):
        _judge_cut(answer, _small_network(rng), name, maps, classes, rng)
    return "three cuts: the logits are those of the layer's means, and nothing below the head moves."


def _judge_cut(answer: Any, base: Any, name: str, maps: int, classes: int, rng: np.random.Generator) -> None:
    import keras

    before = [w.copy() for w in base.get_weights()]
    images = rng.uniform(0, 1, (6, 9, 9, 3)).astype("float32")
    expected = _numpy(keras.Model(base.inputs[0], base.get_layer(name).output)(images, training=False)).mean(
        axis=(1, 2)
    )
    model = call(answer, base, name, classes)
    if not isinstance(model, keras.Model):
        raise Hint(f"Return a Keras model; your function returns {type(model).__name__}.")
    logits = _outputs(model, images)
    if logits.shape != (6, classes):
        raise Hint(f"Six images and {classes} classes make logits of shape {(6, classes)}; yours have {logits.shape}.")
    if any(not np.array_equal(a, b) for a, b in zip(before, base.get_weights(), strict=True)):
        raise Hint("`base` has other weights than before: build on its layers, and train or reset nothing.")
    _refuse_other_trainables(model, maps, classes)
    kernel, bias = (_numpy(variable) for variable in model.trainable_variables)
    if not np.allclose(logits, expected @ kernel + bias, atol=1e-3, rtol=1e-3):
        mistakes = [(lambda z: np.all(z >= 0) and np.allclose(z.sum(axis=1), 1, atol=1e-4), "These are probabilities.")]
        refuse_mistakes(logits, mistakes, ending="Return logits, without a softmax.")
        raise Hint(f"The logits are not those of a dense layer on the means of the maps of {name!r}.")
    if not np.allclose(_outputs(model, images, training=True), logits, atol=1e-4, rtol=1e-4):
        raise Hint("In training mode your model answers otherwise: batch normalization below the head is not frozen.")
    if any(not np.array_equal(a, b) for a, b in zip(before, base.get_weights(), strict=True)):
        raise Hint("A pass in training mode has moved the statistics of batch normalization in `base`.")


def _refuse_other_trainables(model: Any, maps: int, classes: int) -> None:
    shapes = _shapes(model.trainable_variables)
    if shapes == [(maps, classes), (classes,)]:
        return
    if not shapes:
        raise Hint("Nothing is left to train: the head must stay trainable.")
    if len(shapes) > 2:
        raise Hint(f"{len(shapes)} arrays can be trained; only the kernel and the bias of the head should be.")
    raise Hint(
        f"The trained arrays have the shapes {shapes}; a head on {maps} means has {(maps, classes)}, {(classes,)}."
    )


@exercise("25.4", kind="code")
def freeze(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(model)` that freezes all but the last layer, also where a network is nested in the model."""
    import keras
    from keras import layers

    for nested in (True, False):
        base = _small_network(rng)
        model = base
        if nested:
            features = keras.Model(base.inputs[0], base.get_layer("features").output)
            model = keras.Sequential([keras.Input((9, 9, 3)), features, layers.Dense(3)])
        given = call(answer, model)
        if not isinstance(given, keras.Model):
            raise Hint(f"Return the model; your function returns {type(given).__name__}.")
        _judge_frozen(given, base, nested, rng)
    return "the head alone is trained, and neither kernels nor statistics move, in a nested model and in a flat one."


def _judge_frozen(model: Any, base: Any, nested: bool, rng: np.random.Generator) -> None:
    where = "in a model with a network inside" if nested else "in a flat model"
    shapes = _shapes(model.trainable_variables)
    if not shapes:
        raise Hint(f"Nothing is left to train {where}: the last layer must stay trainable.")
    if any(len(shape) == 4 for shape in shapes):
        raise Hint(
            f"Kernels of convolutions are still trained {where}: `model.layers` lists the network inside as one layer, "
            "which is no Conv2D."
            if nested
            else f"Kernels of convolutions are still trained {where}."
        )
    if len(shapes) > 2:
        raise Hint(f"{len(shapes)} arrays can be trained {where}; what is left besides kernel and bias of the head?")
    before = [w.copy() for w in base.get_weights()]
    _outputs(model, rng.uniform(0, 1, (6, 9, 9, 3)).astype("float32"), training=True)
    if any(not np.array_equal(a, b) for a, b in zip(before, base.get_weights(), strict=True)):
        raise Hint(f"A pass in training mode still moves the means and variances of batch normalization {where}.")


@exercise("25.5", kind="code")
def images_needed(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(counts, accuracies, target)` that finds the first crossing on a logarithmic axis."""
    counts = [10, 100, 1000, 10_000]
    cases = [  # accuracies, target, right answer
        ([0.5, 0.6, 0.7, 0.8], 0.65, 10**2.5),
        ([0.5, 0.6, 0.7, 0.8], 0.6, 100.0),
        ([0.5, 0.7, 0.6, 0.9], 0.65, 10**1.75),
        ([0.5, 0.6, 0.7, 0.8], 0.4, 10.0),
        ([0.5, 0.6, 0.7, 0.8], 0.85, np.inf),
    ]
    for curve, target, right in cases:
        result = _as_number(call(answer, counts, np.array(curve), target))
        said = f"For accuracies {curve} at {counts} images and the target {target:g}"
        if np.isclose(result, right, rtol=1e-3) or (np.isinf(right) and result == np.inf):
            continue
        if np.isinf(right):
            raise Hint(f"{said} the target is never reached: return `np.inf`; yours is {result:g}.")
        mistakes = [
            (550.0, "This is a straight line over the number itself; take one over its logarithm."),
            (10**3.5, "This is the last crossing; the first is asked for."),
            (10 ** (3 + 0.05 / 0.3), "This is the last crossing; the first is asked for."),
            (np.log(right), "This is the logarithm of the number: take the exponential."),
            (np.log10(right), "This is the logarithm of the number: take the exponential."),
            (1000.0, "This is the first count of the list that reaches the target: interpolate between two."),
        ]
        refuse_mistakes(result, mistakes, rtol=1e-3, ending=f"({said} it should be {right:,.0f}.)")
        raise Hint(f"{said} it should be {right:,.0f}; yours is {result:,.4g}.")
    return "between two counts, on one, where a curve wobbles, at its start and where it never gets there."


def _as_number(result: Any) -> float:
    # as_array refuses infinity, which is a right answer here
    try:
        array = np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        raise Hint(f"The number of images should be a number; got {type(result).__name__}.") from None
    if array.size != 1 or np.isnan(array).any():
        raise Hint(f"The number of images should be one number; got {result!r}.")
    return float(array.reshape(()))
