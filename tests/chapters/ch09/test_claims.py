"""Claims of chapter 9 that would interrupt the reading, measured here instead of in the notebook."""

import keras
import numpy as np
from numpy.polynomial import Legendre, Polynomial
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler


def f(x):
    return np.sin(3 * x)


POINTS, AT = np.linspace(-1, 1, 12), np.linspace(-1, 1, 201)


def errors_of(degree, rng, draws=200):
    """Median over draws of the training error, and of the error against the truth, of polynomials through 12 points."""
    found = []
    for _ in range(draws):
        noisy = f(POINTS) + 0.2 * rng.standard_normal(len(POINTS))
        fit = Legendre.fit(POINTS, noisy, degree)
        found.append([np.mean((fit(POINTS) - noisy) ** 2), np.mean((fit(AT) - f(AT)) ** 2)])
    return np.median(found, axis=0)


def test_a_polynomial_of_degree_n_minus_1_meets_n_points_and_one_of_less_does_not(holds, rng):
    residuals = []
    for less in (1, 2):
        for n in (3, 6, 10):
            x, y = np.linspace(-1, 1, n) + 0.05 * rng.standard_normal(n), rng.standard_normal(n)
            residuals.append(np.abs(Polynomial.fit(x, y, n - less)(x) - y).max())
    met, missed = np.array(residuals[:3]), np.array(residuals[3:])
    holds("data_splits_bias_variance.interpolation_degree", [*met, *(missed > 1e-4)])


def test_errors_of_a_line_a_cubic_and_a_curve_through_all_points(holds, rng):
    errors = {degree: errors_of(degree, rng) for degree in (1, 3, 11)}
    new = {degree: error[1] for degree, error in errors.items()}
    holds("data_splits_bias_variance.interpolant_generalises_poorly", [new[1] / new[3], new[11] / new[3]])
    on_training = {f"degree_{degree}": error[0] for degree, error in errors.items()}
    holds("data_splits_bias_variance.more_parameters_fit_better", on_training)
    holds("data_splits_bias_variance.underfit_signs", [*errors[1], *errors[11]])


def test_the_best_of_fifty_equal_models_looks_better_than_it_is(holds, rng):
    chosen = rng.binomial(200, 0.8, (500, 50)).max(axis=1) / 200
    fresh = rng.binomial(200, 0.8, 500) / 200
    holds("data_splits_bias_variance.test_set_last", [chosen.mean(), fresh.mean()])


def test_boundaries_of_three_degrees(holds, rng):
    """Gaps in error on new points: of degree 1 and of degree 12 to degree 3, which knows the true boundary's form."""
    found = []
    for _ in range(8):
        x = rng.uniform(-1, 1, (2080, 2))
        y = (x[:, 1] > f(x[:, 0]) * 0.7) ^ (rng.random(len(x)) < 0.1)
        row = []
        for degree in (1, 3, 12):
            model = make_pipeline(
                PolynomialFeatures(degree), StandardScaler(), LogisticRegression(C=1e4, max_iter=2000)
            ).fit(x[:80], y[:80])
            row += [1 - model.score(x[:80], y[:80]), 1 - model.score(x[80:], y[80:])]
        found.append(row)
    train_1, new_1, train_3, new_3, train_12, new_12 = np.mean(found, axis=0)
    holds(
        "data_splits_bias_variance.under_and_overfitting",
        [train_1 - train_3, new_1 - new_3, train_3 - train_12, new_12 - new_3],
    )


def test_variance_is_mean_square_minus_square_of_mean(holds, rng):
    x = rng.exponential(size=100_000)
    holds("data_splits_bias_variance.variance_identity", (np.mean(x**2) - np.mean(x) ** 2) / np.var(x))


def test_variance_of_y_is_that_of_the_noise(holds, rng):
    y = f(0.4) + 0.3 * rng.standard_normal(100_000)
    holds("data_splits_bias_variance.var_y", np.var(y) / 0.3**2)


def shares(parts, n=10_000):
    """What two calls of scikit-learn's splitter make of n rows that are to be cut into these shares."""
    train, rest = train_test_split(np.arange(n), train_size=parts[0], random_state=0)
    dev, test = train_test_split(rest, test_size=parts[2] / (parts[1] + parts[2]), random_state=0)
    assert len({*train, *dev, *test}) == n
    return np.array([len(train), len(dev), len(test)]) / n


def test_splits_have_the_shares_of_the_documents(holds):
    traditional, deep = shares((0.6, 0.2, 0.2)), shares((0.98, 0.01, 0.01))
    holds("data_splits_bias_variance.split_shares_by_size", np.round(100 * np.array([traditional, deep]), 6))
    of_the_article = shares((0.8, 0.1, 0.1))
    holds("data_splits_bias_variance.three_way_split", of_the_article)


def test_five_folds_train_five_models(holds, rng):
    class Counting(LogisticRegression):
        fits = 0

        def fit(self, x, y):
            Counting.fits += 1
            return super().fit(x, y)

    x = rng.standard_normal((50, 2))
    cross_val_score(Counting(), x, x[:, 0] > 0, cv=5)
    holds("data_splits_bias_variance.kfold_cost", Counting.fits)


def test_keras_takes_the_last_part_for_validation_as_it_lies():
    """The chapter warns of it in its section In practice."""
    x = np.arange(10.0)[:, None]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
    history = model.fit(x, np.zeros((10, 1)), validation_split=0.2, shuffle=True, verbose=0).history
    assert history["val_loss"][0] == np.mean([8**2, 9**2])
