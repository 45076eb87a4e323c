"""Which physical item each image shows, and on which side of the split it stands."""

from brevviz.split.capture import Captures, capture
from brevviz.split.counts import Counts
from brevviz.split.digest import split_digest
from brevviz.split.growth import difference, join_earlier, read_assignment
from brevviz.split.leaks import Leaks, find_leaks
from brevviz.split.paths import relative_paths
from brevviz.split.pattern import Checked, check_pattern
from brevviz.split.plan import Plan
from brevviz.split.repair import Repaired, repair, tied_keys
from brevviz.split.sample_split import SampleSplit
from brevviz.split.suggest import Suggestion, suggest_patterns

__all__ = [
    "Captures",
    "Checked",
    "Counts",
    "Leaks",
    "Plan",
    "Repaired",
    "SampleSplit",
    "Suggestion",
    "capture",
    "check_pattern",
    "difference",
    "find_leaks",
    "join_earlier",
    "read_assignment",
    "relative_paths",
    "repair",
    "split_digest",
    "suggest_patterns",
    "tied_keys",
]
