"""What a set was made of, so that it can be proved later: manifest, checks, locks, trail."""

from brevviz.evidence.manifest import Manifest, read_manifest, write_manifest
from brevviz.evidence.verdict import Verdict
from brevviz.evidence.verify import verify

__all__ = ["Manifest", "Verdict", "read_manifest", "verify", "write_manifest"]
