"""Text that others wrote is shown as it is, and does nothing."""

from __future__ import annotations

import json
import subprocess
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from brevviz.widgets import h, visible
from brevviz.widgets.assets import STATIC

EVIL = "<img src=x onerror=alert(1)>\"'&\u202egpj.exe\u0000\x1b[31m\n\ud800"


def test_markup_and_hidden_characters_become_text():
    shown = h(EVIL)
    assert "<" not in shown
    assert '"' not in shown
    assert "&lt;img" in shown
    assert "\\u202e" in shown
    assert "\\u0000" in shown
    assert "\\u000a" in shown
    assert "\\ud800" in shown


@given(st.text(st.characters()))
def test_nothing_hidden_is_left(text):
    for character in visible(text):
        assert unicodedata.category(character) not in {"Cc", "Cs"}
        assert unicodedata.bidirectional(character) not in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
        }  # fmt: skip


@given(st.text(st.characters(categories=["L", "N", "P", "S"], max_codepoint=0x2FF)))
def test_plain_text_stays_as_it_is(text):
    assert visible(text) == text


def test_the_browser_shows_the_same(tmp_path, node):
    samples = [EVIL, *(f"a{chr(code)}b" for code in range(0xD800)), "\U0001f9ea", "\ud83e"]
    (tmp_path / "samples.json").write_text(json.dumps(samples))
    script = (
        f"import {{ visible }} from {json.dumps(str(STATIC / 'dom.js'))};\n"
        "import { readFileSync } from 'node:fs';\n"
        f"const all = JSON.parse(readFileSync({json.dumps(str(tmp_path / 'samples.json'))}));\n"
        "console.log(JSON.stringify(all.map(visible)));\n"
    )
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "run.mjs").write_text(script)
    run = subprocess.run(
        [node, "--experimental-default-type=module", tmp_path / "run.mjs"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == [visible(sample) for sample in samples]
