"""The tree of errors: each is of the family, is a builtin too, and survives a worker process."""

import builtins
import copy
import inspect
import pickle

import pytest

from brevviz import errors
from brevviz.errors import BrevvizError, PatternError, RecipeError

CLASSES = [getattr(errors, name) for name in errors.__all__]


def test_the_drawing_at_the_top_names_every_class_with_its_builtin():
    drawn = [line for line in errors.__doc__.splitlines() if "(" in line]
    for error in CLASSES:
        if error is BrevvizError:
            continue
        line = next(line for line in drawn if error.__name__ in line.split())
        builtin = getattr(builtins, line.partition("(")[2].partition(")")[0])
        assert issubclass(error, builtin)
        assert issubclass(error, BrevvizError)


def test_the_module_hands_on_all_its_errors():
    found = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, BrevvizError)
    }
    assert found == set(errors.__all__)


@pytest.mark.parametrize("error", CLASSES)
def test_an_error_says_where_what_and_what_next(error):
    full = error("split.ratio", "1.2 is outside 0..1", "Choose a share")
    assert str(full) == "split.ratio: 1.2 is outside 0..1. Choose a share"
    assert (full.where, full.problem, full.hint) == (
        "split.ratio",
        "1.2 is outside 0..1",
        "Choose a share",
    )
    assert str(error("", "nothing is there")) == "nothing is there"


@pytest.mark.parametrize("error", CLASSES)
def test_an_error_comes_back_whole_from_another_process(error):
    sent = error("source.uri", "is not there", "Look again")
    for back in (pickle.loads(pickle.dumps(sent)), copy.copy(sent)):  # noqa: S301  # our own
        assert type(back) is error
        assert (back.where, back.problem, back.hint) == (sent.where, sent.problem, sent.hint)
        assert str(back) == str(sent)


def test_what_is_more_than_a_sentence_comes_back_too():
    pattern = PatternError("split.uniqueness", "a bracket is missing", position=7)
    assert pickle.loads(pickle.dumps(pattern)).position == 7  # noqa: S301  # our own
    recipe = RecipeError.of({"split.ratio": "2 is outside 0..1", "seed": "is missing"})
    back = pickle.loads(pickle.dumps(recipe))  # noqa: S301  # our own
    assert back.problems == recipe.problems
    assert str(back) == "split.ratio: 2 is outside 0..1; seed: is missing"


def test_an_error_is_caught_by_its_family_and_by_its_builtin():
    for family in (errors.BucketError, OSError, PermissionError):
        with pytest.raises(family):
            raise errors.AccessDenied("s3://b", "the keys are wrong")
