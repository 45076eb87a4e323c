"""Users' own changes: registered by name, so that a recipe can name them and a panel show them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from math import isfinite
from types import MappingProxyType
from typing import Any, NamedTuple

from brevviz.errors import ImageError
from brevviz.recipe.mapping import FrozenMapping

__all__ = [
    "Change",
    "Chosen",
    "Setting",
    "adopt",
    "chosen",
    "recorded",
    "register_change",
    "registered_changes",
]

_MODULES = "BREVVIZ_CHANGES"
_RESERVED = ("chance", "version")
"""Settings that every change has in a recipe: its probability, and the version it was made with."""


@dataclass(frozen=True)
class Setting:
    """One number of a change, and what a panel needs to draw a control for it.

    Parameters
    ----------
    low, high : the smallest and the largest value allowed.
    default : what a panel starts with.
    unit : of the number: "pixels", "± degrees"; for people.
    help : one sentence on what the number does; for people.

    Raises ImageError unless low <= default <= high.
    """

    low: float
    high: float
    default: float
    unit: str = ""
    help: str = ""

    def __post_init__(self) -> None:
        if not (isfinite(self.low) and isfinite(self.high)) or self.low > self.high:
            raise ImageError("Setting", f"from {self.low} to {self.high} is no range")
        self.check("Setting", self.default)

    def check(self, where: str, value: float) -> None:
        """Raise ImageError, with the setting's place, for a value that is not allowed."""
        if not self.low <= value <= self.high:
            raise ImageError(where, f"{value:g} is outside {self.low:g}..{self.high:g}")


_CHANCE = Setting(0, 1, 1)


@dataclass(frozen=True)
class Change:
    """A registered change.

    name : as recipes name it.
    function : (images, keys, settings) → images; see `register_change`.
    settings : its numbers by name, in the order of a panel's controls.
    version : of what the function does.
    """

    name: str
    function: Callable[..., Any]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    version: int = 1

    def recorded(self, /, **values: float) -> dict[str, float]:
        """What a recipe holds of this change: `augmentation.own = {name: change.recorded()}`.

        Parameters
        ----------
        values : settings by name, and `chance`; the others have their defaults.

        Returns every setting, `chance` and `version`. Raises ImageError for a name or a value
        that is not allowed.
        """
        place = f"augmentation.own.{self.name}"
        defaults = {name: setting.default for name, setting in self.settings.items()}
        result = {**defaults, "chance": 1.0, "version": self.version, **values}
        for name, value in result.items():
            if name in self.settings:
                self.settings[name].check(f"{place}.{name}", value)
            elif name not in _RESERVED:
                known = [*self.settings, *_RESERVED]
                near = get_close_matches(name, known, n=1, cutoff=0.5)
                hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(known)}."
                raise ImageError(place, f"the change has no setting {name!r}", hint)
        _CHANCE.check(f"{place}.chance", result["chance"])
        return {name: float(value) for name, value in result.items()}


class Chosen(NamedTuple):
    """A registered change with the settings of a recipe."""

    change: Change
    values: tuple[tuple[str, float], ...]
    chance: float


_changes: dict[str, Change] = {}


def register_change(
    name: str,
    function: Callable[..., Any],
    settings: Mapping[str, Setting] | None = None,
    version: int = 1,
) -> Change:
    """Make a change of your own known, for recipes to name and for panels to show.

    Parameters
    ----------
    name : as `augmentation.own` of a recipe names it.
    function : takes images uint8 (n, height, width, 3), keys uint64 (n,) and settings (name →
        float), and returns uint8 of the images' shape. It is traced once for each size of image
        and each value of its settings, so it uses TensorFlow's operations; and it draws only
        from the keys (`brevviz.images.uniform`), so that a picture is changed the same way in
        any batch, order and process. A change has keys of its own, which no other change shares.
    settings : its numbers by name.
    version : raise it with every edit that changes pictures: recipes hold it, and one that was
        made with another version is refused.

    Returns the change; a change that had the name is replaced. Raises ImageError when the name,
    a setting or the version is not allowed, TypeError when the function is none.
    """
    if not str(name).strip():
        raise ImageError("register_change", f"{name!r} is no name for a change")
    if not callable(function):
        raise TypeError(
            f"register_change takes a function of images, keys and settings, not {function!r}"
        )
    if type(version) is not int or version < 1:
        raise ImageError("register_change", f"version {version!r} is not a whole number from 1 on")
    given = dict(settings or {})
    for key, setting in given.items():
        if key in _RESERVED:
            raise ImageError(
                "register_change", f"every change has {key!r}; name the setting otherwise"
            )
        if not isinstance(setting, Setting):
            raise TypeError(f"settings[{key!r}] is a Setting(low, high, default), not {setting!r}")
    change = Change(name, function, FrozenMapping(given), version)
    _changes[name] = change
    return change


def registered_changes() -> Mapping[str, Change]:
    """The changes that are registered in this process, by name, sorted.

    Modules that the environment's BREVVIZ_CHANGES names (separated by commas) are imported first,
    once: what they register is known to the command line and to workers too. Raises ImageError
    when one cannot be imported.
    """
    for name in filter(None, map(str.strip, os.environ.get(_MODULES, "").split(","))):
        if name not in sys.modules:
            try:
                import_module(name)
            except Exception as error:
                problem = f"module {name!r} cannot be imported: {type(error).__name__}: {error}"
                raise ImageError(_MODULES, problem) from error
    return MappingProxyType(dict(sorted(_changes.items())))


def adopt(changes: Iterable[Change]) -> None:
    """Register what another process has sent, unless this one knows a change of that name."""
    for change in changes:
        _changes.setdefault(change.name, change)


def chosen(own: Mapping[str, Mapping[str, float]]) -> tuple[Chosen, ...]:
    """The changes that a recipe's `augmentation.own` names, sorted by name.

    Raises ImageError when one is not registered, was made with another version, or has a
    setting that is not allowed.
    """
    result = []
    for name in sorted(own):
        change, place = _registered(name), f"augmentation.own.{name}"
        values = change.recorded(**own[name])
        if "version" not in own[name]:
            raise ImageError(place, "says no version", f"Add version: {change.version}.")
        if values["version"] != change.version:
            raise ImageError(
                place,
                f"the recipe means version {values['version']:g}, "
                f"and version {change.version} is registered",
                "Register the function that the recipe was made with, or put the new version "
                "into the recipe: its pictures will differ.",
            )
        settings = tuple((key, values[key]) for key in change.settings)
        result.append(Chosen(change, settings, values["chance"]))
    return tuple(result)


def recorded(own: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """A recipe's `augmentation.own` from what is written by hand: versions and defaults added.

    Raises ImageError as `chosen` does.
    """
    return {name: _registered(name).recorded(**values) for name, values in own.items()}


def _registered(name: str) -> Change:
    known = registered_changes()
    if name not in known:
        raise ImageError(
            f"augmentation.own.{name}",
            "no change is registered by this name; registered: "
            f"{', '.join(map(repr, known)) or 'none is'}",
            f"Before the recipe is used, run brevviz.register_change({name!r}, function, "
            f"settings={{...}}, version=...), or name a module that does in {_MODULES}.",
        )
    return known[name]
