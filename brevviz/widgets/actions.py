"""Actions: a row of buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Stale

__all__ = ["Actions"]

_KEYS = frozenset({"disabled", "help", "label", "name", "pressed", "tone"})
_TONES = ("", "code", "danger", "primary")


class Actions(Part):
    """Buttons in a row, with a label before them; a press comes by `on_press`.

    A button is a dict: `name`, `label`, and as it needs `help` (its tooltip), `disabled`,
    `tone` ("primary", "danger", or "code" for a label in fixed-width type) and `pressed` (true or
    false for a switch).
    """

    _esm = module("actions.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"press"})

    label = t.Unicode("").tag(sync=True)
    """Stands before the buttons and names their group (kernel → browser)."""
    buttons = t.List(t.Dict()).tag(sync=True)
    """The buttons, in order (kernel → browser)."""

    @t.validate("buttons")
    def _check_buttons(self, proposal: t.Bunch) -> list[dict[str, Any]]:
        buttons: list[dict[str, Any]] = proposal["value"]
        for button in buttons:
            named = isinstance(button.get("name"), str) and isinstance(button.get("label"), str)
            if not named or set(button) - _KEYS or button.get("tone", "") not in _TONES:
                raise ValueError(f"a button needs name and label; got {sorted(button)}")
        return buttons

    def on_press(self, follower: Callable[[str], object]) -> Callable[[], None]:
        """Call `follower(name)` when a button is pressed; returns what ends that."""
        return self._follow("press", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002  # one kind only
        (name,) = check.fields(content, "name")
        for button in self.buttons:
            if button["name"] == name and not button.get("disabled"):
                return (name,)
        raise Stale("a button that is not there, or disabled")
