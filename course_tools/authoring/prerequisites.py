"""The map of prerequisites: a drawing of which chapter builds on which, made from `course.yaml`."""

import html
import textwrap
from itertools import pairwise

from course_utils.syllabus import Chapter, Course

# The theme's and Okabe and Ito's colours, pale enough for black text: one for each part, grey for chapter 0.
COLOURS = ("#e3e3e3", "#cfe6f5", "#d5efdf", "#fbe5c0", "#f7d9e8", "#e6e0f5")
WIDTH, HEIGHT = 142, 42  # of a box, in pixels
ACROSS, DOWN = 158, 72  # from one box to the next
GAP = 22  # what a line that passes a row of boxes takes of it
LEGEND = 3  # entries in a row
SWEEPS = 8

# A chapter by its number, or the place where the lines from a chapter pass a row: the chapter's number, the row.
Node = int | tuple[int, int]


def map_of_prerequisites(course: Course) -> str:
    """Return the map as SVG: a box for each chapter, below those it needs, and a line from each of these.

    A row holds the chapters that need equally many others before them, one after the other. Planned chapters have a
    dashed border.
    """
    rows, ways = _rows(course)
    widest = max(map(_width, rows))
    first = 20 + 24 * -(-len(course.parts) // LEGEND)
    places: dict[Node, tuple[float, float]] = {}  # of the middle of a node's upper edge
    for row, nodes in enumerate(rows):
        left = 12 + (widest - _width(nodes)) / 2
        for node in nodes:
            places[node] = (left + _width([node]) / 2, first + DOWN * row)
            left += _width([node])
    width, height = 24 + widest, first + DOWN * len(rows)
    lines = (_line([places[node] for node in way]) for way in ways)
    boxes = (_box(course, chapter, *places[chapter.number]) for chapter in course.chapters)
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


def _rows(course: Course) -> tuple[list[list[Node]], list[list[Node]]]:
    """Return the nodes of each row, in an order in which few lines cross, and the nodes along each line."""
    depth: dict[int, int] = {}
    for chapter in course.chapters:
        depth[chapter.number] = 1 + max((depth[needed] for needed in chapter.prerequisites), default=-1)
    ways = [
        [needed, *((needed, row) for row in range(depth[needed] + 1, depth[chapter.number])), chapter.number]
        for chapter in course.chapters
        for needed in chapter.prerequisites
    ]
    rows: list[list[Node]] = [[] for _ in range(max(depth.values()) + 1)]
    for number, row in depth.items():
        rows[row].append(number)
    for needed, row in sorted({node for way in ways for node in way[1:-1]}):
        rows[row].append((needed, row))
    joined = {frozenset(step) for way in ways for step in pairwise(way)}
    for _ in range(SWEEPS):
        for above, row in pairwise(rows):
            _sort(row, above, joined)
        for above, row in reversed(list(pairwise(rows))):
            _sort(above, row, joined)
    return rows, ways


def _sort(row: list[Node], beside: list[Node], joined: set[frozenset[Node]]) -> None:
    """Sort a row so that each node stands about where the nodes of the row beside it stand that it is joined to."""
    at = {node: (place + 0.5) / len(beside) for place, node in enumerate(beside)}
    own = {node: (place + 0.5) / len(row) for place, node in enumerate(row)}

    def wanted(node: Node) -> float:
        found = [at[other] for other in beside if {node, other} in joined]
        return sum(found) / len(found) if found else own[node]

    row.sort(key=wanted)


def _width(nodes: list[Node]) -> float:
    return sum(ACROSS if isinstance(node, int) else GAP for node in nodes)


def _colour(course: Course, part: str | None) -> str:
    return COLOURS[0 if part is None else 1 + course.parts.index(part) % (len(COLOURS) - 1)]


def _line(places: list[tuple[float, float]]) -> str:
    """Return a line from the lower edge of the first box, straight down past each row between, to the last one."""
    path = f"M{places[0][0]:g} {places[0][1] + HEIGHT:g}"
    for (x, y), (to_x, to_y) in pairwise(places):
        middle = (y + HEIGHT + to_y) / 2
        path += f"C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}"
        path += f"V{to_y + HEIGHT:g}" if (to_x, to_y) != places[-1] else ""
    return f'<path d="{path}" fill="none" stroke="#777" stroke-width="1.3"/>'


def _box(course: Course, chapter: Chapter, x: float, y: float) -> str:
    """Return the box of a chapter, given the middle of its upper edge."""
    dashed = "" if chapter.notebook else ' stroke-dasharray="4 3"'
    rows = textwrap.wrap(f"{chapter.number:02d} {chapter.title}", 20)
    first = y + HEIGHT / 2 + 4.5 - 6.5 * (len(rows) - 1)
    text = "".join(
        f'<text x="{x:g}" y="{first + 13 * row:g}" text-anchor="middle">{html.escape(line)}</text>'
        for row, line in enumerate(rows)
    )
    look = f'rx="6" fill="{_colour(course, chapter.part)}" stroke="#555"{dashed}'
    return f'<rect x="{x - WIDTH / 2:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" {look}/>{text}'


def _legend(course: Course) -> list[str]:
    entries = []
    for place, part in enumerate(course.parts):
        x, y = 19 + 216 * (place % LEGEND), 12 + 24 * (place // LEGEND)
        look = f'width="14" height="14" rx="3" fill="{_colour(course, part)}" stroke="#555"'
        entries.append(f'<rect x="{x}" y="{y}" {look}/>')
        entries.append(f'<text x="{x + 20}" y="{y + 11}">Part {place + 1} {html.escape(part)}</text>')
    return entries
