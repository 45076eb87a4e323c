"""`Session`: the only mutable state of the app. A recipe and its problems in, results out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from brevviz.cluster import Cluster
from brevviz.errors import RecipeError
from brevviz.evidence.edits import Edits
from brevviz.job import Job, Results, Seal
from brevviz.recipe import Recipe

__all__ = ["Session"]

ONE_STEP_SECONDS = 1.0
"""Changes of one field that follow each other this quickly are one step of undo: a slider's drag."""

HISTORY = 200


class Session:
    """The recipe that is being edited, what is wrong with what was typed, and what follows from it.

    Every method may be called from any thread and returns at once; followers are told outside
    the lock. A value that does not fit stays out of the recipe and is kept beside it with its
    message, so a control can show both.

    Parameters
    ----------
    recipe : where to start.
    trusted : endpoints that may get a profile's keys although only a recipe names them.
    trail : folder whose trail gets a line for each step of undo, and for each unseal; None: the
        one that `BREVVIZ_TRAIL` names, if any.
    who : a name for the trail, if one is wanted in it; None: that of `BREVVIZ_WHO`.
    cluster : whose workers look at every image where that is asked for; None: threads.
    """

    def __init__(
        self,
        recipe: Recipe,
        *,
        trusted: Collection[str] = (),
        trail: str | Path | None = None,
        who: str | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self._lock = threading.RLock()
        seal = Seal(trail, who)
        self._job = Job(recipe, trusted=trusted, seal=seal, cluster=cluster)
        self.edits = Edits(seal.trail, seal.who, rest=ONE_STEP_SECONDS)
        self._problems: dict[str, str] = {}
        self._typed: dict[str, Any] = {}
        self._waiting: dict[str, tuple[Any, Any]] = {}
        self._past: list[Recipe] = []
        self._future: list[Recipe] = []
        self._last_change: tuple[str, float] = ("", 0.0)
        self._selected: tuple[str, ...] = ()
        self._item: str | None = None
        self._followers: list[Callable[[Session], None]] = []

    @property
    def job(self) -> Job:
        """The current recipe's job; it shares results with the ones before it."""
        with self._lock:
            return self._job

    @property
    def recipe(self) -> Recipe:
        """The last recipe that was whole and right."""
        return self.job.recipe

    @property
    def results(self) -> Results:
        """What has been computed so far."""
        return self.job.results

    @property
    def problems(self) -> Mapping[str, str]:
        """Field → what is wrong with the value that was typed there."""
        with self._lock:
            return MappingProxyType(dict(self._problems))

    @property
    def selected(self) -> tuple[str, ...]:
        """The samples that are chosen in one panel and shown in others: the column `path`, in the
        order chosen. A path may have left the samples since.
        """
        with self._lock:
            return self._selected

    def select(self, paths: Iterable[str]) -> None:
        """Choose samples, for all panels; it is no part of the recipe and nothing to undo."""
        chosen = tuple(dict.fromkeys(paths))
        with self._lock:
            if chosen == self._selected:
                return
            self._selected = chosen
        self._tell()

    @property
    def item(self) -> str | None:
        """The item, as `Plan.item_names` has it, that the samples are filtered by; None: all."""
        with self._lock:
            return self._item

    def choose_item(self, name: str | None) -> None:
        """Filter the samples by an item, in all panels; None: by none."""
        with self._lock:
            if name == self._item:
                return
            self._item = name
        self._tell()

    def value(self, where: str) -> Any:
        """What a control shows: the typed value if it did not fit, else the recipe's."""
        with self._lock:
            if where in self._typed:
                return self._typed[where]
            return self._job.recipe.get(where)

    def set(self, where: str, value: Any, *, typed: Any = None, step: bool = False) -> bool:
        """Change one field; False when the value does not fit, and `problems` says why.

        A value that did not fit beside another field's is tried again when that one changes.

        Parameters
        ----------
        where : the field's dotted name, such as "split.ratio".
        value : plain data, as JSON has it.
        typed : what the control shows while the value does not fit; None: the value.
        step : True: a step of undo of its own, however quickly it follows the one before.
        """
        with self._lock:
            if step:
                self._last_change = ("", 0.0)
            self._waiting.pop(where, None)
            recipe = self._fit(self._job.recipe, where, value, value if typed is None else typed)
            done = recipe is not None
            if recipe is not None:
                for other, (waiting, shown) in list(self._waiting.items()):
                    recipe = self._fit(recipe, other, waiting, shown) or recipe
                self._move_to(recipe, where)
        self._tell()
        return done

    def _fit(self, recipe: Recipe, where: str, value: Any, typed: Any) -> Recipe | None:
        """The recipe with one field changed; None when it does not fit, which is kept."""
        try:
            changed = recipe.with_value(where, value)
        except RecipeError as error:
            self._typed[where] = typed
            self._problems[where] = error.problems.get(where) or str(error)
            self._waiting[where] = (value, typed)
            return None
        for kept in (self._typed, self._problems, self._waiting):
            kept.pop(where, None)
        return changed

    def reject(self, where: str, typed: Any, problem: str) -> None:
        """Keep a value that cannot even be read as this field's beside its message."""
        with self._lock:
            self._waiting.pop(where, None)
            self._typed[where] = typed
            self._problems[where] = problem
        self._tell()

    def replace(self, recipe: Recipe) -> None:
        """Become another recipe: one step of undo."""
        with self._lock:
            self._forget_typed()
            self._move_to(recipe, "")
        self._tell()

    def refresh(self) -> None:
        """List the source again and compute anew what depends on it."""
        self.results.clear()
        self._tell()

    def unseal(
        self,
        reason: str,
        *,
        trail: str | Path | None = None,
        who: str | None = None,
        job: Job | None = None,
    ) -> int:
        """Open a test set, as `Job.unseal` does; followers are told.

        `job` is the one whose split was looked at; None: the present one.
        """
        self.edits.write()
        count = (job or self.job).unseal(reason, trail=trail, who=who)
        self._tell()
        return count

    def note(self, text: str) -> None:
        """Say something in the trail: why what was done before it was done. Raises EvidenceError."""
        self.edits.say(text, self.recipe)

    def close(self) -> None:
        """Write what the trail still lacks."""
        self.edits.close()

    def undo(self) -> bool:
        """Go one step back; False when there is none."""
        return self._step(self._past, self._future)

    def redo(self) -> bool:
        """Go one step forward again; False when there is none."""
        return self._step(self._future, self._past)

    @property
    def can_undo(self) -> bool:
        """Is there a step back?"""
        with self._lock:
            return bool(self._past or self._typed)

    @property
    def can_redo(self) -> bool:
        """Is there a step forward?"""
        with self._lock:
            return bool(self._future)

    def follow(self, follower: Callable[[Session], None]) -> Callable[[], None]:
        """Call `follower` after every change; the returned call ends that."""
        with self._lock:
            self._followers.append(follower)

        def leave() -> None:
            with self._lock:
                if follower in self._followers:
                    self._followers.remove(follower)

        return leave

    def _move_to(self, recipe: Recipe, where: str) -> None:
        before = self._job.recipe
        if recipe == before:
            return
        now = time.monotonic()
        field, when = self._last_change
        same = bool(where and where == field and now - when < ONE_STEP_SECONDS and self._past)
        if not same:
            self._past.append(before)
            del self._past[:-HISTORY]
        self.edits.note("changed" if where else "replaced", before, recipe, more=same)
        self._last_change = (where, now)
        self._future.clear()
        self._job = self._job.with_recipe(recipe)

    def _step(self, source: list[Recipe], target: list[Recipe]) -> bool:
        with self._lock:
            # A typed value that did not fit is the newest change: undoing drops it first.
            if source is self._past and self._typed:
                self._forget_typed()
            elif source:
                before = self._job.recipe
                target.append(before)
                self._job = self._job.with_recipe(source.pop())
                did = "undone" if source is self._past else "done again"
                self.edits.note(did, before, self._job.recipe)
                self._last_change = ("", 0.0)
                self._forget_typed()
            else:
                return False
        self._tell()
        return True

    def _forget_typed(self) -> None:
        for kept in (self._typed, self._problems, self._waiting):
            kept.clear()

    def _tell(self) -> None:
        with self._lock:
            followers = tuple(self._followers)
        for follower in followers:
            follower(self)
