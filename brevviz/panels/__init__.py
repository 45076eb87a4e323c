"""The five panels, in the order of the work; each wires the session to widgets."""

from brevviz.panels.export import ExportPanel
from brevviz.panels.images import ImagesPanel
from brevviz.panels.panel import Panel
from brevviz.panels.samples import SamplesPanel
from brevviz.panels.sampling import SamplingPanel
from brevviz.panels.split import SplitPanel
from brevviz.panels.status_line import StatusLine

__all__ = [
    "ExportPanel",
    "ImagesPanel",
    "Panel",
    "SamplesPanel",
    "SamplingPanel",
    "SplitPanel",
    "StatusLine",
]
