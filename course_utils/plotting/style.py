"""One look for every figure of the course: legible on a slide, and readable without telling colours apart."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The palette of Okabe and Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/, made for readers with
# any common kind of colour blindness. Its yellow is left out of the cycle: a yellow line on white cannot be seen.
PALETTE: dict[str, str] = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "black": "#000000",
    "yellow": "#F0E442",
    "grey": "#777777",
}

# One style and one marker for each colour of the cycle, in the same order.
CYCLE_COLOURS: tuple[str, ...] = tuple(
    PALETTE[name] for name in ("blue", "vermillion", "green", "purple", "orange", "sky", "black")
)
CYCLE_LINE_STYLES = ("-", "--", "-.", ":", (0, (3, 1, 1, 1, 1, 1)), (0, (7, 2)), (0, (1, 1)))
CYCLE_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def new_axes(width: float = 9.0, height: float = 4.5) -> "Axes":
    """Return one Axes in a figure of its own, sizes in inches."""
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height))[1]


def use_house_style() -> None:
    """Set matplotlib's defaults to the course's figure style, whatever the reader's own `matplotlibrc` says.

    Figures are 9 by 4.5 inches at 100 dots per inch with text of 12 points, which stays legible when the figure fills a
    slide. Lines differ in colour and in line style.

    Example:
        >>> from course_utils.plotting import use_house_style
        >>> use_house_style()
    """
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcdefaults()  # a reader's `text.usetex` needs LaTeX, and dark backgrounds hide black text
    mpl.rcParams.update(
        {
            "figure.figsize": (9.0, 4.5),
            "figure.dpi": 100,
            "savefig.dpi": 100,
            "figure.constrained_layout.use": True,
            "font.size": 12,
            "axes.titlesize": 13,
            "axes.labelsize": 12,
            "xtick.labelsize": 11,
            "ytick.labelsize": 11,
            "legend.fontsize": 11,
            "figure.titlesize": 14,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#DDDDDD",
            "grid.linewidth": 0.8,
            "lines.linewidth": 2.0,
            "lines.markersize": 6,
            "legend.frameon": False,
            "image.cmap": "cividis",
            "axes.prop_cycle": cycler(color=CYCLE_COLOURS) + cycler(linestyle=CYCLE_LINE_STYLES),
        }
    )
