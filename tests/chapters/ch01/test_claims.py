"""Claims of chapter 1 that would only interrupt the reading: measured here instead of in the notebook."""

import numpy as np
import pytest
from cells import compiled
from sklearn.linear_model import Perceptron

GATE_INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND = np.array([0, 0, 0, 1])
AND_WEIGHTS = np.array([-3, 2, 1])


def step(z):
    return (np.asarray(z) >= 0).astype(int)


def with_one(X):
    return np.column_stack([np.ones(len(X)), X])


def update(W, x, desired, rate=1.0):
    """One application of the rule to an example that has its 1 for the bias already."""
    return W + rate * (desired - step(W @ x)) * x


def train(X, d, epochs, rate=1.0):
    """The document's loop: a fixed number of epochs from zero weights, rows in order."""
    W = np.zeros(X.shape[1] + 1)
    for _ in range(epochs):
        for x, desired in zip(with_one(X), d, strict=True):
            W = update(W, x, desired, rate)
    return W


def test_preactivation_as_sum_and_as_inner_product(holds, rng):
    X, w, b = rng.standard_normal((7, 3)), rng.standard_normal(3), rng.standard_normal()
    as_sum = np.array([sum(w[i] * x[i] for i in range(3)) + b for x in X])
    holds("perceptron.preactivation", np.abs(X @ w + b - as_sum).max())
    holds("perceptron.bias_as_weight_zero", np.abs(with_one(X) @ np.insert(w, 0, b) - as_sum).max())


def test_the_step_fires_at_zero(holds):
    z = np.array([-1e-12, 0.0, 1e-12])
    holds("perceptron.step_function", step(z))


def test_the_error_takes_three_values(holds):
    pairs = [(desired, answer) for desired in (0, 1) for answer in (0, 1)]
    errors = {pair: pair[0] - pair[1] for pair in pairs}
    assert [pair for pair in pairs if errors[pair] == 0] == [(0, 0), (1, 1)]
    holds("perceptron.error_values", sorted(set(errors.values())))


def test_one_update_moves_the_preactivation_by_rate_times_error_times_squared_length(holds, rng):
    worst, moved = 0.0, 0
    for _ in range(200):
        x, W = with_one(rng.standard_normal((1, 4)))[0], rng.standard_normal(5)
        desired, rate = int(rng.integers(0, 2)), rng.uniform(0.01, 2)
        error = desired - step(W @ x)
        moved += error != 0
        change = update(W, x, desired, rate) @ x - W @ x
        worst = max(worst, abs(change - rate * error * (1 + np.sum(x[1:] ** 2))))
    assert moved > 50, "too few of the random examples were mistakes"
    holds("perceptron.update_rule", worst)


def test_a_right_answer_changes_nothing(holds, rng):
    changed = 0
    for _ in range(200):
        x, W = with_one(rng.standard_normal((1, 4)))[0], rng.standard_normal(5)
        changed += not np.array_equal(update(W, x, step(W @ x)), W)
        assert not np.array_equal(update(W, x, 1 - step(W @ x)), W), "a wrong answer must change the weights"
    holds("perceptron.no_update_when_right", changed)


def test_ten_epochs_of_and_are_enough(holds):
    assert not np.array_equal(train(GATE_INPUTS, AND, 4), AND_WEIGHTS), "four are not"
    for epochs in (10, 100):
        holds("perceptron.and_epochs_needed", train(GATE_INPUTS, AND, epochs))


def test_the_first_row_of_and(holds):
    z = with_one(GATE_INPUTS) @ train(GATE_INPUTS, AND, 10)
    assert np.array_equal(step(z), AND)
    holds("perceptron.and_zero_zero_preactivation", z[0])


def test_all_multiples_of_a_solution_are_solutions(holds, rng):
    solutions = {
        tuple(multiple * AND_WEIGHTS)
        for multiple in rng.uniform(1e-3, 1e6, 2000)
        if np.array_equal(step(with_one(GATE_INPUTS) @ (multiple * AND_WEIGHTS)), AND)
    }
    holds("perceptron.infinitely_many_solutions", len(solutions))


def test_one_line_is_the_border(holds, rng):
    W = rng.standard_normal(3)
    points = rng.uniform(-2, 2, (100, 2))
    normal = W[1:] / np.linalg.norm(W[1:])
    on_the_line = -W[0] * W[1:] / (W[1:] @ W[1:])
    beyond = (points - on_the_line) @ normal > 0  # by geometry, on the side to which (w1, w2) points
    holds("perceptron.one_decision_boundary", np.sum(beyond == step(with_one(points) @ W)))


def test_real_inputs_give_binary_answers_and_can_be_learned(holds, rng):
    points = rng.uniform(-1, 1, (2000, 2))
    distance = points @ [0.6, 0.8] + 0.1
    points, d = points[np.abs(distance) > 0.1][:100], step(distance[np.abs(distance) > 0.1][:100])
    answers = step(with_one(points) @ train(points, d, epochs=200))
    holds("perceptron.binary_inputs", [len(np.unique(answers)), np.mean(answers == d)])


@pytest.mark.parametrize("inputs", [2, 5, 20])
def test_the_rule_makes_the_same_updates_as_scikit_learn(rng, inputs):
    names = {"np": np}
    exec(compiled(1, "rule", "path"), names)
    X = rng.standard_normal((60, inputs))
    d = step(X @ rng.standard_normal(inputs) + 0.1)
    d = d if d[0] == 0 else 1 - d  # at z = 0 scikit-learn counts an example of either class as a mistake
    W, mistakes = names["perceptron"](X, d, epochs=15)
    path, same_mistakes = names["path_of"](X, d, epochs=15)
    reference = Perceptron(shuffle=False, tol=None, max_iter=15).fit(X, d)
    assert sum(mistakes) > 3 and mistakes == same_mistakes
    assert np.allclose(W, [*reference.intercept_, *reference.coef_[0]]) and np.array_equal(W, path[-1])
