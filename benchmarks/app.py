"""The app in a real browser: from a key press to the painted result, and what 100 updates leave.

Measured in the page: from the key's own time stamp to the frame after the one in which the result
has changed. Goals, at the median: a regular expression on 100,000 paths 150 ms, a ratio on
1,000,000 samples 80 ms, an augmentation slider on 24 tiles 120 ms; and 100 updates leave the
page's heap and DOM nodes where they were. Beside them what ipywidgets and Altair bring along: one
`widgets.Image` for each tile, and our chart and `JupyterChart` with the same bars (app_peers.py).

    python -m benchmarks.app                  all
    python -m benchmarks.app regex slider     some of: regex, ratio, slider, peers, charts
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.app_listing import PATTERN
from benchmarks.app_page import CellFailed, Memory, Probe, Spent, opened
from benchmarks.app_peers import CHARTS, IMAGES
from benchmarks.app_rows import PEER, rows_of
from benchmarks.rows import report, smoke
from tests.setup_browser import find

ROUNDS, MORE = (1, 2) if smoke() else (20, 100)
DIGITS = r"/\d{2}(\d+)_\d+\.bmp"
_TABLE = ".bv-table:has([aria-label='Class x purpose'])"
_PLOT = ".vega-embed"

_APP = """
import brevviz
from benchmarks.app_listing import many
app = brevviz.Explorer(many({folder!r}, {number}))
app.session.set("split.uniqueness", {pattern!r})
app
"""


@dataclass(frozen=True)
class Case:
    """What is measured.

    name, goal : for the table; milliseconds, None where there is no goal.
    cell : the notebook's code. ready : brings the page to where keys are pressed.
    keys : pressed in turn; those with a space before them are not counted.
    watched : selectors of what must have changed.
    """

    name: str
    goal: float | None
    cell: str
    ready: Callable[[Page], None]
    keys: tuple[str, ...]
    watched: tuple[str, ...]

    @property
    def is_peer(self) -> bool:
        """Whether it is what ours is measured against."""
        return self.name.startswith(PEER)


def _turn(page: Page, name: str) -> None:
    page.get_by_text("objects listed").wait_for()
    page.locator(".bv-app .lm-TabBar-tab", has_text=name).first.click()


def _at_rest(page: Page) -> None:
    page.get_by_title("Ready.").wait_for()
    page.wait_for_timeout(3000)


def _rule(page: Page) -> None:
    _turn(page, "Split")
    page.locator(".bv-counter").first.wait_for()
    _at_rest(page)
    page.get_by_label("Physical item").focus()
    page.keyboard.press("Home")
    for _ in range(DIGITS.index("}")):
        page.keyboard.press("ArrowRight")


def _ratio(page: Page) -> None:
    _turn(page, "Split")
    page.locator(_TABLE).get_by_text("scratched").first.wait_for()
    _at_rest(page)
    page.get_by_role("slider", name="Train share").focus()


def _rotate(page: Page) -> None:
    _turn(page, "Images")
    page.get_by_text("repeated pictures are equal").wait_for()
    _at_rest(page)
    page.get_by_role("slider", name="Rotate").focus()


def _peer(page: Page) -> None:
    slider = page.locator(".jupyter-widgets [role=slider], .jupyter-widgets .noUi-handle").first
    slider.wait_for()
    page.locator(f".widget-image, {_PLOT}").first.wait_for()
    page.wait_for_timeout(500 if smoke() else 8000)  # charts and pictures come to rest
    slider.focus()


def cases(folder: Path) -> dict[str, list[Case]]:
    """The cases by name."""

    def app(number: int, pattern: str) -> str:
        return _APP.format(folder=str(folder / str(number)), number=number, pattern=pattern)

    move = ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight")
    # Every digit makes other items of all paths; the empty braces between them are one rule.
    digits = tuple(key for digit in "34562" for key in (" Backspace", digit))
    return {
        "regex": [
            Case(
                "a regular expression, 100,000 paths",
                150,
                app(100_000, DIGITS),
                _rule,
                digits,
                (".bv-counters", _TABLE),
            )
        ],
        "ratio": [
            Case("a ratio, 1,000,000 samples", 80, app(1_000_000, PATTERN), _ratio, move, (_TABLE,))
        ],
        "slider": [
            Case(
                "an augmentation slider, 24 tiles",
                120,
                app(2_000, PATTERN),
                _rotate,
                move,
                (".bv-grid .bv-scroll",),
            )
        ],
        "peers": [
            Case(
                "(peer) widgets.Image x 24, slider",
                None,
                IMAGES,
                _peer,
                ("ArrowRight",),
                (".jupyter-widgets .widget-image:last-child",),
            ),
        ],
        "charts": [
            Case(name, None, cell, _peer, ("ArrowRight",), (_PLOT,))
            for name, cell in CHARTS.items()
        ],
    }


@dataclass(frozen=True)
class Figures:
    """taken : milliseconds of each key that counts. spent : CPU a key. before, after : what the
    page holds, with 100 more keys in between.
    """

    taken: list[float]
    spent: Spent
    before: Memory
    after: Memory

    def line(self, case: Case) -> str:
        """A line of the table."""
        late = sorted(self.taken)[int(0.95 * len(self.taken))]
        heap = (self.after.heap - self.before.heap) / 2**20
        nodes = self.after.nodes - self.before.nodes
        return (
            f"{case.name:38}{statistics.median(self.taken):8.0f}{late:8.0f}{min(self.taken):8.0f}"
            f"{case.goal or '':>7}{self.spent.kernel:9.0f}{self.spent.page:6.0f}"
            f"{heap:+10.1f} MB{nodes:+7}{os.getloadavg()[0]:8.1f}"
        )


def measure(probe: Probe, case: Case) -> Figures:
    """Press the keys that count one by one, and then 100 in a row."""
    case.ready(probe.page)
    counted = [key for key in case.keys if key[0] != " "]
    keys = list(islice(cycle(case.keys), ROUNDS * len(case.keys) // len(counted)))
    taken = []
    begin = probe.spent()
    for key in keys:
        time = probe.press(key.strip(), *case.watched)
        if time is None:
            raise RuntimeError(f"{case.name}: nothing changed within 20 s of {key!r}")
        if key[0] != " ":
            taken.append(time)
    end = probe.spent()
    spent = Spent((end.kernel - begin.kernel) / len(keys), (end.page - begin.page) / len(keys))
    before = probe.memory()
    for key in islice(cycle(case.keys), MORE):
        probe.page.keyboard.press(key.strip())
        probe.page.wait_for_timeout(100)
    probe.page.wait_for_timeout(3000)
    return Figures(taken, spent, before, probe.memory())


def main(names: list[str]) -> int:
    """Print a table; the number of goals that were missed is the exit code.

    A smoke run takes the charts, ours and the peer's: what else is pressed here, other tests press.
    """
    chromium = find()
    if chromium is None:
        sys.exit("no Chromium: python tests/setup_browser.py installs one")
    print(f"{'':54}{'':7}   CPU a key     after {MORE} more")
    print(
        f"{'milliseconds':38}{'median':>8}{'p95':>8}{'least':>8}{'goal':>7}"
        f"{'kernel':>9}{'page':>6}{'heap':>13}{'nodes':>7}{'load':>8}"
    )
    names = names or (["charts"] if smoke() else [])
    found: dict[str, tuple[Case, Figures]] = {}
    absent: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, opened(chromium) as open_:
        for name, some in cases(Path(folder)).items():
            for case in some if not names or name in names else ():
                try:
                    with open_(case.cell) as probe:
                        figures = measure(probe, case)
                except CellFailed as error:
                    if not case.is_peer:
                        raise
                    absent[case.name] = str(error).splitlines()[0]
                    print(f"{case.name:38}{absent[case.name]}", flush=True)
                    continue
                found[case.name] = case, figures
                print(figures.line(case), flush=True)
    print(f"{ROUNDS} keys each; {os.cpu_count()} CPUs, load of the last minute")
    return report(rows_of(found, absent, MORE))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
