"""Every engine gives the pieces' results in order, whoever is killed; Ray is the real one."""

import collections
import subprocess
import sys
import time
from pathlib import Path

import cluster_work as work
import psutil
import pytest

from brevviz.cluster import open_cluster
from brevviz.errors import Cancelled, ClusterError

ENGINES = ["here", "processes", "ray"]


@pytest.fixture(scope="module", params=ENGINES)
def cluster(request):
    with open_cluster(request.param, 2) as opened:
        yield opened


@pytest.fixture(scope="module", params=ENGINES[1:])
def workers(request):
    with open_cluster(request.param, 2) as opened:
        yield opened


def test_results_come_in_the_order_of_the_pieces(cluster):
    told = []
    results = cluster.map(
        work.squares, {"factor": 2}, range(40), what="squares", report=lambda *a: told.append(a)
    )
    assert list(results) == [2 * n * n for n in range(40)]
    assert told == [("squares", done, 40) for done in range(41)]


def test_pieces_may_be_without_end(cluster):
    endless = iter(int, 1)
    results = cluster.map(work.squares, {"factor": 1}, endless)
    assert [next(results) for _ in range(5)] == [0] * 5
    results.close()


def test_an_error_is_the_one_that_was_raised(cluster):
    with pytest.raises(ValueError, match="shared cannot do 3"):
        list(cluster.map(work.fails_at_three, "shared", range(9)))
    assert list(cluster.map(work.squares, {"factor": 1}, [4])) == [16]  # and work goes on


def test_a_report_stops_the_work(cluster):
    def stop(what, done, total):
        del what, total
        if done == 2:
            raise Cancelled("squares", "stopped")

    with pytest.raises(Cancelled):
        list(cluster.map(work.squares, {"factor": 1}, range(100), report=stop))


def test_a_killed_worker_loses_nothing_and_gives_nothing_twice(workers, tmp_path):
    assert list(workers.map(work.one_worker_is_killed, str(tmp_path), range(24))) == list(range(24))
    assert (tmp_path / "killed").exists()
    times = collections.Counter(path.name.split("-")[1] for path in tmp_path.glob("done-*"))
    assert set(times) == {str(n) for n in range(24)}
    assert times["5"] >= 2  # it was begun again


def test_a_piece_that_kills_every_worker_is_named(workers):
    with pytest.raises(ClusterError, match=r"in a row ended while they worked at 4"):
        list(workers.map(work.always_killed, 4, range(9)))
    assert list(workers.map(work.squares, {"factor": 1}, range(3))) == [0, 1, 4]


def test_two_pieces_are_worked_on_at_once(workers, tmp_path):
    assert set(workers.map(work.meets_another, str(tmp_path), range(4))) == {2}


def test_what_is_no_engine_is_refused():
    with pytest.raises(ClusterError, match="'dask' is not one of here, processes, ray"):
        open_cluster("dask")
    with pytest.raises(ClusterError, match=r"0 is outside 1..1024"):
        open_cluster("here", 0)


LISTENING = """
import psutil
if __name__ == "__main__":
    from brevviz.cluster import open_cluster
    with open_cluster("ray", 1) as cluster:
        list(cluster.map(max, 1, range(2)))
        mine = [psutil.Process(), *psutil.Process().children(recursive=True)]
        open_ports = [c.laddr.ip for p in mine for c in p.net_connections("inet") if c.status == "LISTEN"]
        assert open_ports
        print(sorted(set(open_ports)))
"""


def test_ray_listens_on_this_machine_only(tmp_path):
    path = tmp_path / "listening.py"
    path.write_text(LISTENING)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    addresses = done.stdout.splitlines()[-1]
    assert set(eval(addresses)) <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}  # noqa: S307  # our own print


ABANDONED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
if __name__ == "__main__":
    import cluster_work as work
    from brevviz.cluster import open_cluster
    cluster = open_cluster("processes", 2)
    results = cluster.map(work.process, 0.2, range(100))
    print(next(results), next(results), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_with_the_one_that_started_them(tmp_path):
    path = tmp_path / "abandoned.py"
    path.write_text(ABANDONED)
    done = subprocess.run(
        [sys.executable, path, Path(work.__file__).parent],
        capture_output=True,
        text=True,
        check=False,
    )
    pids = {int(pid) for pid in done.stdout.split()}
    assert pids
    until = time.monotonic() + 30
    while any(map(psutil.pid_exists, pids)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(psutil.pid_exists, pids))
