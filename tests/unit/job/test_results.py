"""Results: computed once, whoever asks, and never kept when they failed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from brevviz.errors import Cancelled
from brevviz.job.results import Results


def test_many_threads_compute_a_value_once():
    results = Results()
    calls = []
    gate = threading.Event()

    def compute():
        calls.append(1)
        gate.wait(5)
        return "value"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(results.get, "name", "key", compute) for _ in range(8)]
        gate.set()
        assert [future.result(5) for future in asked] == ["value"] * 8
    assert len(calls) == 1


def test_a_failure_is_raised_and_not_kept():
    results = Results()
    with pytest.raises(ZeroDivisionError):
        results.get("name", "key", lambda: 1 // 0)
    assert results.peek("name", "key") is None
    assert results.get("name", "key", lambda: 7) == 7


def test_who_waits_for_cancelled_work_takes_it_over():
    results = Results()
    begun, stop = threading.Event(), threading.Event()

    def cancelled():
        begun.set()
        stop.wait(5)
        raise Cancelled("listing", "stopped")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(results.get, "name", "key", cancelled)
        begun.wait(5)
        second = pool.submit(results.get, "name", "key", lambda: "mine")
        stop.set()
        with pytest.raises(Cancelled):
            first.result(5)
        assert second.result(5) == "mine"


def test_the_oldest_of_a_name_is_dropped_first():
    results = Results(keep=2, more={"many": 3})
    for name in ("few", "many"):
        for key in "abc":
            results.get(name, key, lambda key=key: key)
    assert [results.peek("few", key) for key in "abc"] == [None, "b", "c"]
    assert [results.peek("many", key) for key in "abc"] == ["a", "b", "c"]
    results.clear()
    assert results.peek("many", "c") is None
