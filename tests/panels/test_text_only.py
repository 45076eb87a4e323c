"""Text of buckets and people reaches the screen through our own widgets, which show it as text."""

import re
from pathlib import Path

import pytest

import brevviz

ROOT = Path(brevviz.__file__).parent
# HTML widgets run markup, labels typeset mathematics, and Styler escapes nothing.
BANNED = (
    r"\b(?:ipywidgets|widgets|W)\.(?:HTML|HTMLMath|Label|Combobox|Output)\b",
    r"\b(?:HTML|Markdown|Latex|Math)\(",
    r"\.to_html\(",
    r"\.style\b",
)


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_shows_text_through_what_interprets_it(path):
    code = re.sub(r'"""[\s\S]*?"""', "", path.read_text("utf-8"))
    assert [hit for pattern in BANNED for hit in re.findall(pattern, code)] == []
