"""Controls from the recipe: each field's label, kind, bounds and help, as the form draws them.

The recipe's models are the only place that knows types, bounds and help; what is added here is
what only a screen needs: a short label, a step, a unit, a place in a group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le

from brevviz.recipe import Recipe

__all__ = ["Control", "describe", "from_control", "in_words", "register", "to_control"]

_KINDS: Mapping[Any, str] = {bool: "flag", float: "range", int: "number", str: "text"}


@dataclass(frozen=True)
class Control:
    """How one recipe field looks on screen.

    where : the field's dotted name.
    label, group, unit, step, placeholder, options, ends, beside, folded, line : as `widgets.Form`
        has them.
    low, high : the ends of a slider that shows less than the recipe allows.
    help : the line below; None: the recipe's own text.
    kind : as `widgets.Form` has it; None: from the field's type.
    part : tells the controls of one field apart, where it has several; they follow `where` and
        the part in `name`.
    read, write : what a person typed → plain data (ValueError: it cannot be read), and back;
        None: unchanged.
    """

    where: str
    label: str
    group: str = ""
    unit: str = ""
    step: float | None = None
    low: float | None = None
    high: float | None = None
    help: str | None = None
    placeholder: str = ""
    kind: str | None = None
    options: Sequence[Any] = ()
    ends: Sequence[str] = ()
    beside: str = ""
    folded: bool | None = None
    line: bool = False
    part: str = ""
    read: Callable[[Any], Any] | None = None
    write: Callable[[Any], Any] | None = None

    @property
    def name(self) -> str:
        """What the form calls it."""
        return f"{self.where}:{self.part}" if self.part else self.where


_labels: dict[str, str] = {}
"""Field → the label of its control, of every panel that was imported."""


def register(controls: Iterable[Control]) -> None:
    """Make known what the controls are called, for `in_words`."""
    _labels.update((control.where, control.label) for control in controls)


def in_words(text: str) -> str:
    """A message as a person at the screen reads it: controls by their labels, not their fields."""
    names = sorted((name for name in _labels if "." in name), key=len, reverse=True)
    field = rf"(?<![\w.])({'|'.join(map(re.escape, names))})(?!\w|\.\w)"
    text = re.sub(rf"\A{field}(?=: )", lambda hit: _labels[hit[1]], text)
    return re.sub(field, lambda hit: f"\u201c{_labels[hit[1]]}\u201d", text)


def describe(control: Control) -> dict[str, Any]:
    """The control as `widgets.Form.fields` takes it."""
    annotation, metadata, text = _field(control.where)
    parts = _parts(annotation, metadata)
    low = next((entry.ge for entry in parts if isinstance(entry, Ge)), None)
    high = next((entry.le for entry in parts if isinstance(entry, Le)), None)
    kind = control.kind or _kind(parts)
    field: dict[str, Any] = {
        "name": control.name,
        "label": control.label,
        "kind": kind,
        "help": _for_people(text) if control.help is None else control.help,
        "group": control.group,
        "unit": control.unit,
        "placeholder": control.placeholder,
        "step": control.step,
        "options": list(control.options or _options(parts)) if kind in {"choice", "tags"} else [],
        "ends": list(control.ends),
        "optional": NoneType in parts and kind in {"number", "pair", "range"},
        "beside": control.beside,
        "line": control.line,
    }
    if control.folded is not None:
        field["folded"] = control.folded
    if kind in {"number", "pair", "range"}:
        field["min"] = low if control.low is None else control.low
        field["max"] = high if control.high is None else control.high
    return {
        name: value
        for name, value in field.items()
        if value not in (None, "", []) and (value is not False or name == "folded")
    }


def to_control(control: Control, value: Any) -> Any:
    """A recipe's value as the control shows it: plain JSON."""
    if control.write is not None:
        return control.write(value)
    return list(value) if isinstance(value, tuple) else value


def from_control(control: Control, value: Any) -> Any:
    """What the control sent as plain data for `Session.set`. Raises ValueError if unreadable."""
    return control.read(value) if control.read is not None else value


def _for_people(text: str) -> str:
    """The recipe's text in the words of a screen: switches are on or off, boxes empty."""
    for said, meant in (("True:", "On:"), ("False:", "Off:"), ("None:", "Empty:"), ("`", "")):
        text = text.replace(said, meant)
    return text


def _field(where: str) -> tuple[Any, Sequence[Any], str]:
    section, _, name = where.partition(".")
    info = Recipe.model_fields[section]
    if name:
        model: Any = info.annotation
        info = model.model_fields[name]
    return info.annotation, info.metadata, info.description or ""


def _parts(annotation: Any, metadata: Sequence[Any] = ()) -> list[Any]:
    """The types that a value may have, and all constraints, in one flat list."""
    found: list[Any] = []
    for entry in metadata:
        found += getattr(entry, "metadata", [entry])
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return [*found, *_parts(inner, more)]
    if origin in {Union, UnionType}:
        return [*found, *(part for arg in get_args(annotation) for part in _parts(arg))]
    return [*found, annotation]


def _kind(parts: Sequence[Any]) -> str:
    for part in parts:
        if get_origin(part) is Literal:
            return "choice"
        if isinstance(part, type) and part in _KINDS:
            return _KINDS[part]
    return "text"


def _options(parts: Sequence[Any]) -> tuple[Any, ...]:
    return next((get_args(part) for part in parts if get_origin(part) is Literal), ())
