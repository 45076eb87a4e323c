"""What runs in the process of the slow engine: standard input → spans → standard output.

It limits its own CPU time, which a busy machine does not shorten: the timer's signal ends the
process even in the middle of a search.
"""

from __future__ import annotations

import marshal
import re
import signal
import sys
import warnings

__all__: list[str] = []

_STALL = 0.3
"""CPU seconds for a thousand texts; a sound pattern takes 0.002."""
_TOTAL = 6e-6
"""CPU seconds for each text over the whole; a sound pattern takes 0.000002."""
_CHUNK = 1000


def _main() -> None:
    pattern, texts = marshal.loads(sys.stdin.buffer.read())  # noqa: S302  # our own parent's
    signal.setitimer(signal.ITIMER_VIRTUAL, _STALL)
    warnings.simplefilter("ignore")
    compiled = re.compile(pattern)
    groups = range(1, compiled.groups + 1) if compiled.groups else range(1)
    left = _STALL + _TOTAL * len(texts)
    found = []
    for start in range(0, len(texts), _CHUNK):
        allowed = min(_STALL, left)
        signal.setitimer(signal.ITIMER_VIRTUAL, allowed)
        for text in texts[start : start + _CHUNK]:
            match = compiled.search(text)
            found.append(match and [match.span(group) for group in groups])
        # What is left on the timer was not used.
        left -= allowed - signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]
        left = max(left, 1e-3)
    sys.stdout.buffer.write(marshal.dumps(found))


if __name__ == "__main__":
    _main()
