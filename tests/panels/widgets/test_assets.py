"""What travels to the browser: modules that parse, make no markup, and name no other host."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from brevviz import widgets
from brevviz.widgets.assets import STATIC, module, stylesheet
from brevviz.widgets.base import Part

ROOT = Path(__file__).parents[3]
BUNDLE = "livechart.js"
SOURCES = sorted(path for path in STATIC.glob("*.js") if path.name != BUNDLE)
SOURCES.append(ROOT / "scripts" / "livechart.source.js")
PARTS = [
    part
    for name in widgets.__all__
    if isinstance(part := getattr(widgets, name), type) and issubclass(part, Part)
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_each_module_parses(part, tmp_path, node):
    script = tmp_path / "module.mjs"
    script.write_text(part()._esm, "utf-8")
    check = subprocess.run([node, "--check", script], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_each_module_stands_alone(part):
    text = part()._esm
    assert not re.search(r"^\s*import\b(?!\()", text, re.MULTILINE)
    assert len(re.findall(r"\bexport default |\bexport\{\w+ as default\}", text)) == 1
    assert part()._css == stylesheet()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_module_makes_markup_or_code_from_text(path):
    text = path.read_text("utf-8")
    assert text.startswith("// @ts-check\n")
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    assert re.findall(banned, text) == []


@pytest.mark.parametrize("path", [*SOURCES, STATIC / "app.css"], ids=lambda path: path.name)
def test_no_file_names_another_host(path):
    addresses = set(re.findall(r"https?://[^\"'\s)]+", path.read_text("utf-8")))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in path.read_text("utf-8")


def test_every_rule_stays_inside_the_app():
    bare = re.sub(r"/\*.*?\*/", "", stylesheet(), flags=re.DOTALL)
    rules = re.findall(r"([^{};]+)\{", bare)
    # A comma in brackets parts no selectors: `:is(a, b)`.
    whole = [re.sub(r"\(.*?\)", lambda hit: hit[0].replace(",", ";"), rule) for rule in rules]
    selectors = [one.strip() for rule in whole for one in rule.split(",")]
    outside = {s for s in selectors if ".bv" not in s and not s.startswith("@")}
    assert outside <= {":root", "from", "to"}


def test_a_neighbour_is_put_in_once():
    text = module("form.js")
    assert text.count("function visible(") == 1
    assert text.index("function visible(") < text.index("class Courier") < text.index("class Row")


def test_the_chart_bundle_is_current():
    done = subprocess.run(
        [sys.executable, "-W", "error", ROOT / "scripts" / "build_livechart.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_browser_logic(node):
    """The parts of the modules that need no page, under node's own test runner."""
    done = subprocess.run(
        [
            node,
            "--experimental-default-type=module",
            "--test",
            *sorted((Path(__file__).parent / "js").glob("*.test.js")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
