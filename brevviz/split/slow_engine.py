"""What runs in the process of the slow engine: standard input → spans → standard output.

It limits its own CPU time, which a busy machine does not shorten: the timer's signal ends the
process even in the middle of a search. A few texts from all over come first, and when these say
that the whole will take too long, it ends at once.
"""

from __future__ import annotations

import marshal
import re
import signal
import sys
import warnings
from array import array

__all__ = ["NO_MATCH"]

NO_MATCH = -2
"""Start and end of every group of a text that does not match; -1 is a group that took no part."""
_STALL = 0.2
"""CPU seconds for a thousand texts; a sound pattern takes 0.001 to 0.004."""
_LEAST, _EACH = 0.45, 4.5e-6
"""CPU seconds for the whole, and for each text of many."""
_CHUNK = 1000
_DOUBT = 1.5
"""How far above what is allowed the few must lie: they are measured, and so not certain."""


def _main() -> None:
    pattern, texts = marshal.loads(sys.stdin.buffer.read())  # noqa: S302  # our own parent's
    signal.setitimer(signal.ITIMER_VIRTUAL, _STALL)
    warnings.simplefilter("ignore")
    compiled = re.compile(pattern)
    groups = range(1, compiled.groups + 1) if compiled.groups else range(1)
    nothing = [NO_MATCH] * (2 * len(groups))
    left = allowed_in_all = max(_LEAST, _EACH * len(texts))
    few = texts[:: max(1, len(texts) // _CHUNK)]
    signal.setitimer(signal.ITIMER_VIRTUAL, _STALL)
    for text in few:
        compiled.search(text)
    spent = _STALL - signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]
    if spent / max(1, len(few)) * len(texts) > _DOUBT * allowed_in_all:
        signal.raise_signal(signal.SIGVTALRM)
    found = array("i")
    for start in range(0, len(texts), _CHUNK):
        allowed = min(_STALL, left)
        signal.setitimer(signal.ITIMER_VIRTUAL, allowed)
        for text in texts[start : start + _CHUNK]:
            match = compiled.search(text)
            if match is None:
                found.extend(nothing)
            else:
                for group in groups:
                    found.extend(match.span(group))
        # What is left on the timer was not used.
        left -= allowed - signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]
        left = max(left, 1e-3)
    sys.stdout.buffer.write(found.tobytes())


if __name__ == "__main__":
    _main()
