"""The engine that a name stands for."""

from __future__ import annotations

import os

from brevviz.cluster.contract import Cluster, Here
from brevviz.cluster.on_ray import OnRay
from brevviz.cluster.processes import Processes
from brevviz.errors import ClusterError

__all__ = ["check_engine", "open_cluster"]

MOST = 1024


def open_cluster(engine: str = "processes", workers: int | None = None) -> Cluster:
    """Start workers; use it in `with`, so that they end.

    Parameters
    ----------
    engine : "here" (no workers), "processes" of this machine, "ray" (one cluster of its own), or
        the address of a running Ray cluster: "auto", "ray://host:10001".
    workers : how many; None: as many as there are processors.

    Raises ClusterError, and MissingExtra for Ray without the extra `cluster`.
    """
    check_engine(engine, workers)
    if engine == "here":
        return Here()
    if engine == "processes":
        return Processes(workers or os.cpu_count() or 1)
    return OnRay(workers, None if engine == "ray" else engine)


def check_engine(engine: str, workers: int | None) -> None:
    """Raise ClusterError for what `open_cluster` would not start."""
    if workers is not None and not 1 <= workers <= MOST:
        raise ClusterError("workers", f"{workers} is outside 1..{MOST}")
    if engine not in {"here", "processes", "ray", "auto"} and not engine.startswith("ray://"):
        raise ClusterError(
            "cluster", f"{engine!r} is not one of here, processes, ray, auto or ray://host:port"
        )
