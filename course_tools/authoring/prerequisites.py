"""The map of prerequisites: a drawing of which chapter builds on which, made from `course.yaml`."""

import html
import textwrap

from course_utils.syllabus import Chapter, Course

# The theme's and Okabe and Ito's colours, pale enough for black text: one for each part, grey for chapter 0.
COLOURS = ("#e3e3e3", "#cfe6f5", "#d5efdf", "#fbe5c0", "#f7d9e8", "#e6e0f5")
WIDTH, HEIGHT = 142, 42  # of a box, in pixels
ACROSS, DOWN = 164, 49  # from one box to the next


def map_of_prerequisites(course: Course) -> str:
    """Return the map as SVG: a box for each chapter, to the right of those it needs, and a line from each of these.

    A column holds the chapters that need equally many others before them, one after the other. Planned chapters have a
    dashed border.
    """
    columns = _columns(course)
    tallest = max(map(len, columns))
    places: dict[int, tuple[float, float]] = {}
    for column, chapters in enumerate(columns):
        # A chapter stands about where its prerequisites stand, so that few lines cross.
        chapters.sort(key=lambda chapter: (_height(chapter, places), chapter.number))
        top = (tallest - len(chapters)) / 2
        for row, chapter in enumerate(chapters):
            places[chapter.number] = (12 + ACROSS * column, 44 + DOWN * (top + row))
    chapters = [chapter for column in columns for chapter in column]
    width, height = ACROSS * len(columns), 52 + DOWN * tallest
    lines = (_line(places[needed], places[chapter.number]) for chapter in chapters for needed in chapter.prerequisites)
    boxes = (_box(course, chapter, *places[chapter.number]) for chapter in chapters)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
            'font-size="13">',
            f'<rect width="{width}" height="{height}" rx="8" fill="white"/>',
            *_legend(course),
            *lines,
            *boxes,
            "</svg>",
            "",
        ]
    )


def _columns(course: Course) -> list[list[Chapter]]:
    """Return the chapters by the length of the longest chain of prerequisites before them."""
    depth: dict[int, int] = {}
    for chapter in course.chapters:
        depth[chapter.number] = 1 + max((depth[needed] for needed in chapter.prerequisites), default=-1)
    return [
        [chapter for chapter in course.chapters if depth[chapter.number] == column]
        for column in range(max(depth.values()) + 1)
    ]


def _height(chapter: Chapter, places: dict[int, tuple[float, float]]) -> float:
    heights = [places[needed][1] for needed in chapter.prerequisites]
    return sum(heights) / len(heights) if heights else 0.0


def _colour(course: Course, part: str | None) -> str:
    return COLOURS[0 if part is None else 1 + course.parts.index(part) % (len(COLOURS) - 1)]


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    x, y, to_x, to_y = start[0] + WIDTH, start[1] + HEIGHT / 2, end[0], end[1] + HEIGHT / 2
    bend = (to_x - x) / 2
    path = f"M{x:g} {y:g}C{x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}"
    return f'<path d="{path}" fill="none" stroke="#777" stroke-width="1.3"/>'


def _box(course: Course, chapter: Chapter, x: float, y: float) -> str:
    dashed = "" if chapter.notebook else ' stroke-dasharray="4 3"'
    rows = textwrap.wrap(f"{chapter.number:02d} {chapter.title}", 20)
    first = y + HEIGHT / 2 + 4.5 - 6.5 * (len(rows) - 1)
    text = "".join(
        f'<text x="{x + WIDTH / 2:g}" y="{first + 13 * row:g}" text-anchor="middle">{html.escape(line)}</text>'
        for row, line in enumerate(rows)
    )
    look = f'rx="6" fill="{_colour(course, chapter.part)}" stroke="#555"{dashed}'
    return f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" {look}/>{text}'


def _legend(course: Course) -> list[str]:
    return [
        f'<rect x="{12 + 216 * place}" y="12" width="14" height="14" rx="3" fill="{_colour(course, part)}" '
        f'stroke="#555"/><text x="{32 + 216 * place}" y="23">Part {place + 1} {html.escape(part)}</text>'
        for place, part in enumerate(course.parts)
    ]
