"""Searching in slices: nothing is lost or moved, however many are searched side by side."""

import threading
import time

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from brevviz import budget
from brevviz.budget import within_budget
from brevviz.errors import PatternError

WHERE = "split.uniqueness"
PATHS = pa.chunked_array(
    [[f"good/{n:06d}_0.bmp" for n in range(start, stop)] for start, stop in ((0, 7), (7, 90_007))]
)


@pytest.mark.parametrize("lanes", [1, 3])
def test_results_come_in_the_order_of_the_paths(monkeypatch, lanes):
    monkeypatch.setattr(budget, "_lanes", lambda: lanes)
    budget._pool.cache_clear()
    threads = set()

    def upper(piece):
        threads.add(threading.get_ident())
        return pc.utf8_upper(piece)

    told = []
    found = list(within_budget(PATHS, "x", WHERE, upper, report=lambda *about: told.append(about)))
    assert pa.concat_arrays(found).equals(pc.utf8_upper(PATHS).combine_chunks())
    assert (len(threads) > 1) == (lanes > 1)
    assert told[0] == ("paths", 0, len(PATHS))
    budget._pool.cache_clear()


def test_when_the_process_ends_no_thread_begins_and_nothing_fails(monkeypatch):
    monkeypatch.setattr(budget, "_lanes", lambda: 3)
    budget._pool.cache_clear()
    budget._pool().shutdown()  # as the interpreter does before it ends what runs
    found = list(within_budget(PATHS, "x", WHERE, pc.utf8_upper))
    assert pa.concat_arrays(found).equals(pc.utf8_upper(PATHS).combine_chunks())
    budget._pool.cache_clear()


def test_what_the_threads_use_counts_together(monkeypatch):
    monkeypatch.setattr(budget, "_lanes", lambda: 3)
    budget._pool.cache_clear()
    for name, value in (("_LARGEST", 4096), ("_START", 0.3), ("_PER_BYTE", 0.0)):
        monkeypatch.setattr(budget, name, value)

    def burn(piece):
        # Some twenty slices: 0.6 s of three threads, of which none uses more than 0.25 s.
        end = time.thread_time() + 0.03 * (len(piece) > 1000)
        while time.thread_time() < end:
            pass
        return piece

    with pytest.raises(PatternError, match=r"takes too long: .* of 90,007 paths took 0\.[34] s"):
        list(within_budget(PATHS, "x", WHERE, burn))
    budget._pool.cache_clear()
