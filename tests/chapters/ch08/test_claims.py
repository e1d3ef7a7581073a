"""Claims of chapter 8 that would interrupt the reading, and what its text says without a measurement beside it."""

from itertools import pairwise

from course_utils.syllabus import find_course

import keras
import numpy as np
import pytest
import tensorflow as tf
from cells import compiled, parameters
from scipy import stats


def test_the_full_run_takes_as_many_steps_as_the_article(holds):
    profile = parameters(8) | find_course(or_packaged=True).chapter(8).profiles["full"]
    steps = profile["steps"]
    assert steps * profile["batch"] / 55_000 == pytest.approx(18.2, abs=0.05)
    holds("mnist_tensorflow.epochs_of_training", steps)


@pytest.fixture
def cells():
    """What the cells of the network, the step and plain descent define, on random images."""
    rng = np.random.default_rng(0)
    names = {"np": np, "tf": tf, "keras": keras, "learning_rate": 0.001}
    exec(compiled(8, "network", "step"), names)
    return names | {"x": rng.random((50, 784), dtype="float32"), "y": rng.integers(0, 10, 50)}


def test_the_tape_finds_all_gradients_that_chapter_05_derives(cells):
    x, y, lmbda = cells["x"], cells["y"], 5e-5
    weights, biases = cells["at_start"][0:6:2], cells["at_start"][1:6:2]
    activations = [x]
    for w, b in zip(weights[:2], biases[:2], strict=True):
        activations.append(np.maximum(0, activations[-1] @ w + b))
    p = np.exp(activations[-1] @ weights[2] + biases[2])
    delta = (p / p.sum(axis=1, keepdims=True) - np.eye(10)[y]) / len(x)
    _, by_tape = cells["gradient"](x, y, lmbda)
    for layer in (2, 1, 0):
        for found, derived in (
            (by_tape[2 * layer], activations[layer].T @ delta + lmbda * weights[layer]),
            (by_tape[2 * layer + 1], delta.sum(axis=0)),
        ):
            assert np.abs(found - derived).max() < 1e-5 * np.abs(derived).max()
        delta = (delta @ weights[layer].T) * (activations[layer] > 0)


def test_restart_brings_back_weights_and_the_state_of_adam(cells):
    for _ in range(3):
        cells["step"](cells["x"], cells["y"], 5e-5)
    assert any(np.any(v.numpy() != s) for v, s in zip(cells["everything"], cells["at_start"], strict=True))
    cells["restart"]()
    assert all(np.array_equal(v.numpy(), s) for v, s in zip(cells["everything"], cells["at_start"], strict=True))
    assert float(cells["optimizer"].learning_rate) == pytest.approx(0.001)


def test_shapes_of_the_article_s_network(holds, cells):
    weights = cells["at_start"][0:6:2]
    holds("mnist_tensorflow.layer_shapes", [w.shape for w in weights])
    sizes = [784, 256, 100, 10]
    assert sum(np.size(part) for part in cells["at_start"][:6]) == sum((m + 1) * n for m, n in pairwise(sizes))


def test_a_normal_distribution_cut_at_two_has_less_of_a_standard_deviation():
    assert stats.truncnorm(-2, 2).std() == pytest.approx(0.88, abs=0.001)


def test_adam_s_epsilon_is_ten_times_smaller_in_tensorflow_1():
    assert keras.optimizers.Adam().epsilon == 1e-7
    assert tf.compat.v1.train.AdamOptimizer()._epsilon == 1e-8


def test_tensorflow_has_lost_the_four_names_of_the_article_s_listing_and_keeps_them_under_v1(holds):
    def found(module):
        names = [(module, "placeholder"), (module, "Session"), (module, "truncated_normal")]
        return sum(hasattr(*name) for name in [*names, (module.train, "AdamOptimizer")])

    today, under_v1 = found(tf), found(tf.compat.v1)
    holds("mnist_tensorflow.graph_api_exists", printed=today, corrected=under_v1)


def test_numbers_of_numpy_are_traced_as_tensors_and_other_objects_one_by_one():
    """The rule of section 3."""
    f = tf.function(lambda x: 1.0)
    traces = []
    for given in (np.zeros(2), np.ones(2), tf.ones(2, "float64"), "a", "b", "a", True, *map(type, ("", 0, ""))):
        f(given)
        traces.append(f.experimental_get_tracing_count())
    assert traces == [1, 1, 1, 2, 3, 3, 4, 5, 6, 6]


def test_an_optimizer_that_is_not_built_costs_a_second_trace():
    """Sections 2 and In practice."""
    traces = {}
    for name in ("built", "not built"):
        w, optimizer = tf.Variable([1.0]), keras.optimizers.Adam()
        if name == "built":
            optimizer.build([w])
        step = tf.function(lambda slope, w=w, optimizer=optimizer: optimizer.apply([slope], [w]))
        step(tf.ones([1]))
        traces[name] = step.experimental_get_tracing_count()
    assert traces == {"built": 1, "not built": 2}


def test_a_function_may_not_make_a_variable_at_every_trace():
    with pytest.raises(ValueError, match=r"singleton tf\.Variables"):
        tf.function(lambda x: tf.Variable(0.0).assign_add(x))(tf.constant(1.0))


def test_fit_is_compiled_by_xla_where_there_is_a_gpu():
    """The chapter's section 6 says so."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    assert model.jit_compile is bool(tf.config.list_physical_devices("GPU"))
    model.compile("sgd", "mse", jit_compile=False)
    assert model.jit_compile is False


def test_a_penalty_of_keras_is_twice_that_of_l2_loss():
    w = np.array([3.0, 4.0], "float32")
    assert float(keras.regularizers.L2(0.5)(w)) == float(tf.nn.l2_loss(w)) == 12.5


def test_a_graph_for_xla_is_compiled_anew_for_each_shape_even_with_an_open_signature():
    """The chapter's table of section In practice: one trace, and yet what is compiled knows the number of rows."""
    signature = [tf.TensorSpec([None, 2])]
    f = tf.function(lambda x: x + 1, input_signature=signature, jit_compile=True)
    text = [f.experimental_get_compiler_ir(tf.zeros([rows, 2]))(stage="hlo") for rows in (3, 5)]
    assert f.experimental_get_tracing_count() == 1
    assert "f32[3,2]" in text[0] and "f32[5,2]" in text[1]
