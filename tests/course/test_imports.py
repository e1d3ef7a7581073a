"""The allowed imports: `course_utils` never imports `course_tools`, and no room of that imports one above it."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The rooms of `course_tools`, from the ground up: modules import from their own room and from the floors below.
FLOORS = [
    {"course_tools", "chapter_file", "warm"},
    {"jobs"},
    {"execution"},
    {"batches", "cluster"},
    {"sweeps"},
    {"reporting", "authoring", "slides", "student_edition"},
    {"book", "cli"},
    {"__main__"},
]


def imports_below(root):
    """Return the modules of both packages that each module imports, also inside functions."""
    files = [
        path.relative_to(root) for name in ("course_utils", "course_tools") for path in (root / name).rglob("*.py")
    ]
    modules = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): root / path for path in files}
    found = {}
    for module, path in modules.items():
        named = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{module}: imports are absolute"
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                named |= {name if name in modules else node.module for name in names}
        found[module] = (named & set(modules)) - {module}
    return found


def floor_of(module):
    """Return the number of a module's floor, and its room."""
    room = ".".join(module.split(".")[1:2]) or module
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms), room


def upwards(imports):
    """Yield imports from a floor above, or from another room of the same floor."""
    for module, imported in imports.items():
        for other in imported:
            if module.startswith("course_utils"):
                if other.startswith("course_tools"):
                    yield module, other
            elif other.startswith("course_tools"):
                (here, room), (there, other_room) = floor_of(module), floor_of(other)
                if there > here or (there == here and room != other_room):
                    yield module, other


def circle(imports):
    """Return a circle of imports; empty if there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.fixture(scope="module")
def imports():
    return imports_below(ROOT)


def test_no_module_imports_one_above_it(imports):
    assert len(imports) > 100
    assert list(upwards(imports)) == []


def test_no_modules_import_each_other(imports):
    assert circle(imports) == []


@pytest.mark.parametrize(
    ("module", "source", "is_upwards", "is_circle"),
    [
        ("course_tools.jobs.one", "from course_tools.cli import two", True, False),
        ("course_tools.jobs.one", "def later():\n    import course_tools.cli.two", True, False),
        ("course_tools.batches.one", "from course_tools.cluster.three import name", True, False),
        ("course_tools.cli.one", "from course_tools.cli import two", False, True),
        ("course_utils.one", "from course_tools.warm import four", True, False),
    ],
)
def test_a_forbidden_import_is_seen(tmp_path, module, source, is_upwards, is_circle):
    others = {"course_tools.cli.two": "from course_tools.cli import one", "course_tools.cluster.three": ""}
    for name, content in {module: source, **others, "course_tools.warm.four": ""}.items():
        path = tmp_path.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    found = imports_below(tmp_path)
    assert [one for one, _ in upwards(found)] == [module] * is_upwards
    assert bool(circle(found)) == is_circle
