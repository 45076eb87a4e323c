"""The engine that a name stands for."""

from __future__ import annotations

import os

from brevviz.cluster.contract import Cluster, Here
from brevviz.cluster.on_ray import OnRay
from brevviz.cluster.processes import Processes
from brevviz.errors import ClusterError

__all__ = ["open_cluster"]

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
    if workers is not None and not 1 <= workers <= MOST:
        raise ClusterError("workers", f"{workers} is outside 1..{MOST}")
    if engine == "here":
        return Here()
    if engine == "processes":
        return Processes(workers or os.cpu_count() or 1)
    if engine == "ray":
        return OnRay(workers)
    if engine == "auto" or engine.startswith("ray://"):
        return OnRay(workers, engine)
    raise ClusterError(
        "cluster", f"{engine!r} is not one of here, processes, ray, auto or ray://host:port"
    )
