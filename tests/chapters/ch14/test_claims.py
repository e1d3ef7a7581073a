"""Claims of chapter 14 that would interrupt the reading, measured here instead of in the notebook."""

from functools import reduce

import keras
import numpy as np


def test_a_linear_network_is_one_matrix(holds, rng):
    x, matrices = rng.standard_normal(3), rng.standard_normal((6, 3, 3))
    a = x
    for W in matrices:
        a = W @ a
    product = reduce(lambda total, W: W @ total, matrices)
    difference = np.abs(product @ x - a).max() / np.abs(a).max()
    holds("vanishing_exploding_gradients.linear_deep_product", difference)
    holds("vanishing_exploding_gradients.linear_product", difference)
    assert np.abs(reduce(lambda total, W: total @ W, matrices) @ x - a).max() > 1e-3, "in the other order it is another"


def output_of_diagonal_layers(weight, depth):
    """The slides' network: diagonal weights in all layers but the last, which hands on."""
    a = np.ones(2)
    for _ in range(depth - 1):
        a = weight * np.eye(2) @ a
    return a[0]


def test_powers_of_the_slides(holds):
    grown, shrunk = ([output_of_diagonal_layers(weight, depth) for depth in (10, 150)] for weight in (1.5, 0.9))
    holds("vanishing_exploding_gradients.exploding_power", grown)
    holds("vanishing_exploding_gradients.vanishing_power", shrunk)


def test_the_gradient_is_a_product_of_the_derivatives_of_the_layers(holds, rng):
    matrices = rng.standard_normal((9, 4, 4)) / 2
    start = rng.standard_normal(4)

    def forward(a):
        activations = [a]
        for W in matrices:
            activations.append(np.tanh(activations[-1] @ W))
        return activations

    activations = forward(start)
    back = 2 * activations[-1]  # of the sum of squares
    for W, after in zip(matrices[::-1], activations[:0:-1], strict=True):
        back = (back * (1 - after**2)) @ W.T
    way = rng.standard_normal(4)
    step = 1e-6
    cost = [np.sum(forward(start + sign * step * way)[-1] ** 2) for sign in (-1, 1)]
    holds("vanishing_exploding_gradients.chain_rule", (cost[1] - cost[0]) / (2 * step) / (back @ way))


def test_the_sigmoid_is_flat_beyond_five(holds):
    z = np.concatenate([np.linspace(-30, -5, 500), np.linspace(5, 30, 500)])
    slopes = np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2
    holds("vanishing_exploding_gradients.sigmoid_flat_beyond_5", slopes.max())


def test_five_factors(holds):
    products = [1.0, 1.0]
    for _ in range(5):
        products = np.multiply(products, [0.1, 5])
    holds("vanishing_exploding_gradients.product_of_five", np.round(products, 12))


def test_the_log_of_the_explosion_is_a_geometric_series(holds):
    """The factor from the first two entries of the log predicts the third, and the overflow before iteration 600."""
    factor = (4.458e147 / 1.183e4) ** (1 / 200)
    gradient, log = np.float64(1.183e4), {}
    with np.errstate(over="ignore", invalid="ignore"):
        for iteration in range(1, 601):
            gradient = -factor * gradient  # as descent on a parabola with too large a rate
            gradient = gradient - gradient + gradient  # inf - inf is nan, as in any update of weights
            log[iteration] = abs(gradient)
    assert np.isnan(log[600])
    holds("vanishing_exploding_gradients.explosion_log", np.log10([log[200], log[400]]))


def test_resnet_has_152_layers_of_weights_on_its_main_path(holds):
    model = keras.applications.ResNet152(weights=None, include_top=True, input_shape=(32, 32, 3), classes=10)
    kinds = (keras.layers.Conv2D, keras.layers.Dense)
    weighted = [layer.name for layer in model.layers if isinstance(layer, kinds)]
    shortcuts = [name for name in weighted if name.endswith("_0_conv")]
    assert len(shortcuts) == 4
    holds("vanishing_exploding_gradients.resnet152_layers", len(weighted) - len(shortcuts))


def test_an_lstm_with_open_forget_gate_and_shut_input_gate_hands_on(holds, rng):
    cell = keras.layers.LSTMCell(4)
    cell.build((None, 3))
    kernel, recurrent, bias = cell.get_weights()
    bias[:4], bias[4:8] = -1e4, 1e4
    cell.set_weights([kernel, recurrent, bias])
    before = rng.standard_normal((2, 4)).astype("float32")
    x, h = rng.standard_normal((2, 3)).astype("float32"), rng.standard_normal((2, 4)).astype("float32")
    _, (_, after) = cell(x, [h, before])
    ratios = (keras.ops.convert_to_numpy(after) / before).ravel()
    holds("vanishing_exploding_gradients.lstm_bypass", max(ratios, key=lambda ratio: abs(ratio - 1)))


def clip_as_keras(gradients, limit):
    variables = [keras.Variable(np.zeros_like(gradient)) for gradient in gradients]
    tensors = [keras.ops.convert_to_tensor(gradient) for gradient in gradients]
    keras.optimizers.SGD(1.0, global_clipnorm=limit).apply(tensors, variables)
    return np.concatenate([-keras.ops.convert_to_numpy(variable) for variable in variables])


def test_clipping_by_global_norm(holds):
    long, short = [np.float32([3, 4]), np.float32([12])], [np.float32([0.3, 0.4])]
    holds(
        "vanishing_exploding_gradients.clip_by_global_norm",
        np.concatenate([clip_as_keras(long, 5.0), clip_as_keras(short, 5.0)]),
    )
    clipped = clip_as_keras(long, 5.0)
    holds("vanishing_exploding_gradients.global_norm", 5 * 3 / clipped[0])  # the norm that Keras divided by
