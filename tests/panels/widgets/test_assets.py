"""What travels to the browser: modules that parse, make no markup, and name no other host."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from brevviz import widgets
from brevviz.widgets.assets import STATIC, app, chart, module, stylesheet
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


@pytest.fixture(scope="module")
def parsed(node, tmp_path_factory):
    """`parsed(text)` is what node says against an ES module; empty: nothing."""
    script = tmp_path_factory.mktemp("modules") / "module.mjs"

    def parse(text):
        script.write_text(text, "utf-8")
        check = subprocess.run(
            [node, "--check", script], capture_output=True, text=True, check=False
        )
        return check.stderr

    return parse


@pytest.mark.parametrize("text", [app, chart], ids=["app", "chart"])
def test_each_library_parses_and_stands_alone(text, parsed):
    assert parsed(text()) == ""
    assert not re.search(r"^\s*import\b(?!\()", text(), re.MULTILINE)


def module_of(part):
    """The file that a widget's stub names."""
    (name,) = re.findall(r'^const PART = "(\w+\.js)";$', part()._esm, re.MULTILINE)
    return name


def test_each_widget_has_a_stub_that_names_its_part(parsed):
    stubs = {part()._esm for part in PARTS}
    assert parsed(stubs.pop()) == ""
    for part in PARTS:
        assert (STATIC / module_of(part)).read_text("utf-8")
    with pytest.raises(FileNotFoundError, match=r"other\.js"):
        module("other.js")


def test_the_library_gives_each_part(node, tmp_path):
    """What a page does with it, under node: the stylesheet is put in, every part can be drawn."""
    names = [module_of(part) for part in PARTS if part is not widgets.LiveChart]
    script = tmp_path / "page.mjs"
    (tmp_path / "app.mjs").write_text(app(), "utf-8")
    script.write_text(
        f"""
        const style = {{ isConnected: false }};
        const put = [];
        globalThis.document = {{
          getElementById: () => null, createElement: () => style, head: {{ append: (node) => put.push(node) }},
        }};
        const {{ attend, part, reaching }} = await import("./app.mjs");
        const drawn = {names!r}.filter((name) => typeof part(name).render === "function");
        console.log(JSON.stringify([drawn, put.length, style.textContent, typeof attend, typeof reaching]));
        """
    )
    done = subprocess.run([node, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [names, 1, stylesheet(), "function", "function"]


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
