"""Claims of chapter 32 that would only interrupt the reading: measured here instead of in the notebook."""

from course_utils import datasets
from course_utils.checks.differences import central_differences
from course_utils.text import Vocabulary

import keras
import numpy as np
import pytest
from cells import compiled

layers = keras.layers
LENGTH, SHAKESPEARE = 25, 65
WEIGHTS = ("W_xh", "W_hh", "W_hy", "b_h", "b_y")


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def code():
    """The chapter's network, and its tutorial's arrangement."""
    names = {"np": np, "softmax": softmax}
    exec(compiled(32, "network", "listing"), names)
    return names


class Tutorial:
    """The tutorial's network: columns, weights of standard deviation 0.01."""

    def __init__(self, rng, V, n=128, sd=0.01):
        shapes = (n, V), (n, n), (V, n)
        self.weights = dict(zip(WEIGHTS, (sd * rng.standard_normal(shape) for shape in shapes), strict=False))
        self.weights |= {"b_h": np.zeros((n, 1)), "b_y": np.zeros((V, 1))}
        self.h = np.zeros((n, 1))

    def in_our_order(self):
        return [self.weights[name] for name in ("W_xh", "W_hh", "b_h", "W_hy", "b_y")]

    def loss(self, x, y, h=None):
        """The summed loss of a chunk, one step after the other; keeps the state if none is given."""
        W, state, total = self.weights, self.h if h is None else h, []
        for token, following in zip(x, y, strict=True):
            state = np.tanh(W["W_xh"][:, [token]] + W["W_hh"] @ state + W["b_h"])
            total.append(-np.log(softmax((W["W_hy"] @ state + W["b_y"]).ravel())[following]))
        if h is None:
            self.h = state
        return sum(total), total


def chunk(tokens, p):
    """Inputs and targets of chunk p, as the tutorial slices them."""
    return tokens[p * LENGTH : (p + 1) * LENGTH], tokens[p * LENGTH + 1 : (p + 1) * LENGTH + 1]


def sequential(*stack):
    return keras.Sequential(list(stack))


# ---- what a network can read


def sizes_accepted(model, *inputs):
    accepted = 0
    for x in inputs:
        try:
            model(x)
        except ValueError:
            continue
        accepted += 1
    return accepted


def test_convolutions_take_images_of_any_size(holds):
    images = [np.zeros((1, *size, 1), "float32") for size in ((10, 10), (17, 23))]
    flat = sequential(layers.Flatten(), layers.Dense(3))
    pooled = sequential(layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(3))
    assert sizes_accepted(flat, *images) == 1, "a dense layer behind Flatten fixes the size"
    accepted = sizes_accepted(pooled, *images)
    holds("char_rnn.plain_and_conv_nets_need_fixed_size", printed=accepted, corrected=accepted)


def test_a_dense_network_takes_one_length_and_a_recurrent_one_any(holds):
    sentences = [np.zeros((1, length, 4), "float32") for length in (9, 7)]
    flat = sequential(layers.Flatten(), layers.Dense(3))
    recurrent = sequential(layers.SimpleRNN(8), layers.Dense(3))
    holds("char_rnn.dense_needs_fixed_length", [sizes_accepted(model, *sentences) for model in (flat, recurrent)])


def test_one_set_of_weights_reads_any_length(holds, rng):
    layer = layers.SimpleRNN(8, return_sequences=True)
    x = rng.standard_normal((2, 50, 5)).astype("float32")
    long, short = (keras.ops.convert_to_numpy(layer(part)) for part in (x, x[:, :3]))
    assert long.shape == (2, 50, 8) and np.abs(short).max() > 0.1
    holds("char_rnn.variable_length", np.abs(long[:, :3] - short).max())


def test_what_is_learned_at_one_position_helps_at_others_only_where_weights_are_shared(holds, rng):
    """40 words, of which 20 are names; half of the words stand at the first four of nine positions only."""
    words, positions, rare = 40, 9, np.arange(0, 40, 2)
    names = (np.arange(words) // 2) % 2
    sentences = rng.integers(0, words, (3000, positions))
    late = sentences[:, 4:]
    late[np.isin(late, rare)] += 1  # the next word is no rare one
    one_hot = np.eye(words)

    def trained(features, labels):
        W = np.zeros((features.shape[1], labels.shape[1]))
        for _ in range(300):
            W -= 5 * features.T @ (1 / (1 + np.exp(-features @ W)) - labels) / len(features)
        return W

    flat = trained(one_hot[sentences].reshape(len(sentences), -1), names[sentences])
    shared = trained(one_hot[sentences.ravel()], names[sentences.ravel()][:, None])
    scores_flat = flat.reshape(positions, words, positions)[6, rare, 6]
    assert np.mean((flat.reshape(positions, words, positions)[2, rare, 2] > 0) == names[rare]) == 1
    right = {
        "flat": np.mean((scores_flat > 0) == names[rare]),
        "shared": np.mean((shared[rare, 0] > 0) == names[rare]),
    }
    assert right["shared"] == 1 and right["flat"] < 0.7
    holds("char_rnn.dense_does_not_share_positions", right)


# ---- equations


def test_the_notes_recurrence_is_that_of_keras(holds, rng):
    layer = layers.SimpleRNN(4, return_sequences=True, bias_initializer="random_normal")
    x = rng.standard_normal((7, 5)).astype("float32")
    theirs = keras.ops.convert_to_numpy(layer(x[None]))[0]
    kernel, recurrent, b = layer.get_weights()
    W, a, ours = np.vstack([recurrent, kernel]).T, np.zeros(4), []
    for step in x:
        a = np.tanh(W @ np.concatenate([a, step]) + b)
        ours.append(a)
    holds("char_rnn.rnn_recurrence", np.abs(np.array(ours) - theirs).max())


def test_activation_functions(holds, rng):
    x = np.linspace(-5, 5, 101)
    holds("char_rnn.tanh_is_scaled_sigmoid", np.abs(np.tanh(x) - (2 / (1 + np.exp(-2 * x)) - 1)).max())
    scores = 3 * rng.standard_normal(9)
    theirs = keras.ops.convert_to_numpy(keras.ops.softmax(keras.ops.convert_to_tensor(scores)))
    holds("char_rnn.softmax_formula", np.abs(np.exp(scores) / np.exp(scores).sum() - theirs).max())


def test_losses_of_the_steps_add_up_and_the_gradient_is_that_of_the_sum(holds, rng, code):
    network = Tutorial(rng, V=6, n=5, sd=0.5)
    x, y = rng.integers(0, 6, (2, 8))
    start = rng.standard_normal((5, 1))
    columns = network.in_our_order()
    loss, gradients, _ = code["one_stream"](columns, x, y, start)
    _, each = network.loss(x, y, start)
    holds("char_rnn.total_loss_is_sum_over_steps", abs(loss - sum(each)))
    numeric = [central_differences(lambda: network.loss(x, y, start)[0], w) for w in columns]
    differences = [np.abs(g - n).max() for g, n in zip(gradients, numeric, strict=True)]
    assert min(np.abs(g).max() for g in gradients) > 0.01
    holds("char_rnn.bptt_gradients_correct", max(differences))
    # the gradient of the output bias is the sum of p - one-hot over the steps: so the loss is the cross-entropy
    holds("char_rnn.loss_is_cross_entropy", differences[-1])


def test_both_arrangements_agree(rng, code):
    network = code["CharRNN"](6, 5, rng)
    network.weights = [w.astype(float) for w in network.weights]
    x, y = rng.integers(0, 6, (2, 8))
    columns = [np.atleast_2d(w).T for w in network.weights]
    loss, gradients, state = code["one_stream"](columns, x, y, np.zeros((5, 1)))
    mean, theirs, last = network.loss_and_gradients(x[None], y[None], np.zeros((1, 5)))
    assert np.isclose(loss, 8 * mean) and np.allclose(state.T, last)
    assert all(np.allclose(g.T, 8 * t) for g, t in zip(gradients, theirs, strict=True))


def test_products_of_many_factors(holds):
    grows, fades = (np.prod(np.full(100, factor)) for factor in (1.1, 0.9))
    holds("char_rnn.product_of_factors", [np.log10(grows), -np.log10(fades)])


def fifty_steps(a, rng):
    """Size of a random signal after fifty steps back through 128 tanh units, relative to its start."""
    W, h, states = a * rng.standard_normal((128, 128)) / 128**0.5, np.zeros(128), []
    for _ in range(50):
        h = np.tanh(0.1 * rng.standard_normal(128) + h @ W)
        states.append(h)
    signal = first = rng.standard_normal(128)
    for h in states[::-1]:
        signal = (signal * (1 - h**2)) @ W.T
    return np.linalg.norm(signal) / np.linalg.norm(first)


def test_fifty_steps_of_a_plain_network(holds, rng):
    fades, between, grows = (np.median([fifty_steps(a, rng) for _ in range(10)]) for a in (0.5, 1, 3))
    assert abs(np.log10(between)) < 3
    holds("char_rnn.plain_rnn_gradient_over_50_steps", [-np.log10(fades), np.log10(grows)])


# ---- the tutorial's network


def test_weights_of_the_tutorials_network(holds, rng):
    network = Tutorial(rng, SHAKESPEARE)
    arrays = [network.weights[name] for name in WEIGHTS]
    holds("char_rnn.weights_shared_over_time", len(arrays))
    holds("char_rnn.parameter_shapes", [list(w.shape) for w in arrays])
    holds("char_rnn.parameter_count_tinyshakespeare", sum(w.size for w in arrays))
    holds("char_rnn.initial_values", max((w.std() for w in arrays[:3]), key=lambda sd: abs(sd - 0.01)))


def test_the_smoothed_loss(holds, rng):
    network = Tutorial(rng, SHAKESPEARE)
    tokens = rng.integers(0, SHAKESPEARE, 26 * LENGTH)
    first, _ = network.loss(*chunk(tokens, 0))
    holds("char_rnn.initial_smoothed_loss", first)
    losses = [network.loss(*chunk(tokens, p))[0] for p in range(10)]
    smoothed = start = LENGTH * np.log(SHAKESPEARE)
    for loss in losses:
        smoothed = smoothed * 0.99 + loss * 0.01
    weights = 0.01 * 0.99 ** np.arange(9, -1, -1)
    holds("char_rnn.smoothed_loss_rule", abs(smoothed - (0.99**10 * start + weights @ losses)))


def test_chunks_of_a_text(holds, rng):
    tokens = rng.integers(0, 9, 1000)
    x, y = chunk(tokens, 3)
    holds("char_rnn.targets_are_shifted_inputs", np.sum(y[:-1] != x[1:]))
    last = chunk(tokens[: 40 * LENGTH], 39)[1]
    holds("char_rnn.any_corpus_runs", printed=len(last), corrected=len(last))


@pytest.mark.skipif(not datasets.is_at_hand("shakespeare"), reason="the text is not on this machine")
def test_chunks_of_an_epoch(holds):
    text = datasets.load("shakespeare").text
    x = np.zeros(len(text))
    chunks = [chunk(x, p)[0] for p in range(len(text) // LENGTH)]
    assert {len(part) for part in chunks} == {LENGTH}
    holds("char_rnn.chunks_per_epoch", len(chunks))


def test_the_state_is_kept_from_chunk_to_chunk(holds, rng):
    network = Tutorial(rng, 9, sd=0.3)
    tokens = rng.integers(0, 9, 60)
    network.loss(*chunk(tokens, 0))
    kept, zero = (network.loss(*chunk(tokens, 1), h)[0] for h in (network.h, np.zeros((128, 1))))
    holds("char_rnn.hidden_state_kept_for_sampling", abs(kept - zero))


def test_clipping_bounds_every_entry(holds, rng):
    clipped = np.clip(100 * rng.standard_normal(1000), -5, 5)
    holds("char_rnn.gradient_clipping_range", [clipped.min(), clipped.max()])


def test_sampling_from_any_character(holds, rng, code):
    vocabulary = Vocabulary("the quick brown fox jumps over the lazy dog.\n")
    names = code | {"vocabulary": vocabulary, "V": len(vocabulary), "units": 8, "print": lambda text: None}
    names |= {"train": lambda *given: [0.0], "batches": lambda *given: [0, 0]}
    names |= dict.fromkeys(("training", "rows", "steps", "seed"), 1)
    exec(compiled(32, "write"), names)
    network = code["CharRNN"](len(vocabulary), 8, rng)
    holds("char_rnn.sample_length", len(names["write"](network, 100, rng)))

    class From:
        """The vocabulary, with another character to begin with."""

        def __init__(self, token):
            self.token = token

        def encode(self, _):
            return np.array([self.token])

        decode = vocabulary.decode

    lengths = []
    for token in range(len(vocabulary)):
        names["vocabulary"] = From(token)
        lengths.append(len(names["write"](network, 200, rng)))
    holds("char_rnn.sample_seed_any_character", min(lengths))


def test_the_dictionary_is_in_order(holds):
    words = dict(zip(("a", "aaron", "and", "harry", "potter", "zulu"), (1, 2, 367, 4075, 6830, 10_000), strict=True))
    places = [words[word] for word in sorted(words)]
    holds("char_rnn.dictionary_order", np.sum(np.diff(places) <= 0))


# ---- the counted model


def test_counted_probabilities_sum_to_one(rng):
    names = {"np": np, "V": 5}
    exec(compiled(32, "count", "counted"), names)
    train = rng.integers(0, 5, 300)
    context = rng.integers(0, 5, 4)
    ends = [names["counted"](train, np.append(context, token), 4) for token in range(5)]
    sums = np.sum([[float(p[-1]) for p in found] for found in ends], axis=0)
    assert np.allclose(sums, 1)
    assert len(sums) == 5


def test_counted_pairs_by_hand():
    """aababb: after a came b twice and a once, after b each once; so three pairs once, one twice."""
    names = {"np": np, "V": 2}
    exec(compiled(32, "count", "counted"), names)
    tokens = np.array([0, 0, 1, 0, 1, 1])
    _, pairs = names["counted"](tokens, np.array([0, 1]), 1)
    D = 3 / (3 + 2 * 1)
    # two different characters stand before a, two before b: no count of continuations is 1, so nothing is taken off
    below = 2 / 4
    assert np.isclose(pairs[0], (2 - D + D * 2 * below) / 3)
