"""The connection: which bucket or folder, and how to reach it. Applied whole, by a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from brevviz.bucket import agree, remember
from brevviz.errors import RecipeError
from brevviz.panels.entries import read_classes, write_classes
from brevviz.panels.fields import (
    Control,
    describe,
    from_control,
    in_words,
    register,
    to_control,
)
from brevviz.panels.trial import Trial
from brevviz.recipe import Source
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

register(_CONTROLS)

_OPEN = {
    "name": "open",
    "label": "Open",
    "tone": "primary",
    "help": "List this bucket or folder, again if it is the same",
}
_TEST = {
    "name": "test",
    "label": "Test connection",
    "help": "Try keys, server, bucket and one object, and say which step fails",
}
_TRUST = {
    "name": "trust",
    "label": "Trust this endpoint",
    "tone": "danger",
    "help": "Let this profile's keys sign requests to the endpoint, now and in later sessions",
}


class SourceForm:
    """The source section as a form with an *Open* button.

    What is typed here is not a setting yet: half an address must not be listed, and no host is
    contacted before somebody says so. An endpoint that a person types and opens is agreed to; one
    that a recipe brings is asked about.
    """

    def __init__(self, session: Session, *, threaded: bool = True) -> None:
        self.session = session
        self.form = Form(label="Source")
        self.actions = Actions(label="")
        self.trial = Trial(session.job.trusted, threaded=threaded)
        self._typed: dict[str, Any] = {}
        self._followers: list[Callable[[], None]] = []
        self._unfolded = False
        self._untrusted = False
        self.form.on_set(self._enter)
        self.actions.on_press(self._pressed)
        self.box = ipywidgets.VBox([self.form, self.actions, self.trial.table])
        self.box.add_class("bv-source")
        self._draw()
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

    def ask_trust(self, *, wanted: bool) -> None:
        """Offer, or no longer offer, to trust the endpoint of the recipe."""
        self._untrusted = wanted
        self._draw()

    def close(self) -> None:
        """End the worker."""
        self.trial.close()

    def _pressed(self, name: str) -> None:
        act = {"open": self._open, "test": self._test, "trust": self._trust, "more": self._fold}
        act[name]()

    def _open(self) -> None:
        source = self._draft()
        if source is not None:
            self.trial.hide()
            self._agree(source)
            self._typed.clear()
            self.session.set("source", source.model_dump(mode="json"))
            self._opened()

    def _test(self) -> None:
        source = self._draft()
        if source is not None:
            self._agree(source)
            self.trial.start(source)

    def _trust(self) -> None:
        source = self.session.recipe.source
        if source.endpoint is not None:
            remember(source.profile, source.endpoint)
        self._opened()

    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        self._draw()

    def _opened(self) -> None:
        for follower in self._followers:
            follower()

    def _agree(self, source: Source) -> None:
        """Typing an endpoint and pressing a button is agreeing to it, for this session."""
        if source.endpoint is not None and "source.endpoint" in self._typed:
            agree(source.profile, source.endpoint)

    def _draft(self) -> Source | None:
        """The source as typed; None when it does not fit, which is said under its field."""
        source = self.session.recipe.source.model_dump(mode="json")
        for control in _CONTROLS:
            if control.where in self._typed:
                name = control.where.partition(".")[2]
                source[name] = from_control(control, self._typed[control.where])
        try:
            recipe = self.session.recipe.with_value("source", source)
        except RecipeError as error:
            # What is wrong must be in sight.
            self._unfolded = True
            self._draw()
            self.form.problems = {where: in_words(why) for where, why in error.problems.items()}
            return None
        self.form.problems = {}
        return recipe.source

    def _draw(self) -> None:
        shown = _CONTROLS if self._unfolded else _CONTROLS[:1]
        self.form.fields = [describe(control) for control in shown]
        more = {
            "name": "more",
            "label": "Connection and rules",
            "pressed": self._unfolded,
            "help": "Endpoint, credentials profile, CA file; which files are samples",
        }
        self.actions.buttons = [_OPEN, _TEST, more, *([_TRUST] if self._untrusted else [])]

    def _enter(self, name: str, value: Any) -> None:
        self._typed[name] = value
        self.form.values = {**self.form.values, name: value}
