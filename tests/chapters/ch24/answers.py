"""Known answers to the exercises of chapter 24."""

from course_utils.chapters.ch24.checks import KINDS, NAMES, network_34
from course_utils.models.densenet import dense_block, dense_layer

import numpy as np
from keras import layers

PREDICTIONS = {
    "24.1": [
        ([0.5, 2.0, 3.0], "hardly", "2.0 % .* in the median, and from 0.5 % to 3.0 % .* hardly notices"),
        ([1.0, 20.0, 30.0], "hurt", "the loss of one block hurts the network"),
        ([80.0, 90.0, 95.0], "guessing", "destroys the network"),
        ([np.nan, 2.0, 3.0], None, "nothing to compare"),
    ]
}


def diagnosed():
    """What the networks show: convolutions beside the way, and what follows the plus."""
    found = {}
    for name in NAMES:
        kinds = [type(layer).__name__ for layer in network_34(name).layers]
        if kinds.count("Conv2D") > 36:
            found[name] = "projects"
        else:
            found[name] = "sound" if kinds[kinds.index("Add") + 1] == "ReLU" else "early ReLU"
    return found


FAULTS = diagnosed()
SOUND, EARLY, PROJECTS = ({v: k for k, v in FAULTS.items()}[kind] for kind in reversed(KINDS))


def adds(x, count, growth):
    for _ in range(count):
        y = layers.Conv2D(4 * growth, 1, use_bias=False)(layers.ReLU()(layers.BatchNormalization()(x)))
        y = layers.ReLU()(layers.BatchNormalization()(y))
        x = layers.Add()([x, layers.Conv2D(x.shape[-1], 3, padding="same", use_bias=False)(y)])
    return x


def last_output_only(x, count, growth):
    new = x
    for _ in range(count):
        new = dense_layer(new, growth)
    return layers.Concatenate()([x, new])


def reads_the_last_only(x, count, growth):
    stack, new = x, x
    for _ in range(count):
        new = dense_layer(new, growth)
        stack = layers.Concatenate()([stack, new])
    return stack


def without_the_input(x, count, growth):
    return dense_block(x, count, growth)[..., x.shape[-1] :]


def new_first(x, count, growth):
    for _ in range(count):
        x = layers.Concatenate()([dense_layer(x, growth), x])
    return x


def built(bias=False, norm=True, relu=True, middle=4, padding="same", narrow=True):
    """A dense block with one thing changed."""

    def block(x, count, growth):
        for _ in range(count):
            y = layers.BatchNormalization()(x)
            y = layers.ReLU()(y) if relu else y
            if narrow:
                y = layers.Conv2D(middle * growth, 1, use_bias=bias)(y)
                y = layers.BatchNormalization()(y) if norm else y
                y = layers.ReLU()(y)
            x = layers.Concatenate()([x, layers.Conv2D(growth, 3, padding=padding, use_bias=bias)(y)])
        return x

    return block


def valid(x, count, growth):
    y = layers.Conv2D(growth, 3)(x)
    return layers.Concatenate()([x[:, 1:-1, 1:-1], *([y] * count)])


DIAGNOSES = {"A": "search", "B": "overfitting", "C": "helped", "D": "open"}

RIGHT = {"24.2": DIAGNOSES, "24.3": [69_632, 218_365_952], "24.4": built(), "24.5": FAULTS}
WRONG = {
    "24.2": [
        (DIAGNOSES | {"A": "overfitting"}, "rose on the training images too"),
        (DIAGNOSES | {"A": "open"}, "made the new layers harmless"),
        (DIAGNOSES | {"B": "search"}, "different directions"),
        (DIAGNOSES | {"C": "open"}, "which of them got worse"),
        (DIAGNOSES | {"D": "search"}, "Can two filters copy"),
        (DIAGNOSES | {"D": 3}, "The words are"),
        ({"A": "search"}, "a word for each"),
        ("search", "a word for each"),
    ],
    "24.3": [
        ([1_179_648, 0], "two 3×3 with 256 channels"),
        ([589_824, 0], "The 3×3 works on 64 channels"),
        ([70_016, 0], "No biases"),
        ([36_864, 0], "That is the 3×3 alone"),
        ([32_768, 0], "the two 1×1"),
        ([53_248, 0], "way back"),
        ([33_344, 0], "reads all 64 channels"),
        ([36_864 // 2, 0], "It is not 18,432"),
        ([218_365_952, 69_632], "Weights first"),
        ([69_632, 69_632], "at every position"),
        ([69_632, 56 * 69_632], "56 rows"),
        ([69_632, 5], "The weights are right. 5 "),
        (69_632, "(2,)"),
        ("many", "should be numbers"),
        ([[1], [2, 3]], "should be numbers"),
    ],
    "24.4": [
        (adds, "a sum is ResNet's"),
        (last_output_only, "Only the last output is on the stack"),
        (reads_the_last_only, "should read x and all outputs before it"),
        (without_the_input, "The input x is part of the stack too"),
        (new_first, "begin with x itself"),
        (built(bias=True), "should have no bias"),
        (built(norm=False), "before \\*each\\* of the two convolutions"),
        (built(relu=False), "the values are not"),
        (built(middle=1), "goes to 4 · growth channels"),
        (built(narrow=False), "has a 1×1 convolution"),
        (valid, "must keep height and width"),
        (lambda x, count, growth: None, "returns nothing yet"),
        (lambda x, count, growth: 3, "Return a Keras volume"),
        ("block", "should be a function"),
    ],
    "24.5": [
        (FAULTS | {PROJECTS: "sound"}, f"{PROJECTS} has .* 49 convolutions"),
        (FAULTS | {SOUND: "projects"}, f"{SOUND} has .* 36 convolutions"),
        (FAULTS | {SOUND: "early ReLU"}, f"layer types of {SOUND} around each Add"),
        (FAULTS | {EARLY: "sound"}, f"layer types of {EARLY} around each Add"),
        (FAULTS | {EARLY: "stride"}, "The words are"),
        ("A", "Store a word for each"),
        ({"A": "sound"}, "Store a word for each"),
    ],
}
