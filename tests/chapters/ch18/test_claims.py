"""Claims of chapter 18 that would interrupt the reading, measured here instead of in the notebook."""

from course_utils.chapters.ch18.checks import patient
from course_utils.checks.differences import central_differences
from course_utils.models import mlp

import keras
import numpy as np
import pytest
from cells import compiled

SHAPES = (8, 6), (6,), (6, 3), (3,)


@pytest.fixture
def notebook_code():
    """The functions of the notebook's cell that holds the network."""
    names = {"np": np}
    exec(compiled(18, "network"), names)
    return names


@pytest.fixture
def problem(rng):
    """Weights and a batch in float64, small enough for differences entry by entry."""
    return [rng.standard_normal(shape) for shape in SHAPES], rng.standard_normal((10, 8)), rng.integers(3, size=10)


def numeric_gradients(function, weights, X, y):
    return [central_differences(lambda: function(weights, X, y)[0], weight, 1e-6) for weight in weights]


def apart(gradients, others):
    a, b = (np.concatenate([part.ravel() for part in parts]) for parts in (gradients, others))
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def test_the_size_of_the_network(holds):
    sizes = [w.size for w in mlp(3072, [50], 10).get_weights()]
    holds("babysitting_training.parameter_count", sizes)


def test_the_loss_of_guessing(holds, rng):
    losses = []
    for classes in (2, 10, 100):
        scores = 0.001 * rng.standard_normal((2000, classes))
        y = rng.integers(classes, size=2000)
        losses.append(float(keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, scores)))
    holds("babysitting_training.loss_of_random_guess", losses)


def test_differences_tell_right_gradients_from_wrong_ones(holds, notebook_code, problem):
    weights, X, y = problem
    loss_and_gradients = notebook_code["loss_and_gradients"]
    numeric = numeric_gradients(loss_and_gradients, weights, X, y)
    right = [*loss_and_gradients(weights, X, y)[1]]
    wrong = [part.copy() for part in right]
    wrong[0][np.unravel_index(np.argmax(np.abs(wrong[0])), SHAPES[0])] *= 1.1
    assert apart(right, numeric) < 1e-7
    holds("babysitting_training.gradient_check", apart(wrong, numeric) / apart(right, numeric))


def test_the_patient_is_wrong_below_the_relu_only(problem):
    weights, X, y = problem
    numeric = numeric_gradients(patient, weights, X, y)
    errors = [np.abs(a - b).max() for a, b in zip(patient(weights, X, y)[1], numeric, strict=True)]
    assert min(errors[:2]) > 1e-3 and max(errors[2:]) < 1e-6


def test_a_step_of_train_is_a_step_of_keras(notebook_code, problem):
    weights, X, y = problem
    model = mlp(8, [6], 3)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss, jit_compile=False)
    model.set_weights(weights)
    (before, _, _), (_, after, _) = notebook_code["train"](weights, [(X, y)] * 2, [0.1] * 2)
    assert np.isclose(model.train_on_batch(X, y), before, rtol=1e-5)
    for theirs, ours in zip(model.get_weights(), after, strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=1e-6)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_a_tiny_constant_keeps_the_logarithm_finite(holds):
    p = np.array([0.0, 1.0])
    without, with_it = p * np.log(p), p * np.log(p + 1e-12)
    holds("babysitting_training.add_epsilon_to_log", [np.isnan(without).sum(), np.abs(with_it).max()])
