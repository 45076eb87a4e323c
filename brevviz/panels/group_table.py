"""The table of groups in the Sampling panel: what is drawn, and cells that settle it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import ipywidgets
import pandas as pd

from brevviz.session import Session
from brevviz.widgets import Actions, Sheet

__all__ = ["SETTLED", "Drawn", "GroupTable", "read_number", "write_number"]

WEIGHTS, SHARES = "sampling.weights", "sampling.shares"
SETTLED = (WEIGHTS, SHARES)
"""The fields that the table edits."""

MOST = 200
"""Groups that the table shows."""

_CALLED = {WEIGHTS: "Weight", SHARES: "Share"}
_BAND_HELP = "Where 95 % of independent draws would fall, for all groups at once"
_COLUMNS = [
    {"name": "group", "label": "Group"},
    {"name": "images", "label": "Images", "kind": "int"},
    {
        "name": "weight",
        "label": "Weight",
        "kind": "entry",
        "help": "Type a number to replace the weighing's; clear the cell to go back to it",
    },
    {
        "name": "share",
        "label": "Share",
        "kind": "entry",
        "help": "Type a part of all draws, such as 0.3, to settle it; the others get what is left",
    },
    {"name": "expected", "label": "Expected", "kind": "float", "digits": 1},
    {"name": "drawn", "label": "Drawn", "kind": "int"},
    {"name": "band", "label": "95 % band", "align": "right", "help": _BAND_HELP},
    {"name": "repeats", "label": "Each image", "help": "Times that one image is drawn"},
    {"name": "unseen", "label": "Never seen", "kind": "percent"},
]


@dataclass(frozen=True)
class Drawn:
    """table : as `Job.frequencies` gives it. epochs : that it looks at."""

    table: pd.DataFrame
    epochs: int


class GroupTable:
    """A row a group; what is typed into its cells goes to the session, and can be undone.

    Parameters
    ----------
    session : the state that is edited.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.sheet = Sheet(
            caption="One epoch of train",
            columns=_COLUMNS,
            empty="No draws yet: open a source in Samples.",
            height=360,
        )
        self.actions = Actions()
        self.widget = ipywidgets.VBox([self.sheet, self.actions])
        self._lock = threading.RLock()
        self._drawn: Drawn | None = None
        self._typed: dict[str, str] = {}
        self._places: dict[str, tuple[str, str]] = {}
        self._last = ("", self._groupby)
        self._failed: Mapping[str, str] = {}
        self.sheet.on_set(self._entered)
        self.actions.on_press(lambda where: session.set(where, {}))
        self.follow({})

    def show(self, drawn: Drawn) -> None:
        """Show what is drawn of each group."""
        with self._lock:
            self._drawn = drawn
            self.follow({})

    def follow(self, failed: Mapping[str, str]) -> None:
        """Show what the session holds.

        Parameters
        ----------
        failed : field → what the samples have against its value.
        """
        with self._lock:
            self._failed = failed
            problems, problem = self._problems()
            with self.sheet.hold_sync():
                self._fill()
                self.sheet.problems = problems
                self.sheet.problem = problem
            self.actions.buttons = [
                {
                    "name": where,
                    "label": f"Clear {where.partition('.')[2]}",
                    "help": "Back to the weighing",
                    "disabled": not self._values(where),
                }
                for where in SETTLED
            ]

    @property
    def wrong(self) -> bool:
        """Does a cell hold what the recipe does not take?"""
        return any(where in self.session.problems for where in SETTLED)

    @property
    def _groupby(self) -> tuple[str, ...]:
        return self.session.recipe.sampling.groupby

    def _values(self, where: str) -> dict[str, Any]:
        """Group → number, or the text that was typed and does not fit."""
        return dict(self.session.value(where))

    def _fill(self) -> None:
        drawn = self._drawn
        if drawn is None:
            return
        table = drawn.table.iloc[:MOST]
        values = {where: self._values(where) for where in SETTLED}
        self._places = {
            f"{where} {group}": (where, group) for where in SETTLED for group in table.index
        }
        hints = {
            WEIGHTS: [f"{weight:.4g}" for weight in table["raw_weight"]],
            SHARES: [f"{part:.3f}" for part in table["weight"]],
        }
        rows: list[dict[str, Any]] = table.reset_index().to_dict("records")  # type: ignore[assignment]  # column names are text
        self.sheet.caption = (
            "One epoch of train" if drawn.epochs == 1 else f"{drawn.epochs} epochs of train"
        )
        self.sheet.flags = ["warn" if row["drawn"] == 0 else "" for row in rows]
        self.sheet.rows = [
            [
                row["group"],
                int(row["images"]),
                *(
                    self._cell(where, row["group"], values[where], hints[where][number])
                    for where in SETTLED
                ),
                float(row["expected"]),
                int(row["drawn"]),
                f"{row['independent_low']:,.0f} to {row['independent_high']:,.0f}",
                _times(int(row["repeats_min"]), int(row["repeats_max"])),
                float(row["unseen"]),
            ]
            for number, row in enumerate(rows)
        ]

    def _cell(self, where: str, group: str, values: Mapping[str, Any], hint: str) -> dict[str, str]:
        name = f"{where} {group}"
        value = values.get(group)
        text = self._typed.get(name, "")
        if value is None:
            text = ""
        elif isinstance(value, str):
            text = value
        elif _reads_as(text) != value:
            text = write_number(value)
        return {"name": name, "text": text, "hint": hint, "label": f"{_CALLED[where]} of {group}"}

    def _problems(self) -> tuple[dict[str, str], str]:
        """Cell → what is wrong with it, and what is wrong with no cell in particular."""
        cells: dict[str, str] = {}
        rest: list[str] = []
        for where in SETTLED:
            said = self.session.problems.get(where, self._failed.get(where, ""))
            own = _unreadable(where, self._values(where)) if said else {}
            cells |= own
            if not said or own:
                continue
            # What is wrong with all values together is said where the last one was typed.
            name, groupby = self._last
            if groupby == self._groupby and self._places.get(name, ("", ""))[0] == where:
                cells[name] = said
            else:
                rest.append(f"{where.partition('.')[2].capitalize()}: {said}")
        return cells, " ".join(rest)

    def _entered(self, name: str, text: str) -> None:
        with self._lock:
            if name not in self._places:
                return
            where, group = self._places[name]
            self._typed[name] = text
            another = name != self._last[0]
            self._last = (name, self._groupby)
            values = {**self._values(where), group: text}
        wrong = _unreadable(where, values)
        if wrong:
            self.session.reject(where, values, next(iter(wrong.values())))
            return
        numbers = {
            group: read_number(value) if isinstance(value, str) else value
            for group, value in values.items()
        }
        plain = {group: number for group, number in numbers.items() if number is not None}
        self.session.set(where, plain, typed=values, step=another)


def read_number(text: str) -> float | None:
    """`4.5` or `45 %` → a number; nothing → None. ValueError says what is allowed."""
    if not text.strip():
        return None
    digits, percent = text.strip().removesuffix("%").strip(), text.strip().endswith("%")
    try:
        number = Decimal(digits)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"{text.strip()!r} is not a number such as 0.3 or 30 %")
    # 33.3 % is .333; by floats it would be .33299999999999996.
    return float(number / 100 if percent else number)


def write_number(value: float) -> str:
    """A number as `read_number` takes it, without digits that say nothing."""
    return f"{value:.10g}"


def _reads_as(text: str) -> float | None:
    """What a text means; None when it cannot be read."""
    try:
        return read_number(text)
    except ValueError:
        return None


def _unreadable(where: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Name of a cell → why what was typed there is no number."""
    wrong: dict[str, str] = {}
    for group, value in values.items():
        try:
            if isinstance(value, str):
                read_number(value)
        except ValueError as error:
            wrong[f"{where} {group}"] = str(error)
    return wrong


def _times(low: int, high: int) -> str:
    return f"{low:,} x" if low == high else f"{low:,} to {high:,} x"
