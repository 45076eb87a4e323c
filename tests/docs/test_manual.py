"""The manual is true: it builds strictly, fetches nothing, and its code runs."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from brevviz.cli import docs, main

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
BIN = Path(sys.executable).parent

# What a page's code takes as given, by what it says before: "a frame of samples", "files".
GIVEN = """
import os
import brevviz
samples = brevviz.Dataset(bucket=brevviz.demo.bucket()).get_image_samples()
samples["purpose"] = ["train", "devel"] * 90
"""
EXTRA = {
    "images.md": """
samples = samples.head(40)
files = [open(path, "rb").read() for path in samples["path"].head(4)]
recipe = brevviz.Recipe.start(brevviz.demo.bucket())
""",
    "sampling.md": """
from brevviz import ImageAugmenter, ImagePipeline
import keras
train_samples = samples.head(64)
samples = samples.drop(columns="purpose")
model = keras.Sequential([keras.layers.Rescaling(1 / 255), keras.layers.GlobalAveragePooling2D(),
                          keras.layers.Dense(train_samples["folder"].nunique(), "softmax")])
model.compile("adam", "categorical_crossentropy")
""",
    "split.md": "samples = samples.drop(columns='purpose')\n",
    "evidence.md": """
import numpy as np
recipe = brevviz.Recipe.start(brevviz.demo.bucket()).with_value("split.test_ratio", 0.1)
job = brevviz.Job(recipe.with_value("view.target_size", [32, 32]))
rows = np.arange(180)
np.savez("folds.npz", train=rows[:120], test=rows[150:])
""",
}


def _blocks(page, language="python"):
    text = page.read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    "chapter", [page for page in PAGES if _blocks(page)], ids=lambda page: page.name
)
def test_the_code_of_a_page_runs_from_top_to_bottom(chapter, tmp_path):
    code = GIVEN + EXTRA.get(chapter.name, "") + "\n".join(_blocks(chapter))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_every_command_of_the_manual_exists():
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"^\$ brevviz ([a-z]+)", text, re.MULTILINE))
    named |= set(re.findall(r"`brevviz ([a-z]+)", text))
    assert {"run", "doctor", "lock", "verify"} <= named
    for name in sorted(named):
        done = subprocess.run(
            [BIN / "brevviz", name, "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"brevviz {name}: {done.stderr}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The manual, built strictly: a broken link or an unknown name fails."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [BIN / "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_manual_fetches_nothing(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) >= len(PAGES)
    loads = re.compile(r"<(?:script|img|iframe|link)[^>]*?(?:src|href)=\"?([^\" >]+)")
    for page in pages:
        for address in loads.findall(page.read_text("utf-8")):
            assert not re.match(r"(https?:)?//", address), f"{page.name} loads {address}"
    for style in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(https?:)?//", style.read_text("utf-8")), style.name


def test_every_page_stands_in_the_navigation(site):
    first = (site / "index.html").read_text("utf-8")
    for page in PAGES:
        name = page.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        assert f'href="{name}"' in first or name == "index.html", f"{name} cannot be reached"


def test_the_recipes_page_is_that_of_the_code():
    where = ROOT / "scripts" / "recipe_reference.py"
    spec = importlib.util.spec_from_file_location("recipe_reference", where)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text("utf-8") == script.reference(), "run make docs"


def test_brevviz_docs_opens_the_built_manual(site, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(docs, "SITE", site)
    assert main(["docs", "--path"]) == 0
    assert capsys.readouterr().out == f"{site}/index.html\n"
    monkeypatch.setattr(docs, "SITE", tmp_path)
    assert main(["docs"]) == 2
    assert "this installation has no built manual" in capsys.readouterr().err
