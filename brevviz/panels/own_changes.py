"""Controls of the user's own changes: drawn from what was registered, kept in the recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from brevviz.images import Change, registered_changes
from brevviz.session import Session
from brevviz.widgets import Form

__all__ = ["OwnChanges"]

WHERE = "augmentation.own"


class OwnChanges:
    """A switch, the settings and the chance of each change that `register_change` has made known.

    What the recipe says of a change that is not registered here stays as it is.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.form = Form(label="Your own changes")
        self.form.on_set(self._entered)
        self.follow()

    def follow(self) -> None:
        """Show what is registered now, and what the recipe says of it."""
        changes = registered_changes()
        own = self.session.recipe.augmentation.own
        fields = [field for change in changes.values() for field in _fields(change)]
        with self.form.hold_sync():
            if fields != self.form.fields:
                self.form.fields = fields
            self.form.values = {
                name: value
                for change in changes.values()
                for name, value in _values(change, own.get(change.name))
            }
            self.form.hidden = [
                field["name"]
                for change in changes.values()
                if change.name not in own
                for field in list(_fields(change))[1:]
            ]
            self.form.problems = self._problems()
        self.form.layout.display = "" if fields else "none"

    def _problems(self) -> dict[str, str]:
        problem = self.session.problems.get(WHERE)
        return {self.form.fields[0]["name"]: problem} if problem and self.form.fields else {}

    def _entered(self, name: str, value: Any) -> None:
        change, _, setting = name.partition("\0")
        own = {key: dict(kept) for key, kept in self.session.recipe.augmentation.own.items()}
        known = registered_changes()[change]
        if setting:
            own[change] = {**own.get(change, known.recorded()), setting: float(value)}
        elif value:
            own[change] = known.recorded()
        else:
            own.pop(change, None)
        self.session.set(WHERE, own)


def _fields(change: Change) -> Iterator[dict[str, Any]]:
    switch = {"name": change.name, "label": change.name, "kind": "flag", "folded": False}
    yield {**switch, "group": "Your own"}
    names = list(change.settings)
    for name, setting in change.settings.items():
        field = {
            "name": f"{change.name}\0{name}",
            "label": name,
            "kind": "range",
            "min": setting.low,
            "max": setting.high,
            "unit": setting.unit if len(setting.unit) < 3 else "",
            "help": " ".join(filter(None, (setting.help, setting.unit))),
            "group": "Your own",
            "line": True,
        }
        yield {key: value for key, value in field.items() if value not in ("", None)}
    chance = {"name": f"{change.name}\0chance", "label": "chance", "min": 0, "max": 1}
    host = f"{change.name}\0{names[0]}" if names else change.name
    yield {**chance, "kind": "number", "step": 0.05, "beside": host, "group": "Your own"}


def _values(change: Change, kept: Mapping[str, float] | None) -> Iterator[tuple[str, bool | float]]:
    """What each control shows: the recipe's number, else what the change starts with."""
    yield change.name, kept is not None
    defaults = {name: setting.default for name, setting in change.settings.items()}
    for name, default in {**defaults, "chance": 1.0}.items():
        yield f"{change.name}\0{name}", (kept or {}).get(name, default)
