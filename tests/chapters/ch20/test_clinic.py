"""The instruments of the clinic, its patients, and the physician's archive."""

import copy
from functools import cache
from types import SimpleNamespace
from unittest.mock import MagicMock

from course_utils import datasets
from course_utils.chapters.ch20.checks import ADMISSIONS, WARD_A, WARD_B
from course_utils.chapters.ch20.clinic import Sheet, draw_instrument, in_tens, mark_outside, name_lines, panels

import matplotlib.pyplot as plt
import numpy as np
import pytest
from cells import compiled, parameters
from threadpoolctl import threadpool_limits

MACHINERY = ("data", "pieces", "healthy", "train", "sealed-a", "sealed-b")


@cache
def clinic():
    """The names that the chapter's cells define up to the sealed faults."""
    small = datasets.load("digits")
    names = parameters(20) | {"np": np, "copy": copy, "SimpleNamespace": SimpleNamespace, "Sheet": Sheet}
    names |= {"datasets": MagicMock(load=lambda name: small), "seed": 0}
    with threadpool_limits(1):
        exec(compiled(20, *MACHINERY), names)
    return names


def test_the_sealed_faults_are_those_that_the_checks_know():
    sealed = {case: word for case, (word, _) in clinic()["SEALED"].items()}
    assert {case: word for case, word in sealed.items() if case[0] == "A"} == WARD_A
    assert {case: word for case, word in sealed.items() if case[0] == "B"} == WARD_B
    assert sealed["stranger"] in {truth for truth, _ in ADMISSIONS}


def test_the_gradient_is_that_of_the_loss():
    c = clinic()
    rng = np.random.default_rng(0)
    x, y = rng.random((20, 784)), rng.integers(10, size=20)
    for name, loss in {"healthy": c["cross_entropy"], "twice": c["twice"], "squared": c["squared"]}.items():
        p = {key: part.astype(float) for key, part in c["weights"](c["he"], rng).items()}

        def cost(p, loss=loss):
            return loss(c["forward"](p, x)[1], y)[0].mean()

        H, S = c["forward"](p, x)
        g = c["backward"](p, x, H, loss(S, y)[1] / 20)
        for key in p:
            way = rng.standard_normal(p[key].shape)
            ahead, behind = ({**p, key: p[key] + sign * 1e-6 * way} for sign in (1, -1))
            assert np.sum(g[key] * way) == pytest.approx((cost(ahead) - cost(behind)) / 2e-6, rel=1e-3), (name, key)


def test_the_healthy_network_learns_and_sorted_images_make_its_loss_repeat_itself():
    c = clinic()
    healthy, in_order = c["train"](90), c["train"](90, **c["SEALED"]["B1"][1])
    assert healthy["loss"][1][-10:].mean() < 0.7 < 2 < healthy["loss"][1][0]
    late, later = in_order["loss"][1][-18:].reshape(2, 9)  # 900 images are 9 batches
    assert np.corrcoef(late, later)[0, 1] > 0.8
    y = in_order.data["training"][1]
    assert np.all(np.diff(y[c["SEALED"]["B1"][1]["order"](y, np.random.default_rng(0))]) >= 0)


def test_a_sheet_says_what_happened():
    c = clinic()
    healthy, not_applied, frozen = (
        c["train"](40, every=10, **fault) for fault in ({}, c["SEALED"]["A4"][1], c["SEALED"]["B2"][1])
    )
    assert healthy["loss"][0].tolist() == list(range(40))
    assert healthy["validation accuracy"][0].tolist() == [0, 10, 20, 30, 39]
    assert not not_applied["ratio W1"][1].any() and healthy["ratio W1"][1].min() > 0
    assert not frozen["ratio W1"][1].any() and frozen["ratio W2"][1].min() > 0
    assert healthy["first losses"][1].tolist() == healthy["loss"][1][:15].tolist()
    assert healthy["last losses"][1].tolist() == healthy["loss"][1].tolist()
    assert in_tens(healthy)[1] == pytest.approx(healthy["loss"][1].reshape(4, 10).mean(axis=1))
    with pytest.raises(KeyError, match="no instrument 'fever'; there are first losses"):
        healthy["fever"]


def test_taking_the_fault_away_gives_the_healthy_run_to_the_last_bit():
    c = clinic()
    with threadpool_limits(1):
        runs = [c["train"](30, **c["SEALED"][case][1]) for case in ("C1", "C3", "C4", "C5")]
        healthy = c["train"](30)
    for run in runs:
        assert all(np.array_equal(run.p[name], healthy.p[name]) for name in run.p)


@pytest.mark.parametrize("name", ["first losses", "ratio W1", "silent units", "validation loss", "images"])
def test_every_instrument_draws(name):
    c = clinic()
    healthy, ill = c["train"](40), c["train"](40, **c["SEALED"]["A7"][1])
    fig, axes = panels(5, 3)
    assert len(axes) == 5 and len(fig.axes) == 6
    draw_instrument(axes[0], name, "A7", ill, healthy)
    fig.canvas.draw()
    assert axes[0].images if name == "images" else len(axes[0].lines) == 2
    plt.close(fig)


def test_a_panel_says_what_its_frame_does_not_show():
    fig, axes = panels(3, 3)
    losses = [np.array([2.0, 1.0]), np.array([2.0, 3e5]), np.array([2.0, 3e5, np.nan])]
    for ax, loss in zip(axes, losses, strict=True):
        ax.set_ylim(0, 10)
        mark_outside(ax, loss, loss)
        ax.plot(loss, "--")
        ax.plot(loss)
    said = [ax.texts[0].get_text() for ax in axes]
    name_lines(fig, axes)
    assert [text.get_text() for text in fig.legends[0].texts] == ["healthy", "patient"]
    assert said == ["", "goes up to 3e+05", "goes up to 3e+05\nnot finite from step 2 on"]
    plt.close(fig)
