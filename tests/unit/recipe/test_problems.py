"""Every refusal says the setting, what was got and what is allowed; all of them at once."""

import pickle

import pytest

from brevviz.errors import RecipeError
from brevviz.recipe import Augmentation, Recipe, Sampling, Source, Split, View

SECTIONS = {
    "source": Source,
    "split": Split,
    "sampling": Sampling,
    "view": View,
    "augmentation": Augmentation,
}


@pytest.fixture(name="start")
def _start():
    return Recipe.start("folder")


def refused(start, where, value):
    with pytest.raises(RecipeError) as caught:
        start.with_value(where, value)
    return caught.value


def _branches(schema):
    return [schema, *schema.get("anyOf", ())]


def _bounded():
    """(field, value outside, text that must appear), read from the schema that we publish."""
    for name, section in SECTIONS.items():
        for field, schema in section.model_json_schema()["properties"].items():
            for branch in _branches(schema):
                low, high = branch.get("minimum"), branch.get("maximum")
                if low is not None:
                    yield f"{name}.{field}", low - 1, f"{low:g}.."
                if high is not None:
                    yield f"{name}.{field}", high + 1, f"..{high:g}" if high < 1e5 else f"..{high}"
                if "maxLength" in branch:
                    size = branch["maxLength"]
                    yield f"{name}.{field}", "a" * (size + 1), f"{size + 1} characters is outside"
                    yield f"{name}.{field}", "a" * (size + 1), f"..{size}"
                if branch.get("minLength"):
                    yield f"{name}.{field}", "", f"{branch['minLength']}.."


BOUNDED = [
    *_bounded(),
    ("view.target_size", [1, 8], "view.target_size[0]: 1 is outside 2..8192"),
    ("view.target_size", [8, 8193], "view.target_size[1]: 8193 is outside 2..8192"),
    ("view.rois", [[[0, 0], [2, 65_536]]], "view.rois[0][1][1]: 65536 is outside 0..65535"),
    ("view.rois", [[[-1, 0], [2, 2]]], "view.rois[0][0][0]: -1 is outside 0..65535"),
    ("view.rois", [[[0, 0], [1, 9]]], "region 1 is 1 x 9 pixels; at least 2 x 2 is allowed"),
    ("augmentation.contrast", [0, 4.5], "(0, 4.5) is outside 0 <= from <= to <= 4"),
    ("augmentation.contrast", [2, 1], "(2, 1) is outside 0 <= from <= to <= 4"),
    ("augmentation.contrast", [-1, 1], "(-1, 1) is outside 0 <= from <= to <= 4"),
    ("seed", -1, "-1 is outside 0..9223372036854775807"),
    ("seed", 2**63, "9223372036854775808 is outside 0..9223372036854775807"),
    ("seed", "", "0 characters is outside 1..256"),
    ("seed", "a" * 257, "257 characters is outside 1..256"),
]


def test_the_schema_gives_every_bound():
    # 11 numbers of the augmentation, 2 ratios, 3 counts, 6 texts, 2 patterns, at the least.
    assert len({where for where, _, _ in BOUNDED}) >= 24


@pytest.mark.parametrize(("where", "value", "said"), BOUNDED)
def test_a_value_outside_is_told_the_bound(start, where, value, said):
    error = refused(start, where, value)
    assert said in str(error)
    assert error.where.partition("[")[0] == where
    assert isinstance(error, ValueError)


KINDS = [
    ("split.ratio", "0.8", "'0.8' is not a number"),
    ("split.ratio", None, "None is not a number"),
    ("split.ratio", True, "True is not a number"),
    ("split.ratio", float("nan"), "nan is not a finite number"),
    ("augmentation.rotate", float("inf"), "inf is not a finite number"),
    ("sampling.batch_size", 1.5, "1.5 is not a whole number"),
    ("sampling.shuffle", "yes", "'yes' is not true or false"),
    ("sampling.shuffle", 1, "1 is not true or false"),
    ("source.uri", 5, "5 is not text"),
    ("source.name", "\ud800", "'\\ud800' is not text"),
    ("source.classes", "good", "'good' is not a list"),
    ("source.class_mapping", [], "[] is not a mapping of names to lists of names"),
    ("source.class_mapping", {"a": 5}, "5 is not a list"),
    ("split.uniqueness", 5, "5 is not text or a list"),
    ("split.uniqueness", [5], "split.uniqueness[0]: 5 is not text"),
    ("seed", 1.5, "1.5 is not a whole number or text"),
    ("view.target_size", [1, 2, 3], "3 values are given; 2 are allowed"),
    ("view.target_size", [128], "view.target_size[1]: is missing"),
    ("sampling.weighing", "sqrt", "'sqrt' is not one of 'uniform', 'count', 'square root', 'log'"),
    ("split.algorithm", "midrank-9", "'midrank-9' is not one of 'midrank-1'"),
    ("split", 3, "3 is not a mapping of settings"),
    ("split.test_ratio", 0.5, "split.test_ratio: 0.5 is more than the ratio of 0.8 leaves"),
    ("view.rois", [[[0, 0], [9, 9]], [[0, 0], [8, 9]]], "need the same width"),
]


@pytest.mark.parametrize(("where", "value", "said"), KINDS)
def test_a_value_of_the_wrong_kind_is_told_the_kind(start, where, value, said):
    assert said in str(refused(start, where, value))


UNKNOWN = [
    ({"augmentaion": {}}, "augmentaion: is not a setting; did you mean augmentation?"),
    ({"split": {"ration": 0.5}}, "split.ration: is not a setting; did you mean ratio?"),
    ({"view": {"targetsize": 1}}, "view.targetsize: is not a setting; did you mean target_size?"),
    ({"schema_version": 2}, "schema_version: is not a setting; did you mean schema?"),
    ({"sampling": {"zzz": 1}}, "sampling.zzz: is not a setting; known are groupby, weighing"),
    ({"source": {"uri": "x", "secret_key": "hunter2"}}, "source.secret_key: is not a setting"),
]


@pytest.mark.parametrize(("data", "said"), UNKNOWN)
def test_an_unknown_name_is_told_the_near_one(data, said):
    with pytest.raises(RecipeError) as caught:
        Recipe.build({"schema": 2, "source": {"uri": "x"}} | data)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_every_problem_is_told_at_once_by_field():
    data = {"split": {"ratio": 2.0, "x": 1}, "view": {"max_pixels": 0}}
    with pytest.raises(RecipeError) as caught:
        Recipe.build(data)
    assert caught.value.problems == {
        "source": "is missing",
        "split.ratio": "2.0 is outside 0..1",
        "split.x": f"is not a setting; known are {', '.join(Split.model_fields)}",
        "view.max_pixels": "0 is outside 1..268435456",
    }
    assert all(text in str(caught.value) for text in caught.value.problems.values())
    back = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own
    assert (str(back), back.problems) == (str(caught.value), caught.value.problems)


@pytest.mark.parametrize("where", ["foo.bar", "seed.x", "schema", "", ".", "split.nope"])
def test_only_settings_can_be_asked_for(start, where):
    with pytest.raises(RecipeError, match="is not a setting"):
        start.get(where)


@pytest.mark.parametrize("where", ["foo.bar", "seed.x", "foo", "split.nope"])
def test_only_settings_can_be_replaced(start, where):
    with pytest.raises(RecipeError, match="is not a setting"):
        start.with_value(where, 1)


def test_a_newer_schema_is_told_what_to_install():
    with pytest.raises(RecipeError, match=r"schema: 3 is newer than 2.*pip install --upgrade"):
        Recipe.build({"schema": 3, "source": {"uri": "x"}})


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_a_recipe_is_a_mapping(data):
    with pytest.raises(RecipeError, match="not a mapping of sections"):
        Recipe.build(data)
