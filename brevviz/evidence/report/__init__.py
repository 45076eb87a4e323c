"""The report: one HTML file that needs no network, and its data as JSON."""

from brevviz.evidence.report.content import Pictures, content
from brevviz.evidence.report.page import to_html

__all__ = ["Pictures", "content", "to_html"]
