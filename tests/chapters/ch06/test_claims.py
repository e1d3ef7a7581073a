"""Claims of chapter 6 that would only interrupt the reading: measured here instead of in the notebook."""

from course_utils.checks.differences import central_differences

import keras
import numpy as np
import pytest
from scipy.special import rel_entr

BUS, SCHOOL_BUS = np.array([5.0, 2.0, -1.0, 3.0]), np.array([3.2, 0.8, 0.0])  # scores in the notes and in the article


def softmax(z):
    exponentials = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def nll(scores, targets):
    """Cross-entropy of one or more rows of scores, one number for each."""
    return -np.sum(targets * np.log(softmax(scores)), axis=-1)


def slopes(function, at, step=1e-5):
    """Central differences of a function of an array, by each of its elements."""
    moved = at.copy()
    return central_differences(lambda: function(moved), moved, step)


def extremes(measured, expected):
    """The smallest and the largest ratio: both 1 if all elements agree."""
    ratio = np.asarray(measured) / np.asarray(expected)
    return [ratio.min(), ratio.max()]


def from_keras(layer, *arguments):
    return np.asarray(keras.ops.convert_to_numpy(layer(*arguments)), dtype=float)


def test_one_formula_for_both_labels(holds):
    formula = [guess**y * (1 - guess) ** (1 - y) for guess in (0.2, 0.9) for y in (1, 0)]
    holds("classification_and_cost.bernoulli_formula", formula)


def test_the_log_likelihood_is_minus_the_sum_of_the_losses(holds, rng):
    guess, y = rng.uniform(0.05, 0.95, 8), rng.integers(0, 2, 8)
    of_product = np.log(np.prod(np.where(y == 1, guess, 1 - guess)))
    losses = -(y * np.log(guess) + (1 - y) * np.log(1 - guess))
    holds("classification_and_cost.log_likelihood_sum", extremes([of_product, of_product], [-losses.sum()] * 2))


def test_softmax_of_four_scores(holds, rng):
    z = rng.standard_normal((5, 4))
    by_hand = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    holds("classification_and_cost.formula", extremes(from_keras(keras.layers.Softmax(), z.astype("float32")), by_hand))
    holds("classification_and_cost.softmax_sums_to_one", round(float(softmax(z)[0].sum()), 12))


def test_the_example_of_the_notes(holds):
    t = np.exp(BUS)
    holds("classification_and_cost.example_exponentials", [*t, t.sum()])
    holds("classification_and_cost.example_probabilities", t / t.sum())
    holds("classification_and_cost.argmax_decision", 1 + int(np.argmax(t / t.sum())))


def test_softmax_of_two_classes_is_the_sigmoid_of_the_difference(holds, rng):
    z = rng.standard_normal((20, 2))
    holds("classification_and_cost.generalises_logistic", extremes(softmax(z)[:, 0], sigmoid(z[:, 0] - z[:, 1])))


def test_the_loss_is_minus_the_log_of_the_true_class(holds, rng):
    guess, classes = rng.dirichlet(np.ones(4), 10), rng.integers(0, 4, 10)
    formula = -np.sum(np.eye(4)[classes] * np.log(guess), axis=1)
    single = from_keras(keras.losses.categorical_crossentropy, np.eye(4)[classes], guess)
    holds("classification_and_cost.loss_formula", extremes(single, formula))
    holds("classification_and_cost.nll_equals_cross_entropy", extremes(-np.log(guess[range(10), classes]), formula))


def test_the_classes_of_the_printed_columns(holds):
    columns = np.array([[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]).T
    holds("classification_and_cost.label_matrix", 1 + columns.argmax(axis=0))


def test_the_gradient_is_prediction_minus_label(holds, rng):
    z, y = rng.standard_normal(4), np.eye(4)[1]
    holds("classification_and_cost.gradient", extremes(slopes(lambda s: nll(s, y), z), softmax(z) - y))


def test_the_gradient_of_the_articles_softmax_loss(holds, rng):
    z, y = rng.standard_normal((5, 4)), np.eye(4)[rng.integers(0, 4, 5)]
    measured = slopes(lambda s: nll(s, y).mean(), z)
    holds("classification_and_cost.softmax_loss_gradient_listing", extremes(measured, (softmax(z) - y) / len(z)))


def test_the_example_of_the_article(holds):
    holds("classification_and_cost.softmax_example_bus_truck_airplane", softmax(SCHOOL_BUS))


def test_a_number_added_to_all_scores_changes_nothing(holds, rng):
    z = rng.standard_normal(6)
    direct = np.exp(z + 100) / np.exp(z + 100).sum()
    holds("classification_and_cost.softmax_shift_invariance", extremes(direct, np.exp(z) / np.exp(z).sum()))


def test_the_logit_undoes_the_sigmoid(holds):
    z = np.linspace(-10, 10, 40)  # without 0
    holds("classification_and_cost.logit_definition", extremes(np.log(sigmoid(z) / (1 - sigmoid(z))), z))


def test_the_hinge_loss_of_the_articles_scores(holds):
    scores, true = np.array([8, 14, 9.5, 10]), 3
    terms = np.maximum(0, np.delete(scores, true) - scores[true] + 1)
    holds("classification_and_cost.hinge_example", terms.sum())


def test_the_gradient_of_the_svm_cost(holds, rng):
    x, classes, W, strength = rng.standard_normal((20, 3)), rng.integers(0, 4, 20), rng.standard_normal((3, 4)), 0.3
    rows = np.arange(20)

    def cost(W):
        terms = np.maximum(0, x @ W - (x @ W)[rows, classes][:, None] + 1)
        terms[rows, classes] = 0
        return terms.sum() + strength / 2 * np.sum(W**2)

    active = (x @ W - (x @ W)[rows, classes][:, None] + 1 > 0).astype(float)
    active[rows, classes] -= active.sum(axis=1)
    holds("classification_and_cost.svm_cost_formula", extremes(slopes(cost, W, 1e-6), x.T @ active + strength * W))


def test_entropy_and_the_code(holds):
    p, lengths = np.array([0.25, 0.25, 0.5]), np.array([len(word) for word in ("10", "11", "0")])
    holds("classification_and_cost.entropy_abc", float(-np.sum(p * np.log2(p))))
    holds("classification_and_cost.prefix_code_length", float(p @ lengths))


def test_the_cross_entropy_of_the_bus(holds):
    bus, guess = np.array([[1.0, 0, 0]]), np.array([[0.88, 0.08, 0.04]])
    (measured,) = from_keras(keras.losses.categorical_crossentropy, bus, guess)
    holds("classification_and_cost.cross_entropy_example", measured)


def test_kl_is_what_cross_entropy_has_beyond_entropy(holds, rng):
    y, guess = rng.dirichlet(np.ones(4), (2, 50))
    beyond = -np.sum(y * np.log(guess), axis=1) + np.sum(y * np.log(y), axis=1)
    holds("classification_and_cost.kl_is_cross_entropy_minus_entropy", extremes(rel_entr(y, guess).sum(axis=1), beyond))


def test_kl_and_cross_entropy_have_the_same_gradient(holds, rng):
    x, W, y = rng.standard_normal((10, 3)), rng.standard_normal((3, 3)), rng.dirichlet(np.ones(3), 10)
    of_kl = slopes(lambda W: rel_entr(y, softmax(x @ W)).sum(axis=1).mean(), W)
    of_cross_entropy = slopes(lambda W: nll(x @ W, y).mean(), W)
    assert np.abs(of_kl).min() > 1e-4, "gradients of 0 would agree whatever the formula"
    holds("classification_and_cost.kl_same_gradient", extremes(of_kl, of_cross_entropy))


def test_mean_squared_error(holds, rng):
    h, y = rng.standard_normal((2, 30))
    measured = from_keras(keras.losses.MeanSquaredError(dtype="float64"), y, h)
    holds("classification_and_cost.mse_formula", extremes([measured, measured], [np.sum((h - y) ** 2) / 30] * 2))


def test_the_sum_of_logs_survives_where_the_product_does_not(holds, rng):
    p = rng.uniform(0.1, 1, 2000)
    few = -np.log(np.prod(p[:20]))
    holds("classification_and_cost.nll_is_sum_of_logs", extremes([few, few], [-np.log(p[:20]).sum()] * 2))
    assert np.prod(p) == 0 and np.isfinite(np.log(p).sum())


def test_keras_goes_back_to_the_scores_of_a_softmax_that_it_knows_and_warns():
    """The chapter shows it in section 6; with another backend or version the section needs other words."""
    loss, y = keras.losses.CategoricalCrossentropy(from_logits=True), np.array([[0.0, 1, 0]])
    scores = keras.ops.convert_to_tensor([[0.0, 30, 200]])
    with np.testing.assert_no_warnings():
        right = float(loss(y, scores))
    with pytest.warns(UserWarning, match="from_logits"):
        assert float(loss(y, keras.ops.softmax(scores))) == right
    assert float(loss(y, keras.ops.softmax(scores) * 1.0)) < 2
