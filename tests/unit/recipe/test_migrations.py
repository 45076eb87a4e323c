"""A recipe of an earlier schema means today what it meant then."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brevviz.errors import RecipeError
from brevviz.recipe import Recipe
from brevviz.recipe.migrations import OLDEST, SCHEMA, migrate, oldest


@pytest.fixture
def golden(request):
    return request.path.parent / "golden"


def test_the_text_of_todays_schema_never_changes(golden):
    # Digests in manifests of years ago must still be found: a change here needs a new schema.
    name = f"schema-{SCHEMA}"
    recipe = Recipe.load(golden / f"{name}.yaml")
    assert recipe == Recipe.load(golden / f"{name}.json")
    assert recipe.to_yaml() == (golden / f"{name}.yaml").read_text("ascii")
    assert recipe.to_json() == (golden / f"{name}.json").read_text("ascii")
    assert recipe.digest() == (golden / f"{name}.sha256").read_text("ascii").strip()


@pytest.mark.parametrize("schema", range(OLDEST, SCHEMA + 1))
def test_every_schema_ever_written_is_read(golden, schema):
    recipe = Recipe.load(golden / f"schema-{schema}.yaml")
    assert recipe == Recipe.load(golden / f"schema-{schema}.json")
    assert recipe == Recipe.load(golden / f"schema-{SCHEMA}.yaml")


@pytest.mark.parametrize("schema", range(OLDEST, SCHEMA))
def test_what_an_old_recipe_set_is_kept(golden, schema):
    old = json.loads((golden / f"schema-{schema}.json").read_text("ascii"))
    new = Recipe.build(old).data()
    for section, fields in old.items():
        if isinstance(fields, dict):
            assert {name: new[section][name] for name in fields} == fields


@pytest.mark.parametrize("schema", range(OLDEST, SCHEMA))
def test_a_migration_says_all_and_changes_nothing_in_place(golden, schema):
    old = json.loads((golden / f"schema-{schema}.json").read_text("ascii"))
    before = copy.deepcopy(old)
    new = migrate(old)
    assert old == before
    assert new == Recipe.build(old).data()  # nothing was left to a default of today
    assert migrate(new) == new


def test_a_setting_newer_than_its_schema_is_refused():
    old = {"schema": 1, "source": {"uri": "x"}, "view": {"window": [0, 4095]}}
    with pytest.raises(RecipeError, match=r"view.window: is not a setting of schema 1"):
        Recipe.build(old)


@pytest.mark.parametrize("value", [True, "1", 1.5, 0, -3, None])
def test_what_is_no_schema_is_refused(value):
    with pytest.raises(RecipeError, match="schema"):
        Recipe.build({"schema": value, "source": {"uri": "x"}})


@pytest.mark.parametrize("schema", range(OLDEST, SCHEMA + 1))
def test_a_recipe_keeps_the_digest_that_it_had_in_its_own_schema(golden, schema):
    recipe = Recipe.load(golden / f"schema-{schema}.yaml")
    assert recipe.digest() == (golden / f"schema-{schema}.sha256").read_text("ascii").strip()


def test_the_way_back_gives_what_was_written(golden):
    old = json.loads((golden / "schema-1.json").read_text("ascii"))
    assert oldest(Recipe.build(old).data()) == old


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("view.rescale", [2.0, 1.0]),
        ("view.color_mode", "bayer"),
        ("split.tied", [["a", "b"]]),
        ("triage.excluded", {"a": "dark"}),
        ("augmentation.blur", 1.0),
    ],
)
def test_what_no_older_schema_can_say_is_said_in_todays(where, value):
    recipe = Recipe.start("x").with_value(where, value)
    assert oldest(recipe.data()) == recipe.data()
    assert recipe.digest() != Recipe.start("x").digest()


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_the_way_back_and_forth_loses_nothing(recipes, data):
    recipe = data.draw(recipes)
    before = copy.deepcopy(recipe.data())
    assert migrate(oldest(before)) == before == recipe.data()
