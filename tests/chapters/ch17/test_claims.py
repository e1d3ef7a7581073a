"""Claims of chapter 17 that would only interrupt the reading: measured here with the notebook's own functions."""

import time

from course_utils.chapters.ch17.adam import adam

import keras
import numpy as np
import pytest
from cells import compiled
from sklearn.datasets import load_digits

NOTEBOOK: dict = {"np": np, "curvature": 1000.0, "seed": 0}
exec(compiled(17, "ravine", "average", "momentum", "adaptive"), NOTEBOOK)
average, sgd, momentum, adagrad, rmsprop = (
    NOTEBOOK[name] for name in ("average", "sgd", "momentum", "adagrad", "rmsprop")
)
VALLEY = np.array([1.0, 25.0])  # curvatures of the documents' quadratic, walked from (3, 2)


def walk(rule, rate, steps, h=VALLEY, w=(3.0, 2.0)):
    """All points of a walk on the quadratic with these curvatures."""
    return NOTEBOOK["descend"](rule, rate, np.diag(h), np.array(w), steps)


def cost(w, h=VALLEY):
    return float(np.sum(h * np.square(w)) / 2)


def test_the_factor_between_all_images_and_a_hundred(holds):
    images = np.arange(60_000)
    holds("optimizers.minibatch_speedup_600", len(images) / len(np.random.default_rng(0).choice(images, 100)))


def test_a_step_is_the_mean_over_the_minibatch(holds, rng):
    x, y, w = rng.standard_normal((8, 5)), rng.standard_normal(8), rng.standard_normal(5)
    single = np.mean([a * (a @ w - b) for a, b in zip(x, y, strict=True)], axis=0)
    step = sgd(w, x.T @ (x @ w - y) / 8, {}, 1, 0.5) - w
    holds("optimizers.minibatch_update", np.mean(step / (-0.5 * single)))


def test_a_batch_of_all_is_the_batch_gradient(holds, rng):
    x, y, w = rng.standard_normal((1000, 5)), rng.standard_normal(1000), rng.standard_normal(5)
    order = rng.permutation(1000)
    shuffled = x[order].T @ (x[order] @ w - y[order])
    holds("optimizers.minibatch_size_m", np.mean(shuffled / (x.T @ (x @ w - y))))


def test_number_of_minibatches(holds):
    examples = np.broadcast_to(np.float32(0), (5_000_000,))
    holds("optimizers.minibatch_count_ng_notes", len(examples.reshape(-1, 1000)))


class TestDigits:
    """The tutorial's network (64-32-10, sigmoid, quadratic cost) on scikit-learn's digits."""

    @pytest.fixture(scope="class")
    def digits(self):
        data = load_digits()
        return data.data[:1500] / 16, np.eye(10)[data.target[:1500]]

    def train(self, digits, size, passes, rate=1.0, updates=None):
        """The final cost, the mean cosine of successive gradients, and the share of updates that raise the cost."""
        x, y = digits
        rng = np.random.default_rng(0)
        w1, w2 = rng.standard_normal((64, 32)) / 8, rng.standard_normal((32, 10)) / 32**0.5
        before, cosines, costs = None, [], []

        def forward(x):
            hidden = 1 / (1 + np.exp(-x @ w1))
            return hidden, 1 / (1 + np.exp(-hidden @ w2))

        for number in range(updates or passes * len(x) // size):
            if number % (len(x) // size) == 0:
                order = rng.permutation(len(x))
            chosen = order[(number * size) % len(x) :][:size]
            hidden, out = forward(x[chosen])
            delta2 = (out - y[chosen]) * out * (1 - out) / len(chosen)
            delta1 = (delta2 @ w2.T) * hidden * (1 - hidden)
            g1, g2 = x[chosen].T @ delta1, hidden.T @ delta2
            w1, w2 = w1 - rate * g1, w2 - rate * g2
            if updates:
                g = np.concatenate([g1.ravel(), g2.ravel()])
                if before is not None:
                    cosines.append(g @ before / np.linalg.norm(g) / np.linalg.norm(before))
                before = g
                costs.append(np.mean(np.sum((forward(x)[1] - y) ** 2, axis=1)) / 2)
        return np.mean(np.sum((forward(x)[1] - y) ** 2, axis=1)) / 2, np.mean(cosines or 0), np.mean(np.diff(costs) > 0)

    @pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value")
    def test_larger_batches_train_more_slowly_in_the_same_passes(self, holds, digits):
        ends = {size: self.train(digits, size, 20)[0] for size in (10, 100, 1500)}
        named = {"batches of 10": ends[10], "all at once": ends[1500]}
        holds("optimizers.sgd_faster_than_gd", named)
        holds("optimizers.large_batch_slower", named | {"batches of 100": ends[100]})

    def test_small_batches_take_a_noisier_path(self, holds, digits):
        (_, small, rises), (_, full, never) = (self.train(digits, size, 0, updates=150) for size in (10, 1500))
        assert rises > 0.2 > never
        holds("optimizers.sgd_noisier_path", {"batches of 10": small, "all at once": full})


def regression(rng, examples=1000):
    x, w = rng.standard_normal((examples, 5)), rng.standard_normal(5)
    y = x @ w + 0.5 * rng.standard_normal(examples)
    return x, y, np.linalg.lstsq(x, y, rcond=None)[0]


def distances(rng, data, size, rates):
    """Distance to the optimum after each step; `rates` holds the rates of all steps, one column for each run."""
    x, y, best = data
    w, found = np.zeros((rates.shape[1], 5)), []
    for step, chosen in enumerate(rng.integers(len(x), size=(len(rates), size))):
        gradient = (x[chosen].T @ (x[chosen] @ w.T - y[chosen, None])).T / size
        w = w - rates[step][:, None] * gradient
        found.append(np.linalg.norm(w - best, axis=1))
    return np.array(found)


def test_minibatches_do_not_lower_the_cost_in_every_step(holds, rng):
    x, y, _ = regression(rng)
    rises, last = {}, {}
    for name, size in (("batch gradient descent", 1000), ("mini-batches", 50)):
        w, costs = np.zeros(5), []
        for step in range(200):
            part = slice(step * size % 1000, step * size % 1000 + size)
            error = x[part] @ w - y[part]
            costs.append(np.mean(error**2) / 2)
            w = sgd(w, x[part].T @ error / size, {}, 1, 0.1)
        rises[name], last[name] = np.sum(np.diff(costs) > 1e-12), np.mean(costs[-50:]) / costs[0]
    assert rises["batch gradient descent"] == 0
    assert max(last.values()) < 0.8, "the trend must fall"
    holds("optimizers.batch_cost_monotone", rises)


def test_single_examples_at_a_constant_rate_never_come_to_rest(holds, rng):
    t = np.arange(20_000)
    rates = np.stack([np.full(len(t), 0.02), 1 / (50 + 0.5 * t)], axis=1)
    constant, falling = distances(rng, regression(rng), 1, rates)[-5000:].mean(axis=0)
    assert falling < constant / 3
    holds("optimizers.sgd_never_converges", constant)


def test_a_falling_rate_settles(holds, rng):
    t = np.arange(20_000)
    rates = np.stack([np.full(len(t), 0.05), 1 / (20 + 0.5 * t)], axis=1)
    constant, falling = distances(rng, regression(rng, 200), 1, rates)[-2000:].mean(axis=0)
    holds("optimizers.smaller_steps_late", {"constant": constant, "decaying": falling})
    epoch = np.arange(2000) // 50
    rates = np.stack([np.full(2000, 0.1), 0.1 / (1 + 0.5 * epoch)], axis=1)
    constant, falling = distances(rng, regression(rng), 20, rates)[-50:].mean(axis=0)
    holds("optimizers.decay_settles", {"constant": constant, "decaying": falling})


def softmax_step(x, y, w, rate):
    z = x @ w
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    w -= rate / len(y) * (x.T @ p)


def clusters(examples, rng):
    """Ten overlapping clouds of 100 features, one for each class."""
    y = rng.integers(10, size=examples)
    return rng.standard_normal((examples, 100)) + 0.4 * rng.standard_normal((10, 100))[y], y


def test_single_examples_lose_vectorisation(holds):
    x, y = clusters(2000, np.random.default_rng(0))
    w, taken = np.zeros((100, 10)), {}
    for size, name in ((1, "batches of 1"), (64, "batches of 64"), (1000, "batches of 1000")):
        parts = [(x[k : k + size], y[k : k + size]) for k in range(0, len(x) - size + 1, size)]
        times = []
        for _ in range(3):
            begin = time.process_time()
            for part in parts:
                softmax_step(*part, w, 1e-9)
            times.append((time.process_time() - begin) / (len(parts) * size))
        taken[name] = min(times)
    holds("optimizers.sgd_loses_vectorization", taken)


def test_sizes_in_between_take_the_least_time(holds):
    x, y = clusters(20_000, np.random.default_rng(0))

    def seconds(size, rate):
        """Processor time until 80 % are right; looking is not counted."""
        w, spent, rng = np.zeros((100, 10)), 0.0, np.random.default_rng(1)
        between = max(1, 500 // size)
        for _ in range(400):
            chosen = [rng.permutation(len(x))[:size] if size < len(x) else slice(None) for _ in range(between)]
            parts = [(x[c], y[c]) for c in chosen] if size < len(x) else [(x, y)]
            begin = time.process_time()
            for part in parts:
                softmax_step(*part, w, rate)
            spent += time.process_time() - begin
            if np.mean(np.argmax(x[:4000] @ w, axis=1) == y[:4000]) > 0.8:
                return spent
        return np.inf

    rates = {1: (0.003, 0.01), 64: (0.1, 0.3), 512: (0.1, 0.3), 20_000: (0.1, 0.3)}
    best = {size: min(seconds(size, rate) for rate in chosen) for size, chosen in rates.items()}
    ends, between = min(best[1], best[20_000]), max(best[64], best[512])
    holds("optimizers.minibatch_in_between", {"sizes 64 and 512": between, "sizes 1 and all": ends})


def test_weights_of_the_average(holds, rng):
    impulse = np.zeros((60, 3))
    impulse[[-1, -2, -3], [0, 1, 2]] = 1
    holds("optimizers.ewa_formula", [average(impulse[:, k], 0.9)[-1] for k in range(3)])
    theta = rng.standard_normal(100)
    v = average(theta, 0.9)
    unrolled = 0.1 * theta[99] + 0.9 * (0.1 * theta[98] + 0.9 * (0.1 * theta[97] + 0.9 * v[96]))
    holds("optimizers.ewa_expansion", unrolled / v[99])
    left = average(np.r_[1, np.zeros(10)], 0.9)
    holds("optimizers.ewa_09_10", left[10] / left[0])
    weights = average(np.eye(50)[0], 0.9)  # what is left of one value, step by step
    holds("optimizers.corrected_weights_sum", weights.sum() / (1 - 0.9**50))


def test_gradient_descent_diverges_above_its_limit(holds):
    below, above = walk(sgd, 0.079, 100), walk(sgd, 0.082, 100)
    assert np.all(below[1:, 1] * below[:-1, 1] < 0), "the steep coordinate changes its sign in every step"
    ends = [np.linalg.norm(w) for w in (below[-1], below[0], above[-1])]
    names = "just below the limit", "at the start", "just above it"
    holds("optimizers.gd_oscillates_diverges", dict(zip(names, ends, strict=True)))


def test_momentum(holds):
    def damped(w, g, memory, t, rate):  # the notes' velocity is an average of gradients
        return momentum(w, g, memory, t, (1 - 0.9) * rate)

    with_it, without = (np.linalg.norm(walk(rule, 0.082, 100)[-1]) for rule in (damped, sgd))
    holds("optimizers.momentum_update", {"momentum": with_it, "plain": without})
    ends = {"momentum": cost(walk(momentum, 0.01, 200)[-1]), "gradient descent": cost(walk(sgd, 0.01, 200)[-1])}
    holds("optimizers.momentum_faster", ends)
    one = {"h": np.ones(1), "w": (3.0,)}
    assert walk(sgd, 0.05, 300, **one).min() > 0
    holds("optimizers.momentum_overshoots", walk(momentum, 0.05, 300, **one).min())


def test_the_two_forms_of_nesterov(holds):
    def as_printed(w, g, memory, t, rate, mu=0.9):
        before = memory.get("v", 0)
        memory["v"] = mu * before - rate * g
        return w - mu * before + (1 + mu) * memory["v"]

    H, w = np.diag(VALLEY), np.array([3.0, 2.0])
    v, ahead = 0 * w, []
    for _ in range(50):
        v = 0.9 * v - 0.01 * H @ (w + 0.9 * v)
        w = w + v
        ahead.append(w + 0.9 * v)
    printed = walk(as_printed, 0.01, 50)[1:]
    assert np.allclose(printed, walk(NOTEBOOK["nesterov"], 0.01, 50)[1:])
    holds("optimizers.nesterov_forms_equivalent", np.mean(printed / np.array(ahead)))


def against_keras(rule, optimizer, steps=100):
    """How far a rule moves on a least-squares problem, as a multiple of how far Keras' optimizer does."""
    rng = np.random.default_rng(3)
    a, b, first = rng.standard_normal((20, 6)), rng.standard_normal(20), rng.standard_normal(6)
    w, memory, variable = first, {}, keras.Variable(first.astype("float32"))
    for t in range(1, steps + 1):
        w = rule(w, a.T @ (a @ w - b) / 20, memory, t, 0.01)
        now = keras.ops.convert_to_numpy(variable).astype(float)
        optimizer.apply([(a.T @ (a @ now - b) / 20).astype("float32")], [variable])
    moved = keras.ops.convert_to_numpy(variable) - first
    return ((w - first) @ moved) / (moved @ moved)


def test_rmsprop(holds):
    def of_the_notes(w, g, memory, t, rate):
        memory["s"] = 0.9 * memory.get("s", 0) + 0.1 * g**2
        return w - rate * g / np.sqrt(memory["s"])

    holds("optimizers.rmsprop_update", against_keras(of_the_notes, keras.optimizers.RMSprop(0.01), steps=40))
    first = rmsprop(np.zeros(2), np.array([3.0, 50.0]), {}, 1, 0.05)
    holds("optimizers.rmsprop_equalises", -first)
    gradients, memory, cache = np.r_[np.full(5, 100.0), np.ones(195)], {}, 0.0
    for t, g in enumerate(gradients, 1):
        step = -rmsprop(np.zeros(1), np.array([g]), memory, t, 1.0)[0]
        cache += g**2
    holds("optimizers.rmsprop_forgets", [step, gradients[-1] / cache**0.5])


def test_adagrad_divides_by_the_norm_of_all_gradients(holds, rng):
    gradients, memory = rng.standard_normal((30, 4)), {"sum": 0.0}
    for t, g in enumerate(gradients, 1):
        step = adagrad(np.zeros(4), g, memory, t, 0.5)
    by_norm = -0.5 * gradients[-1] / (np.linalg.norm(gradients, axis=0) + 1e-7)
    holds("optimizers.adagrad_scaling", np.mean(step / by_norm))


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:overflow")
def test_adam_as_the_notes_print_it(holds):
    def second_moment_from_v(w, g, memory, t, rate):
        memory["v"] = 0.9 * memory.get("v", 0) + 0.1 * g
        memory["s"] = 0.999 * memory["v"] + 0.1 * g**2
        v, s = memory["v"] / (1 - 0.9**t), memory["s"] / (1 - 0.999**t)
        return w - rate * v / (np.sqrt(s) + 1e-8)

    printed, corrected = (cost(walk(rule, 0.05, 200)[-1]) for rule in (second_moment_from_v, adam))
    holds("optimizers.adam_second_moment", printed=printed, corrected=corrected)

    def scaled_by_the_other(w, g, memory, t, rate):  # each weight is divided by its neighbour's root
        memory["v"] = 0.9 * memory.get("v", 0) + 0.1 * g
        memory["s"] = 0.999 * memory.get("s", 0) + 0.001 * g**2
        v, s = memory["v"] / (1 - 0.9**t), memory["s"] / (1 - 0.999**t)
        return w - rate * v / np.sqrt(np.roll(s, 1) + 1e-8)

    ratios = [against_keras(rule, keras.optimizers.Adam(0.01)) for rule in (scaled_by_the_other, adam)]
    holds("optimizers.adam_update_w", printed=ratios[0], corrected=ratios[1])
    holds("optimizers.adam_bias_correction", ratios[1])


def test_settings_of_adam(holds):
    settings = keras.optimizers.Adam()
    holds("optimizers.adam_defaults", [settings.beta_1, settings.beta_2])
    step = adam(np.ones(1), np.full(1, 1e-8), {}, 1, 1.0, eps=1e-8)
    assert adam(np.ones(1), np.zeros(1), {}, 1, 1.0, eps=1e-8) == 1
    holds("optimizers.adam_epsilon", 1 - step[0])


def test_adamw_is_adam_behind_a_shrinking():
    def adamw(w, g, memory, t, rate):
        return adam((1 - rate * 0.1) * w, g, memory, t, rate)

    assert np.isclose(against_keras(adamw, keras.optimizers.AdamW(0.01, weight_decay=0.1)), 1, atol=1e-3)


def test_learning_rates_that_fall(holds):
    epochs = np.arange(1, 4)
    holds("optimizers.decay_formula", printed=1 / (1 + epochs), corrected=0.2 / (1 + epochs))
    decayed = 0.2 / (1 + epochs)
    holds("optimizers.decay_example", printed=decayed, corrected=decayed)
    decay = keras.optimizers.schedules.ExponentialDecay
    smooth, staircase = decay(0.2, 1, 0.95), decay(1.0, 20_000, 0.95, staircase=True)
    by_epoch = np.array([float(smooth(epoch)) for epoch in range(5)])
    holds("optimizers.decay_exponential", by_epoch)
    by_step = np.array([float(staircase(step)) for step in range(0, 80_000, 20_000)])
    holds("optimizers.step_decay", by_step)


def test_weight_decay(holds, rng):
    w, lam, h = 2 * rng.standard_normal(6), 0.3, 1e-5

    def slope_of(penalty):
        return np.array([penalty(w + h * e) - penalty(w - h * e) for e in np.eye(6)]) / (2 * h)

    norm, square = (slope_of(lambda w, p=p: lam / 2 * np.linalg.norm(w) ** p) for p in (1, 2))
    printed, corrected = (np.linalg.norm(g) / np.linalg.norm(lam * w) for g in (norm, square))
    holds("optimizers.weight_decay_from_unsquared_norm", printed=printed, corrected=corrected)
    g, rate = rng.standard_normal(6), 0.1
    holds(
        "optimizers.weight_decay_update", np.mean(sgd(w, g + lam * w, {}, 1, rate) / ((1 - rate * lam) * w - rate * g))
    )
