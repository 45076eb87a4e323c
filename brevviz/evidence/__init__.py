"""What a set was made of, so that it can be proved later: manifest, checks, locks, trail."""

from brevviz.evidence.comparing import Difference, diff
from brevviz.evidence.drafting import draft
from brevviz.evidence.extending import Extension, extend
from brevviz.evidence.locking import lock
from brevviz.evidence.manifest import Manifest, read_manifest, write_manifest
from brevviz.evidence.signing import check_signature, sign
from brevviz.evidence.trail import Entry, Trail
from brevviz.evidence.unsealing import Unsealed, unseal
from brevviz.evidence.verdict import Verdict
from brevviz.evidence.verifying import verify

__all__ = [
    "Difference",
    "Entry",
    "Extension",
    "Manifest",
    "Trail",
    "Unsealed",
    "Verdict",
    "check_signature",
    "diff",
    "draft",
    "extend",
    "lock",
    "read_manifest",
    "sign",
    "unseal",
    "verify",
    "write_manifest",
]
