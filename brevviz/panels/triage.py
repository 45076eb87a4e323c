"""Triage: what deserves a second look, and what is left out by hand, with its reason."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ClassVar

import ipywidgets
import numpy as np
import pandas as pd

from brevviz.errors import Cancelled
from brevviz.job import Job
from brevviz.job.looks import Look, look_at
from brevviz.job.triage import Findings, find
from brevviz.panels.status_line import StatusLine, Told
from brevviz.panels.stock import ALL, EXCLUDED, SHOWN, Ints, Stock
from brevviz.panels.thumbnails import SIDE, looks_of
from brevviz.progress import Report
from brevviz.recipe import View
from brevviz.session import Session
from brevviz.widgets import Actions, Form, Line
from brevviz.work import Latest

__all__ = ["Triage"]

WHERE = "triage.excluded"
MOST_BYTES = 900_000
"""Of keys and reasons: a recipe file has at most 1 MiB."""

_REASON = {
    "name": "reason",
    "label": "Reason",
    "kind": "text",
    "longest": 512,
    "placeholder": "why these are left out; it goes into recipe and manifest",
}
_TOO_MANY = (
    "These are too many to name one by one in a recipe; say it by a rule: change the file names or "
    "the classes that are samples, under Connection and rules."
)


class Triage(Told):
    """Counts that narrow the list, a check of every image, and excluding with a reason.

    Parameters
    ----------
    narrow : called with one of `SHOWN` when a person presses its count.
    checked : called when more images have been looked at.

    box : the counts. deeds : excluding, and taking back.
    """

    title: ClassVar[str] = "Triage"

    def __init__(
        self,
        session: Session,
        status: StatusLine,
        narrow: Callable[[str], None],
        checked: Callable[[], None],
        *,
        threaded: bool = True,
    ) -> None:
        self.session = session
        self.status = status
        self.counts = Actions(label="Triage")
        self.reason = Form(label="Exclude", fields=[_REASON], values={"reason": ""})
        self.actions = Actions(label="")
        self.notes = Line()
        self._narrow = narrow
        self._checked = checked
        self._lock = threading.Lock()
        self._looks: dict[str, Look] = {}
        self._view = self._typed = ""
        self._stock: Stock | None = None
        self._rows: Ints = np.zeros(0, np.int64)
        self._show = ALL
        self._held = False
        self.latest: Latest[Job, None] = Latest(
            self._check, self, threaded=threaded, quiet_seconds=0.0
        )
        self.counts.on_press(self._pressed)
        self.actions.on_press(self._act)
        self.reason.on_set(self._say)
        self.deeds = ipywidgets.HBox([self.reason, self.actions])
        self.deeds.add_class("bv-triage")
        self.box = ipywidgets.VBox([self.counts, self.notes])
        self.draw()

    def find(self, samples: pd.DataFrame) -> Findings:
        """What is known of a job's samples; any thread may ask."""
        return find(samples, dict(self._looks))

    def reject(self, etag: str, problem: str, view: View) -> None:
        """A file could not be shown: it counts as unreadable, checked or not; from any thread."""
        job = self.session.job
        if looks_of(view) != looks_of(job.recipe.view):
            return  # it may be shown by now, and is tried again
        looks = self._looks_at(job)
        if etag not in looks:
            looks[etag] = Look(problem)
            self._checked()

    def follow(self, stock: Stock, rows: Ints, show: str) -> None:
        """Another list is on screen: its stock, the rows in it, and what it is narrowed to."""
        self._stock, self._rows, self._show = stock, rows, show
        self.notes.text = " ".join(self.session.job.parted.notes) if len(stock.samples) else ""
        self.draw()

    def hold(self, *, held: bool) -> None:
        """While what is on screen is of an earlier source, nothing of it is excluded from this one."""
        self._held = held
        self.draw()

    def draw(self) -> None:
        """Write the buttons: counts, and what can be done with what is chosen or shown."""
        stock = self._stock
        numbers = stock.numbers() if stock is not None else dict.fromkeys(SHOWN, 0)
        # A picture that could not be shown is known to be unreadable before any check.
        found = stock.findings if stock is not None else Findings()
        looked = found.looked > len(found.unreadable)
        check = {
            "name": "check",
            "label": "Check all images",
            "disabled": stock is None or not len(stock.samples),
            "help": "Read and decode every image, and list what cannot be used or is unlike most",
        }
        self.counts.buttons = [
            *(_count(name, number, looked, self._show) for name, number in numbers.items()),
            check,
        ]
        excluded = np.array([] if stock is None else [*stock.reasons], np.int64)
        nothing: Ints = np.zeros(0, np.int64)
        chosen, shown = (nothing, nothing) if self._held else (self._chosen(), self._rows)
        chosen_out, shown_out = (
            int(np.isin(rows, excluded).sum()) if len(excluded) else 0 for rows in (chosen, shown)
        )
        self.actions.buttons = [
            _button("exclude_chosen", "Exclude chosen", len(chosen) - chosen_out),
            _button("exclude_shown", "Exclude all shown", len(shown) - shown_out),
            _button("back_chosen", "Take back chosen", chosen_out),
            _button("back_shown", "Take back all shown", shown_out),
        ]

    def close(self) -> None:
        """End the worker."""
        self.latest.close()

    def _pressed(self, name: str) -> None:
        if name == "check":
            self.latest.ask(self.session.job)
        else:
            self._narrow(ALL if name == self._show else name)

    def _act(self, name: str) -> None:
        what, _, which = name.partition("_")
        rows = self._chosen() if which == "chosen" else self._rows
        if self._stock is None or self._held:
            return
        if len(rows) * 10 > MOST_BYTES:
            self.reason.problems = {"reason": _TOO_MANY}
            return
        keys = {self._stock.key(row): row in self._stock.reasons for row in rows.tolist()}
        before = dict(self.session.recipe.triage.excluded)
        if what == "back":
            self._set({key: why for key, why in before.items() if key not in keys})
            return
        reason = self._typed.strip()
        if not reason:
            self.reason.problems = {"reason": "Say why: it goes into the recipe and the manifest."}
            return
        new = {key: reason for key, is_out in keys.items() if not is_out}
        after = before | new
        if sum(len(key) + len(why) + 8 for key, why in after.items()) > MOST_BYTES:
            self.reason.problems = {"reason": _TOO_MANY}
            return
        self._set(after)

    def _set(self, excluded: dict[str, str]) -> None:
        if self.session.set(WHERE, excluded, step=True):
            self.reason.problems = {}
        else:
            self.reason.problems = {"reason": self.session.problems[WHERE]}

    def _say(self, _name: str, value: Any) -> None:
        self._typed = value
        self.reason.values = {"reason": value}
        self.reason.problems = {}

    def _chosen(self) -> Ints:
        """The rows that are chosen and on screen: nobody excludes what is not in sight."""
        if self._stock is None:
            return np.zeros(0, np.int64)
        chosen = self._stock.find(self.session.selected)
        return chosen[np.isin(chosen, self._rows)]

    def _check(self, job: Job, report: Report) -> None:
        looks = self._looks_at(job)
        samples = job.assigned
        # Nobody has said why the test set is opened: its pictures are not decoded either.
        hidden = [purpose for purpose in samples["purpose"].unique() if job.hides(purpose)]
        shown = samples[~samples["purpose"].isin(hidden)]
        # Workers have time to make what the gallery will ask for.
        side = SIDE if job.cluster is not None else 0
        look_at(shown, job.recipe.view, looks, report, cluster=job.cluster, thumbnails=side)

    def _looks_at(self, job: Job) -> dict[str, Look]:
        """What is known of the files under a job's view; another view knows nothing yet."""
        view = job.recipe.slice_digest("view")
        with self._lock:
            if view != self._view:
                self._view, self._looks = view, {}
            return self._looks

    # What the worker says (`work.Answer`).

    def show(self, _result: None) -> None:
        """Every image was looked at."""
        self.status.clear(self.title)
        self._checked()

    def fail(self, error: Exception) -> None:
        """The check ended early; what was seen until then counts."""
        if not isinstance(error, Cancelled):
            self.status.fail(self.title, error)
        self._checked()


def _count(name: str, number: int, looked: bool, show: str) -> dict[str, Any]:
    known = number > 0 or looked or name in {ALL, "exact copies", EXCLUDED}
    return {
        "name": name,
        "label": f"{number:,} {name}" if known else f"{name}: not checked",
        "pressed": name == show,
        "disabled": not number and name != show,
    }


def _button(name: str, label: str, number: int) -> dict[str, Any]:
    return {
        "name": name,
        "label": f"{label} ({number:,})" if number else label,
        "disabled": not number,
    }
