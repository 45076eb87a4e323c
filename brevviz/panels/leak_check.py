"""Leaks: what stands on both sides of the split, looked for at a press, and mended at another."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets

from brevviz.job import Job
from brevviz.job.leaks import Mended, mend
from brevviz.panels.status_line import StatusLine, Told
from brevviz.progress import Report
from brevviz.session import Session
from brevviz.widgets import Actions, Line, Table
from brevviz.work import Latest

__all__ = ["LeakCheck"]

_SECTIONS = ("source", "triage", "split", "seed")
_MOST = 50

_QUICK = {"name": "quick", "label": "Look for leaks", "help": "Compare items and bytes (ETags)"}
_PICTURES = {
    "name": "pictures",
    "label": "Compare pictures too",
    "help": "Reads and decodes every file: the same pixels, and near-identical pictures",
}


@dataclass(frozen=True)
class Looked:
    """What was found, and the key of what it was found in."""

    key: str
    mended: Mended


class LeakCheck(Told):
    """Two buttons, a table of pairs, and a button that ties them in the recipe."""

    title = "Leaks"

    def __init__(self, session: Session, status: StatusLine, *, threaded: bool = True) -> None:
        self.session = session
        self.status = status
        self.actions = Actions(label="Leaks", buttons=[_QUICK, _PICTURES])
        self.said = Line()
        self.table = Table(
            caption="Pairs on two sides",
            columns=[
                {"name": "level", "label": "Have the"},
                {"name": "left", "label": "Sample"},
                {"name": "left_purpose", "label": "Purpose", "kind": "purpose"},
                {"name": "right", "label": "Sample"},
                {"name": "right_purpose", "label": "Purpose", "kind": "purpose"},
            ],
            empty="",
            height=220,
        )
        self.table.layout.display = "none"
        self.box = ipywidgets.VBox([self.actions, self.said, self.table])
        self._looked: Looked | None = None
        self.latest: Latest[tuple[Job, bool], Looked] = Latest(
            self._look, self, threaded=threaded, quiet_seconds=0.0
        )
        self.actions.on_press(self._pressed)

    def follow(self) -> None:
        """The recipe changed: what was found may hold no more."""
        looked = self._looked
        if looked is not None and _key(self.session.job) != looked.key:
            self._looked = None
            self.actions.buttons = [_QUICK, _PICTURES]
            self.table.layout.display = "none"
            self.said.text = "The split has changed since: look again."

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the look is over; False when the time ran out (seconds)."""
        return self.latest.wait(timeout)

    def close(self) -> None:
        """End the worker."""
        self.latest.close()

    def _pressed(self, name: str) -> None:
        looked = self._looked
        if name != "mend":
            self.said.text = "Looking ..."
            self.latest.ask((self.session.job, name == "pictures"))
        elif looked is not None:
            self._looked = None
            split = looked.mended.job.recipe.split
            self.session.set("split.tied", [list(group) for group in split.tied])
            self.actions.buttons = [_QUICK, _PICTURES]
            self.table.layout.display = "none"
            self.said.text = (
                f"Tied: {len(looked.mended.moved):,} images have another purpose now. "
                "Undo takes it back."
            )

    def _look(self, request: tuple[Job, bool], report: Report) -> Looked:
        job, pictures = request
        return Looked(_key(job), mend(job.with_report(report), pictures=pictures))

    # What the worker says (`work.Answer`).

    def show(self, result: Looked) -> None:
        """The pairs that were found, and what mending them would move."""
        self._looked = result
        self.status.clear(self.title)
        found = result.mended.before
        pairs = found.leaks.pairs
        self.table.rows = [
            [
                row["level"],
                _name(row["path_left"]),
                row["purpose_left"],
                _name(row["path_right"]),
                row["purpose_right"],
            ]
            for row in pairs.head(_MOST).to_dict("records")
        ]
        self.table.layout.display = "" if len(pairs) else "none"
        levels = ", ".join(found.leaks.checked)
        said = [
            f"{len(pairs):,} pairs on two sides; compared: {levels}."
            if len(pairs)
            else f"No leak found; compared: {levels}."
        ]
        if len(pairs) > _MOST:
            said.append(f"The first {_MOST} are shown.")
        if found.unread:
            said.append(f"{len(found.unread):,} files could not be compared.")
        if found.sealed:
            said.append(f"{found.sealed:,} pictures of the sealed test set were left alone.")
        self.said.text = " ".join(said)
        mend_button = {
            "name": "mend",
            "label": "Tie the pairs",
            "tone": "primary",
            "help": (
                "Writes split.tied into the recipe: each pair becomes one item; "
                f"{len(result.mended.moved):,} images move"
            ),
        }
        self.actions.buttons = [_QUICK, _PICTURES, *([mend_button] if len(pairs) else [])]
        self.follow()

    def fail(self, error: Exception) -> None:
        """It cannot be looked for; the status line says why."""
        self.said.text = ""
        self.status.fail(self.title, error)


def _name(path: str) -> str:
    """The last folder and the file: what tells samples apart."""
    return "/".join(path.split("/")[-2:])


def _key(job: Job) -> str:
    return job.recipe.slice_digest(*_SECTIONS)
