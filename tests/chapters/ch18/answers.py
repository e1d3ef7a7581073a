"""Known answers to the exercises of chapter 18."""

import numpy as np

PREDICTIONS = {
    "18.1": [
        ([2.3026, 1.2, 0.003], "learned", "from 2.303 to 0.003 in 3 steps.*learned by heart"),
        ([2.3026, 2.0, 1.05], "slowly", "between 0.1 and 2.2"),
        ([2.3026, 2.30, 2.296], "stuck", "stays above 2.2"),
        ([2.3026, 9.0, np.nan], "overflow", "it overflowed"),
        ([2.3026, 3.0, 5.0], None, "none of the choices"),
    ]
}


def range_test(
    model,
    batches,
    low,
    high,
    rate_at=lambda low, high, k, n: low * (high / low) ** (k / (n - 1)),
    stop=True,
    last=True,
    weights_back=True,
    rate_back=True,
    early=True,
):
    """A range test with one of the mistakes switched on."""
    weights, rate = model.get_weights(), float(model.optimizer.learning_rate)
    rates, losses = [], []
    for k, (X, y) in enumerate(batches):
        rates.append(rate_at(low, high, k, len(batches)))
        if early:
            model.optimizer.learning_rate = rates[-1]
        losses.append(float(model.train_on_batch(X, y)))
        if not early:
            model.optimizer.learning_rate = rates[-1]
        if stop and not losses[-1] <= 3 * losses[0]:
            break
    if not last and len(losses) < len(batches):
        rates, losses = rates[:-1], losses[:-1]
    if weights_back:
        model.set_weights(weights)
    if rate_back:
        model.optimizer.learning_rate = rate
    return rates, losses


def variant(**mistake):
    return lambda model, batches, low, high: range_test(model, batches, low, high, **mistake)


RIGHT = {
    "18.2": np.log(100) + 5,
    "18.3": (64, 64**2),
    "18.4": {"W1", "b1"},
    "18.5": range_test,
}
WRONG = {
    "18.2": [
        (np.log(10) + 5, "100 classes, not 10"),
        (np.log(100) + 10, "factor 1/2"),
        (np.log(100), "loss alone"),
        (5, "penalty alone"),
        (np.log(100) + 500, "sums squares"),
        (7, "natural one"),
        (8, "the loss of guessing"),
        ("much", "should be a number"),
        ([1, [2, 3]], "should be a number"),
    ],
    "18.3": [
        ((1 / 64, 64), "In which direction must W1 go"),
        ((8, 64), "instead of"),
        ((64, 1), "holds the pixels as a factor"),
        ((64, 64), "By how much did W1 itself grow"),
        ((64, 1 / 64), "In which direction must its rate go"),
        ((64, 1 / 64**2), "The size is right"),
        ((64, 64**3), "W1 has grown once"),
        ((64, 1000), "the rate is not"),
        (64, "should have shape"),
        ([64, [1, 2]], "should be numbers"),
    ],
    "18.4": [
        ({"W1"}, "every array"),
        ({"W2", "b2"}, "W2 agrees"),
        ({"W1", "b1", "b2"}, "b2 agrees"),
        (set(), "every array"),
        ({"W3"}, "are called"),
        ("b1", "every array"),
        (3, "as a set"),
        ([["W1"], "b1"], "as a set"),
    ],
    "18.5": [
        (variant(rate_at=lambda low, high, k, n: low + (high - low) * k / (n - 1)), "constant summand"),
        (variant(rate_at=lambda low, high, k, n: low * (high / low) ** (k / n)), "factors between them"),
        (variant(stop=False), "above three times the first after"),
        (variant(last=False), "last step are missing"),
        (variant(weights_back=False), "other weights than before"),
        (variant(rate_back=False), "another rate than before"),
        (variant(early=False), "set before the step"),
        (lambda *given: range_test(*given)[0], "Return two lists"),
        (lambda *given: "ab", "Return two lists"),
        (lambda *given: (3, 4), "Return a list of"),
        (lambda *given: ([[1], [2, 3]], [[1], [2, 3]]), "Return a list of"),
        (lambda *given: None, "returns nothing yet"),
    ],
}
