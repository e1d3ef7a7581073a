"""Claims of chapter 11 that would only interrupt the reading: measured here instead of in the notebook."""

from itertools import product

from course_utils.backend import loss_and_gradients

import keras
import numpy as np
import pytest
from cells import compiled


@pytest.fixture(scope="module")
def taught():
    """The chapter's own functions."""
    names = {"np": np, "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)}
    exec(compiled(11, "forward"), names)
    return names


def gradients_of(run):
    """The chapter's `gradients`, without the training that stands in its cell."""
    source = "def gradients" + run.split("def gradients")[1].split("\n\n\n")[0]
    names = {}
    exec(source, names)
    return names["gradients"]


@pytest.fixture(scope="module")
def gradients():
    from cells import cells_of

    (run,) = [cell.source for cell in cells_of(11) if cell.id == "opening-run"]
    return gradients_of(run)


def keras_dropout(rate, shape, training=True):
    x = np.ones(shape, dtype="float32")
    return keras.ops.convert_to_numpy(keras.layers.Dropout(rate)(x, training=training))


def test_keras_drops_each_value_with_the_rate(holds, rng):
    dropped = keras_dropout(0.5, (100, 1000))
    holds("dropout_augmentation_ensembles.keras_dropout_rate", np.mean(dropped == 0))


def test_keras_changes_values_in_training_only(holds, rng):
    x = np.arange(1, 100_001, dtype="float32")
    layer = keras.layers.Dropout(0.5)
    tested = keras.ops.convert_to_numpy(layer(x, training=False))
    trained = keras.ops.convert_to_numpy(layer(x, training=True)) / x
    assert set(np.unique(trained)) == {0, 2}
    holds("dropout_augmentation_ensembles.training_only", [np.abs(tested - x).max(), np.mean(trained == 0)])
    holds("dropout_augmentation_ensembles.all_neurons_in_test", [np.abs(tested - x).max(), np.mean(tested != 0)])


def test_rows_of_a_batch_have_masks_of_their_own(holds, rng):
    first, second = keras_dropout(0.5, (2, 100_000))
    holds("dropout_augmentation_ensembles.mask_per_example_human_beings", np.mean(first != second))


def test_dropped_units_get_no_gradient(holds, rng):
    """With the input 1 and a loss that is the sum, the gradient of a unit's weight is its factor."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(400, use_bias=False), keras.layers.Dropout(0.5)])
    model.compile(loss=lambda y, p: keras.ops.sum(p, axis=-1))
    kernel = rng.uniform(1, 2, (1, 400)).astype("float32")
    model.set_weights([kernel, *model.get_weights()[1:]])
    loss, (factor,) = loss_and_gradients(model)(np.ones((1, 1), "float32"), np.zeros((1, 400), "float32"))
    holds("dropout_augmentation_ensembles.mask_in_backward", [loss / np.sum(factor * kernel) - 1, np.mean(factor == 0)])


def test_the_chapters_dropout(holds, rng, taught):
    ones = np.ones((1000, 1000), dtype="float32")
    dropped, mask = taught["dropout"](ones, 0.3, rng)
    assert np.array_equal(dropped, mask)
    holds("dropout_augmentation_ensembles.p_is_drop_share", np.mean(dropped == 0))
    holds("dropout_augmentation_ensembles.keep_half", np.mean(taught["dropout"](ones, 0.5, rng)[0] != 0))
    values = rng.uniform(1, 2, 1000).astype("float32")
    trained = taught["dropout"](np.tile(values, (4000, 1)), 0.5, rng)[0]
    holds("dropout_augmentation_ensembles.scaling_matches_expectation", trained.mean() / values.mean())


def test_every_subnetwork_of_a_layer_occurs(holds, rng, taught):
    _, mask = taught["dropout"](np.ones((10_000, 100)), 0.5, rng)
    distinct = len(np.unique(mask > 0, axis=0)) / 10_000
    small = len(np.unique(mask[:, :4] > 0, axis=0))
    holds("dropout_augmentation_ensembles.mask_per_example_ng_notes", [distinct, small])


def test_a_struck_out_unit_is_a_unit_that_is_not_there(holds, rng):
    a, W = rng.random((20, 4)), rng.standard_normal((4, 3))
    kept = np.array([True, False, True, True])
    smaller = a[:, kept] @ W[kept]
    holds("dropout_augmentation_ensembles.remove_node", [np.abs((a * kept) @ W - smaller).max(), len(W[kept])])


def test_dropout_on_the_output_loses_the_class(holds, rng, taught):
    p = taught["softmax"](rng.standard_normal((10_000, 10)))
    dropped, mask = taught["dropout"](p, 0.5, rng)
    sums = dropped.sum(axis=1)
    holds(
        "dropout_augmentation_ensembles.no_dropout_on_output",
        [np.mean(mask[:, 0] == 0), np.mean(np.abs(sums - 1) < 0.01)],
    )


def expected_loss(X, y, w, p):
    """Mean squared error of linear regression, averaged over all masks of the inputs: exact."""
    return np.sum((X @ w - y) ** 2) + p / (1 - p) * np.sum(w**2 * np.sum(X**2, axis=0))


def best_weights(X, y, p):
    """The minimum of the expected loss."""
    return np.linalg.solve(X.T @ X + p / (1 - p) * np.diag(np.sum(X**2, axis=0)), X.T @ y)


def test_the_expected_loss_is_what_the_masks_give(rng):
    X, y, w = rng.standard_normal((6, 4)), rng.standard_normal(6), rng.standard_normal(4)
    losses = [np.sum((X * np.array(m) / 0.5 @ w - y) ** 2) for m in product((0, 1), repeat=4)]
    # one mask for all examples has the same mean as one for each
    assert np.isclose(np.mean(losses), expected_loss(X, y, w, 0.5))


def test_dropout_spreads_weights(holds, rng):
    """Four copies of one input: the penalty of all weight on one of them, and how even the best weights are."""
    x, y = rng.standard_normal(50), rng.standard_normal(50)
    X = np.repeat(x[:, None], 4, axis=1)
    penalty = [expected_loss(X, y, np.array(w), 0.5) - np.sum((x - y) ** 2) for w in ([1, 0, 0, 0], [0.25] * 4)]
    best = best_weights(X, x, 0.5)
    holds("dropout_augmentation_ensembles.spreads_weights", [penalty[0] / penalty[1], best.min() / best.max()])


def test_dropout_shrinks_the_norm(holds, rng):
    X = rng.standard_normal((50, 5))
    y = X @ rng.uniform(0.5, 1.5, 5) + rng.standard_normal(50)
    norms = [np.sum(best_weights(X, y, p) ** 2) for p in (0.5, 0)]
    holds("dropout_augmentation_ensembles.shrinks_norm", norms[0] / norms[1])


def test_dropout_penalises_weights(holds, rng):
    X = rng.standard_normal((60, 20))
    y = X @ rng.standard_normal(20) + rng.standard_normal(60)
    rates = {"none": 0, "dropout 0.1": 0.1, "dropout 0.3": 0.3, "dropout 0.5": 0.5}
    holds(
        "dropout_augmentation_ensembles.dropout_shrinks_weights",
        {n: np.linalg.norm(best_weights(X, y, p)) for n, p in rates.items()},
    )


def test_the_penalty_of_a_weight_grows_with_its_input(holds, rng):
    """Measured with masks: what a weight of 1 on input j alone adds, against the sum of squares of that input."""
    X = rng.standard_normal((40, 5)) * [0.2, 0.5, 1, 2, 4]
    masks = (rng.random((20_000, 40)) >= 0.5) / 0.5
    added = [np.mean(np.sum((masks * x - x) ** 2, axis=1)) for x in X.T]
    holds("dropout_augmentation_ensembles.penalty_scales_with_activation", added / np.sum(X**2, axis=0))


def test_the_gradient_passes_the_mask(holds, rng, taught, gradients):
    """Finite differences through one fixed mask, and with no mask at all."""
    net = [[rng.standard_normal(pair), rng.standard_normal(pair[1])] for pair in ((5, 4), (4, 4), (4, 3))]
    x, labels = rng.random((6, 5)), np.eye(3)[rng.integers(3, size=6)]
    ratios = []
    for rates in ((0.2, 0.5, 0.5), (0, 0, 0)):

        def answer(rates=rates):
            return taught["forward"](net, x, rates, np.random.default_rng(7))

        inputs, slopes, p = answer()
        found, differences = [], []
        for (W, _), (of_weights, _) in zip(net, gradients(net, inputs, slopes, (p - labels) / 6), strict=True):
            for place in product(range(4), range(3)):
                W[place] += 1e-5
                up = -np.sum(labels * np.log(answer()[-1])) / 6
                W[place] -= 2e-5
                down = -np.sum(labels * np.log(answer()[-1])) / 6
                W[place] += 1e-5
                found.append(of_weights[place])
                differences.append((up - down) / 2e-5)
        assert np.allclose(found, differences, atol=1e-8)
        ratios.append(np.vdot(found, differences) / np.vdot(found, found))
    holds("dropout_augmentation_ensembles.dropout_backward", ratios)


def test_mirrored_copies_double_the_images(holds, rng):
    images = rng.random((400, 8, 8, 3))
    both = np.concatenate([images, images[:, :, ::-1]])
    assert not np.array_equal(both[:400], both[400:])
    holds("dropout_augmentation_ensembles.flip_doubles", len(both) / len(images))
