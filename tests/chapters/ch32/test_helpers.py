"""What chapter 32 uses and does not teach."""

from course_utils.chapters.ch32 import helpers

import keras
import matplotlib.pyplot as plt
import numpy as np


def test_adam_takes_the_steps_of_keras():
    rng = np.random.default_rng(0)
    start, gradients = rng.standard_normal(6), rng.standard_normal((5, 6))
    ours, variable = [start.copy()], keras.Variable(start, dtype="float32")
    adam, theirs = helpers.Adam(ours), keras.optimizers.Adam(0.01, epsilon=1e-8)
    for g in gradients:
        adam.step(ours, [g], 0.01)
        theirs.apply([keras.ops.convert_to_tensor(g, "float32")], [variable])
    assert np.abs(ours[0] - start).max() > 0.01
    np.testing.assert_allclose(ours[0], keras.ops.convert_to_numpy(variable), atol=1e-5)


def test_facts_by_hand():
    names, facts = helpers.facts_about("Ab\nca d")
    by_hand = {
        "capital": [1, 0, 0, 0, 0, 0, 0],
        "vowel": [1, 0, 0, 0, 1, 0, 0],
        "blank": [0, 0, 0, 0, 0, 1, 0],
        "letters of the word": [0, 1, 0, 1, 2, 0, 1],
        "place in the line": [0, 1, 0, 1, 2, 3, 4],
    }
    assert names == list(by_hand)
    for column, values in zip(facts.T, by_hand.values(), strict=True):
        np.testing.assert_allclose(column, (values - np.mean(values)) / np.std(values))
    assert np.all(helpers.facts_about("x")[1] == 0), "facts that never change"


def test_a_text_is_written_on_its_colours():
    fig, ax = plt.subplots()
    helpers.colour_text(ax, "to\nbe", np.array([0.0, 0.5, -0.5, 1.0, -1.0]), "a title", width=3)
    assert [text.get_text() for text in ax.texts] == ["t", "o", "↵", "b", "e"]
    shown = ax.images[0].get_array()
    assert shown.shape == (2, 3) and shown[0, 1] == 0.5 and shown[1, 1] == -1
    plt.close(fig)
