"""The laws of recipes and notebooks at their full count; slices of them run every time."""

import ast
import json
import random
import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brevviz import notebook
from brevviz.recipe import Recipe

HEALTH = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
HOSTILE = re.compile(r"^[A-Z_0-9]+$")


def trip(recipe, folder):
    """There and back by every door, and the same bytes a second time."""
    path = notebook.export(recipe, folder / "job.ipynb")
    first = path.read_bytes()
    backs = [
        Recipe.from_yaml(recipe.to_yaml()),
        Recipe.from_json(recipe.to_json()),
        notebook.load(path),
    ]
    for back in backs:
        assert back == recipe
        assert back.digest() == recipe.digest()
        assert (back.to_yaml(), back.to_json()) == (recipe.to_yaml(), recipe.to_json())
        assert notebook.export(back, folder / "again.ipynb").read_bytes() == first


@pytest.mark.long
@settings(max_examples=1000, deadline=None, suppress_health_check=HEALTH)
@given(st.data())
def test_a_thousand_recipes_come_back_by_every_door(recipes, tmp_path, data):
    trip(data.draw(recipes), tmp_path)


FIELDS = (
    *("source.name", "source.id", "source.region", "source.profile", "source.ca_file"),
    *("source.classes", "source.class_mapping", "split.stratification", "split.uniqueness"),
    *("split.tied", "triage.excluded", "sampling.groupby", "sampling.weights", "seed"),
    *("augmentation.reason",),
)


def shaped(where, text):
    """The text where a field has text."""
    return {
        "source.classes": [text],
        "source.class_mapping": {text: [text]},
        "split.stratification": [text],
        "split.uniqueness": [text],
        "split.tied": [[text, f"{text}x"]],
        "triage.excluded": {text: text},
        "sampling.groupby": [text],
        "sampling.weights": {text: 1.5},
    }.get(where, text)


def adversary(draw, traps):
    """Traps, code and random characters of every plane, cut and glued."""
    parts = [
        draw.choice(traps),
        draw.choice(["'", '"', "\\", "\n", "}", "]", ")", "#", "'''", "{", "\r", "\x00", "%", "!"]),
        "".join(chr(draw.choice([*range(1, 0x300), 0x2028, 0x202E, 0xFEFF, 0x1F9EA, 0x10FFFF]))
                for _ in range(draw.randrange(6))),
        draw.choice(["import os", "__import__('os')", "=1+1", "!!python/object", "<script>", "${x}"]),
        "".join(draw.choices(string.printable, k=draw.randrange(8))),
    ]  # fmt: skip
    draw.shuffle(parts)
    return "".join(parts)[:60] or "x"


@pytest.mark.parametrize("count", [60, pytest.param(4000, marks=pytest.mark.long)])
def test_hostile_strings_inject_nothing_and_survive_unchanged(traps, tmp_path, count):
    draw = random.Random(count)
    constant = None
    for number in range(count):
        where = FIELDS[number % len(FIELDS)]
        text = adversary(draw, traps)
        recipe = Recipe.start("folder").with_value(where, shaped(where, text))
        assert text in str_leaves(recipe) or recipe.seed == int(text)
        trip(recipe, tmp_path)
        cells = json.loads((tmp_path / "job.ipynb").read_bytes())["cells"]
        code = [cell["source"] for cell in cells if not cell["metadata"]]
        constant = constant or code
        assert code == constant, "nothing of a recipe is ever in code"
        tree = ast.parse("".join(next(c["source"] for c in cells if c["metadata"])))
        assert [type(node) for node in tree.body] == [ast.Assign] * 5
        assert all(HOSTILE.match(node.targets[0].id) for node in tree.body)
        assert ast.literal_eval(tree.body[0].value) == recipe.data()


def str_leaves(recipe):
    """Every text in the recipe, names of tables included."""
    found, stack = set(), [recipe.data()]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            found |= set(node)
            stack += node.values()
        elif isinstance(node, list):
            stack += node
        elif isinstance(node, str):
            found.add(node)
    return found
