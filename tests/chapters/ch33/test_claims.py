"""Claims of chapter 33 that would only interrupt the reading: measured here instead of in the notebook."""

import keras
import numpy as np

layers = keras.layers
UNITS, INPUTS = 4, 5


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def weights(rng, letters, units=UNITS, inputs=INPUTS, sd=1.0):
    """A matrix on [h; x] and a bias for each letter."""
    W = {letter: sd * rng.standard_normal((units + inputs, units)) for letter in letters}
    return W, {letter: sd * rng.standard_normal(units) for letter in letters}


def lstm_step(x, h, c, W, b, candidate_activation=np.tanh):
    """The tutorial's equations; returns hidden state, cell, and the gates and the candidate."""
    z = {letter: np.concatenate([h, x], axis=-1) @ W[letter] + b[letter] for letter in "fico"}
    f, i, o, candidate = sigmoid(z["f"]), sigmoid(z["i"]), sigmoid(z["o"]), candidate_activation(z["c"])
    c = f * c + i * candidate
    return o * np.tanh(c), c, (f, i, candidate, o)


def gru_step(x, c, W, b):
    """The notes' full GRU: update gate u, relevance gate r, candidate c."""
    both = np.concatenate([c, x], axis=-1)
    update, relevance = sigmoid(both @ W["u"] + b["u"]), sigmoid(both @ W["r"] + b["r"])
    candidate = np.tanh(np.concatenate([relevance * c, x], axis=-1) @ W["c"] + b["c"])
    return update * candidate + (1 - update) * c


def keras_weights(W, b, letters):
    """The same as Keras keeps them: kernel, recurrent kernel, bias."""
    stacked = np.concatenate([W[letter] for letter in letters], axis=1)
    return [stacked[UNITS:], stacked[:UNITS], np.concatenate([b[letter] for letter in letters])]


def outputs(layer, weight_arrays, x, **arguments):
    layer.build((1, *x.shape))
    layer.set_weights(weight_arrays)
    return [
        keras.ops.convert_to_numpy(part)[0]
        for part in keras.tree.flatten(layer(x[None].astype("float32"), **arguments))
    ]


def derivative(function, point, epsilon=1e-30):
    """All derivatives of a vector function, by complex steps: `(outputs, inputs)`."""
    disturbed = point[None] + 1j * epsilon * np.eye(len(point))
    return np.array([function(row) for row in disturbed]).imag.T / epsilon


# ---- activations, clipping


def relu(z):
    return np.maximum(0.0, z)


def test_relu(holds):
    z = np.linspace(-3, 3, 601)
    theirs = keras.ops.convert_to_numpy(keras.ops.relu(keras.ops.convert_to_tensor(z)))
    holds("lstm_and_gru.relu_definition", np.abs(relu(z) - theirs).max())
    points = np.array([-2.0, 2.0])
    holds("lstm_and_gru.relu_derivative", relu(points + 0.5) - relu(points - 0.5))


def test_clipping_bounds_every_entry(holds, rng):
    clipped = np.clip(100 * rng.standard_normal(1000), -5, 5)
    holds("lstm_and_gru.clipping_interval", [clipped.min(), clipped.max()])


def test_large_factors_explode(holds, rng):
    """Gradient norm of a ReLU and of a tanh network after 50 steps back through 128 units."""
    for sd, slope in ((1.5 * np.sqrt(2 / 128), lambda z: z > 0), (3 / np.sqrt(128), lambda z: 1 - np.tanh(z) ** 2)):
        W, h, gradients, states = sd * rng.standard_normal((128, 128)), np.zeros(128), np.eye(128), []
        for _ in range(50):
            z = h @ W + 0.1 * rng.standard_normal(128)
            h = relu(z) if sd < 0.2 else np.tanh(z)
            states.append(z)
        for z in states[::-1]:
            gradients = (gradients * slope(z)) @ W.T
        holds("lstm_and_gru.large_factors_explode", np.linalg.norm(gradients) / np.sqrt(128))


# ---- the LSTM's equations


def test_gates_and_candidate_keep_to_their_ranges(holds, rng):
    W, b = weights(rng, "fico")
    h = c = np.zeros(UNITS)
    kept = []
    for _ in range(200):
        h, c, parts = lstm_step(3 * rng.standard_normal(INPUTS), h, c, W, b)
        kept.append(parts)
    f, i, candidate, o = (np.array(part) for part in zip(*kept, strict=True))
    assert min(f.min(), i.min(), o.min()) < 0.1 and max(f.max(), i.max(), o.max()) > 0.9, "nothing was tried"
    holds("lstm_and_gru.gates_between_zero_and_one", [f, i, o])
    holds("lstm_and_gru.candidate_range", candidate)


def test_a_sigmoid_candidate_is_never_negative(holds, rng):
    W, b = weights(rng, "fico")
    smallest = {}
    for name, activation in (("sigmoid", sigmoid), ("tanh", np.tanh)):
        h, c, cells = np.zeros(UNITS), np.zeros(UNITS), []
        for x in rng.standard_normal((200, INPUTS)):
            h, c, _ = lstm_step(x, h, c, W, b, activation)
            cells.append(c)
        smallest[name] = np.min(cells)
    assert smallest["tanh"] < -0.1
    holds("lstm_and_gru.sigmoid_candidate_never_negative", smallest["sigmoid"])


def with_gates(rng, **gates):
    """An LSTM whose gates are held open (1) or shut (0) by large biases."""
    W, b = weights(rng, "fico")
    for letter, value in gates.items():
        W[letter] = 0 * W[letter]
        b[letter] = np.full(UNITS, 800.0 if value else -700.0)
    return W, b


def test_what_open_and_shut_gates_do(holds, rng):
    x, h, c = rng.standard_normal(INPUTS), rng.standard_normal(UNITS), np.array([2.0, -3.0, 0.5, 1.0])
    kept = lstm_step(x, h, c, *with_gates(rng, f=1, i=0))[1]
    forgotten = lstm_step(x, h, c, *with_gates(rng, f=0, i=0))[1]
    holds("lstm_and_gru.forget_gate_meaning", [np.abs(kept - c).max(), np.abs(forgotten).max()])

    W, b = with_gates(rng, i=0)
    other = b | {"c": -b["c"]}
    changes = lstm_step(x, h, c, W, b)[1] - lstm_step(x, h, c, W, other)[1]
    holds("lstm_and_gru.input_gate_selects_entries", np.abs(changes).max())

    _, new_cell, parts = lstm_step(x, h, c, *with_gates(rng, f=0, i=1))
    shut = lstm_step(x, h, c, *with_gates(rng, o=0))[0]
    deviations = [np.abs(kept - c).max(), np.abs(new_cell - parts[2]).max(), np.abs(shut).max()]
    holds("lstm_and_gru.lstm_gate_roles", deviations)


def test_the_cell_is_a_linear_path(holds, rng):
    W, b = weights(rng, "fico")
    x, h, c = rng.standard_normal(INPUTS), rng.standard_normal(UNITS), rng.standard_normal(UNITS)
    forget = lstm_step(x, h, c, W, b)[2][0]
    jacobian = derivative(lambda cell: lstm_step(x, h, cell, W, b)[1], c)  # h, and with it the gates, are held fixed
    holds("lstm_and_gru.cell_state_linear_path", np.abs(jacobian - np.diag(forget)).max())


def test_without_recurrent_weights_the_gradient_is_the_product_of_the_forget_gates(holds, rng):
    W, b = weights(rng, "fico")
    for letter in W:
        W[letter][:UNITS] = 0
    inputs, product = rng.standard_normal((50, INPUTS)), np.ones(UNITS)

    def last_cell(c):
        h = np.zeros(UNITS, dtype=c.dtype)
        for x in inputs:
            h, c, _ = lstm_step(x, h, c, W, b)
        return c

    h = c = np.zeros(UNITS)
    for x in inputs:
        h, c, (forget, *_) = lstm_step(x, h, c, W, b)
        product *= forget
    jacobian = derivative(last_cell, np.zeros(UNITS))
    holds("lstm_and_gru.lstm_cell_path_gradient", np.abs(jacobian - np.diag(product)).max() / product.max())


def test_the_notes_lstm_is_that_of_keras(holds, rng):
    W, b = weights(rng, "fico")
    inputs = rng.standard_normal((7, INPUTS))
    theirs = outputs(layers.LSTM(UNITS, return_sequences=True), keras_weights(W, b, "ifco"), inputs)[0]
    h = c = np.zeros(UNITS)
    for place, x in enumerate(inputs):
        h, c, _ = lstm_step(x, h, c, W, b)
        holds("lstm_and_gru.lstm_equals_keras", np.abs(h - theirs[place]).max())


def test_an_lstm_stores_a_value(holds, rng):
    W, b = weights(rng, "fico")
    W["f"], W["i"], b["f"], b["i"] = 0 * W["f"], 0 * W["i"], np.full(UNITS, 30.0), np.full(UNITS, -30.0)
    stored = np.array([0.3, -1.0, 2.0, 0.0], "float32")
    layer = layers.LSTM(UNITS, return_state=True)
    state = [np.zeros((1, UNITS), "float32"), stored[None]]
    *_, cell = outputs(layer, keras_weights(W, b, "ifco"), rng.standard_normal((50, INPUTS)), initial_state=state)
    holds("lstm_and_gru.lstm_stores_value", np.abs(cell - stored).max())


# ---- the GRU's equations


def test_the_notes_gru_is_that_of_keras(holds, rng):
    W, b = weights(rng, "urc")
    inputs = rng.standard_normal((7, INPUTS))
    # Keras' z keeps: it is 1 - Gamma_u
    turned = keras_weights(W | {"u": -W["u"]}, b | {"u": -b["u"]}, "urc")
    theirs = outputs(layers.GRU(UNITS, return_sequences=True, reset_after=False), turned, inputs)[0]
    c = np.zeros(UNITS)
    for place, x in enumerate(inputs):
        c = gru_step(x, c, W, b)
        holds("lstm_and_gru.gru_full_equals_keras", np.abs(c - theirs[place]).max())


def test_the_tutorials_gru_is_that_of_keras(holds, rng):
    """Without biases, with z as the weight of the candidate, over 20 steps."""
    W, _ = weights(rng, "urc")
    none = {letter: np.zeros(UNITS) for letter in "urc"}
    inputs = rng.standard_normal((20, INPUTS))
    turned = keras_weights(W | {"u": -W["u"]}, none, "urc")
    theirs = outputs(layers.GRU(UNITS, return_sequences=True, reset_after=False), turned, inputs)[0]
    h, ours = np.zeros(UNITS), []
    for x in inputs:
        h = gru_step(x, h, W, none)
        ours.append(h)
    holds("lstm_and_gru.gru_equations", np.abs(np.array(ours) - theirs).max())


def test_limits_of_the_gru(holds, rng):
    W, b = weights(rng, "urc")
    x, c = rng.standard_normal(INPUTS), rng.standard_normal(UNITS)

    shut = gru_step(x, c, W | {"u": 0 * W["u"]}, b | {"u": np.full(UNITS, -50.0)})
    holds("lstm_and_gru.gru_update", np.abs(shut - c).max())

    open_relevance = W | {"r": 0 * W["r"]}, b | {"r": np.full(UNITS, 50.0)}
    both = np.concatenate([c, x])
    update = sigmoid(both @ W["u"] + b["u"])
    simple = update * np.tanh(both @ W["c"] + b["c"]) + (1 - update) * c
    holds("lstm_and_gru.gru_simple_is_full_without_relevance", np.abs(gru_step(x, c, *open_relevance) - simple).max())

    def candidate_of(before, relevance):
        return np.tanh(np.concatenate([relevance * before, x]) @ W["c"] + b["c"])

    other = rng.standard_normal(UNITS)
    assert np.abs(candidate_of(c, 1.0) - candidate_of(other, 1.0)).max() > 0.01
    holds("lstm_and_gru.gru_reset_gate", np.abs(candidate_of(c, 0.0) - candidate_of(other, 0.0)).max())


def test_a_large_update_gate_disregards_the_past(holds):
    before, candidate, z = np.float64(0.7), np.float64(-0.5), np.float64(0.95)
    after = (1 - z) * before + z * candidate
    holds("lstm_and_gru.gru_update_gate_large", printed=abs(after - before), corrected=abs(after - candidate))


def test_the_gru_merges_two_gates_of_the_lstm(holds, rng):
    """The LSTM's update of the cell, with f = 1 - z, i = z and h = C, is the GRU with an open reset gate."""
    W, b = weights(rng, "urc")
    W["r"], b["r"] = 0 * W["r"], np.full(UNITS, 800.0)
    gru = cell = np.zeros(UNITS)
    for x in rng.standard_normal((6, INPUTS)):
        both = np.concatenate([cell, x])
        z = sigmoid(both @ W["u"] + b["u"])
        forget, write, candidate = 1 - z, z, np.tanh(both @ W["c"] + b["c"])
        cell, gru = forget * cell + write * candidate, gru_step(x, gru, W, b)
        holds("lstm_and_gru.gru_merges_forget_and_input", np.abs(cell - gru).max())


def test_memory_is_output_in_a_gru_only(holds, rng):
    x = rng.standard_normal((1, 7, INPUTS)).astype("float32")
    output, state = map(keras.ops.convert_to_numpy, layers.GRU(UNITS, return_state=True)(x))
    holds("lstm_and_gru.gru_memory_is_output", np.abs(output - state).max())
    output, _, cell = map(keras.ops.convert_to_numpy, layers.LSTM(UNITS, return_state=True)(x))
    assert np.abs(output - cell).max() > 0.01


def test_a_gru_that_keeps_helps_against_the_vanishing_gradient(holds, rng):
    """Powers of ten between the influence of the first state after 100 steps in a GRU and in a tanh network."""
    units = 32
    scale = np.repeat([0.9 / np.sqrt(units), 1 / np.sqrt(units)], units)[:, None]
    W = {letter: scale * rng.standard_normal((2 * units, units)) for letter in "urc"}
    inputs = rng.standard_normal((100, units))

    def last_state(state, step):
        for x in inputs:
            state = step(x, state)
        return state

    def influence(step):
        return np.linalg.norm(derivative(lambda state: last_state(state, step), np.zeros(units)))

    plain = influence(lambda x, h: np.tanh(np.concatenate([h, x]) @ W["c"]))
    keeping = [
        influence(lambda x, h, bias=bias: gru_step(x, h, W, {"u": bias, "r": 0.0, "c": 0.0})) for bias in (-4.0, -6.0)
    ]
    holds("lstm_and_gru.gru_helps_vanishing_gradient", np.log10(np.array(keeping) / plain))
