"""What has to be installed: notebooks need the first list of pyproject.toml alone, the command both."""

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OF_THE_SERVER = {"jupyterlab", "jupyter-server", "notebook", "ipykernel", "nbconvert", "papermill", "pytest", "nbval"}
PROVIDERS = metadata.packages_distributions()


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


NOTEBOOKS = {canonical(Requirement(line).name) for line in PROJECT["dependencies"]}
TOOLS = {canonical(Requirement(line).name) for line in PROJECT["optional-dependencies"]["tools"]}


def brought_by(names):
    """Distributions with all that they require here in turn, without extras."""
    found, todo = set(), {*names}
    while todo:
        found.add(name := todo.pop())
        try:
            required = [Requirement(line) for line in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:  # required elsewhere, such as on Windows
            continue
        todo |= {canonical(one.name) for one in required if not one.marker or one.marker.evaluate({"extra": ""})}
        todo -= found
    return found


def imported(package):
    """The modules of other distributions that a package imports, also inside of functions."""
    found = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.partition(".")[0])
    return found - {"course_utils", "course_tools", "jax", *sys.stdlib_module_names}


def without_a_provider(modules, distributions):
    return [name for name in modules if not {canonical(one) for one in PROVIDERS.get(name, [])} & distributions]


def test_what_notebooks_import_is_there_and_nothing_of_jupyters_server_is():
    brought = brought_by(NOTEBOOKS)
    assert not brought & OF_THE_SERVER
    assert without_a_provider(imported("course_utils"), brought) == []
    assert without_a_provider(imported("course_tools"), brought), "else the command would need no list of its own"


def test_what_the_command_imports_is_there():
    assert without_a_provider(imported("course_tools"), brought_by(NOTEBOOKS | TOOLS)) == []


def test_each_range_stands_in_one_place():
    assert not NOTEBOOKS & TOOLS
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    assert listed[0] == "-e .[tools]"
    assert all(re.fullmatch(r"[\w-]+", line) and line in NOTEBOOKS | TOOLS for line in listed[1:]), "names, no ranges"
