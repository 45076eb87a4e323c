"""A worker process, as the process that started it sees it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

__all__ = ["Worker"]

_PATIENCE = 60.0
"""Seconds by the clock: a worker that waits, and uses no processor time, ends too."""


class Worker:
    """One process and the two pipes to it.

    Parameters
    ----------
    memory, seconds : its limits, as `brevviz.images.worker.serve` takes them.
    """

    def __init__(self, memory: int, seconds: int) -> None:
        # The worker finds brevviz where this process found it, and uses one core.
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path),
            "OPENBLAS_NUM_THREADS": "1",
        }
        self._process = subprocess.Popen(  # noqa: S603  # our own module, by the running Python
            [sys.executable, "-m", "brevviz.images.worker", str(memory), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        self._rest = b""
        try:
            self._read_line(time.monotonic() + _PATIENCE)
        except BaseException:
            self.end()
            raise

    def ask(self, request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        """Send a request, wait for its reply. Raises when the process ends or stays silent."""
        pipe = self._process.stdin
        if pipe is None:
            raise EOFError
        head = json.dumps({**request, "length": len(data)}).encode() + b"\n"
        for part in (memoryview(head), memoryview(data)):
            while part:
                part = part[pipe.write(part) :]  # noqa: PLW2901  # a pipe takes what it can hold
        until = time.monotonic() + _PATIENCE
        reply = json.loads(self._read_line(until))
        return reply, self._read(reply["length"], until)

    def end(self, patience: float = 0.2) -> str:
        """End the process, and say in a word how it ended before that, if it had.

        One that has closed its pipes may need a moment, `patience` seconds, to be counted as ended.
        """
        try:
            code = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            code = None
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        if code is None:
            return "stalled"
        if code == -signal.SIGXCPU:
            return "ran out of time"
        return f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"

    def _read_line(self, until: float) -> bytes:
        while b"\n" not in self._rest:
            self._rest += self._some(until)
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _read(self, length: int, until: float) -> bytes:
        parts = [self._rest[:length]]
        self._rest = self._rest[length:]
        got = len(parts[0])
        while got < length:
            parts.append(self._some(until))
            got += len(parts[-1])
        return b"".join(parts)

    def _some(self, until: float) -> bytes:
        pipe = self._process.stdout
        if pipe is None:
            raise EOFError
        waiting = select.poll()  # not select(): it fails on descriptors beyond 1,023
        waiting.register(pipe, select.POLLIN | select.POLLHUP)
        if not waiting.poll(max(0.0, until - time.monotonic()) * 1000):
            raise TimeoutError
        got = os.read(pipe.fileno(), 1 << 20)
        if not got:
            raise EOFError
        return got
