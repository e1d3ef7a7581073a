"""The files beside the decks, so that these need no network: reveal.js and its fonts, MathJax, the course's style."""

import importlib.metadata
from importlib import resources
from pathlib import Path

from course_tools import HOW_TO_INSTALL
from course_utils.errors import CourseError

FOLDER = "slides_assets"
SUFFIX = ".slides.html"  # of a deck

_REVEAL = "sphinx_revealjs/_static/revealjs/"
_FONTS = "dist/theme/fonts/source-sans-pro/"
_FACES = ("regular", "italic", "semibold", "semibolditalic")
_FILES = {  # package → file in it → its name beside the decks
    "sphinx-revealjs": {
        _REVEAL + "LICENSE": "reveal.LICENSE.txt",
        _REVEAL + "dist/reset.css": "reset.css",
        _REVEAL + "dist/reveal.css": "reveal.css",
        _REVEAL + "dist/reveal.js": "reveal.js",
        _REVEAL + "plugin/notes/notes.js": "notes.js",
        _REVEAL + _FONTS + "LICENSE": "source-sans-pro.LICENSE.txt",
        **{f"{_REVEAL}{_FONTS}source-sans-pro-{face}.woff": f"source-sans-pro-{face}.woff" for face in _FACES},
    },
    # The build with every TeX extension: the others load some of them from further files.
    "sphinx-mathjax-offline": {"sphinx-mathjax-offline/static/mathjax/tex-svg-full.js": "mathjax.js"},
}
_OURS = ("slides.css", "slides.js")


def assets() -> dict[str, bytes]:
    """Return the files that every deck loads, by their names beside it (`slides_assets/reveal.js`).

    Raises:
        CourseError: The packages with these files are not installed.
    """
    from pygments.formatters import HtmlFormatter

    found = {
        name: resources.files(__package__).joinpath("templates/course_slides", name).read_bytes() for name in _OURS
    }
    found["code.css"] = HtmlFormatter(style="default").get_style_defs(".frame .highlight").encode()
    for package, files in _FILES.items():
        try:
            distribution = importlib.metadata.distribution(package)
            found |= {name: Path(distribution.locate_file(path)).read_bytes() for path, name in files.items()}
        except (importlib.metadata.PackageNotFoundError, FileNotFoundError) as error:
            raise CourseError(
                f"slides need reveal.js and MathJax from {' and '.join(_FILES)}, but {package} is not installed or "
                f"has another version; {HOW_TO_INSTALL}"
            ) from error
    return {f"{FOLDER}/{name}": content for name, content in found.items()}
