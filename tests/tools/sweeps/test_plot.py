import io
import itertools

from course_tools.jobs.outcome import Outcome
from course_tools.sweeps.plot import plots
from course_tools.sweeps.results import frame, groups

import pytest
from PIL import Image


def outcome(status="ok", measured=None, **parameters):
    claims = [{"id": f"one.{name}", "values": {"measured": value}} for name, value in (measured or {}).items()]
    stem = "01_one." + ".".join(f"{name}={value}" for name, value in parameters.items())
    return Outcome(
        1, stem, "One", "quick", parameters, status, 2.0 + len(stem), "2030", claims=claims, swept=list(parameters)
    )


def grid(measure, **values):
    return [
        outcome(**dict(zip(values, combination, strict=True)), measured=measure(*combination))
        for combination in itertools.product(*values.values())
    ]


def drawn(outcomes):
    found = list(plots(outcomes))
    for _, png in found:
        with Image.open(io.BytesIO(png)) as image:
            assert image.size == (900, 450)
            assert len(image.convert("RGB").getcolors(1 << 20)) > 5
    return [alt for alt, _ in found]


def test_a_measured_number_is_drawn_over_the_parameter_with_most_values_and_a_constant_is_not():
    runs = grid(
        lambda init, layers, seed: {"accuracy": layers * (1 + seed), "same": 1.0},
        init=["he", "xavier"], layers=[5, 10, 20], seed=[0, 1],
    )  # fmt: skip
    alts = drawn([*runs, outcome("failed", {"accuracy": 1e9}, init="he", layers=5, seed=2)])
    assert alts == [
        "one.accuracy against layers, one line for each init; means of the seeds, with bands from the smallest to the "
        "largest. Values from 5 to 40, 12 runs."
    ]


def test_a_measured_list_is_drawn_over_its_places():
    runs = grid(lambda layers: {"stds": [0.1**k for k in range(layers)]}, layers=[3, 5])
    assert drawn(runs) == [
        "The values of one.stds by their place, one line for each layers. Values from 0.0001 to 1, 8 values of 2 runs."
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"init": ["he", "xavier"], "seed": [0, 1, 2]},
        {"seed": [0, 1, 2]},
        {"sizes": [[3, 4], [5]]},
        {"shuffle": [True, False], "init": ["a", "b"]},
        {"rate": [1e-4, 1e-2, 1.0], "units": list(range(1, 12))},
    ],
)
def test_any_swept_parameters_can_be_drawn(values):
    numbers = itertools.count(1)
    [alt] = drawn(grid(lambda *_: {"loss": next(numbers)}, **values))
    assert alt.startswith("one.loss against ")


def test_values_that_are_not_finite_can_be_drawn():
    runs = grid(lambda rate: {"loss": {0.1: float("nan"), 1.0: float("inf"), 0.5: 2.0}[rate]}, rate=[0.1, 0.5, 1.0])
    assert drawn(runs) == ["one.loss against rate. Values from 2 to 2, 3 runs."]


def test_groups_are_sorted_by_value_with_numbers_before_strings():
    runs = grid(lambda *_: {}, rate=[10, "a", 0.5, None, True, 1], seed=[1, 0])
    table, names, _ = frame(runs)
    found = [(key[0], rows["seed"].tolist()) for key, rows in groups(table, names[:1])]
    assert found == [(value, [1, 0]) for value in ("0.5", "1", "10", "None", "True", "a")]


def test_a_sweep_that_measures_nothing_shows_its_times():
    assert drawn(grid(lambda epochs: {}, epochs=[10, 200])) == ["seconds against epochs. Values from 18 to 19, 2 runs."]
    assert list(plots([])) == []
