"""The connection: which bucket or folder, and how to reach it. Applied whole, by a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from brevviz.errors import RecipeError
from brevviz.panels.entries import read_classes, write_classes
from brevviz.panels.fields import Control, describe, from_control, to_control
from brevviz.session import Session
from brevviz.widgets import Actions, Form

__all__ = ["SourceForm"]


def _or_none(text: str) -> str | None:
    return text.strip() or None


def _text(value: str | None) -> str:
    return value or ""


_CONTROLS = (
    Control(
        "source.uri",
        "Bucket or folder",
        placeholder="s3://bucket/prefix or /data/vials",
        read=str.strip,
    ),
    Control(
        "source.endpoint",
        "Endpoint",
        placeholder="https://s3.example.com",
        group="S3",
        read=_or_none,
        write=_text,
    ),
    Control("source.anonymous", "Anonymous", group="S3"),
    Control(
        "source.profile",
        "Credentials profile",
        placeholder="the environment's",
        group="S3",
        read=_or_none,
        write=_text,
    ),
    Control("source.region", "Region", group="S3", read=_or_none, write=_text),
    Control("source.ca_file", "CA file", group="S3", read=_or_none, write=_text),
    Control("source.sample_filter", "File names that are samples", group="Rules", kind="pattern"),
    Control(
        "source.classes",
        "Classes",
        group="Rules",
        placeholder="all",
        help="Names joined by commas; empty: all classes.",
        read=read_classes,
        write=write_classes,
    ),
)


class SourceForm:
    """The source section as a form with an *Open* button.

    What is typed here is not a setting yet: half an address must not be listed, and no host is
    contacted before somebody says so.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.form = Form(label="Source")
        self.actions = Actions(label="")
        self._typed: dict[str, Any] = {}
        self._followers: list[Callable[[], None]] = []
        self.form.on_set(self._enter)
        self.actions.on_press(self._pressed)
        self._unfold(unfolded=False)
        self.box = ipywidgets.VBox([self.form, self.actions])
        self.box.add_class("bv-source")
        self.follow()

    def on_open(self, follower: Callable[[], None]) -> None:
        """Call `follower` when a source that can be a recipe's was opened."""
        self._followers.append(follower)

    def follow(self) -> None:
        """Show the recipe's source, and over it what was typed and not opened yet."""
        source = self.session.recipe.source
        shown = {}
        for control in _CONTROLS:
            name = control.where.partition(".")[2]
            shown[control.where] = to_control(control, getattr(source, name))
        self.form.values = {**shown, **self._typed}

    def open(self) -> None:
        """Make what is typed the recipe's source, or say under its field what does not fit."""
        source = self.session.recipe.source.model_dump(mode="json")
        for control in _CONTROLS:
            if control.where in self._typed:
                name = control.where.partition(".")[2]
                source[name] = from_control(control, self._typed[control.where])
        try:
            self.session.recipe.with_value("source", source)
        except RecipeError as error:
            self._unfold(unfolded=True)
            self.form.problems = error.problems
            return
        self.form.problems = {}
        self._typed.clear()
        self.session.set("source", source)
        for follower in self._followers:
            follower()

    def _pressed(self, name: str) -> None:
        if name == "open":
            self.open()
        else:
            self._unfold(unfolded=not self._unfolded)

    def _unfold(self, *, unfolded: bool) -> None:
        """Show all settings, or the address only."""
        self._unfolded = unfolded
        shown = _CONTROLS if unfolded else _CONTROLS[:1]
        self.form.fields = [describe(control) for control in shown]
        self.actions.buttons = [
            {
                "name": "open",
                "label": "Open",
                "tone": "primary",
                "help": "List this bucket or folder, again if it is the same",
            },
            {
                "name": "more",
                "label": "Connection and rules",
                "pressed": unfolded,
                "help": "Endpoint, credentials profile, CA file; which files are samples",
            },
        ]

    def _enter(self, name: str, value: Any) -> None:
        self._typed[name] = value
        self.form.values = {**self.form.values, name: value}
