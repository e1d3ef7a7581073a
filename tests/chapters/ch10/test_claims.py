"""Claims of chapter 10 that would interrupt the reading, measured here instead of in the notebook."""

import keras
import numpy as np
import pytest
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.svm import SVC

PLACES = np.arange(0, 21, 2.0)
LINE = np.linspace(0, 20, 401)
RATE, LAM, EXAMPLES = 0.1, 0.7, 20


def powers(x, order):
    return np.vander(x, order + 1, increasing=True)


def extremes(ratio):
    return [np.min(ratio), np.max(ratio)]


def slopes(function, w, step=1e-6):
    """Central differences of a function of a vector."""
    return np.array([(function(w + e) - function(w - e)) / (2 * step) for e in step * np.eye(len(w))])


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_penalties_of_keras_are_the_tutorials(holds, rng, name):
    W = rng.standard_normal((30, 20)).astype("float32")
    size = {"l1": np.sum(np.abs(W)), "l2": np.sum(W**2)}[name]
    penalty = float(getattr(keras.regularizers, name.upper())(0.01)(W))
    if name == "l1":
        holds("overfitting_and_regularization.l1_formula", penalty / (0.01 * size))
    else:
        holds("overfitting_and_regularization.l2_formula", penalty / (0.01 * size))


def test_strength_of_the_tutorials_layer(holds, rng):
    layer = keras.layers.Dense(1024, kernel_regularizer=keras.regularizers.l2(0.01))
    layer(np.zeros((1, 40), "float32"))
    layer.bias.assign(np.ones(1024))  # which adds nothing
    strength = float(sum(layer.losses)) / np.sum(keras.ops.convert_to_numpy(layer.kernel) ** 2)
    holds("overfitting_and_regularization.l2_keras_strength", strength)


def sparse_problem(rng, examples, features, relevant, noise):
    X, w = rng.standard_normal((examples, features)), np.zeros(features)
    w[: len(relevant)] = relevant
    return X, X @ w + noise * rng.standard_normal(examples)


def test_lasso_selects_features_and_ridge_does_not(holds, rng):
    X, y = sparse_problem(rng, 200, 30, [3, -2, 1.5, 1, -1], 0.1)
    lasso, ridge = Lasso(0.1).fit(X, y).coef_, Ridge(1.0).fit(X, y).coef_
    assert np.all(lasso[:5] != 0)
    zeros = {"zeros with L2": np.sum(ridge == 0), "zeros with L1": np.sum(lasso == 0)}
    holds("overfitting_and_regularization.l1_sparse", zeros)


def test_lasso_has_zeros_and_ridge_small_weights(holds, rng):
    X, y = sparse_problem(rng, 60, 40, [3, -2, 2, 1], 0.5)
    zeros = {
        "zeros with ridge": np.sum(Ridge(5).fit(X, y).coef_ == 0),
        "zeros with lasso": np.sum(Lasso(0.1).fit(X, y).coef_ == 0),
    }
    holds("overfitting_and_regularization.l1_sparse_l2_not", zeros)


def test_a_large_price_makes_all_weights_zero(holds, rng):
    X, y = sparse_problem(rng, 200, 30, [3, -2, 1.5, 1, -1], 0.1)
    border = np.max(np.abs(X.T @ y)) / len(X)
    left = [np.count_nonzero(Lasso(k * border, fit_intercept=False, tol=1e-10).fit(X, y).coef_) for k in (1.01, 0.99)]
    holds("overfitting_and_regularization.l1_never_all_zero", printed=left[0], corrected=left)


def test_ridge_spreads_a_weight_over_equal_features(holds, rng):
    x = rng.standard_normal((200, 1))
    weights = Ridge(0.1, fit_intercept=False).fit(np.hstack([x, x]), 2 * x[:, 0]).coef_
    holds("overfitting_and_regularization.l2_spreads", weights)


def test_l2_is_decay_in_plain_gradient_descent(holds, rng):
    w, g = rng.standard_normal((2, 50))
    step = w - RATE * (g + slopes(lambda v: LAM * np.sum(v**2), w))
    holds(
        "overfitting_and_regularization.l2_is_decay",
        extremes(step / ((1 - 2 * RATE * LAM) * w - RATE * g)),
    )
    of_notes = w - RATE * (g + LAM / EXAMPLES * w)
    decayed = w - RATE * LAM / EXAMPLES * w - RATE * g
    holds("overfitting_and_regularization.weight_decay_update", extremes(of_notes / decayed))


def test_gradients_of_the_notes_penalties(holds, rng):
    w = rng.uniform(0.1, 1, 20) * rng.choice([-1, 1], 20)
    squares = slopes(lambda v: LAM / (2 * EXAMPLES) * v @ v, w) / (LAM / EXAMPLES * w)
    holds("overfitting_and_regularization.l2_norm", extremes(squares))
    lengths = slopes(lambda v: LAM / (2 * EXAMPLES) * np.sum(np.abs(v)), w) / (LAM / (2 * EXAMPLES) * np.sign(w))
    holds("overfitting_and_regularization.l1_norm", extremes(lengths))


def plane(rng, examples):
    """Points of a square, and the side of a wave on which they lie, a tenth of the labels flipped."""
    X = rng.uniform(-1, 1, (examples, 2))
    side = X[:, 1] > 0.8 * np.sin(3 * X[:, 0])
    return X, np.where(rng.random(examples) < 0.1, ~side, side)


def errors(seeds, examples, degree, C=1e6):
    """Mean training and dev error of logistic regression on polynomial features."""
    found = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        (X, y), (X_dev, y_dev) = plane(rng, examples), plane(rng, 2000)
        model = make_pipeline(
            PolynomialFeatures(degree), LogisticRegression(C=C, solver="newton-cholesky", max_iter=200)
        )
        model.fit(X, y)
        found.append([1 - model.score(X, y), 1 - model.score(X_dev, y_dev)])
    return np.mean(found, axis=0)


def test_the_notes_cures(holds):
    training = {f"degree {degree}": errors(5, 80, degree)[0] for degree in (1, 3, 12)}
    holds("overfitting_and_regularization.bigger_model_cures_bias", training)
    gaps = {f"{n} points": np.ptp(errors(3, n, 12)) for n in (80, 1000)}
    holds("overfitting_and_regularization.more_data_cures_variance", gaps)
    priced = {"gap with penalty": np.ptp(errors(3, 80, 12, C=1)), "gap without": gaps["80 points"]}
    holds("overfitting_and_regularization.penalty_cures_variance", priced)


def test_a_large_price_makes_a_network_nearly_linear(holds):
    """The notes' 2-20-1 network; all prices are trained side by side."""
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (200, 2))
    y = (np.sum(X**2, axis=1) < 0.6).astype(float)[:, None]
    lams = (0, 0.1, 1, 3, 10)
    price = np.array(lams)[:, None, None] / len(X)
    W1, W2 = (np.repeat(rng.standard_normal((1, *shape)), len(lams), axis=0) for shape in ((2, 20), (20, 1)))
    b1, b2 = np.zeros((len(lams), 1, 20)), np.zeros((len(lams), 1, 1))
    for _ in range(6000):
        a = np.tanh(X @ W1 + b1)
        delta2 = (1 / (1 + np.exp(-(a @ W2 + b2))) - y) / len(X)
        delta1 = (delta2 @ W2.swapaxes(1, 2)) * (1 - a**2)
        W2 -= 0.5 * (a.swapaxes(1, 2) @ delta2 + price * W2)
        W1 -= 0.5 * (X.T @ delta1 + price * W1)
        b1 -= 0.5 * delta1.sum(axis=1, keepdims=True)
        b2 -= 0.5 * delta2.sum(axis=1, keepdims=True)
    logits = (np.tanh(X @ W1 + b1) @ W2 + b2)[..., 0]
    bent = [np.ptp(z - LinearRegression().fit(X, z).predict(X)) for z in logits]
    holds(
        "overfitting_and_regularization.large_lambda_nearly_linear",
        {f"lambda {lam}": size for lam, size in zip(lams, bent, strict=True)},
    )


def test_tanh_is_nearly_linear_near_zero(holds):
    z = np.array([0.1, 0.3, 1, 2])
    holds("overfitting_and_regularization.tanh_linear_small_z", 1 - np.tanh(z) / z)


def test_the_cost_with_its_penalty_falls(holds, rng):
    X, w = rng.standard_normal((50, 2)), np.array([6.0, 5.0])
    y, costs, losses = (X @ [1, -1] > 0).astype(float), [], []
    for _ in range(100):
        z = X @ w
        losses.append(np.mean(np.logaddexp(0, z) - y * z))
        costs.append(losses[-1] + 20 / (2 * len(X)) * w @ w)
        w = w - 0.3 * (X.T @ (1 / (1 + np.exp(-z)) - y) / len(X) + 20 / len(X) * w)
    assert np.all(np.diff(costs) < 0)
    falls = {"steps in which J falls": np.sum(np.diff(costs) < 0)}
    falls["steps in which the loss falls"] = np.sum(np.diff(losses) < 0)
    holds("overfitting_and_regularization.plot_penalised_cost", falls)


def test_other_weights_have_the_same_outputs(holds, rng):
    X, W1, W2 = (rng.standard_normal(shape) for shape in ((40, 3), (3, 4), (4, 2)))
    turn = rng.permutation(4)
    before = np.maximum(0, X @ W1) @ W2
    for other1, other2 in ((W1[:, turn], W2[turn]), (3 * W1, W2 / 3)):
        after = np.maximum(0, X @ other1) @ other2
        some = np.abs(before) > 1e-6
        ratios = extremes(after[some] / before[some])
    holds("overfitting_and_regularization.solutions_not_unique", ratios)


def test_the_androids_polynomial(holds):
    android = np.array([1.9e-7, -1.6e-5, 5.6e-4, -0.01, 0.11, -0.63, 1.9, -2.19, 0.9, -0.0082])
    changes = np.sum(android[1:] * android[:-1] < 0)
    holds("overfitting_and_regularization.degree9_signs_cancel", [changes, np.linalg.norm(android)])
    height = np.polyval(android, 20)
    holds("overfitting_and_regularization.degree9_polynomial_as_printed", printed=height, corrected=height)


def test_points_have_infinitely_many_polynomials(holds, rng):
    X = powers(np.linspace(-1, 1, 11), 12)
    y = rng.standard_normal(11)
    w, *_, singular = np.linalg.lstsq(X, y)
    assert np.allclose(X @ w, y)
    holds("overfitting_and_regularization.infinitely_many_polynomials", X.shape[1] - np.sum(singular > 1e-9))


def test_a_flipped_label_bends_the_complex_boundary(holds, rng):
    X = rng.standard_normal((120, 2)) + np.repeat([[-2.0, 0.0], [2.0, 0.0]], 60, axis=0)
    y = np.repeat([0, 1], 60)
    flipped = np.array([[-3.0, 0.0]])
    X, y = np.vstack([X, flipped]), np.append(y, 1)
    models = LogisticRegression(), SVC(gamma=20, C=1000)
    right = [np.mean(model.fit(X, y).predict(flipped) == 0) for model in models]
    holds("overfitting_and_regularization.outlier_bends_complex_boundary", right)


def test_a_shared_kernel_has_few_parameters(holds):
    convolution = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(6, 5)])
    counts = {
        "convolution": convolution.count_params(),
        "dense": np.prod(convolution.input_shape[1:]) * np.prod(convolution.output_shape[1:]),
    }
    holds("overfitting_and_regularization.shared_kernels_fewer_parameters", counts)


def fit_with_norm(X, y, lam):
    """Minimise MSE + lam · ||w||, whose minimum is that of a ridge whose price depends on the norm."""
    w = np.linalg.lstsq(X, y)[0]
    for _ in range(300 if lam else 0):
        price = len(y) * lam / (2 * np.linalg.norm(w))
        w = 0.5 * w + 0.5 * np.linalg.solve(X.T @ X + price * np.eye(X.shape[1]), X.T @ y)
    return w


def test_the_articles_penalty(holds):
    rng, X, of_line = np.random.default_rng(0), powers(PLACES, 5), powers(LINE, 5)
    lams, norms, missed = (0, 0.1, 1, 10), [], []
    for _ in range(60):
        y = PLACES.copy()
        y[[0, 1, -2, -1]] += 2 * rng.standard_normal(4)
        weights = [fit_with_norm(X, y, lam) for lam in lams]
        norms.append([np.linalg.norm(w) for w in weights])
        missed.append([np.mean((of_line @ w - LINE) ** 2) for w in weights])
    norm, error = np.mean(norms, axis=0), np.mean(missed, axis=0)
    by_lam = {f"lambda {lam}": size for lam, size in zip(lams, norm, strict=True)}
    holds("overfitting_and_regularization.penalised_cost", by_lam)
    two = {"lambda 0": error[0], "lambda 1": error[2]}
    holds("overfitting_and_regularization.lambda_one_improves_order5", two)


def test_too_little_and_too_much_of_a_price_hurt(holds, rng):
    x, between = np.linspace(-1, 1, 11), np.linspace(-1, 1, 401)
    Y = x[:, None] + 0.15 * rng.standard_normal((11, 100))
    missed = []
    for lam in (0, 0.1, 100):
        w = np.linalg.solve(powers(x, 7).T @ powers(x, 7) + lam * np.eye(8), powers(x, 7).T @ Y)
        missed.append(np.mean((powers(between, 7) @ w - between[:, None]) ** 2))
    holds("overfitting_and_regularization.too_much_lambda_underfits", [missed[0] / missed[1], missed[2] / missed[1]])


def descend(X, y, w, steps):
    rate = 0.95 * 2 / np.linalg.eigvalsh(X.T @ X).max()
    for _ in range(steps):
        w = w - rate * (X.T @ (X @ w - y))
    return w


def test_raising_the_order_step_by_step(holds):
    y = PLACES + np.array([2, -2, 0, 0, 0, 0, 0, 0, 0, -2, 2])
    w = np.zeros(0)
    for order in (1, 3, 5, 7, 9):
        X = powers(PLACES, order)
        w = descend(X, y, np.append(w, np.zeros(order + 1 - len(w))), 6000)
    at_once = descend(X, y, np.zeros(10), 30_000)
    ratio = np.mean((X @ at_once - y) ** 2) / np.mean((X @ w - y) ** 2)
    holds("overfitting_and_regularization.start_with_simple_model", ratio)


def test_the_costs_of_the_articles_log(holds):
    logged = np.array(
        [
            [1.66841311, 0.515883024, 0.105449372, -0.11591056, 0.0132065116, -3.83863265e-4],
            [1.82722611, 0.583582807, 0.128332499, -0.111263342, 0.0124705708, -2.05131433e-4],
        ]
    )
    costs = np.mean((powers(PLACES, 5) @ logged.T - PLACES[:, None]) ** 2, axis=0)
    holds("overfitting_and_regularization.logged_costs_from_coefficients", costs)


def test_norms_of_a_matrix(holds, rng):
    W = rng.standard_normal((5, 4)) * rng.integers(0, 2, (5, 4))
    holds("overfitting_and_regularization.l2_norm_matrix", np.sqrt(np.sum(W**2)) / np.linalg.norm(W))
    w = W.ravel()
    norms = [np.sum(w != 0) / np.linalg.norm(w, 0), np.sum(np.abs(w)) / np.linalg.norm(w, 1)]
    holds("overfitting_and_regularization.l0_l1_definitions", norms)


def test_l0_drops_more_than_l1(holds):
    w, a = np.meshgrid(np.round(np.linspace(-3, 3, 1201), 6), np.linspace(-3, 3, 601))
    found = {}
    for name, penalty in (("L1", np.abs(w)), ("L0", w != 0)):
        best = np.argmin((w - a) ** 2 / 2 + 0.5 * penalty, axis=1)
        found[name] = np.mean(w[0, best] == 0)
    holds("overfitting_and_regularization.l0_sparser_than_l1", found)


def test_the_norm_has_a_kink_and_its_square_has_none(holds, rng):
    w, e = rng.standard_normal(6), np.eye(6)[0]

    def kink(function, step=1e-6):
        return (function(step * e) - 2 * function(0 * e) + function(-step * e)) / step

    decay = slopes(lambda v: LAM / 2 * v @ v, w) / w
    of_norm, of_square = kink(np.linalg.norm), kink(lambda v: v @ v / 2)
    holds(
        "overfitting_and_regularization.l2_norm_smooth",
        printed=of_norm,
        corrected=[of_square, np.mean(decay) / LAM],
    )


def test_l2_moves_the_optimum_towards_zero(holds, rng):
    X, y = sparse_problem(rng, 60, 40, [3, -2, 2, 1], 0.5)
    norms = {}
    for lam in (0, 1, 10, 100):
        norms[f"lambda {lam}"] = np.linalg.norm(np.linalg.solve(X.T @ X + lam * np.eye(40), X.T @ y))
    holds("overfitting_and_regularization.l2_shifts_towards_zero", norms)
