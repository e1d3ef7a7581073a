"""Formulas as MathML, which browsers render without scripts or extra fonts."""

import re
from contextlib import suppress
from functools import cache
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from math_core import LatexToMathML

# The MathML elements and attributes that a formula can contain. None of them links, loads or runs anything.
ATTRIBUTES = {
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {
        "accent",
        "form",
        "largeop",
        "lspace",
        "maxsize",
        "minsize",
        "movablelimits",
        "rspace",
        "stretchy",
        "symmetric",
    },
    "mspace": {"depth", "height", "width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mpadded": {"depth", "height", "lspace", "voffset", "width"},
    "mfrac": {"displaystyle", "linethickness"},
    "mtable": {"displaystyle", "scriptlevel"},
    "mtd": {"columnspan", "rowspan"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    **dict.fromkeys(("mn", "mtext", "mrow", "mtr", "msub", "msup", "msubsup", "msqrt", "mroot"), frozenset()),
    **dict.fromkeys(("mphantom", "merror", "mmultiscripts", "mprescripts"), frozenset()),
}
# The parser recurses for each brace, and is very slow on strings that are not formulas.
LONGEST, DEEPEST = 5_000, 100
# As in Jupyter: a string between two dollars is a formula, unless a backslash escapes a dollar.
DOLLARS = re.compile(r"(?<![\\$])(\$\$?)(?=[^\s$])([^$]*?[^\s$\\])\1(?!\$)")


def formula(latex: str, *, block: bool = False) -> str:
    """Return a formula as MathML, or as its source if that is not valid LaTeX, not supported, or too long.

    Args:
        latex: Without the dollars.
        block: Whether the formula has its own line.
    """
    from math_core import LatexError

    if len(latex) <= LONGEST and _depth(latex) <= DEEPEST:
        with suppress(LatexError, UnicodeEncodeError):  # the latter for a lone surrogate
            return _converter().convert_with_local_state(latex, displaystyle=block)
    sign = "$$" if block else "$"
    return f"<code>{escape(f'{sign}{latex}{sign}')}</code>"


def _depth(latex: str) -> int:
    return max(accumulate((character == "{") - (character == "}") for character in latex), default=0)


def set_formulas(text: str) -> str:
    """Return plain text as markup, with MathML for the formulas between dollars."""
    parts, end = [], 0
    for match in DOLLARS.finditer(text):
        parts += [escape(text[end : match.start()]), formula(match[2], block=match[1] == "$$")]
        end = match.end()
    return "".join([*parts, escape(text[end:])])


@cache
def _converter() -> "LatexToMathML":
    from math_core import LatexToMathML

    return LatexToMathML(fancy_error=False)
