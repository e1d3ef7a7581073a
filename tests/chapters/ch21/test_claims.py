"""Claims of chapter 21 that would interrupt the reading, measured here instead of in the notebook."""

from course_utils.models import mlp

import keras
import numpy as np
from cells import Verdicts, compiled, without_pictures
from scipy.optimize import brentq
from scipy.stats import norm
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler


def test_f1_is_the_harmonic_mean(holds, rng):
    truth, says = rng.integers(0, 2, (2, 200))
    precision, recall = truth[says == 1].mean(), says[truth == 1].mean()
    holds("structuring_projects.f1_harmonic", (2 / (1 / precision + 1 / recall)) / f1_score(truth, says))


def scatter(rng, parts):
    """Standard deviation of the accuracy that sets of these sizes show, of a classifier that is right on 90 %."""
    return [np.std(rng.binomial(len(part), 0.9, 4000) / len(part)) for part in parts]


def test_shares_of_small_data(holds, rng):
    examples = np.arange(1000)
    _, test = train_test_split(examples, train_size=7 / 10, random_state=0)
    _, rest = train_test_split(examples, train_size=6 / 10, random_state=0)
    holds("structuring_projects.split_small", scatter(rng, [test, *train_test_split(rest, train_size=0.5)]))


def test_shares_of_a_million(holds, rng):
    _, held_out = train_test_split(np.arange(1_000_000), train_size=9 / 10, random_state=0)
    holds("structuring_projects.split_million", scatter(rng, [held_out])[0])


def test_no_human_beats_the_bayes_error(holds):
    """Two Gaussians at distance 2d whose deciders draw the line off the middle: errors as those of the notes."""
    errors, d = np.array([0.03, 0.01, 0.007, 0.005]), 2.7
    off = [brentq(lambda t, e=e: (norm.cdf(-d - t) + norm.cdf(-d + t)) / 2 - e, 0, 9) for e in errors]
    assert np.all(np.diff(off) < 0)
    holds("structuring_projects.human_level_bayes", 100 * norm.cdf(-d))


def test_three_gaps_add_up_and_the_largest_is_named():
    names = without_pictures() | {"claim": Verdicts()}
    exec(compiled(21, "diagnose"), names)
    assert names["claim"] == {"structuring_projects.avoidable_bias_variance": ["reproduced"]}
    largest, of_three = names["diagnose"](0.002, 0.008, 0.064, 0.444)
    assert largest == "mismatch"
    assert np.allclose(list(of_three.values()), [0.006, 0.056, 0.38])


def test_a_learner_levels_off_below_the_bayes_accuracy(holds, rng):
    """Accuracy from the formula for a line, so that no test set adds noise."""
    below, middle = {}, np.array([1.0, 0.0])
    for n in (10, 100, 1000):
        lost = []
        for _ in range(100):
            y = np.arange(n) % 2
            x = rng.standard_normal((n, 2)) + np.where(y == 1, 1, -1)[:, None] * middle
            model = LogisticRegression().fit(x, y)
            w, b = model.coef_[0], model.intercept_[0]
            size = np.linalg.norm(w)
            right = (norm.cdf((w @ middle + b) / size) + norm.cdf((w @ middle - b) / size)) / 2
            lost.append(norm.cdf(1) - right)
        below[f"distance_at_{n}"] = np.mean(lost)
    assert min(below.values()) > 0
    holds("structuring_projects.bayes_limit", below)


def test_remedies_of_polynomials(holds, rng):
    def errors(degree, n, C=1e6):
        x = rng.uniform(-1, 1, (n + 2000, 2))
        y = (x[:, 1] > np.sin(3 * x[:, 0]) * 0.7).astype(int)
        y ^= (rng.random(len(y)) < 0.1).astype(int)
        model = make_pipeline(
            PolynomialFeatures(degree), StandardScaler(), LogisticRegression(C=C, max_iter=3000, tol=1e-3)
        ).fit(x[:n], y[:n])
        training, new = 1 - model.score(x[:n], y[:n]), 1 - model.score(x[n:], y[n:])
        return np.array([training, new - training])

    line, curve, more, l2 = (
        np.mean([errors(*setting) for _ in range(4)], axis=0)
        for setting in ((1, 80), (12, 80), (12, 1000), (12, 80, 0.3))
    )
    bias, variance = line[0] - curve[0], curve[1] - np.array([more[1], l2[1]])
    holds("structuring_projects.remedies", [bias, *variance])


def test_longer_training_and_better_optimisers_lower_the_training_loss(holds):
    digits = load_digits()
    x, y = (digits.data[:1000] / 16).astype("float32"), digits.target[:1000]
    SGD, loss = keras.optimizers.SGD, keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    trials = {
        "plain": (SGD(0.01), 6),
        "longer": (SGD(0.01), 24),
        "momentum": (SGD(0.01, momentum=0.9), 6),
        "RMSprop": (keras.optimizers.RMSprop(0.001), 6),
        "Adam": (keras.optimizers.Adam(0.001), 6),
    }
    ends = {}
    for name, (optimizer, epochs) in trials.items():
        keras.utils.set_random_seed(0)
        model = mlp(64, [64], 10)
        model.compile(optimizer, loss, jit_compile=False)
        model.fit(x, y, epochs=epochs, verbose=0)
        ends[name] = model.evaluate(x, y, verbose=0)
    falls = ends["plain"] - np.array([end for name, end in ends.items() if name != "plain"])
    holds("structuring_projects.remedies_optimisers", falls)
