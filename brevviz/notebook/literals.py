"""Python literals, written and read: plain data in ASCII, and never anything that runs."""

from __future__ import annotations

import ast
from typing import Any

from brevviz.errors import EvidenceError

__all__ = ["read_assignments", "write_literal"]

_WIDTH = 96
_MOST_BYTES = 256 * 1024


def write_literal(value: Any, indent: int = 0) -> str:
    """Plain data as a Python literal in ASCII, broken into lines where it is long."""
    flat = ascii(value)
    if len(flat) + indent <= _WIDTH or not isinstance(value, (dict, list)) or not value:
        return flat
    deeper = " " * (indent + 4)
    if isinstance(value, dict):
        begin, end = "{", "}"
        items = [f"{key!a}: {write_literal(item, indent + 4)}" for key, item in value.items()]
    else:
        begin, end = "[", "]"
        items = [write_literal(item, indent + 4) for item in value]
    lines = "".join(f"{deeper}{item},\n" for item in items)
    return f"{begin}\n{lines}{' ' * indent}{end}"


def read_assignments(source: str, where: str) -> dict[str, Any]:
    """The values of a cell that only assigns literals to names: `NAME = literal`, each once.

    Raises EvidenceError for anything else, and for a cell that is too large; runs nothing.
    """
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > _MOST_BYTES:
        raise EvidenceError(where, f"the cell's {size} bytes are outside 0..{_MOST_BYTES}")
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise EvidenceError(where, f"the cell is not Python: {_reason(error)}") from None
    values: dict[str, Any] = {}
    for statement in statements:
        name, node = _assignment(statement, where)
        if name in values:
            raise EvidenceError(where, f"{name} is assigned twice, line {statement.lineno}")
        _refuse_twins(node, where)
        try:
            values[name] = ast.literal_eval(node)
        except (ValueError, TypeError, RecursionError, MemoryError):
            raise EvidenceError(
                where, f"line {statement.lineno} is not a literal, and nothing is run to read it"
            ) from None
    return values


def _assignment(statement: ast.stmt, where: str) -> tuple[str, ast.expr]:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, ast.Name):
            return target.id, statement.value
    raise EvidenceError(
        where, f"line {statement.lineno} is not NAME = literal, and nothing is run to read it"
    )


def _refuse_twins(node: ast.expr, where: str) -> None:
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Dict):
            continue
        seen = set()
        for key in inner.keys:
            if isinstance(key, ast.Constant):
                if key.value in seen:
                    raise EvidenceError(where, f"the name {key.value!r} stands twice")
                seen.add(key.value)


def _reason(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.msg}, line {error.lineno}"
    return str(error) or "it is nested too deep"
