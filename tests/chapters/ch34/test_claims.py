"""Claims of chapter 34 that would interrupt the reading, and what the notebook takes for granted."""

from course_utils.chapters.ch34 import helpers

import keras
import numpy as np
import pytest
from cells import compiled
from keras import layers

TEXT = """First Citizen:
I saw good lord Hastings with the duke today.
Good Hastings, you saw the duke. Today is well.

the duke saw you and the lord saw Richard well
"""


def shape(layer, *given):
    x = np.zeros(given, "float32")
    return keras.ops.convert_to_numpy(layer(x)).shape


def test_arrangements_of_the_tutorial(holds):
    sequence, last = layers.SimpleRNN(8, return_sequences=True), layers.SimpleRNN(8)
    repeated = keras.Sequential([layers.RepeatVector(6), layers.SimpleRNN(8, return_sequences=True)])
    measured = [shape(last, 2, 1, 5), shape(repeated, 2, 5), shape(last, 2, 7, 5), shape(sequence, 2, 7, 5)]
    holds("bidirectional_and_deep_rnns.five_arrangements_shapes", [size for each in measured for size in each])


def test_types_of_the_notes(holds):
    steps = layers.SimpleRNN(4, return_sequences=True)
    one = keras.Sequential([layers.RepeatVector(6), layers.SimpleRNN(4, return_sequences=True)])
    encoder = keras.Sequential(
        [layers.SimpleRNN(4), layers.RepeatVector(5), layers.SimpleRNN(4, return_sequences=True)]
    )
    measured = [
        shape(steps, 2, 9, 10),
        shape(layers.SimpleRNN(4), 2, 9, 10),
        shape(one, 2, 10),
        shape(encoder, 2, 9, 10),
    ]
    holds("bidirectional_and_deep_rnns.rnn_types_shapes", [size for each in measured for size in each])


def test_directions_meet_only_at_the_output(holds, rng):
    x = rng.standard_normal((3, 6, 5)).astype("float32")
    layer = layers.Bidirectional(layers.SimpleRNN(4, return_sequences=True))
    theirs = keras.ops.convert_to_numpy(layer(x))
    weights = layer.get_weights()
    alone = []
    for half, turned in ((weights[:3], x), (weights[3:], x[:, ::-1])):
        one = layers.SimpleRNN(4, return_sequences=True)
        one.build(x.shape)
        one.set_weights(half)
        alone.append(keras.ops.convert_to_numpy(one(turned)))
    ours = np.concatenate([alone[0], alone[1][:, ::-1]], axis=-1)
    assert np.abs(theirs).max() > 0.1
    holds("bidirectional_and_deep_rnns.directions_not_connected", np.abs(ours - theirs).max())


def test_run_is_a_simple_rnn(rng):
    names = {"np": np}
    exec(compiled(34, "run"), names)
    x = rng.standard_normal((2, 5, 3)).astype("float32")
    layer = layers.SimpleRNN(4, return_sequences=True)
    theirs = keras.ops.convert_to_numpy(layer(x))
    np.testing.assert_allclose(names["run"](x, *layer.get_weights()), theirs, atol=1e-5)


def test_sentences_come_in_pairs_that_differ_in_the_clue_alone(rng):
    drawn = helpers.sentences(rng, 160)
    first, second = drawn.x[::2], drawn.x[1::2]
    assert np.all((first != second).sum(axis=1) == 1)
    clue = np.argmax(first != second, axis=1)
    after = drawn.ahead[::2] > 0
    np.testing.assert_array_equal(clue, drawn.place[::2] + np.where(after, drawn.ahead[::2], -1))
    assert after.mean() == 0.5
    np.testing.assert_array_equal(np.bincount(drawn.ahead), [80, 20, 20, 20, 20])
    row = np.arange(160)
    np.testing.assert_array_equal(drawn.y[row, drawn.place], np.tile([1, 0], 80))
    assert {helpers.WORDS[index] for index in drawn.x[row, drawn.place]} <= set(helpers.DOUBTFUL)
    assert drawn.place.max() + 4 < (drawn.x > 0).sum(axis=1).min()  # the longest delay answers inside the sentence
    named = drawn.y.copy()
    named[row, drawn.place] = 0
    assert {helpers.WORDS[index] for index in drawn.x[named == 1]} == set(helpers.SURNAMES)


@pytest.mark.parametrize("count", [0, 8, 100], ids=str)
def test_sentences_of_uneven_kinds_are_refused(rng, count):
    with pytest.raises(ValueError, match="multiple of 16"):
        helpers.sentences(rng, count)


def test_turned_sentences_keep_their_padding_at_the_end():
    names = {"np": np, "keras": keras, "layers": layers}
    exec(compiled(34, "tagger"), names)
    x = np.array([[1, 2, 3, 0, 0], [4, 5, 6, 7, 8], [9, 0, 0, 0, 0]])
    turned = names["turned"](x, x)
    np.testing.assert_array_equal(turned, [[3, 2, 1, 0, 0], [8, 7, 6, 5, 4], [9, 0, 0, 0, 0]])
    np.testing.assert_array_equal(names["turned"](turned, x), x)


def test_votes_leave_out_ties_and_count_no_padding(rng):
    x, y = helpers.votes(rng, 300, 3)
    lengths = (x > 0).sum(axis=1)
    assert 3 <= lengths.min() < 6 and lengths.max() == 12 and len(x) < 300
    for row, length, more in zip(x, lengths, y[:, 0], strict=True):
        assert row[:length].all() and np.sign((row == 2).sum() - (row == 1).sum()) == 2 * more - 1


def test_rows_are_calculated_as_by_loops_over_all_possible_rows(rng):
    probabilities = rng.dirichlet(np.ones(10), size=(20, 6))
    read = helpers.calculated_rows(probabilities)
    for seen_of in ("forward", "both ways"):
        for n in range(20):
            for t in range(6):
                seen = range(t + 1 if seen_of == "forward" else 6)
                score = np.zeros(10)
                for start in range(10):
                    for step in (1, 3):
                        row = [(start + step * k) % 10 for k in range(6)]
                        score[row[t]] += np.prod([probabilities[n, k, row[k]] for k in seen])
                assert read[seen_of][n, t] == score.argmax()


def test_noise_has_the_size_that_is_said(rng):
    noisy = helpers.noisy(np.full((50, 28, 28), 255, "uint8"), rng)
    assert noisy.shape == (50, 784) and noisy.dtype == np.float32
    assert noisy.mean() == pytest.approx(1, abs=0.02) and noisy.std() == pytest.approx(0.8, abs=0.02)


def test_pictures_are_of_the_digits_asked_for(rng):
    labels = rng.permutation(np.repeat(np.arange(10), [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]))
    digits = rng.integers(10, size=(300, 6))
    chosen = helpers.pictures_of(rng, digits, labels)
    np.testing.assert_array_equal(labels[chosen], digits)
    assert len(np.unique(chosen)) == len(labels)


def test_rare_words_are_hidden_and_only_those_inside_a_line_count():
    words, x, y, counted = helpers.rare_words(TEXT, known=7, length=9)
    assert [" ".join(line) for line in words] == [
        "I saw good lord Hastings with the duke today",
        "Good Hastings , you saw the duke . Today",
        "the duke saw you and the lord saw Richard",
    ]
    hidden = [
        [word for word, counts in zip(line, row, strict=False) if counts]
        for line, row in zip(words, counted, strict=True)
    ]
    for line, row, names, chosen in zip(words, x, y, hidden, strict=True):
        assert chosen and all(row[line.index(word)] == 1 for word in chosen)
        assert [names[line.index(word)] for word in chosen] == [word[0].isupper() for word in chosen]
    assert "Today" not in hidden[1] and "I" not in hidden[0] and "Richard" in hidden[2]


def test_dates_are_written_twice(rng):
    spelled, standard = helpers.dates(rng, 200)
    assert max(map(len, spelled)) <= 11 and {len(each) for each in standard} == {10}
    for text, wanted in zip(spelled, standard, strict=True):
        year, month, day = wanted.split("-")
        parts = text.replace(".", " ").replace("/", " ").split()
        number = [str(helpers.MONTHS.index(part) + 1) if part.isalpha() else part for part in parts]
        assert sorted(number) == sorted([year, str(int(month)), str(int(day))])
    x = helpers.encoded(standard, 12)
    assert x.shape == (200, 12) and not x[:, 10:].any()
    assert [helpers.decoded(row) for row in x] == standard


def test_training_starts_anew_and_answers_come_in_pieces(rng):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    helpers.compiled(model, 0.01, keras.losses.MeanSquaredError())
    x, y = rng.standard_normal((40, 3)).astype("float32"), np.ones((40, 1), "float32")
    first = helpers.train(model, 3, x, y, 2, batch_size=10)
    weights = model.get_weights()
    assert helpers.train(model, 3, x, y, 2, batch_size=10) == pytest.approx(first)
    np.testing.assert_allclose(model.get_weights()[0], weights[0], atol=1e-6)
    assert first[1] < first[0]
    whole = keras.ops.convert_to_numpy(model(x))
    np.testing.assert_allclose(helpers.answers(model, x, at_once=7), whole, atol=1e-6)


def test_the_task_of_the_neighbours_needs_both():
    names = {"np": np, "count": 100, "rng": np.random.default_rng(0)}
    exec(compiled(34, "agree"), names)
    x, y = names["x_bits"][..., 0], names["y_bits"][..., 0]
    for row, tags in zip(x, y, strict=True):
        for t in range(1, 9):
            assert tags[t] == (row[t - 1] == row[t + 1])
    assert 0.4 < y[:, 1:-1].mean() < 0.6


def test_delayed_tags():
    names = {"np": np, "keras": keras, "right": {"forward": np.zeros(2)}, "after": np.array([True, False])}
    source = compiled(34, "delay-run")
    with pytest.raises(NameError):  # what follows the function needs trained networks
        exec(source, names)
    y = np.array([[1.0, 0, 1, 0]])
    np.testing.assert_array_equal(names["later"](y, 1), [[0, 1, 0, 1]])
    np.testing.assert_array_equal(names["later"](y, 3), [[0, 0, 0, 1]])


def test_padding_counts_in_no_loss_and_moves_no_answer(rng):
    words = keras.Input((None,), dtype="int32")
    vectors = layers.Embedding(5, 3, mask_zero=True)(words)
    model = keras.Model(words, layers.Dense(1)(layers.SimpleRNN(4, return_sequences=True)(vectors)))
    helpers.compiled(model, 0.01, keras.losses.BinaryCrossentropy(from_logits=True))
    x, y = np.array([[1, 2, 3, 0], [2, 4, 1, 3]]), rng.integers(0, 2, (2, 4, 1)).astype("float32")
    longer = np.pad(x, ((0, 0), (0, 6)))
    losses = model.evaluate(x, y, verbose=0), model.evaluate(longer, np.pad(y, ((0, 0), (0, 6), (0, 0))), verbose=0)
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    np.testing.assert_allclose(helpers.answers(model, longer)[:, :4], helpers.answers(model, x), atol=1e-6)
