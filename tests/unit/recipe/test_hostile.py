"""Recipes as malice and sloppiness write them: refused in one sentence, or plain text that stays."""

import json
import pickle
import time

import pytest

from brevviz.errors import RecipeError
from brevviz.recipe import Recipe
from brevviz.recipe.text import MAX_BYTES, MAX_DEPTH

SOURCE = "source: {uri: x}\n"

YAML = {
    "alias bomb": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "anchor alone": "source: &s {uri: x}\n",
    "alias of nothing": "source: *s\n",
    "merge key": SOURCE + "split: {<<: {ratio: 0.5}}\n",
    "python object": "source: !!python/object/apply:os.system [id]\n",
    "python name": "seed: !!python/name:os.system\n" + SOURCE,
    "tag of a known kind": SOURCE + "seed: !!int '42'\n",
    "own tag": SOURCE + "seed: !x 1\n",
    "tag that says nothing": SOURCE + "seed: ! 1\n",
    "binary": "source: {uri: !!binary aGk=}\n",
    "set": SOURCE + "source: !!set {uri}\n",
    "duplicate section": SOURCE + "source: {uri: y}\n",
    "duplicate field": SOURCE + "split: {ratio: 0.5, ratio: 0.6}\n",
    "duplicate quoted": SOURCE + "'source': {uri: y}\n",
    "two documents": SOURCE + "---\n" + SOURCE,
    "list as a name": "? [a]\n: b\n",
    "mapping as a name": "? {a: b}\n: b\n",
    "number as a name": SOURCE + "1: 2\n",
    "true as a name": "source: {uri: x, class_mapping: {no: bad}}\n",
    "nan": SOURCE + "split: {ratio: .nan}\n",
    "infinite": SOURCE + "augmentation: {rotate: .inf}\n",
    "octal": SOURCE + "sampling: {batch_size: 010}\n",
    "sexagesimal": SOURCE + "sampling: {batch_size: 1:30}\n",
    "date": SOURCE + "sampling: {batch_size: 2026-11-24}\n",
    "number as text": SOURCE + "split: {ratio: '0.5'}\n",
    "yes for a number": SOURCE + "sampling: {batch_size: yes}\n",
    "number of 5000 digits": SOURCE + f"seed: {'9' * 5000}\n",
    "control character": SOURCE + "seed: \x01\n",
    "deep": "a:\n" + "".join(f"{' ' * i}a:\n" for i in range(1, 40)),
    "deep in brackets": "source: " + "[" * 5000,
    "large": SOURCE + "#" * MAX_BYTES,
    "empty": "",
    "text": "just text\n",
    "list": "- source\n",
    "not closed": "source: {uri: x\n",
    "tab": "source:\n\turi: x\n",
    "secret": SOURCE + "source: {uri: x, secret_key: hunter2}\n",
}

JSON = {
    "duplicate": '{"source": {"uri": "x"}, "source": {"uri": "y"}}',
    "duplicate by escape": '{"seed": 1, "\\u0073eed": 2, "source": {"uri": "x"}}',
    "NaN": '{"source": {"uri": "x"}, "split": {"ratio": NaN}}',
    "Infinity": '{"source": {"uri": "x"}, "augmentation": {"rotate": -Infinity}}',
    "1e999": '{"source": {"uri": "x"}, "augmentation": {"rotate": 1e999}}',
    "number of 5000 digits": '{"source": {"uri": "x"}, "seed": ' + "9" * 5000 + "}",
    "deep": '{"source": ' + "[" * 100 + "]" * 100 + "}",
    "deep enough for the parser": "[" * 60_000,
    "very deep": "[" * 1_000_000,
    "large": '{"source": {"uri": "' + "x" * MAX_BYTES + '"}}',
    "half a character": '{"source": {"uri": "\\ud800"}}',
    "comment": '{"source": {"uri": "x"}} // why',
    "trailing comma": '{"source": {"uri": "x"},}',
    "empty": "",
    "a list": "[]",
}

VALUES = {
    "password in an address": ("source.uri", "https://me:hunter2@host/bucket"),
    "password in a bucket": ("source.uri", "s3://me:hunter2@bucket/x"),
    "no bucket": ("source.uri", "s3:///x"),
    "script address": ("source.uri", "javascript://alert(1)"),
    "NUL": ("source.uri", "folder\0"),
    "password in an endpoint": ("source.endpoint", "https://me:hunter2@host"),
    "user of no name": ("source.endpoint", "https://@host"),
    "token in an endpoint": ("source.endpoint", "https://host/?token=hunter2"),
    "path in an endpoint": ("source.endpoint", "https://host/path"),
    "fragment": ("source.endpoint", "https://host/#hunter2"),
    "plain http": ("source.endpoint", "http://s3.example"),
    "nearly loopback": ("source.endpoint", "http://127.0.0.1.evil.example"),
    "nearly loopback too": ("source.endpoint", "http://127.999.0.1"),
    "metadata service": ("source.endpoint", "http://169.254.169.254"),
    "port too high": ("source.endpoint", "https://host:99999"),
    "half an address": ("source.endpoint", "https://[::1"),
    "file": ("source.endpoint", "file:///etc/passwd"),
    "keys for a profile": ("source.profile", {"access_key": "me", "secret_key": "hunter2"}),
    "profile and anonymous": ("source", {"uri": "s3://b", "anonymous": True, "profile": "p"}),
}


@pytest.mark.parametrize("kind", YAML)
def test_yaml_is_refused_in_one_sentence(kind):
    begin = time.process_time()
    with pytest.raises(RecipeError) as caught:
        Recipe.from_yaml(YAML[kind])
    assert time.process_time() - begin < 20  # bombs take minutes, or all memory
    _one_sentence(caught.value)


@pytest.mark.parametrize("kind", JSON)
def test_json_is_refused_in_one_sentence(kind):
    with pytest.raises(RecipeError) as caught:
        Recipe.from_json(JSON[kind])
    _one_sentence(caught.value)


@pytest.mark.parametrize("kind", VALUES)
def test_values_are_refused_and_never_repeated_where_they_may_be_secret(kind):
    with pytest.raises(RecipeError) as caught:
        Recipe.start("x").with_value(*VALUES[kind])
    _one_sentence(caught.value)
    assert caught.value.where.startswith("source")


def _one_sentence(error):
    text = str(error)
    assert "\n" not in text
    assert len(text) < 400
    assert "hunter2" not in text
    assert "pydantic" not in text
    assert "hunter2" not in repr(pickle.dumps(error))
    # nothing in the chain shows the value either
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_a_file_is_read_no_further_than_its_limit(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)  # a hole: a terabyte that takes no room
    with pytest.raises(RecipeError, match=f"{MAX_BYTES + 1} bytes is outside 0..{MAX_BYTES}"):
        Recipe.load(path)


def test_hostile_text_stays_the_text_it_is(traps):
    for trap in traps:
        recipe = Recipe.start("folder", name=trap).with_value("source.class_mapping", {trap: trap})
        for back in (Recipe.from_yaml(recipe.to_yaml()), Recipe.from_json(recipe.to_json())):
            assert back.source.name == trap
            assert dict(back.source.class_mapping) == {trap: (trap,)}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("1.E+0", 1.0), (".5", 0.5), ("0", 0.0), ("1", 1.0), ("+0.5", 0.5)],
)
def test_decimal_numbers_are_numbers(text, value):
    assert Recipe.from_yaml(SOURCE + f"split: {{ratio: {text}}}\n").split.ratio == value


def test_nesting_up_to_the_limit_is_read():
    # Whatever is refused then is refused by its name, not by the limit.
    text = json.dumps({"source": "[" * 3})
    with pytest.raises(RecipeError, match="is not a mapping of settings"):
        Recipe.from_json(text)
    deep = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    with pytest.raises(RecipeError, match=r"source: .* is not a mapping of settings"):
        Recipe.from_json(f'{{"source": {deep}}}')
