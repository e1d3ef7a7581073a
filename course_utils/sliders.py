"""Sliders in an open notebook: each redraws a figure for its value.

A notebook that is executed by a program (nbclient, papermill, nbval, nbgrader) shows nothing instead, so no stored
notebook, export or test depends on them. Their cells carry the tag `notebook_code.LIVE_TAG`.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipywidgets import VBox


def live(draw: Callable[..., None], **values: Sequence[Any]) -> None:
    """Show a slider for each setting of a drawing, and the drawing for their values.

    It is drawn at once, and again each time a slider is released. What `draw` shows or prints replaces what it showed
    before; so does an error. Outside a live front end (JupyterLab, Notebook, VS Code, Colab) nothing is shown, but the
    arguments are checked.

    Args:
        draw: Draws the figure for the settings that it gets by name, and shows it (see `display.show`). It must return
            within a second, and must not change the notebook's variables or global random generators.
        **values: For each setting the values that its slider offers, in order: a range, a list, an array. It starts at
            the default of `draw`'s parameter, or at the first value if that has none.

    Raises:
        TypeError: The settings are not those that `draw` takes.
        ValueError: A setting has fewer than two values, or does not offer its default.

    Example:
        >>> def draw_power(exponent=1, points=100):
        ...     x = np.linspace(0, 1, points)
        ...     fig, ax = plt.subplots()
        ...     ax.plot(x, x**exponent)
        ...     show(fig, alt=f"The curve of x to the power {exponent} from 0 to 1.")
        >>> live(draw_power, exponent=[0.5, 1, 2, 4], points=range(2, 101))
    """
    settings = {name: _Setting(draw, name, offered) for name, offered in values.items()}
    try:
        inspect.signature(draw).bind(**settings)
    except TypeError as error:
        raise TypeError(f"{draw.__name__}() cannot be drawn with sliders for {', '.join(values)}: {error}") from error
    if in_live_front_end():
        from IPython.display import display

        display(_panel(draw, settings))


def in_live_front_end() -> bool:
    """Return whether this notebook is open in a front end, where a slider can be moved.

    Front ends allow the code that they run to ask for input (`allow_stdin` in Jupyter's messaging), since somebody is
    there to answer; programs that execute notebooks do not.
    """
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)  # a terminal has none
    return kernel is not None and bool(kernel.get_parent().get("content", {}).get("allow_stdin"))


class _Setting:
    """The values of one slider by the labels that it shows, and where it starts."""

    def __init__(self, draw: Callable[..., None], name: str, offered: Sequence[Any]) -> None:
        self.values = {_label(value): value for value in offered}
        self.start = 0
        if len(self.values) < 2:
            raise ValueError(f"a slider needs at least two different values; {name} has {len(self.values)}")
        parameter = inspect.signature(draw).parameters.get(name)
        if parameter is not None and parameter.default is not parameter.empty:
            labels = list(self.values)
            if _label(parameter.default) not in labels:
                raise ValueError(
                    f"{name} starts at {parameter.default!r}, the default of {draw.__name__}(), which is not one of "
                    f"the values offered: {', '.join(labels)}"
                )
            self.start = labels.index(_label(parameter.default))


def _label(value: Any) -> str:
    """Return a value as a string; steps of 0.1 add up to 0.30000000000000004, which nobody needs to see."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _panel(draw: Callable[..., None], settings: dict[str, _Setting]) -> "VBox":
    from ipywidgets import SelectionSlider, VBox, interactive_output

    sliders = {
        name: SelectionSlider(
            options=list(setting.values.items()),
            index=setting.start,
            description=name.replace("_", " "),
            continuous_update=False,
            style={"description_width": "8em"},
            layout={"width": "32em", "max_width": "100%"},
        )
        for name, setting in settings.items()
    }
    return VBox([*sliders.values(), interactive_output(draw, sliders)])
