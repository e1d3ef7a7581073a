"""Claims of chapter 30 that would interrupt the reading, measured here, and what the notebook takes for granted."""

from course_utils.chapters.ch30.checks import mountain
from course_utils.checks.differences import central_differences
from course_utils.layers import RBF

import keras
import numpy as np
import pytest
from cells import compiled
from sklearn.cluster import KMeans

GRID = np.linspace(0, 1, 1001)


def functions(*cells):
    """What these cells of the notebook define."""
    names = {"np": np, "keras": keras, "ops": keras.ops, "KMeans": KMeans, "RBF": RBF, "seed": 0}
    names |= {
        "sigmas": [],
        "fresh": {},
        "counts": [],
        "rate": 0.01,
        "passes": 100,
        "grid": GRID,
        "sine": np.sin(2 * np.pi * GRID),
    }
    for cell in cells:
        exec(compiled(30, cell), names)
    return names


@pytest.fixture(scope="module")
def net():
    return functions("clusters", "network", "after", "kmeans-core", "ridge")


def noisy_sine(rng, examples=100):
    x = rng.random(examples)
    return x, np.sin(2 * np.pi * x) + rng.uniform(-0.1, 0.1, examples)


def normal_density(net, x, mean, sd):
    return net["bumps"](x, np.array([mean]), np.array([sd]))[:, 0] / np.sqrt(2 * np.pi * sd**2)


def test_the_normal_density_is_a_bump_divided_by_its_area(holds, net):
    x = np.linspace(-8, 10, 2001)
    ours = normal_density(net, x, 1.3, 0.7)
    near = np.abs(x - 1.3) < 3
    theirs = [np.exp(-(((v - 1.3) / 0.7) ** 2) / 2) / (0.7 * (2 * np.pi) ** 0.5) for v in x[near]]
    ratio = ours[near] / theirs
    holds("rbf_networks.gaussian_pdf", [ratio.min(), ratio.max(), np.trapezoid(ours, x)])


def test_it_is_largest_at_its_mean_and_wider_with_a_larger_sd(holds, net):
    x = np.linspace(-5, 5, 10_001)
    holds("rbf_networks.gaussian_peak_at_mean", x[np.argmax(normal_density(net, x, 0, 1))])
    halves = {}
    for name, sd in (("half", 0.5), ("one", 1), ("two", 2)):
        density = normal_density(net, x, 0, sd)
        halves[name] = np.ptp(x[density > density.max() / 2])
    holds("rbf_networks.gaussian_width_grows_with_sigma", halves)


def test_a_density_is_no_probability(holds, net):
    x = np.linspace(-1, 1, 20_001)
    density = normal_density(net, x, 0, 0.1)
    holds("rbf_networks.pdf_value_is_not_probability", printed=density[10_000], corrected=np.trapezoid(density, x))


def test_the_common_width(holds, net):
    rule = [net["two_widths"](np.array(c)[:, None])["d_max rule"] for c in ([0.25, 0.75], [1 / 8, 3 / 8, 5 / 8, 7 / 8])]
    holds("rbf_networks.width_from_max_distance", rule)


def test_a_bump_is_1_at_its_centre_and_not_normalized(holds, net):
    x = np.linspace(-3, 4, 7001)
    bump = net["bumps"](x, np.array([0.5]), np.array([0.2]))[:, 0]
    at_centre = net["bumps"](np.array([0.5]), np.array([0.5]), np.array([0.2]))[0, 0]
    holds("rbf_networks.kernel_is_unnormalised", [at_centre, np.trapezoid(bump, x) / 0.2])


@pytest.fixture
def three(rng):
    """Centres, widths and weights of three bumps."""
    return rng.random(3), rng.uniform(0.1, 0.5, 3), rng.uniform(0.5, 2, 4)


def test_the_output_is_the_weighted_sum_and_the_bias(holds, net, rng, three):
    centres, widths, w = three
    x = rng.random(50)
    outputs = net["bumps"](x, centres, widths) @ w
    looped = [sum(w[j] * np.exp(-((v - centres[j]) ** 2) / (2 * widths[j] ** 2)) for j in range(3)) + w[3] for v in x]
    ratio = outputs / looped
    holds("rbf_networks.output_formula", [ratio.min(), ratio.max()])


def test_a_step_of_the_online_rule_follows_the_gradient(holds, net, three):
    centres, widths, w = three
    phi, y = net["bumps"](np.array([0.4]), centres, widths), np.array([-1.0])
    differences = central_differences(lambda: np.sum((y - phi @ w) ** 2) / 2, w)
    step = (net["online"](phi, y, w, 1) - w) / net["rate"]
    ratio = -step / differences
    holds("rbf_networks.gradient_w", [ratio[:3].min(), ratio[:3].max()])
    holds("rbf_networks.gradient_b", [ratio[3], ratio[3:].max()])


def test_the_online_rule_takes_a_step_for_each_example_and_pass(holds, net):
    class Counting(list):
        taken = 0

        def __iter__(self):
            for row in super().__iter__():
                Counting.taken += 1
                yield row

    x, y = noisy_sine(np.random.default_rng(0))
    net["online"](Counting(net["bumps"](x, np.array([0.25, 0.75]), np.array([0.14, 0.14]))), y, np.zeros(3))
    holds("rbf_networks.online_updates_count", Counting.taken)


def test_keras_shapes(holds):
    layer, output = RBF(2, trainable=False), keras.layers.Dense(1)
    model = keras.Sequential([keras.Input((1,)), layer, output])
    holds("rbf_networks.trainable_parameters", sum(int(np.prod(v.shape)) for v in model.trainable_variables))
    answers = model(np.zeros((100, 1), "float32"))
    holds("rbf_networks.predict_shape", answers.shape)
    two = keras.Sequential([keras.Input((1,)), RBF(3), keras.layers.Dense(2)])
    holds("rbf_networks.multiple_outputs_shapes", [side for w in two.layers[-1].get_weights() for side in w.shape])


def test_centres_drawn_with_replacement_coincide(holds, rng):
    drawn = rng.integers(100, size=(20_000, 4))
    holds("rbf_networks.kmeans_random_start_duplicates", np.mean([len({*row}) < 4 for row in drawn.tolist()]))


def test_the_width_of_a_cluster_with_one_point(holds, rng):
    """The listing pools the points of the other clusters; the text speaks of the mean of their widths."""
    groups = [rng.uniform(0, 0.1, 50), rng.uniform(0.9, 1, 50)]
    listing = np.mean(np.std(np.concatenate(groups).ravel()))
    by_text = np.mean([np.std(group) for group in groups])
    pooled = np.sqrt(np.mean(np.square(np.concatenate(groups))) - np.mean(np.concatenate(groups)) ** 2)
    holds("rbf_networks.kmeans_small_cluster_width", printed=by_text / listing, corrected=pooled / listing)
    holds("rbf_networks.std_of_single_point", np.std(groups[0][:1]))


def test_the_listings_basis_function_is_right_in_one_dimension_only(holds, rng):
    def listed(x, c, s):
        return np.exp(-1 / (2 * s**2) * (x - c) ** 2)

    def ratios(features):
        x, c = rng.random(features), rng.random(features)
        ratio = listed(x, c, 0.5) / np.exp(-np.sum((x - c) ** 2) / (2 * 0.5**2))
        return [ratio.min(), ratio.max()]

    two, one = ratios(2), ratios(1)
    holds("rbf_networks.matrix_inputs", printed=two, corrected=one)


def test_summed_distances_rank_nets_as_the_error_does(holds, net, rng):
    sums, errors = [], []
    fresh = rng.random(300)
    for k in (2, 4, 2, 4, 6, 2, 4):
        x, y = noisy_sine(rng)
        centres, widths = net["clusters"](x, k)
        w = np.linalg.lstsq(net["bumps"](x, centres, widths), y, rcond=None)[0]
        outputs = net["bumps"](fresh, centres, widths) @ w
        sums.append(np.sum(np.abs(outputs - np.sin(2 * np.pi * fresh))))
        errors.append(np.sqrt(net["miss"](centres, widths, w)))
    holds("rbf_networks.evaluation_metric", np.corrcoef(sums, errors)[0, 1])


def test_the_formula_of_section_3_is_gradient_descent_with_small_steps(net, rng, three):
    centres, widths, start = three
    x, y = noisy_sine(rng, 20)
    phi, w = net["bumps"](x, centres, widths), start.copy()
    for _ in range(3000):
        w -= 0.01 * 0.1 * phi.T @ (phi @ w - y)
    np.testing.assert_allclose(net["after"](phi, y, start, 300), w, rtol=0.01, atol=0.01)
    best = np.linalg.lstsq(phi, y, rcond=None)[0]
    np.testing.assert_allclose(net["after"](phi, y, start, 10**9), best, atol=1e-6)


def test_more_gaussians_come_closer_to_continuous_functions(holds, net):
    x, worst = np.linspace(0, 1, 2001), []
    for target in (np.sin(2 * np.pi * x), np.abs(x - 0.5), np.exp(x) * np.cos(9 * x)):
        largest = []
        for k in (2, 8, 64):
            phi = net["bumps"](x, np.linspace(0, 1, k), np.full(k, 1.5 / (k - 1)))
            largest.append(np.abs(phi @ net["ridge"](phi, target, 0) - target).max())
        worst += [largest[1] / largest[0], largest[2] / largest[1]]
    holds("rbf_networks.gaussian_sum_approximates_functions", max(worst))


def test_ridge_leaves_the_bias_free(net, rng):
    x, y = noisy_sine(rng)
    phi = net["bumps"](x, np.linspace(0, 1, 6), np.full(6, 0.3))
    heavy = net["ridge"](phi, y + 5, 1e9)
    assert np.abs(heavy[:-1]).max() < 1e-4 and heavy[-1] == pytest.approx(np.mean(y + 5), abs=1e-4)
    np.testing.assert_allclose(phi @ net["ridge"](phi, y, 1e-9), phi @ net["ridge"](phi, y, 0), atol=1e-4)


@pytest.mark.parametrize("equal", [1, 2, 3])
def test_kmeans_leaves_no_cluster_empty(net, rng, equal):
    X = rng.random((40, 2))
    start = X[[0] * equal + list(range(1, 5))]
    centres, nearest = net["kmeans"](X, start)
    assert len({*nearest.tolist()}) == len(start)
    for j, centre in enumerate(centres):
        np.testing.assert_allclose(centre, X[nearest == j].mean(axis=0))
    assert len(net["kmeans"](np.ones((5, 2)), np.ones((3, 2)))[0]) == 3, "fewer different inputs than centres"


def test_kmeans_finds_what_scikit_learn_finds(net, rng):
    X = rng.random((80, 3))
    theirs = KMeans(5, init=X[:5], n_init=1, tol=0).fit(X)
    centres, nearest = net["kmeans"](X, X[:5])
    np.testing.assert_allclose(centres, theirs.cluster_centers_)
    np.testing.assert_array_equal(nearest, theirs.labels_)


def test_steepness_counts_on_the_mountain(rng):
    X, y = mountain(rng, 2000)
    assert X[:, 0].max() > 2900 and X[:, 1].max() <= 1
    flat, steep = (np.corrcoef(np.sin(2 * np.pi * X[s, 0] / 3000), y[s])[0, 1] for s in (X[:, 1] < 0.3, X[:, 1] > 0.7))
    assert flat > 0.9 and steep < -0.9
