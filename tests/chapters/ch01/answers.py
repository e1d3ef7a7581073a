"""Known answers to the exercises of chapter 1."""

import numpy as np


def rule(X, d, epochs, batch=False, fires_at_zero=True, signed=True):
    """How often each example is got wrong by the perceptron rule from zero weights, or by a mistake in it."""
    rows = np.insert(np.asarray(X, dtype=float), 0, 1, axis=1)
    return without_weights(rows @ rows.T, d, epochs, batch, fires_at_zero, signed)


def without_weights(K, d, epochs, batch=False, fires_at_zero=True, signed=True, shown=lambda counts: counts):
    signs, counts, mistakes = np.where(np.asarray(d) == 1, 1, -1), np.zeros(len(d)), []
    for _ in range(epochs):
        seen, before = counts.copy(), counts.sum()
        for i, desired in enumerate(d):
            z = K[i] @ ((signs if signed else 1) * (seen if batch else counts))
            counts[i] += (z >= 0 if fires_at_zero else z > 0) != desired
        mistakes.append(counts.sum() - before)
        if counts.sum() == before:
            break
    return shown(counts), mistakes


def without_last_epoch(K, d, epochs):
    counts, mistakes = without_weights(K, d, epochs)
    return counts, mistakes[:-1]


def ends(larger_first, count=200):
    """Made-up results of many starts, of which this share has the larger weight first."""
    first = np.arange(count) < larger_first * count
    return np.column_stack([np.full(count, -3), np.where(first, 2, 1), np.where(first, 1, 2)])


def stacked(fours, nines):
    return np.concatenate([fours, nines]), np.repeat([0, 1], [len(fours), len(nines)])


def mixed(fours, nines, seed=1, labels=lambda d: d, rows=lambda X: X):
    X, d = stacked(fours, nines)
    order = np.random.default_rng(seed).permutation(len(d))
    return rows(X[order]), labels(d[order])


def in_two_blocks(fours, nines):
    X, d = stacked(fours, nines)
    order = np.r_[0:50, len(fours) : len(d), 50 : len(fours)]
    return X[order], d[order]


def alternating(fours, nines):
    X, d = stacked(fours, nines)
    order = np.argsort(np.concatenate([np.linspace(0, 1, len(part)) for part in (fours, nines)]), kind="stable")
    return X[order], d[order]


def network(hidden_biases, output):
    return np.vstack([hidden_biases, np.ones((3, len(hidden_biases)))]), np.array(output)


PREDICTIONS = {
    "1.1": [
        (ends(0.95), "w1", "190 of 200 results.*the row 01 comes before the row 10"),
        (ends(0.05), "w2", "10 of 200 results, so the lines prefer x2"),
        (ends(0.5), "even", "100 of 200 results, so the lines show no clear preference"),
    ]
}
HIDDEN, OUTPUT = network([-0.5, -1.5], [-0.5, 1, -1])
RIGHT = {
    "1.2": ([2, 2, 1, 0], [-1, 1, 1], 27),
    "1.3": alternating,
    "1.4": without_weights,
    "1.5": (7, HIDDEN, OUTPUT),
}
WRONG = {
    "1.2": [
        (27, "three things"),
        (([2, 2], [0, 1, 1], 27), "After two epochs the row 00 still has z = 0"),
        (([1, 2, 1, 0], [0, 1, 1], 27), "At z = 0 the neuron fires"),
        (([2, 2, 1], [-1, 1, 1], 27), "Count the last epoch too"),
        (([2, 1, 1, 0], [-1, 1, 1], 27), "are not the mistakes of the epochs"),
        (([2, 2, 1, 0], [1, 1, -1], 27), "The bias comes first"),
        (([2, 2, 1, 0], [0, 1, 1], 27), "the weights at the end are not"),
        (([2, 2, 1, 0], [1, 1], 27), "should have shape"),
        (([2, 2, 1, 0], [-1, 1, 1], 18), "The rows have a 1 in front"),
        (([2, 2, 1, 0], [-1, 1, 1], 5.196), "The bound is its square"),
        (([2, 2, 1, 0], [-1, 1, 1], 3), "weights of length 1"),
        (([2, 2, 1, 0], [-1, 1, 1], 5), "The theorem allows more"),
        (([2, 2, 1, 0], [-1, 1, 1], 40), "got 40"),
    ],
    "1.3": [
        (stacked, "still sorted by class"),
        (lambda fours, nines: stacked(nines, fours), "still sorted by class"),
        (
            lambda fours, nines: (mixed(fours, nines)[0], mixed(fours, nines, seed=2)[1]),
            "move rows and outputs together",
        ),
        (lambda fours, nines: mixed(fours, nines, labels=lambda d: 1 - d), "are exchanged"),
        (lambda fours, nines: mixed(fours, nines, rows=lambda X: X[:, ::-1]), "Each row of the two arrays"),
        (lambda fours, nines: mixed(fours, nines, rows=lambda X: X[:10]), "should have shape"),
        (lambda fours, nines: mixed(fours, nines)[0], "return two things"),
        (in_two_blocks, "still .* rows of one class|still sorted by class"),
        (lambda fours, nines: fours.no_such_name, "raised AttributeError"),
    ],
    "1.4": [
        (
            lambda K, d, epochs: without_weights(K, d, epochs, shown=lambda counts: (2 * d - 1) * counts),
            "Your counts have signs",
        ),
        (lambda K, d, epochs: without_weights(K, d, 1), "counts of the first epoch"),
        (lambda K, d, epochs: without_weights(K, d, epochs, fires_at_zero=False), "At z = 0 the neuron fires"),
        (lambda K, d, epochs: without_weights(K, d, epochs, batch=True), "Add a count at once"),
        (lambda K, d, epochs: without_weights(K, d, epochs, signed=False), "each count has its sign"),
        (lambda K, d, epochs: (np.zeros(len(d)), [0]), "stay at 0"),
        (lambda K, d, epochs: without_weights(K, d, epochs, shown=sum), "should have shape"),
        (lambda K, d, epochs: without_weights(K, d, epochs, shown=lambda counts: counts + 1), "the counts should be"),
        (lambda K, d, epochs: without_weights(K, d, epochs)[0], "return two things"),
        (lambda K, d, epochs: without_last_epoch(K, d, epochs), "Count the last epoch too"),
        (lambda K, d, epochs: (without_weights(K, d, epochs)[0], [1, 2]), "mistakes of the epochs should be"),
        (
            lambda K, d, epochs: without_weights(np.sign(K) * np.minimum(np.abs(K), 3), d, epochs),
            "through K only|should be",
        ),
    ],
    "1.5": [
        (7, "three things"),
        ((8, HIDDEN, OUTPUT), "these four are XOR"),
        ((6, HIDDEN, OUTPUT), "an odd number of ones"),
        ((5, HIDDEN, OUTPUT), "every subset"),
        ((7.5, HIDDEN, OUTPUT), "should be an integer"),
        ((7, HIDDEN.T, OUTPUT), "transposed"),
        ((7, HIDDEN[1:], OUTPUT), "row of the biases is missing"),
        ((7, HIDDEN, OUTPUT[1:]), "its bias is missing"),
        ((7, HIDDEN, -OUTPUT), "Swap the signs"),
        ((7, *network([-0.5, -1.5, -2.5], [-0.5, 1, -1, 1])), "an odd number"),
        ((7, *network([-0.5, -2.5], [-0.5, 1, -1])), "of 8 rows are right; wrong: 011, 101, 110"),
        ((7, HIDDEN, np.zeros(3)), "answers 1 to everything"),
        ((7, "hidden", "output"), "should be an array|should be numbers"),
    ],
}
