"""Recipe files: YAML and JSON that are data and nothing else.

Refused, because each of them loads at once and then hurts: more than 1 MiB, more than 32 levels,
anchors and aliases (an alias bomb of 1 kB aborts the process when it is written out), tags,
duplicate keys (most parsers silently take the last) and numbers that are not finite.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from brevviz.errors import RecipeError

__all__ = ["canonical", "dump_json", "dump_yaml", "parse_json", "parse_yaml"]

MAX_BYTES = 2**20
MAX_DEPTH = 32
_DATE = "tag:yaml.org,2002:timestamp"


def canonical(value: Any) -> bytes:
    """The one JSON text of a value: sorted names, ASCII, no spaces. What digests are taken over."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False
    ).encode("ascii")


def dump_json(value: Mapping[str, Any]) -> str:
    """JSON for people: indented, ASCII, in the order of the fields."""
    return json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def dump_yaml(value: Mapping[str, Any]) -> str:
    """YAML for people: ASCII, in the order of the fields."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, width=100, default_flow_style=False
    )
    return text


def parse_json(text: str) -> Any:
    """JSON text as plain data, within the limits above. Raises RecipeError."""
    _check_size(text)
    _check_brackets(text)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise RecipeError(
            "recipe", f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise RecipeError("recipe", f"is nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:  # the only one left: Python's own limit
        raise RecipeError("recipe", "holds a number of more than 4300 digits") from None
    return _check_depth(value)


def parse_yaml(text: str) -> Any:
    """YAML text as plain data, within the limits above. Raises RecipeError."""
    _check_size(text)
    loader = None
    try:
        loader = _Loader(text)  # reads ahead: refuses control characters at once
        value = loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise RecipeError("recipe", f"is not YAML that a recipe may use: {problem}{at}") from None
    except (ValueError, RecursionError) as error:
        # PyYAML's own parser of numbers raises bare ValueErrors.
        raise RecipeError("recipe", f"holds a value that cannot be read: {error}") from None
    finally:
        if loader is not None:
            loader.dispose()
    return _check_depth(value)


def _check_size(text: str) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise RecipeError("recipe", f"{size} bytes is outside 0..{MAX_BYTES}")


def _check_brackets(text: str) -> None:
    # json recurses in C: a megabyte of '[' must be refused before it is parsed.
    if text.count("[") + text.count("{") > MAX_BYTES // 16:
        raise RecipeError("recipe", "has more lists and mappings than a recipe can hold")


def _check_depth(value: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise RecipeError("recipe", f"is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise RecipeError("recipe", f"the name {key!r} is not text")
            _check_depth(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_depth(item, depth + 1)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise RecipeError("recipe", f"the name {key!r} stands twice in one mapping")
        result[key] = value
    return result


def _no_constant(name: str) -> Any:
    raise RecipeError("recipe", f"{name} is not a finite number")


class _Loader(yaml.SafeLoader):
    """Safe, and without anchors, aliases, tags, merges, dates and duplicate keys."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs leave its types out
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.composer.ComposerError(
                None, None, "anchors and aliases are not allowed", event.start_mark
            )
        if getattr(event, "tag", None):
            raise yaml.composer.ComposerError(None, None, "tags are not allowed", event.start_mark)
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise yaml.composer.ComposerError(
                    None, None, f"nested deeper than {MAX_DEPTH} levels", event.start_mark
                )
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                problem = "merge keys are not allowed"
            elif not isinstance(key, yaml.ScalarNode):
                problem = "a name must be text"
            elif key.value in seen:
                problem = f"the name {key.value!r} stands twice in one mapping"
            else:
                seen.add(key.value)
                continue
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        return super().construct_mapping(node, deep=deep)


# YAML 1.1 reads 010 as 8, 1:30 as 90 and 2026-11-24 as a date, and 1e-3 as text. Here a number is
# a decimal number, and the rest is text.
_NUMBERS = {
    "tag:yaml.org,2002:int": re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z"),
    "tag:yaml.org,2002:float": re.compile(
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?\Z"
        r"|[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z"
    ),
}
_ELSEWHERE = yaml.SafeLoader.yaml_implicit_resolvers
_Loader.yaml_implicit_resolvers = {
    first: [(tag, _NUMBERS.get(tag, pattern)) for tag, pattern in entries if tag != _DATE]
    for first, entries in _ELSEWHERE.items()
}


class _Dumper(yaml.SafeDumper):
    """Safe, and without anchors, which the loader refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


# Text that is a number here or to any other reader of YAML is written in quotes.
_Dumper.yaml_implicit_resolvers = {
    first: [*entries, *((tag, _NUMBERS[tag]) for tag, _ in entries if tag in _NUMBERS)]
    for first, entries in _ELSEWHERE.items()
}
