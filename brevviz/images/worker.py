"""The process in which a decoder meets a file for the first time.

Started by `brevviz.images.guard` as `python -m brevviz.images.worker`, not by multiprocessing:
that would run the user's script a second time. It reads requests from standard input and writes
replies to standard output, each a line of JSON and then raw bytes; never a pickle, which would
let a process that a file has taken over run code in the one that reads its reply. It ends when
its input does.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import IO, Any

import numpy as np

from brevviz.errors import ImageRejected
from brevviz.images.prepare import prepare
from brevviz.images.thumbnails import shrink
from brevviz.recipe import View

__all__ = ["answer", "serve"]


def serve(requests: IO[bytes], replies: IO[bytes], memory: int, seconds: int) -> None:
    """Answer requests until there are none.

    Parameters
    ----------
    requests, replies : binary streams.
    memory : address space that this process may use, bytes.
    seconds : processor time that one request may use; more of it ends the process.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    replies.write(b"ready\n")
    replies.flush()
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["length"])
        _allow(seconds)
        head, body = answer(request, data)
        replies.write(json.dumps(head).encode() + b"\n" + body)
        replies.flush()


def answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Give the head and the body of the reply to one request."""
    view = View.model_validate_json(request["view"])
    try:
        if request["task"] == "shrink":
            body = shrink(data, request["side"], view, request["where"])
            return {"length": len(body)}, body
        loaded = prepare(data, view, request["where"], content=request["content"])
    except ImageRejected as rejected:
        return {"length": 0, "problem": rejected.problem, "hint": rejected.hint}, b""
    body = np.ascontiguousarray(loaded.working).tobytes()
    head = {
        "length": len(body),
        "working": loaded.working.shape,
        "file_shape": loaded.file_shape,
        "content": loaded.content,
        "size": loaded.size,
        "notes": loaded.notes,
    }
    return head, body


def _allow(seconds: int) -> None:
    """Let this process run for so much longer, in processor time, and no more."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]), int(sys.argv[2]))
