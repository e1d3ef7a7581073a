"""Claims of chapter 5 that would only interrupt the reading: measured here instead of in the notebook."""

from itertools import pairwise

from course_utils.checks.differences import central_differences
from course_utils.claims import judge

import numpy as np
import pytest
from cells import compiled, without_pictures


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


def ratio(ours, theirs):
    ours, theirs = (np.concatenate([np.ravel(array) for array in arrays]) for arrays in (ours, theirs))
    return np.linalg.norm(ours - theirs) / (np.linalg.norm(ours) + np.linalg.norm(theirs))


def furthest(ours, theirs):
    return max(np.abs(here - there).max() for here, there in zip(ours, theirs, strict=True))


# The tutorial's network, in its own orientation: W is outputs × inputs, everything else a column.


def book_network(sizes, rng):
    W = [rng.standard_normal((outputs, inputs)) / np.sqrt(inputs) for inputs, outputs in pairwise(sizes)]
    return W, [rng.standard_normal((outputs, 1)) for outputs in sizes[1:]]


def book_forward(W, b, x):
    """Pre-activations and activations, the input first."""
    zs, activations = [], [x]
    for w, c in zip(W, b, strict=True):
        zs.append(w @ activations[-1] + c)
        activations.append(sigmoid(zs[-1]))
    return zs, activations


@pytest.fixture
def column_case(rng):
    """A network with three layers of weights, an input column, a target column, and its cost as a function."""
    W, b = book_network([6, 5, 4, 3], rng)
    x, y = rng.standard_normal((6, 1)), rng.random((3, 1))
    return W, b, x, y, lambda: np.sum((book_forward(W, b, x)[1][-1] - y) ** 2) / 2


def numeric_delta(W, b, x, y, layer):
    """Difference quotients of the cost by the pre-activations of a layer (0: the first)."""
    shift = np.zeros_like(b[layer])

    def cost():
        return np.sum((book_forward(W, [*b[:layer], b[layer] + shift, *b[layer + 1 :]], x)[1][-1] - y) ** 2) / 2

    return central_differences(cost, shift, 1e-5)


def test_shapes_and_scale_of_the_start(holds, rng):
    W, b = book_network([784, 512, 10], rng)
    holds("backpropagation.mlp_init_shapes", [array.shape for array in (*W, *b)])
    holds("backpropagation.init_scale", [w.std() for w in W])
    rows = rng.random((7, 784))
    outputs = np.array([book_forward(W, b, row[:, None])[1][-1].ravel() for row in rows])
    holds("backpropagation.minibatch_matrix_shape", [rows.shape, outputs.shape])


def test_weights_of_one_give_every_neuron_the_sum_of_the_input(holds, rng):
    x = rng.standard_normal(6)
    sums = x @ np.ones((6, 5))
    holds("backpropagation.constant_weights_same_value", max(np.ptp(sums), np.abs(sums - x.sum()).max()))


def test_equal_units_stay_equal_and_random_ones_do_not(holds, rng):
    X, Y = rng.standard_normal((40, 6)), rng.random((40, 3))

    def spread_after_training(b1):
        W1, W2, b2 = np.ones((6, 5)), np.ones((5, 3)), np.zeros(3)
        for _ in range(300):
            A1 = sigmoid(X @ W1 + b1)
            A2 = sigmoid(A1 @ W2 + b2)
            delta2 = (A2 - Y) * A2 * (1 - A2) / len(X)
            delta1 = (delta2 @ W2.T) * A1 * (1 - A1)
            W1, b1 = W1 - 0.5 * X.T @ delta1, b1 - 0.5 * delta1.sum(axis=0)
            W2, b2 = W2 - 0.5 * A1.T @ delta2, b2 - 0.5 * delta2.sum(axis=0)
        return np.ptp(W1, axis=1).max()

    equal, random = (spread_after_training(b1) for b1 in (np.full(5, 0.3), rng.standard_normal(5)))
    holds("backpropagation.constant_init_symmetry", equal)
    assert random > 0.01


@pytest.fixture
def written():
    """What the chapter's own cells define, up to the gradients of a minibatch."""
    names = without_pictures() | {"pairwise": pairwise}
    exec(compiled(5, "network", "hand", "backprop", "numeric", "backward"), names)
    return names


def test_accuracy_of_the_notebook(holds, written, rng):
    W, b = written["start"]([4, 10], rng)
    X, labels = rng.standard_normal((50, 4)), rng.integers(0, 10, 50)
    outputs = written["forward"](W, b, X)[-1]
    right = sum(int(label == max(range(10), key=row.__getitem__)) for label, row in zip(labels, outputs, strict=True))
    holds("backpropagation.accuracy_function", np.abs(written["accuracy"](W, b, X, labels) - right / 50))


def moved_by_updates(gradients, rng, updates):
    """How far some updates of rate 0.1 move the parameters of a 6-5-3 network."""
    W, b = book_network([6, 5, 3], rng)
    W, b = [w.T for w in W], [c.ravel() for c in b]
    X, Y = rng.standard_normal((8 * updates, 6)), rng.random((8 * updates, 3))
    before = [array.copy() for array in (*W, *b)]
    for first in range(0, len(X), 8):
        dW, db = gradients(W, b, X[first : first + 8], Y[first : first + 8])
        for parameter, gradient in zip((*W, *b), (*dW, *db), strict=True):
            parameter -= 0.1 * gradient
    return [after - start for after, start in zip((*W, *b), before, strict=True)]


@pytest.mark.parametrize("seed", range(3))
def test_an_update_by_loops_is_the_update_by_matrices(holds, written, seed):
    def by_loops(W, b, X, Y):
        each = [written["backprop"](W, b, x, y) for x, y in zip(X, Y, strict=True)]
        return ([sum(of[kind][layer] for of in each) / len(X) for layer in range(len(W))] for kind in (0, 1))

    loops, matrices = (
        moved_by_updates(gradients, np.random.default_rng(seed), 4) for gradients in (by_loops, written["quadratic"])
    )
    assert max(np.abs(moved).max() for moved in loops) > 1e-4
    holds("backpropagation.update_is_mean", ratio(loops, matrices))


def test_without_an_update_nothing_agrees(written):
    still = [np.zeros((6, 5)), np.zeros(5)]
    with np.errstate(invalid="ignore"):
        assert judge("backpropagation.update_is_mean", ratio(still, still)).verdict == "differs"


def test_the_four_equations_in_the_documents_orientation(holds, column_case):
    W, b, x, y, cost = column_case
    zs, activations = book_forward(W, b, x)
    deltas = [(activations[-1] - y) * sigmoid_slope(zs[-1])]
    holds("backpropagation.delta_output", np.abs(deltas[0] - numeric_delta(W, b, x, y, 2)).max())
    for layer in (1, 0):  # the tutorial's l = L - 1, …, 2
        deltas.insert(0, (W[layer + 1].T @ deltas[0]) * sigmoid_slope(zs[layer]))
    hidden = [np.abs(deltas[layer] - numeric_delta(W, b, x, y, layer)).max() for layer in (0, 1)]
    holds("backpropagation.delta_hidden", hidden)
    dW = [delta @ a.T for delta, a in zip(deltas, activations, strict=False)]
    numeric_W, numeric_b = ([central_differences(cost, array, 1e-5) for array in arrays] for arrays in (W, b))
    holds("backpropagation.weight_gradient", furthest(dW, numeric_W))
    holds("backpropagation.bias_gradient", furthest(deltas, numeric_b))
    holds("backpropagation.backprop_order", furthest([*dW, *deltas], [*numeric_W, *numeric_b]))


def test_derivative_of_the_quadratic_cost(holds, rng):
    a, y = rng.random(10), rng.random(10)
    holds(
        "backpropagation.d_cost", np.abs(central_differences(lambda: np.sum((a - y) ** 2) / 2, a, 1e-4) - (a - y)).max()
    )


def test_a_threshold_jumps_where_a_sigmoid_does_not(holds):
    below, above = -0.001, 0.001
    jump = np.heaviside(above, 1) - np.heaviside(below, 1)
    holds("backpropagation.threshold_jumps", jump / (sigmoid(above) - sigmoid(below)))


def test_the_sigmoid(holds):
    z = np.linspace(-30, 30, 2001)
    slopes = (sigmoid(z + 1e-5) - sigmoid(z - 1e-5)) / 2e-5
    holds("backpropagation.sigmoid_formula_derivative", np.abs(slopes - sigmoid(z) * (1 - sigmoid(z))).max())
    values = sigmoid(z)
    assert values.min() > 0 and values.max() < 1
    holds("backpropagation.sigmoid_range", [values.min(), values.max()])
    changes = [np.abs(sigmoid(z + step) - values).max() / step for step in (0.001, 0.1, 1)]
    assert min(changes) > 0.2, "the bound is nearly reached, so it says something"
    holds("backpropagation.sigmoid_small_change", changes)


def test_the_notes_computation_graph(holds):
    def graph(a, b, c):
        u = b * c
        v = a + u
        return u, v, 3 * v

    u, v, J = graph(5, 3, 2)
    holds("backpropagation.graph_forward", [u, v, J])
    turn = 0.5  # everything is linear in what is turned, so any turn gives the derivative
    dJ_dv = (3 * (v + turn) - 3 * (v - turn)) / (2 * turn)
    dv_da = (graph(5 + turn, 3, 2)[1] - graph(5 - turn, 3, 2)[1]) / (2 * turn)
    dJ_da = (graph(5 + turn, 3, 2)[2] - graph(5 - turn, 3, 2)[2]) / (2 * turn)
    assert dJ_da == dJ_dv * dv_da
    holds("backpropagation.graph_derivatives", [dJ_dv, dv_da, dJ_da])


# The notes' networks: examples in columns, tanh below, one sigmoid output with the cross-entropy.


@pytest.fixture
def shallow(rng):
    """A 3-4-1 network, 20 examples, and its cost as a function of nothing."""
    parameters = [rng.standard_normal(shape) for shape in ((4, 3), (4, 1), (1, 4), (1, 1))]
    X, Y = rng.standard_normal((3, 20)), rng.integers(0, 2, (1, 20)).astype(float)
    return parameters, X, Y, lambda: shallow_cost(parameters, X, Y)


def shallow_cost(parameters, X, Y, mask=1.0):
    W1, b1, W2, b2 = parameters
    z2 = W2 @ (np.tanh(W1 @ X + b1) * mask) + b2
    return np.mean(np.logaddexp(0, z2) - Y * z2)


def shallow_gradients(parameters, X, Y, mask=1.0):
    """dW1, db1, dW2, db2, each computed from what stands before it."""
    W1, b1, W2, b2 = parameters
    m = X.shape[1]
    z1 = W1 @ X + b1
    A1 = np.tanh(z1) * mask
    dz2 = sigmoid(W2 @ A1 + b2) - Y
    dW2, db2 = dz2 @ A1.T / m, np.sum(dz2, axis=1, keepdims=True) / m
    back, slope = W2.T @ dz2 * mask, tanh_slope(z1)
    dz1 = back * slope
    dW1, db1 = dz1 @ X.T / m, np.sum(dz1, axis=1, keepdims=True) / m
    return [dW1, db1, dW2, db2], dz2, (back, slope)


def test_vectorised_backpropagation_of_one_hidden_layer(holds, shallow, rng):
    parameters, X, Y, cost = shallow
    gradients, _, (back, slope) = shallow_gradients(parameters, X, Y)
    numeric = [central_differences(cost, array, 1e-5) for array in parameters]
    holds("backpropagation.shallow_vectorised", ratio(gradients, numeric))
    assert back.shape == slope.shape
    holds("backpropagation.dz1_shapes", back.shape)
    dz2 = rng.standard_normal((3, 20))
    holds("backpropagation.keepdims_shape", np.sum(dz2, axis=1, keepdims=True).shape)


def test_step_by_step_backwards(holds, shallow):
    """da2, dz2, dW2, db2, then da1, dz1, dW1, db1: each from those before it and the forward pass alone."""
    (W1, b1, W2, b2), X, Y, cost = shallow
    m = X.shape[1]
    z1 = W1 @ X + b1
    a1 = np.tanh(z1)
    a2 = sigmoid(W2 @ a1 + b2)
    da2 = -Y / a2 + (1 - Y) / (1 - a2)
    dz2 = da2 * a2 * (1 - a2)
    dW2, db2 = dz2 @ a1.T / m, dz2.mean(axis=1, keepdims=True)
    da1 = W2.T @ dz2
    dz1 = da1 * tanh_slope(z1)
    dW1, db1 = dz1 @ X.T / m, dz1.mean(axis=1, keepdims=True)
    numeric = [central_differences(cost, array, 1e-5) for array in (W1, b1, W2, b2)]
    holds("backpropagation.order", ratio([dW1, db1, dW2, db2], numeric))


def test_a_deep_network_as_blocks(holds, rng):
    sizes = [2, 3, 5, 4, 2, 1]
    W = [rng.standard_normal((outputs, inputs)) for inputs, outputs in pairwise(sizes)]
    b = [rng.standard_normal((outputs, 1)) for outputs in sizes[1:]]
    X, Y = rng.standard_normal((2, 20)), rng.integers(0, 2, (1, 20)).astype(float)
    runs = []

    def block_forward(a, w, c, last):
        z = w @ a + c
        return (sigmoid(z) if last else np.tanh(z)), (z, a)

    def block_backward(da, cache, w, last, first):
        z, a_before = cache
        dz = da * (sigmoid_slope(z) if last else tanh_slope(z))
        da_before = None if first else w.T @ dz
        return da_before, dz @ a_before.T / 20, dz.mean(axis=1, keepdims=True)

    def run():
        a, caches = X, []
        for place, (w, c) in enumerate(zip(W, b, strict=True)):
            a, cache = block_forward(a, w, c, last=place == 4)
            caches.append(cache)
        runs.append(1)
        return a, caches

    def cost():
        a, _ = run()
        return -np.mean(Y * np.log(a) + (1 - Y) * np.log(1 - a))

    a, caches = run()
    da, gradients_W, gradients_b = -Y / a + (1 - Y) / (1 - a), [], []
    for place in reversed(range(5)):
        da, dw, db = block_backward(da, caches[place], W[place], last=place == 4, first=place == 0)
        gradients_W.insert(0, dw)
        gradients_b.insert(0, db)
    assert da is None, "the derivative by the input has not been computed"

    runs.clear()
    numeric_W, numeric_b = ([central_differences(cost, array, 1e-5) for array in arrays] for arrays in (W, b))
    assert sum(array.size for array in (*W, *b)) == 66
    holds("backpropagation.debug_only", len(runs))
    holds("backpropagation.da0_unused", furthest([*gradients_W, *gradients_b], [*numeric_W, *numeric_b]))
    holds("backpropagation.deep_blocks", ratio(gradients_W, numeric_W))
    # All parameters as one vector theta, as the notes describe it.
    theta = np.concatenate([array.ravel() for array in (*W, *b)])

    def cost_of_theta():
        start = 0
        for array in (*W, *b):
            array[...] = theta[start : start + array.size].reshape(array.shape)
            start += array.size
        return cost()

    d_theta = np.concatenate([array.ravel() for array in (*gradients_W, *gradients_b)])
    holds("backpropagation.component_formula", np.abs(central_differences(cost_of_theta, theta, 1e-5) - d_theta).max())


def test_the_cube(holds):
    theta, eps = 1.0, 0.01
    quotient = ((theta + eps) ** 3 - (theta - eps) ** 3) / (2 * eps)
    holds("backpropagation.cube_example", quotient)
    holds("backpropagation.cube_error", quotient - 3 * theta**2)
    steps = np.array([0.1, 0.01, 0.001])
    errors = [((theta + h) ** 3 - (theta - h) ** 3) / (2 * h) - 3 * theta**2 for h in steps]
    holds("backpropagation.error_order", np.diff(np.log(errors)) / np.diff(np.log(steps)) @ np.full(2, 0.5))


def test_the_regularisation_term_belongs_to_the_check(holds, shallow):
    parameters, X, Y, cost = shallow
    gradients, *_ = shallow_gradients(parameters, X, Y)

    def regularised():
        return cost() + 0.7 / (2 * 20) * sum(np.sum(w**2) for w in parameters[::2])

    numeric = [central_differences(regularised, array, 1e-7) for array in parameters]
    holds("backpropagation.regularization_included", ratio(gradients, numeric))
    for place in (0, 2):
        gradients[place] = gradients[place] + 0.7 / 20 * parameters[place]
    assert ratio(gradients, numeric) < 1e-6


def test_no_gradient_checking_with_dropout(holds, shallow, rng):
    parameters, X, Y, _ = shallow
    numeric = [
        central_differences(lambda: shallow_cost(parameters, X, Y, (rng.random((4, 20)) < 0.8) / 0.8), array, 1e-7)
        for array in parameters
    ]
    mask = (rng.random((4, 20)) < 0.8) / 0.8
    gradients, *_ = shallow_gradients(parameters, X, Y, mask)
    holds("backpropagation.not_with_dropout", ratio(gradients, numeric))
    kept = [central_differences(lambda: shallow_cost(parameters, X, Y, mask), array, 1e-5) for array in parameters]
    assert ratio(gradients, kept) < 1e-7, "with the mask held fixed the gradient is right"
