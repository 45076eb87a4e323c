"""pydantic's errors in our words: which setting, what was got, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, ValidationError

from brevviz.errors import RecipeError

__all__ = ["explain", "recipe_error"]

_PLAIN = {
    "string_type": "text",
    "string_unicode": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "tuple_type": "a list",
    "dict_type": "a mapping of names to lists of names",
    "model_type": "a mapping of settings",
    "model_attributes_type": "a mapping of settings",
}


def recipe_error(error: ValidationError, model: type[BaseModel]) -> RecipeError:
    """Every problem of a failed validation, in one error with one message a field."""
    return RecipeError.of(explain(error, model))


def explain(error: ValidationError, model: type[BaseModel]) -> dict[str, str]:
    """Field ("split.ratio") → message, in the order of the fields."""
    found: dict[str, list[tuple[str, str]]] = {}
    for item in error.errors(include_url=False, include_context=True):
        where, path = _place(item["loc"], model)
        message = _message(item, path, model)
        if item["type"] == "value_error" and ": " in message:
            # A check of a whole section names its field itself.
            field, _, rest = message.partition(": ")
            if field.isidentifier():
                where, message = f"{where}.{field}" if where else field, rest
        found.setdefault(where, []).append((item["type"], message))
    inside = {where.partition("[")[0] for where in found if "[" in where}
    return {
        where: _one_message(messages)
        for where, messages in found.items()
        # The value has the shape of one branch of a union: only that branch's complaint helps.
        if where not in inside or not all(kind in _PLAIN for kind, _ in messages)
    }


def _one_message(messages: list[tuple[str, str]]) -> str:
    """What the branches of a union say, as one: the branch of the value's type, or all types."""
    closer = [message for kind, message in messages if kind not in _PLAIN]
    if closer:
        return closer[0]
    got = messages[0][1].removesuffix(_PLAIN[messages[0][0]])
    return got + " or ".join(dict.fromkeys(_PLAIN[kind] for kind, _ in messages))


def _place(loc: Iterable[int | str], model: type[BaseModel]) -> tuple[str, list[str]]:
    """The dotted name, without the parts pydantic adds for the branches of a union."""
    names: list[str] = []
    current: type[BaseModel] | None = model
    for part in loc:
        if not isinstance(part, str):
            if names:
                names[-1] += f"[{part}]"
        elif current is not None:
            names.append(part)
            field = current.model_fields.get(part) or _by_alias(current, part)
            current = _model_of(field.annotation) if field else None
    return ".".join(names), [name.split("[")[0] for name in names]


def _by_alias(model: type[BaseModel], alias: str) -> Any:
    return next((f for f in model.model_fields.values() if f.alias == alias), None)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    return (
        annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
    )


def _message(item: Mapping[str, Any], path: list[str], model: type[BaseModel]) -> str:
    kind = item["type"]
    if kind == "extra_forbidden":
        return _unknown(path, model)
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(item["ctx"]["error"])
    got = _show(item.get("input"))
    if kind in {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}:
        return f"{got} is outside {_bounds(path, model, item)}"
    if kind == "literal_error":
        return f"{got} is not one of {item['ctx']['expected']}"
    if kind in {"string_too_long", "string_too_short"}:
        low, high = _lengths(path, model)
        return f"{len(item['input'])} characters is outside {low}..{high}"
    if kind in {"too_long", "too_short"}:
        limit = item["ctx"].get("max_length", item["ctx"].get("min_length"))
        return f"{item['ctx']['actual_length']} values are given; {limit} are allowed"
    if kind in _PLAIN:
        return f"{got} is not {_PLAIN[kind]}"
    return f"{got}: {item['msg'][0].lower()}{item['msg'][1:]}"


def _unknown(path: list[str], model: type[BaseModel]) -> str:
    # The value of an unknown name is not shown: it may be a secret put where none belongs.
    owner = _owner(path, model)
    names = [field.alias or name for name, field in owner.model_fields.items()]
    near = get_close_matches(path[-1], names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
    return f"is not a setting; {hint}"


def _owner(path: list[str], model: type[BaseModel]) -> type[BaseModel]:
    for name in path[:-1]:
        field = model.model_fields.get(name)
        inner = _model_of(field.annotation) if field else None
        if inner is None:
            break
        model = inner
    return model


def _constraints(path: list[str], model: type[BaseModel]) -> list[Any]:
    field = _owner(path, model).model_fields.get(path[-1])
    if field is None:
        return []
    found = list(field.metadata)
    stack: list[Any] = [field.annotation]
    while stack:  # constraints of an optional or a nested type stand inside the annotation
        node = stack.pop()
        found += getattr(node, "__metadata__", ())
        stack += getattr(node, "__args__", ())
        if hasattr(node, "__origin__") and hasattr(node, "__metadata__"):
            stack.append(node.__origin__)
    flat: list[Any] = []
    for entry in found:
        flat += getattr(entry, "metadata", [entry])
    return flat


def _bounds(path: list[str], model: type[BaseModel], item: Mapping[str, Any]) -> str:
    constraints = _constraints(path, model)
    low = next((c.ge for c in constraints if isinstance(c, Ge)), None)
    high = next((c.le for c in constraints if isinstance(c, Le)), None)
    if low is None and high is None:
        return str(next(iter(item["ctx"].values())))
    return f"{_number(low)}..{_number(high)}"


def _lengths(path: list[str], model: type[BaseModel]) -> tuple[Any, Any]:
    constraints = _constraints(path, model)
    low = next((c.min_length for c in constraints if isinstance(c, MinLen)), 0)
    high = next((c.max_length for c in constraints if isinstance(c, MaxLen)), "")
    return low, high


def _number(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _show(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"  # its values are not shown: they may be keys put where none belong
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
