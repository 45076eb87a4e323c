"""Edits of a recipe as lines of a trail: one for each step of undo, written behind the hand.

A drag of a slider changes the recipe sixty times a second and is one step. So a step is written
when it has come to rest, or when the next one begins, and never by the thread that edits.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brevviz.errors import EvidenceError
from brevviz.evidence.trail import Trail
from brevviz.recipe import Recipe

__all__ = ["Edits", "settings_that_differ"]


@dataclass(frozen=True)
class _Step:
    did: str
    before: Recipe
    after: Recipe


class Edits:
    """Notes steps, and writes them into a trail.

    Parameters
    ----------
    folder : the trail's; None: nothing is written.
    who : a name for the trail, if one is wanted in it.
    rest : seconds after which a step is over.
    on_change : called, from any thread, when `problem` is another one.
    """

    def __init__(
        self,
        folder: Path | None,
        who: str | None = None,
        *,
        rest: float = 1.0,
        on_change: Callable[[], object] = lambda: None,
    ) -> None:
        self.folder = folder
        self.on_change = on_change
        self.problem = ""
        """Why the trail lacks the last steps; they are tried again with the next."""
        self._who = who
        self._rest = rest
        self._noting = threading.Lock()
        self._writing = threading.Lock()
        self._steps: list[_Step] = []
        self._timer: threading.Timer | None = None
        if folder is not None:
            atexit.register(self.write)

    def note(self, did: str, before: Recipe, after: Recipe, *, more: bool = False) -> None:
        """Note a step; returns at once.

        Parameters
        ----------
        did : "changed", "replaced", "undone" or "done again".
        before, after : the recipe before and after it.
        more : True: it goes on with the last step, if that is not written yet.
        """
        if self.folder is None:
            return
        with self._noting:
            if more and self._steps:
                before = self._steps.pop().before
            if before != after:
                self._steps.append(_Step(did, before, after))
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._rest, self.write)
            self._timer.daemon = True
            self._timer.start()

    def write(self) -> None:
        """Write what was noted; what cannot be written stays noted, and `problem` says why."""
        if self.folder is None:
            return
        problem = ""
        with self._writing:
            try:
                while self._steps:
                    with self._noting:
                        step = self._steps.pop(0)
                    self._append(step)
            except EvidenceError as error:
                problem = str(error)
                with self._noting:
                    self._steps.insert(0, step)
            changed, self.problem = problem != self.problem, problem
        if changed:
            self.on_change()

    def say(self, text: str, recipe: Recipe) -> None:
        """Write what was noted, and then what a person says of it. Raises EvidenceError."""
        if self.folder is None:
            raise EvidenceError(
                "trail", "is not named", "Name its folder: trail=... or BREVVIZ_TRAIL"
            )
        self.write()
        new = {"recipe": recipe.digest()}
        Trail(self.folder).append("note", new=new, reason=text, who=self._who)

    def close(self) -> None:
        """Write what was noted, and nothing more by itself."""
        with self._noting:
            if self._timer is not None:
                self._timer.cancel()
        self.write()
        atexit.unregister(self.write)

    def _append(self, step: _Step) -> None:
        old, new = settings_that_differ(step.before.data(), step.after.data())
        assert self.folder is not None  # noqa: S101  # nothing is noted without one
        Trail(self.folder).append(
            f"recipe {step.did}",
            old={"recipe": step.before.digest(), "settings": old},
            new={"recipe": step.after.digest(), "settings": new},
            who=self._who,
        )


def settings_that_differ(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs, as nested tables, in the old and in the new; what one lacks is not in it."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in [*old, *(name for name in new if name not in old)]:
        if name in old and name in new:
            one, other = old[name], new[name]
            if one == other:
                continue
            if isinstance(one, Mapping) and isinstance(other, Mapping):
                one, other = settings_that_differ(one, other)
            before[name], after[name] = one, other
        elif name in old:
            before[name] = old[name]
        else:
            after[name] = new[name]
    return before, after
