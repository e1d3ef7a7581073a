"""Find out whether the arguments of a claim in a source may have been measured, or were typed out."""

import ast
import builtins


def calls(source, names):
    """Yield the calls of functions with these names whose first argument is a string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in names and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, node


def is_literal(node):
    """Return whether an expression is a literal; empty lists and mappings do not count, since they are filled later."""
    empty = any(not getattr(part, "elts", getattr(part, "keys", True)) for part in ast.walk(node))
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return not empty


def typed_names(source):
    """Return the names in a source that hold nothing measured: builtins, imports, and names of literals only."""
    imported, typed, other = set(), set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            (typed if is_literal(node.value) else other).update(names_in(node, ast.Store))
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            other |= set().union(*(names_in(target, ast.Load) for target in targets))  # table[row] = …
        elif isinstance(node, ast.AugAssign):
            other |= names_in(node.target)
        elif isinstance(node, ast.arg):
            other.add(node.arg)
    return imported | (typed - other) | set(dir(builtins))


def names_in(node, *contexts):
    contexts = contexts or (ast.Store, ast.Load)
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, contexts)}


def measured_names(argument, typed):
    """Return the names in an argument that may hold a measurement: not those that it calls or binds itself."""
    called = {node.func.id for node in ast.walk(argument) if isinstance(node, ast.Call) and hasattr(node.func, "id")}
    return names_in(argument, ast.Load) - names_in(argument, ast.Store) - called - typed


def on_the_clock(source):
    """Return the names in a source that hold wall-clock time, which includes other work of the processor."""
    clock = {"perf_counter", "time", "monotonic"}
    taken, tree = set(), ast.parse(source)
    while True:
        before = len(taken)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AugAssign):
                called = {
                    part.func.attr
                    for part in ast.walk(node.value)
                    if isinstance(part, ast.Call)
                    and isinstance(part.func, ast.Attribute)
                    and getattr(part.func.value, "id", "") == "time"
                }
                if called & clock or names_in(node.value, ast.Load) & taken:
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    taken |= {name for target in targets for name in names_in(target)}
        if len(taken) == before:
            return taken
