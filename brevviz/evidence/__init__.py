"""What a set was made of, so that it can be proved later: manifest, checks, locks, trail."""

from brevviz.evidence.diff import Difference, diff
from brevviz.evidence.extend import Extension, extend
from brevviz.evidence.lock import lock
from brevviz.evidence.manifest import Manifest, read_manifest, write_manifest
from brevviz.evidence.verdict import Verdict
from brevviz.evidence.verify import verify

__all__ = [
    "Difference",
    "Extension",
    "Manifest",
    "Verdict",
    "diff",
    "extend",
    "lock",
    "read_manifest",
    "verify",
    "write_manifest",
]
