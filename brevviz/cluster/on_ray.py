"""Workers that are Ray's: on this machine, or on as many as its cluster has."""

from __future__ import annotations

import os
import pickle
import secrets
import sys
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from brevviz.cluster.contract import LOSSES, Cluster
from brevviz.cluster.shared import call
from brevviz.errors import ClusterError, MissingExtra

__all__ = ["OnRay"]

_TRIES = 3


class OnRay(Cluster):
    """Tasks of Ray Core; Ray itself starts a lost task again on another worker.

    Parameters
    ----------
    workers : pieces under way at once, each on one CPU; None: as many as the cluster has.
    address : of a running cluster ("auto", "ray://host:10001"); None: one of this process's own,
        which listens on loopback, asks for a token and ends with it.

    Raises MissingExtra without the extra `cluster`, ClusterError when no cluster answers.
    """

    def __init__(self, workers: int | None = None, address: str | None = None) -> None:
        if address is None:
            _keep_to_this_machine()
        self._ray = _ray()
        self._started = not self._ray.is_initialized()
        if self._started:
            self._start(workers, address)
        self.workers = workers or int(self._ray.cluster_resources().get("CPU", 1))
        self._task = self._ray.remote(_piece).options(num_cpus=1, max_retries=LOSSES)

    def _start(self, workers: int | None, address: str | None) -> None:
        # A worker of one's own cluster finds modules where this process finds them.
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        here: dict[str, Any] = {
            "include_dashboard": False,
            "runtime_env": {"env_vars": {"PYTHONPATH": paths}},
        }
        if workers is not None:
            here["num_cpus"] = workers
        settings = {"log_to_driver": False, "logging_level": "error", **({} if address else here)}
        for left in reversed(range(_TRIES)):
            try:
                self._ray.init(address=address or "local", **settings)
            except Exception as error:  # Ray raises bare ones, too
                self._ray.shutdown()
                # It gives its own daemons half a minute, which a busy machine may not have.
                if left and "timed out during startup" in str(error):
                    continue
                place = address or "on this machine"
                raise ClusterError("cluster", f"Ray does not start: {place}: {error}") from error
            return

    def _results(self, work: Any, shared: Any, pieces: Iterable[Any]) -> Iterator[Any]:
        token = uuid.uuid4().hex
        held = self._ray.put(pickle.dumps((work, shared)))
        waiting: deque[tuple[Any, Any]] = deque()
        remaining = iter(pieces)
        try:
            while True:
                while len(waiting) < 2 * self.workers:
                    try:
                        piece = next(remaining)
                    except StopIteration:
                        break
                    # In a list a reference stays one; alone, Ray would send the bytes each time.
                    waiting.append((piece, self._task.remote(token, [held], piece)))
                if not waiting:
                    return
                piece, reference = waiting.popleft()
                yield self._result(piece, reference)
        finally:
            for _, reference in waiting:
                self._ray.cancel(reference, force=False)

    def _result(self, piece: Any, reference: Any) -> Any:
        failures = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except failures.RayTaskError as error:
            raise error.cause from None
        except failures.RayError as error:
            raise ClusterError(
                "cluster",
                f"{LOSSES + 1} workers in a row ended while they worked at {str(piece)[:80]}",
                "Out of memory? Take fewer workers",
            ) from error

    def close(self) -> None:
        """End the cluster, if it is this process's own."""
        if self._started:
            self._ray.shutdown()
            self._started = False


def _piece(token: str, held: list[Any], piece: Any) -> Any:
    return call(token, lambda: _ray().get(held[0]), piece)


def _keep_to_this_machine() -> None:
    """Ray listens on every network that a Linux machine has, as laptops of other makes do not.

    The setting named for those others is the only one that moves it to loopback here. Other users
    of this machine are kept out by a token. Both are read when Ray is imported and started.
    """
    if "ray" in sys.modules:
        return  # somebody else's choice
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))


def _ray() -> Any:
    # Set before the import: Ray reports its use to its makers unless told not to.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray  # noqa: PLC0415  # an extra
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "cluster", "Ray is not installed", "pip install 'brevviz[cluster]'"
        ) from error
    return ray
