"""Checks of chapter 24, Convnet architectures, and the three networks of exercise 24.5."""

from functools import cache
from itertools import pairwise
from typing import Any

from course_utils.checks.exercises import Hint, as_count, as_squeezed, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction
from course_utils.models.densenet import dense_block as dense_block_of_package
from course_utils.models.resnet import BLOCKS, basic_block, conv_norm, shortcut

import keras
import numpy as np
from keras import layers

KINDS = ("projects", "early ReLU", "sound")  # of the networks of exercise 24.5
NAMES = ("A", "B", "C")


@prediction(
    "24.1",
    {
        "guessing": "the network to be destroyed",
        "hurt": "it to be hurt, between 15 and 60 % wrong",
        "hardly": "it to notice hardly, with less than 15 % wrong",
    },
)
def without_a_block(measured: Any) -> Finding:
    """Decide what the loss of one block does, from the errors in percent, one for each block that was cut out."""
    errors = [float(error) for error in measured]
    median = float(np.median(errors))
    numbers = f"{median:.1f} % of the training digits are wrong in the median, and from {min(errors):.1f} % to "
    numbers += f"{max(errors):.1f} % over the blocks"
    if not np.isfinite(median):
        return Finding(None, numbers, "there is nothing to compare")
    if median > 60:
        return Finding("guessing", numbers, "the loss of one block destroys the network")
    if median >= 15:
        return Finding("hurt", numbers, "the loss of one block hurts the network")
    return Finding("hardly", numbers, "the network hardly notices the loss of one block")


DIAGNOSES = {"A": "search", "B": "overfitting", "C": "helped", "D": "open"}
WHY_NOT = {
    "A": "A's error rose on the training images too. Which weights would have made the new layers harmless?",
    "B": "B's two errors moved in different directions.",
    "C": "Compare all four numbers of C: which of them got worse?",
    "D": "D's new layers are narrow. Can two filters copy sixteen maps?",
}


@exercise("24.2", kind="experiment")
def diagnoses(answer: Any, rng: np.random.Generator) -> str:
    """Check what four pairs of errors say about a network that was made deeper."""
    if not isinstance(answer, dict) or set(answer) != set(DIAGNOSES):
        raise Hint("Store a word for each of A, B, C and D, in a dictionary.")
    for name, right in DIAGNOSES.items():
        word = str(answer[name]).strip()
        if word not in DIAGNOSES.values():
            raise Hint(f"The words are {', '.join(map(repr, DIAGNOSES.values()))}; got {answer[name]!r} for {name}.")
        if word != right:
            raise Hint(WHY_NOT[name])
    return (
        "A's network contains the old one, as copies show, so the search failed. B learned its training images by "
        "heart. D's errors equal A's, and yet they convict nobody: through two filters the old maps do not pass."
    )


@exercise("24.3", kind="experiment")
def bottleneck_price(answer: Any, rng: np.random.Generator) -> str:
    """Check weights and multiplications of a bottleneck of 256, 64, 64 and 256 channels on a map of 56×56."""
    pair = as_squeezed(answer, (2,), "The price")
    count = as_count(pair[0], "The number of weights")
    narrow, middle = 256 * 64, 9 * 64 * 64
    right = 2 * narrow + middle
    mistakes = [
        (narrow + middle, "The way back from 64 to 256 channels has weights too."),
        (middle, "That is the 3×3 alone; the two 1×1 have weights too."),
        (2 * narrow, "These are the two 1×1; the 3×3 between them has weights too."),
        (right + 64 + 64 + 256, "No biases: batch normalization follows every convolution."),
        (2 * 9 * 256 * 256, "These are two 3×3 with 256 channels, which the bottleneck avoids."),
        (9 * 256 * 256, "The 3×3 works on 64 channels, behind the first 1×1."),
        (2 * narrow + 9 * 64, "Each of the 64 filters of the 3×3 reads all 64 channels."),
        (2 * narrow + 64 * 64, "A 3×3 window has nine places."),
        (56 * 56 * right, "Weights first, then multiplications."),
    ]
    if count != right:
        refuse_mistakes(count, mistakes, rtol=0, atol=0)
        raise Hint(f"It is not {count:,}. A kernel of k×k has k·k·(channels in)·(channels out) weights; add up three.")
    work = as_count(pair[1], "The number of multiplications")
    if work != 56 * 56 * right:
        mistakes = [
            (right, "A weight multiplies at every position of the map."),
            (56 * right, "The map has 56 rows *and* 56 columns."),
            (54 * 54 * middle + 56 * 56 * 2 * narrow, "The 3×3 keeps the size, so it too has 56·56 positions."),
            (56 * 56 * middle, "The two 1×1 multiply as well."),
        ]
        refuse_mistakes(work, mistakes, rtol=0, atol=0)
        raise Hint(f"The weights are right. {work:,} multiplications are not: each weight is used once per position.")
    return (
        "16,384 + 36,864 + 16,384 = 69,632 weights, and 3,136 times as many multiplications, 218,365,952. Two 3×3 on "
        "all 256 channels, the block of ResNet-34 at this width, would cost seventeen times as much of both."
    )


@exercise("24.4", kind="code")
def dense_block(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(x, count, growth)` against the package's dense block, with the same weights."""
    for height, channels, count, growth in ((6, 5, 1, 3), (4, 8, 3, 4), (5, 6, 4, 2)):
        volume = keras.Input((height, height, channels))
        result = call(answer, volume, count, growth)
        if not isinstance(result, keras.KerasTensor):
            raise Hint(f"Return a Keras volume; your function returns {type(result).__name__}.")
        setting = f"With {channels} channels, count={count} and growth={growth}"
        wanted = (height, height, channels + count * growth)
        if (got := tuple(result.shape[1:])) != wanted:
            _refuse_shape(got, wanted, channels, growth, setting)
        try:
            model = keras.Model(volume, result)
        except Exception as error:
            raise Hint(f"Your volume does not come from x by Keras layers alone ({type(error).__name__}).") from None
        _compare_blocks(model, volume, count, growth, setting, rng)
    return "shapes, parameters and outputs are those of the package's block, whatever count and growth."


def _refuse_shape(got: tuple, wanted: tuple, channels: int, growth: int, setting: str) -> None:
    ending = f"{setting} the result should have shape {wanted}; yours has {got}."
    if got[:2] != wanted[:2]:
        raise Hint(f'The 3×3 convolution must keep height and width: padding="same". {ending}')
    mistakes = [
        (channels, "Nothing is added along the channels. Stack what is new on x; a sum is ResNet's."),
        (channels + growth, "Only the last output is on the stack. Each layer adds its own."),
        (wanted[2] - channels, "The input x is part of the stack too."),
        (growth, "The input is part of the stack, and so are all earlier outputs."),
        (2 * growth, "Stack *all* outputs before, not only the last one."),
    ]
    refuse_mistakes(got[2], mistakes, rtol=0, atol=0, ending=ending)
    raise Hint(f"Each of the layers adds `growth` channels to all that there are. {ending}")


def _compare_blocks(model: Any, volume: Any, count: int, growth: int, setting: str, rng: np.random.Generator) -> None:
    reference = keras.Model(volume, dense_block_of_package(volume, count, growth))
    ours, theirs = ([tuple(w.shape) for w in m.weights] for m in (model, reference))
    kernels = [shape for shape in ours if len(shape) == 4]
    expected = [shape for shape in theirs if len(shape) == 4]
    if sorted(kernels) != sorted(expected):
        ending = f"{setting} your kernels have shapes {kernels}, expected are {expected}."
        ones = sorted(shape[2] for shape in kernels if shape[:2] == (1, 1))
        if not ones:
            raise Hint(f"Each layer has a 1×1 convolution to 4 · growth channels before its 3×3. {ending}")
        if ones != sorted(shape[2] for shape in expected if shape[:2] == (1, 1)):
            raise Hint(f"The 1×1 of each layer should read x and all outputs before it. {ending}")
        raise Hint(f"The 1×1 goes to 4 · growth channels, the 3×3 from there to growth. {ending}")
    if len(ours) > len(theirs):
        raise Hint("There are more weights than needed: the convolutions should have no bias.")
    if len(ours) < len(theirs):
        raise Hint("There are too few weights: batch normalization stands before *each* of the two convolutions.")
    if sorted(ours) != sorted(theirs):
        raise Hint("Batch normalization comes *before* the convolution, on the channels that it reads.")
    values = [_filled(w, rng) for w in reference.weights]
    if ours != theirs:
        raise Hint("Build each layer in the order named: normalization, 1×1, normalization, 3×3.")
    reference.set_weights(values)
    model.set_weights(values)
    x = rng.standard_normal((2, *volume.shape[1:])).astype("float32")
    got, wanted = (keras.ops.convert_to_numpy(m(x)) for m in (model, reference))
    if not np.allclose(got[..., : x.shape[-1]], x, atol=1e-5):
        raise Hint("The stack should begin with x itself, unchanged.")
    if not np.allclose(got, wanted, rtol=1e-2, atol=1e-2):
        raise Hint(
            "The shapes are right, the values are not. Is each order normalization, ReLU, convolution, both times, "
            "and does each layer's output lie *behind* what was there?"
        )


def _filled(weight: Any, rng: np.random.Generator) -> np.ndarray:
    """Random values; large variances, so that the small number that batch normalization adds to them plays no role."""
    if "variance" in weight.path:
        return rng.uniform(50, 100, weight.shape)
    scale = 8.0 if "gamma" in weight.path else 0.5
    return scale * rng.standard_normal(weight.shape)


def _projecting_block(x: keras.KerasTensor, filters: int, stride: int = 1) -> keras.KerasTensor:
    y = conv_norm(conv_norm(x, filters, 3, stride), filters, 3, relu=False)
    return layers.ReLU()(layers.Add()([conv_norm(x, filters, 1, stride, relu=False), y]))


def _early_block(x: keras.KerasTensor, filters: int, stride: int = 1) -> keras.KerasTensor:
    y = conv_norm(conv_norm(x, filters, 3, stride), filters, 3)
    return layers.Add()([shortcut(x, filters, stride), y])


def _kind_of(name: str) -> str:
    return str(np.random.default_rng(24).permutation(KINDS)[NAMES.index(name)])


@cache
def network_34(name: str) -> keras.Model:
    """Build one of the three networks of exercise 24.5: a ResNet-34 for small images, sound or with a fault.

    Args:
        name: A, B or C.

    Returns:
        A model from images (batch, 64, 64, 3) to probabilities (batch, 10), whose weights have shapes and no values.

    Raises:
        ValueError: There is no such network.
    """
    if name not in NAMES:
        raise ValueError(f"there are the networks A, B and C; got {name!r}")
    block = {"projects": _projecting_block, "early ReLU": _early_block, "sound": basic_block}[_kind_of(name)]
    with keras.StatelessScope(initialize_variables=False):
        inputs = keras.Input((64, 64, 3))
        x = layers.MaxPooling2D(3, strides=2, padding="same")(conv_norm(inputs, 64, 7, stride=2))
        for stage, blocks in enumerate(BLOCKS[34]):
            for number in range(blocks):
                x = block(x, 64 * 2**stage, stride=2 if stage > 0 and number == 0 else 1)
        outputs = layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x))
        model = keras.Model(inputs, outputs, name=f"network_{name}")
    keras.utils.clear_session()  # or Keras would fill the weights later on
    return model


@exercise("24.5", kind="experiment")
def faults(answer: Any, rng: np.random.Generator) -> str:
    """Check which of the three networks has which fault, by what each fault does to an architecture."""
    if not isinstance(answer, dict) or set(answer) != set(NAMES):
        raise Hint('Store a word for each of the three, such as {"A": "sound", "B": "sound", "C": "sound"}.')
    for name in NAMES:
        word = str(answer[name]).strip()
        if word not in KINDS:
            raise Hint(f"The words are {', '.join(map(repr, KINDS))}; got {answer[name]!r} for {name}.")
        _refuse_diagnosis(name, word, network_34(name))
    return (
        "sixteen projections instead of three give themselves away by the parameters, and a ReLU in the wrong place "
        "only by the order of the layers. With a ReLU at its end a branch is never negative, so a block can add to a "
        "channel and never take away from it."
    )


def _refuse_diagnosis(name: str, word: str, network: keras.Model) -> None:
    kinds = [type(layer).__name__ for layer in network.layers]
    beside = kinds.count("Conv2D") - (1 + 2 * sum(BLOCKS[34]))
    after_plus = {after for before, after in pairwise(kinds) if before == "Add"}
    if (word == "projects") != (beside > len(BLOCKS[34])):
        count = f"{network.count_params():,} parameters and {kinds.count('Conv2D')} convolutions"
        raise Hint(f"{name} has {count}. How many would a sound ResNet-34 have, 33 on the way and some on shortcuts?")
    if word != "projects" and (word == "sound") != (after_plus == {"ReLU"}):
        raise Hint(f"Look at the layer types of {name} around each Add: what stands before it, and what behind?")
