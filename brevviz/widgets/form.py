"""Form: the controls of a panel, as one widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import traitlets as t

from brevviz.widgets import check
from brevviz.widgets.assets import module
from brevviz.widgets.base import Part
from brevviz.widgets.check import Refused
from brevviz.widgets.fields import check_field, check_value

__all__ = ["Form"]


class Form(Part):
    """A list of labelled fields, grouped; what a person enters comes by `on_set`.

    A field is a dict: `name`, `label` and `kind`, and as it needs `group` (the legend of its
    fieldset), `help` (a line below), `unit` (behind the box), `placeholder`, `optional` (an empty
    box is None), `lazy` (sent when the person is done, not while typing or dragging: for work
    that takes long), `folded` (in the first field of a group: the group folds, and starts closed or
    not), `line` (label and control on one line, the help a tooltip) and `beside` (the name of an
    earlier field, at the end of whose line this one stands). The kinds, the value that each has,
    and their own keys:

    - `range`: a number; slider and box, linked; `min`, `max`, `step`
    - `number`: a number; box; `min`, `max`, `step` are hints
    - `pair`: [first, second] numbers; two boxes named by `ends` ("from", "to"), with a
      two-thumbed slider when `min` and `max` are given
    - `text`: a text of at most `longest` characters (4096)
    - `pattern`: a text in fixed-width type, of at most `longest` characters (500)
    - `choice`: one of `options`, each a value or {value, label}
    - `flag`: true or false
    - `tags`: a list: of `options`, each a button to press, in the order pressed; without
      `options` of free texts

    To move controls, set `values`; a field that a person is editing is moved too, unless that
    value is what this browser sent last. A follower that refuses a value says so in `problems`.
    Set both inside the follower, so that they reach the browser before the answer to its message.
    """

    _esm = module("form.js")
    _kinds: ClassVar[frozenset[str]] = frozenset({"set"})

    label = t.Unicode("").tag(sync=True)
    """What the form as a whole is called, for screen readers (kernel → browser)."""
    fields = t.List(t.Dict()).tag(sync=True)
    """The fields, in order (kernel → browser)."""
    values = t.Dict().tag(sync=True)
    """Name → value of each field (kernel → browser)."""
    problems = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    """Name → what is wrong with the field, in words; names left out are right (kernel → browser)."""
    hidden = t.List(t.Unicode()).tag(sync=True)
    """The names of fields that do not apply now and are not shown (kernel → browser)."""
    disabled = t.Bool(default_value=False).tag(sync=True)
    """True: nothing can be entered (kernel → browser)."""

    @t.validate("fields")
    def _check_fields(self, proposal: t.Bunch) -> list[dict[str, Any]]:
        fields: list[dict[str, Any]] = proposal["value"]
        for field in fields:
            check_field(field)
        names = [field["name"] for field in fields]
        if len(set(names)) < len(names):
            raise ValueError(f"two fields have one name: {sorted(names)}")
        for number, field in enumerate(fields):
            if "beside" in field and field["beside"] not in names[:number]:
                raise ValueError(f"field {names[number]!r} stands beside no earlier field")
        return fields

    def on_set(self, follower: Callable[[str, Any], object]) -> Callable[[], None]:
        """Call `follower(name, value)` for each value entered; returns what ends that.

        It is called on whatever thread the message comes on, up to once in 16 ms while a slider
        moves, and the next message waits for it: it must be quick.
        """
        return self._follow("set", follower)

    def _read(self, kind: str, content: Mapping[str, Any]) -> tuple[Any, ...]:  # noqa: ARG002  # one kind only
        name, value = check.fields(content, "name", "value")
        if self.disabled:
            raise Refused("a value while the form is disabled")
        for field in self.fields:
            if field["name"] == name:
                return name, check_value(field, value)
        raise Refused("a field that this form does not have")
