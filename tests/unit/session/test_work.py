"""Background work: the newest request wins, errors are answers, and everything ends."""

import subprocess
import sys
import threading

import pytest

from brevviz import work
from brevviz.errors import Cancelled, SplitError
from brevviz.work import Feed, Latest


class Notes:
    """An answer that writes down what it is told."""

    def __init__(self):
        self.shown, self.errors, self.busy_states, self.told = [], [], [], []

    def show(self, result):
        self.shown.append(result)

    def fail(self, error):
        self.errors.append(error)

    def busy(self, busy):
        self.busy_states.append(busy)

    def progress(self, what, done, total):
        self.told.append((what, done, total))


def test_without_threads_the_answer_is_there_when_ask_returns():
    notes = Notes()
    latest = Latest(lambda n, report: (report("steps", 1, 2), n * 2)[1], notes, threaded=False)
    latest.ask(21)
    assert notes.shown == [42]
    assert notes.busy_states == [True, False]
    assert notes.told == [("steps", 1, 2)]


def test_a_burst_is_answered_once_by_its_newest():
    notes = Notes()
    latest = Latest(lambda n, report: n, notes, quiet_seconds=0.05)
    for n in range(50):
        latest.ask(n)
    assert latest.wait(5)
    assert notes.shown[-1] == 49
    assert len(notes.shown) < 50
    latest.close()


@pytest.mark.parametrize(
    ("slow", "told"), [(1000, []), (0, [("rows", 0, 9), ("items", 0, None), ("items", 2, 2)])]
)
def test_quick_work_tells_nothing_and_slow_work_at_a_pace(monkeypatch, slow, told):
    monkeypatch.setattr(work, "SLOW_SECONDS", slow)
    monkeypatch.setattr(work, "PACE_SECONDS", 0.8)

    def compute(n, report):
        for done in range(9):
            report("rows", done, 9)
        report("items", 0)
        report("items", 1)
        if not slow:
            threading.Event().wait(0.9)
        report("items", 2, 2)

    notes = Notes()
    latest = Latest(compute, notes)
    latest.ask(1)
    assert latest.wait(5)
    assert notes.told == told
    latest.close()


def test_running_work_ends_when_a_newer_request_comes():
    notes, begun, ended = Notes(), threading.Event(), []

    def compute(n, report):
        if n == 0:
            begun.set()
            try:
                while True:
                    report("rows", 0)
                    threading.Event().wait(0.001)
            except Cancelled:
                ended.append(n)
                raise
        return n

    latest = Latest(compute, notes, quiet_seconds=0.0)
    latest.ask(0)
    assert begun.wait(5)
    latest.ask(1)
    assert latest.wait(5)
    assert ended == [0]
    assert notes.shown == [1]
    assert notes.errors == []
    latest.close()


def test_cancel_stops_the_work_and_says_so():
    notes, begun = Notes(), threading.Event()

    def compute(n, report):
        begun.set()
        while True:
            report("rows", 0)
            threading.Event().wait(0.001)

    latest = Latest(compute, notes, quiet_seconds=0.0)
    latest.ask(0)
    assert begun.wait(5)
    latest.cancel()
    assert latest.wait(5)
    assert [type(error) for error in notes.errors] == [Cancelled]
    assert notes.busy_states == [True, False]
    latest.close()


def test_an_expected_error_is_an_answer_and_an_unexpected_one_is_logged_too(caplog):
    notes = Notes()

    def compute(n, report):
        if n == 0:
            raise SplitError("split.ratio", "does not fit")
        return 1 // 0

    latest = Latest(compute, notes, threaded=False)
    latest.ask(0)
    assert not caplog.records
    latest.ask(1)
    assert [type(error) for error in notes.errors] == [SplitError, ZeroDivisionError]
    assert "a panel's work failed" in caplog.text


def test_a_closed_worker_ends_and_answers_nothing():
    notes = Notes()
    latest = Latest(lambda n, report: n, notes)
    latest.ask(1)
    latest.wait(5)
    thread = latest._worker
    latest.close()
    thread.join(5)
    assert not thread.is_alive()
    latest.ask(2)
    assert notes.shown == [1]


@pytest.mark.parametrize("threaded", [True, False])
def test_a_feed_loads_what_is_wanted(threaded):
    loaded = []
    feed = Feed(lambda version, n: loaded.append((version, n)), threaded=threaded)
    feed.want(3, range(5))
    assert feed.wait(5)
    assert sorted(loaded) == [(3, n) for n in range(5)]
    feed.close()


def test_what_left_the_screen_never_starts():
    loaded, gate, begun = [], threading.Event(), threading.Event()

    def load(version, n):
        begun.set()
        gate.wait(5)
        loaded.append(n)

    feed = Feed(load, workers=1)
    feed.want(0, range(100))
    assert begun.wait(5)
    feed.want(0, [500])
    gate.set()
    assert feed.wait(5)
    assert loaded == [0, 500]
    feed.close()


def test_a_load_that_fails_does_not_end_the_feed(caplog):
    loaded = []
    feed = Feed(lambda version, n: loaded.append(1 // n), workers=1)
    feed.want(0, [0, 1])
    assert feed.wait(5)
    assert loaded == [1]
    assert "loading (0, 0) failed" in caplog.text
    feed.close()


ENDS = """
import sys, threading, time
from brevviz.work import Feed, Latest, Quick

class Silent(Quick):
    def show(self, result): print("shown")
    def fail(self, error): print("failed")

begun = threading.Barrier(3)

def compute(argument, report):
    begun.wait()
    try:
        while True:
            report("rows", 0)
            time.sleep(0.001)
    finally:
        print("the work ended", flush=True)

def load(version, number):
    begun.wait()
    time.sleep(0.2)
    print("loaded", number, flush=True)

latest, feed = Latest(compute, Silent()), Feed(load, workers=1)
latest.ask(1)
feed.want(0, [1, 2, 3])
begun.wait()
"""


def test_the_end_of_the_process_ends_what_runs_and_starts_nothing():
    # A daemon thread that the interpreter outruns never gets to its `finally`.
    command = [sys.executable, "-c", ENDS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()) == ["loaded 1", "the work ended"]
