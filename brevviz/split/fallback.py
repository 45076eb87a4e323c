r"""The slow engine: Python's `re` in a process of its own, which a hard pattern cannot outlive.

`re` never runs in the kernel: a pattern such as `(\d+)+$` would hold every thread for hours.
"""

from __future__ import annotations

import marshal
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import as_file, files
from tempfile import TemporaryFile

import numpy as np
import numpy.typing as npt

from brevviz.errors import PatternError
from brevviz.progress import Report, quiet
from brevviz.words import quoted

__all__ = ["match_slowly"]

# Wall time, seconds: far above what the child's own limits on CPU time allow. It only ends a child
# that has stopped without using the CPU.
_BACKSTOP = 60.0
_POLL = 0.1

Spans = npt.NDArray[np.int32]


def match_slowly(pattern: str, texts: Sequence[str], where: str, report: Report = quiet) -> Spans:
    """Search each text with Python's `re`, outside this process.

    Parameters
    ----------
    pattern : for `re.search`.
    texts : what is searched.
    where : the setting that an error names.
    report : told now and then; may raise Cancelled.

    Returns int32 (texts, groups, 2), the start and end (characters) of each group, or of the whole
    match where there is no group; -1 for a group that took no part; NO_MATCH throughout where
    nothing matches. Raises PatternError when the pattern takes too long.
    """
    with (
        as_file(files("brevviz.split") / "slow_engine.py") as script,
        # A file and no pipe: Popen.communicate forgets what it has not yet written to a pipe
        # when it is asked again after its timeout, and a busy machine's child starts late.
        TemporaryFile() as request,
    ):
        request.write(marshal.dumps((pattern, list(texts))))
        request.seek(0)
        child = subprocess.Popen(  # noqa: S603  # our own script, by our own interpreter
            [sys.executable, "-I", "-S", str(script)],
            stdin=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with child:
            try:
                answer, complaint = _wait(child, report)
            finally:
                child.kill()
    if child.returncode == 0:
        numbers = np.frombuffer(answer, np.int32)
        return numbers.reshape(len(texts), -1, 2) if len(texts) else numbers.reshape(0, 1, 2)
    if child.returncode in {-signal.SIGVTALRM, -signal.SIGKILL}:
        raise PatternError(
            where,
            f"{quoted(pattern)} takes too long on {len(texts):,} paths",
            "Write it without look-around and back-references, or without a repeat inside a repeat",
        )
    raise PatternError(
        where, f"{quoted(pattern)} failed: {complaint.decode(errors='replace').strip()[-200:]}"
    )


def _wait(child: subprocess.Popen[bytes], report: Report) -> tuple[bytes, bytes]:
    waited = 0.0
    while True:
        report("keys by the slow engine", 0)
        try:
            return child.communicate(timeout=_POLL)
        except subprocess.TimeoutExpired:
            waited += _POLL
            if waited > _BACKSTOP:
                child.kill()
