"""Checks of chapter 02, Logistic regression."""

from typing import Any

from course_utils.checks.exercises import Hint, as_array, call, exercise, refuse_mistakes
from course_utils.checks.predictions import Finding, prediction

import numpy as np


@prediction(
    "2.1",
    {
        "falls": "the test loss to fall further",
        "same": "the test loss to stay within a tenth",
        "rises": "the test loss to rise",
    },
)
def loss_of_the_long_run(measured: Any) -> Finding:
    """Decide where the test loss went, from the losses of all splits by the number of steps."""
    early, late = sorted(measured)
    before, after = (float(np.mean(measured[step])) for step in (early, late))
    numbers = f"the mean test loss of the splits is {before:.3f} after {early:,} steps and {after:.3f} after {late:,}"
    if not np.isfinite([before, after]).all():
        return Finding(None, numbers, "it overflowed, and there is nothing to compare")
    if abs(after / before - 1) <= 0.1:
        return Finding("same", numbers, "it has stayed within a tenth")
    if after < before:
        return Finding("falls", numbers, "it has fallen further")
    reason = "the plane is worse, or only too sure: the text below tests which"
    return Finding("rises", numbers, "it has risen", reason)


@exercise("2.2", kind="experiment")
def one_tumour(answer: Any, rng: np.random.Generator) -> str:
    """Check answer, loss and error signal of a benign tumour with log odds ln 3, and the answer for a second tumour."""
    a, paid, delta, second = as_array(answer, (4,), "`by_hand`")
    if not np.isclose(a, 0.75, atol=2e-3):
        mistakes = [
            (0.25, "1/4 is the probability of *benign*: z is positive, so the neuron leans to malignant."),
            (3, "3 to 1 are the odds. Which probability has these odds?"),
            (np.log(3), "That is z itself. Odds of e^z to 1 are which probability?"),
            (1 / 3, "Odds of 3 to 1 are three parts against one: three of how many?"),
        ]
        refuse_mistakes(a, mistakes, rtol=0, atol=2e-3)
        raise Hint(f"a is not {a:.3g}. e^z = 3: odds of 3 to 1.")
    if not np.isclose(paid, np.log(4), atol=4e-3):  # three digits: 1.39 too
        mistakes = [
            (-np.log(0.75), "-ln a is what a *malignant* tumour would cost. For y = 0 the other term counts."),
            (np.log10(4), "You took the logarithm to base 10; in this course ln is the natural one."),
            (2, "You took the logarithm to base 2; in this course ln is the natural one."),
            (-np.log(4), "A loss is positive: -ln of a probability."),
            (0.75**2 / 2, "That is the squared error. The loss here is the cross-entropy."),
        ]
        refuse_mistakes(paid, mistakes, rtol=0, atol=2e-3)
        raise Hint(f"The loss is not {paid:.3g}. Which probability did the neuron give to what happened?")
    if not np.isclose(delta, 0.75, atol=2e-3):
        mistakes = [
            (-0.25, "That is a - 1, right for a malignant tumour. Here y = 0."),
            (-0.75, "The sign: going *down* the slope must make z smaller, so the slope is positive."),
            (0.25, "1 - a is what is left to say. The error is a - y."),
            (0.75 * 0.1875, "The factor a(1 - a) cancels against the loss's own derivative."),
            (4, "That is the derivative by a. One factor is missing on the way to z."),
        ]
        refuse_mistakes(delta, mistakes, rtol=0, atol=2e-3)
        raise Hint(f"delta is not {delta:.3g}. It is what was said minus what was true.")
    if not np.isclose(second, 12 / 13, atol=2e-3):
        mistakes = [
            (6 / 7, "Two deviations more: the odds double twice."),
            (7 / 8, "A weight of ln 2 *multiplies* the odds for every deviation more; it adds nothing to them."),
            (3 / 7, "The odds grow with a positive weight; you divided them."),
            (12, "These are the odds. Which probability has these odds?"),
            (3 / (3 + np.log(2)), "The weight is ln 2, and it is added to z, not to the probability or the odds."),
        ]
        refuse_mistakes(second, mistakes, rtol=0, atol=2e-3)
        raise Hint(f"a_second is not {second:.3g}. What do two deviations add to z, and do to the odds?")
    return "3 to 1 is 3/4; for benign a quarter was left, and -ln(1/4) = ln 4; delta is 3/4 - 0; then 12 to 1 is 12/13."


@exercise("2.3", kind="code")
def mended_cost(answer: Any, rng: np.random.Generator) -> str:
    """Check that a cost is the same for labels in a row and in a column."""
    for m, n in ((7, 3), (4, 2)):
        X, w, b = rng.standard_normal((m, n)), rng.standard_normal(n), rng.standard_normal()
        y = np.arange(m) % 2
        z = X @ w + b
        right, pairs = _cost(z, y), float(np.mean([_cost(z, np.full(m, label)) for label in y]))
        for labels in (y[:, None], y):
            cost = float(as_array(call(answer, X, labels, w, b), (), "The cost"))
            shape = f"({m}, 1)" if labels.ndim == 2 else f"({m},)"
            ending = f"(With labels of shape {shape} yours is {cost:.4f}, and should be {right:.4f}.)"
            if not np.isclose(cost, right, rtol=1e-6):
                mistakes = [
                    (pairs, "Every answer still meets every label. Print the shape of `y * np.log(a)`."),
                    (m * right, "The sum in place of the mean."),
                    (-right, "The sign: a cost is positive."),
                    (_cost(z, 1 - y), "The labels have changed places."),
                ]
                refuse_mistakes(cost, mistakes, ending=ending)
                raise Hint(f"It is not the mean of the losses of the examples. {ending}")
    return "row or column, every answer now meets its own label."


def _cost(z: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean(np.logaddexp(0, np.where(y == 1, -z, z))))


@exercise("2.4", kind="experiment")
def best_penalty(answer: Any, rng: np.random.Generator) -> str:
    """Check the parameter C with the smallest loss, and how reliable the doctor with a tenth of it is."""
    chosen, distance = as_array(answer, (2,), "`choice`")
    if chosen <= 0:
        raise Hint(f"C must be positive; got {chosen:g}.")
    power = np.log10(chosen)
    if not np.isclose(power, round(power)) or not -4 <= power <= 4:
        raise Hint(f"Choose one of the powers of ten from 1e-4 to 1e4; got {chosen:g}.")
    y, z = _cross_validated(chosen, chosen / 10, chosen * 10)
    here, stronger, weaker = (_cost(each, y) for each in z)
    if stronger < 0.97 * here:
        raise Hint(
            f"With C = {chosen:g} the loss is {here:.3f}, with a stronger penalty, C = {chosen / 10:g}, it is "
            f"{stronger:.3f}: yours is too bold. Compare losses on the parts left out, not on the training data and "
            "not the accuracy."
        )
    if weaker < 0.97 * here:
        raise Hint(
            f"With C = {chosen:g} the loss is {here:.3f}, with a weaker penalty, C = {chosen * 10:g}, it is "
            f"{weaker:.3f}: yours is too timid. The smaller C, the stronger the penalty."
        )
    (gaps, counts), (gaps_here, counts_here) = _distances(z[1], y), _distances(z[0], y)
    right = gaps @ counts / len(y)
    if not np.isclose(distance, right, rtol=0, atol=0.005):
        mistakes = [
            (gaps.mean(), "Bands of ten tumours count as much as bands of three hundred: weight them."),
            (gaps @ counts, "Divide by the number of tumours."),
            (gaps_here @ counts_here / len(y), f"That is the doctor with C = {chosen:g}; a tenth of it is asked."),
        ]
        refuse_mistakes(distance, mistakes, rtol=0.02, atol=0.006)
        raise Hint(
            f"The mean distance is not {distance:.3g}. Does `reliability` get probabilities, not z, and of the doctor "
            f"with C = {chosen / 10:g}? Is each band weighted by its tumours?"
        )
    return (
        f"the loss is {here:.3f}; {stronger:.3f} with C ten times smaller, {weaker:.3f} with C ten times larger. The "
        f"doctor with a tenth of C is off by {right:.3f} in the mean, against {gaps_here @ counts_here / len(y):.3f}."
    )


def _cross_validated(*parameters: float) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the labels of the tumours, and their z under ten-fold cross-validation for each parameter C."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    tumours = load_breast_cancer()
    X, y = tumours.data, 1 - tumours.target
    parts = KFold(10, shuffle=True, random_state=0)
    models = [make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=100_000)) for c in parameters]
    return y, [cross_val_predict(model, X, y, cv=parts, method="decision_function") for model in models]


def _distances(z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distance between said and happened in the bands of the chapter's `reliability`, and their counts."""
    p = 1 / (1 + np.exp(-z))
    band = np.digitize(p, [0.1, 0.3, 0.5, 0.7, 0.9])
    groups = [band == k for k in np.unique(band)]
    return np.array([abs(p[g].mean() - y[g].mean()) for g in groups]), np.array([g.sum() for g in groups])


@exercise("2.5", kind="code")
def fit(answer: Any, rng: np.random.Generator) -> str:
    """Check a function `(X, y, C)` against scikit-learn's penalized logistic regression."""
    for m, n, c, width in ((60, 2, 1.0, 0.0), (60, 5, 0.1, 0.0), (40, 3, 1.0, 1.0), (80, 3, 10.0, 0.0)):
        X = rng.standard_normal((m, n))
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        z = X @ rng.uniform(1, 2, n) + 0.7
        y = (z + (1 - width) * rng.logistic(size=m) > 0).astype(int)  # separable if the width of the margin is 1
        given = call(answer, X, y, c)
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise Hint("Return the two results as `return w, b`.")
        w, b = as_array(given[0], (n,), "The weights"), float(as_array(given[1], (), "The bias"))
        _compare(np.append(w, b), X, y, c)
    return "weights and bias are scikit-learn's, with a strong and a weak penalty, and on separable data."


def _compare(found: np.ndarray, X: np.ndarray, y: np.ndarray, c: float) -> None:
    right = _library(X, y, c)
    if np.allclose(found, right, rtol=2e-3, atol=2e-3):
        return
    m = len(y)
    mistakes = [
        (
            _library(X, y, c / m),
            "The penalty is too strong: the cost is a mean over m, and lambda is 1/(Cm).",
        ),
        (_library(X, y, c / 2), "Twice the penalty: the derivative of |w|²/2 is w, not 2w."),
        (_library(X, y, c * 2), "Half the penalty: the derivative of |w|²/2 is w, not w/2."),
        (_library(X, y, 1 / c), "C divides: the smaller C, the stronger the penalty."),
        (_library(X, y, c, free_bias=False), "The bias is free: the penalty is on w alone."),
        (
            lambda _: np.allclose(found, _without_penalty(X, y), rtol=0.02, atol=0.02),
            "There is no penalty in it: these are the weights that the loss alone leads to.",
        ),
    ]
    ending = f"(C = {c:g}, {m} examples: yours {np.round(found, 3)}, scikit-learn {np.round(right, 3)}, bias last.)"
    refuse_mistakes(found, mistakes, rtol=2e-3, atol=2e-3, ending=ending)
    w, b = found[:-1], found[-1]
    with np.errstate(over="ignore"):
        residual = 1 / (1 + np.exp(-(X @ w + b))) - y
    left = max(np.abs(X.T @ residual / m + w / (c * m)).max(), abs(residual.mean()))
    raise Hint(f"It is not the minimum: the slope there is still up to {left:.2g}. Formula, or too few steps? {ending}")


def _library(X: np.ndarray, y: np.ndarray, c: float, free_bias: bool = True) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, tol=1e-8, max_iter=10_000, fit_intercept=free_bias)
    model.fit(X if free_bias else np.column_stack([X, np.ones(len(X))]), y)
    return np.append(model.coef_[0], model.intercept_) if free_bias else model.coef_[0]


def _without_penalty(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return where 10,000 steps at rate 1 lead without a penalty."""
    parameters, rows = np.zeros(X.shape[1] + 1), np.column_stack([X, np.ones(len(X))])
    for _ in range(10_000):
        parameters = parameters - rows.T @ (1 / (1 + np.exp(-(rows @ parameters))) - y) / len(y)
    return parameters
