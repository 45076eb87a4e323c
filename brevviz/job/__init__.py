"""One recipe and all that follows from it; what the panels, the command line and notebooks share."""

from brevviz.job.digests import Digests
from brevviz.job.divided import Listed
from brevviz.job.job import Job, generators
from brevviz.job.preview import Preview
from brevviz.job.recording import Drawn, Record, record
from brevviz.job.replaying import Difference, Replay, replay
from brevviz.job.results import Results
from brevviz.job.seal import Seal

__all__ = [
    "Difference",
    "Digests",
    "Drawn",
    "Job",
    "Listed",
    "Preview",
    "Record",
    "Replay",
    "Results",
    "Seal",
    "generators",
    "record",
    "replay",
]
