"""Sliders: what they offer, what happens when one is moved, and who gets to see them."""

from course_utils import sliders as live_module
from course_utils.sliders import live

import nbformat
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

CELL = """
from course_utils.sliders import live

def draw(width=2):
    print("drawn with", width)

live(draw, width=range(1, 5))
"""


@pytest.fixture
def shown(monkeypatch):
    """What is displayed in an open notebook."""
    displayed = []
    monkeypatch.setattr(live_module, "in_live_front_end", lambda: True)
    monkeypatch.setattr("IPython.display.display", displayed.append)
    return displayed


def test_it_draws_at_once_and_for_each_value_that_a_slider_is_set_to(shown):
    drawn = []

    def draw(first, temperature=1.0, kind="tanh"):
        drawn.append((first, temperature, kind))

    live(draw, first=range(0, 100, 20), temperature=np.arange(0.1, 2.05, 0.1), kind=["relu", "tanh"])
    [panel] = shown
    *sliders, _ = panel.children
    assert [slider.description for slider in sliders] == ["first", "temperature", "kind"]
    assert [slider.label for slider in sliders] == ["0", "1", "tanh"]
    assert [label for label, _ in sliders[1].options][:3] == ["0.1", "0.2", "0.3"]
    assert not any(slider.continuous_update for slider in sliders), "it would draw while the slider is on its way"
    sliders[0].value = 40
    sliders[1].index = 0
    sliders[2].value = "relu"
    assert [first for first, _, _ in drawn] == [0, 40, 40, 40]
    assert [value for _, value, _ in drawn] == pytest.approx([1, 1, 0.1, 0.1])
    assert drawn[-1][2] == "relu"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"width": [1]}, "at least two different values; width has 1"),
        ({"width": [2.0, 2.0000000001]}, "at least two"),
        ({"width": range(10, 20)}, "starts at 2, .* not one of the values offered: 10, 11"),
    ],
)
def test_a_slider_that_offers_too_little_is_refused_even_where_none_is_shown(values, reason):
    with pytest.raises(ValueError, match=reason):
        live(lambda width=2: None, **values)


def test_settings_that_the_drawing_does_not_take_are_refused():
    def draw(width, height=1):
        raise AssertionError("drawn")

    with pytest.raises(TypeError, match=r"draw\(\) cannot be drawn with sliders for width, depth: .*'depth'"):
        live(draw, width=[1, 2], depth=[1, 2])
    with pytest.raises(TypeError, match=r"sliders for height: .*'width'"):
        live(draw, height=[1, 2])


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def sent(kernel, **request):
    """What the kernel sends while it executes the cell."""
    messages = []
    reply = kernel.execute_interactive(CELL, output_hook=messages.append, timeout=120, **request)
    assert reply["content"]["status"] == "ok", reply["content"]
    return messages


def test_a_front_end_gets_the_sliders_and_the_first_drawing(kernel):
    messages = sent(kernel, allow_stdin=True, stdin_hook=lambda message: None)
    [displayed] = [message["content"]["data"] for message in messages if message["msg_type"] == "display_data"]
    assert "application/vnd.jupyter.widget-view+json" in displayed
    assert [message["content"]["text"] for message in messages if message["msg_type"] == "stream"] == ["drawn with 2\n"]


def test_a_program_that_executes_a_notebook_gets_nothing(kernel):
    kinds = {message["msg_type"] for message in sent(kernel, allow_stdin=False)}
    assert kinds == {"status", "execute_input"}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, timeout=120).execute()
    assert notebook.cells[0].outputs == [] and "widgets" not in notebook.metadata


def test_a_terminal_gets_nothing(capsys):
    exec(CELL, {})
    assert capsys.readouterr().out == ""
