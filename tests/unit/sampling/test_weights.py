"""How groups are weighed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.errors import SamplingError
from brevviz.sampling import weights

VIALS = [22, 146, 12]
LABELS = ("bad_cap", "good", "missing_cap")
NAMES = ("uniform", "count", "square root", "log", "logx+1")


@pytest.mark.parametrize(
    ("weighing", "shares"),
    [
        ("uniform", (0.3333, 0.3333, 0.3333)),
        ("count", (0.1222, 0.8111, 0.0667)),
        ("square root", (0.2318, 0.5971, 0.1712)),
        ("log", (0.2933, 0.4668, 0.2399)),
        ("logx+1", (0.3017, 0.4413, 0.2570)),
        (lambda n: n**0.5, (0.2318, 0.5971, 0.1712)),
        (math.sqrt, (0.2318, 0.5971, 0.1712)),
        (lambda n, label: n if label == "good" else 0, (0, 1, 0)),
        ({"good": 2, "bad_cap": 1, "missing_cap": 1}, (0.25, 0.5, 0.25)),
    ],
)
def test_the_shares_of_the_seeds_set(weighing, shares):
    assert weights(VIALS, weighing, LABELS) == pytest.approx(shares, abs=5e-5)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any), st.sampled_from(NAMES))
def test_every_name_draws_every_group_that_holds_something(sizes, name):
    p = weights(sizes, name)
    assert p.sum() == pytest.approx(1)
    assert ((p > 0) == (np.array(sizes) > 0)).all()


def test_log_draws_a_group_of_one():
    assert weights([1, 100], "log")[0] == pytest.approx(math.log(2) / math.log(202))


def test_a_function_without_a_signature_is_called_with_the_size():
    assert weights([3, 9], math.log)[1] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("weighing", "words"),
    [
        ("sqare root", "'sqare root' is not one of 'uniform', .*Did you mean 'square root'"),
        ({"good": 1}, "no weight for 'bad_cap'"),
        ({"good": 1, "bad_cap": 1, "missing_cap": 1, "odd": 1}, "it names 'odd', which is no"),
        (lambda n: -n, "the weight of 'bad_cap' is -22; 0 or a positive"),
        (lambda n: float("nan"), "the weight of 'bad_cap' is nan"),
        (lambda n: "many", "the weight of 'bad_cap' is 'many', not a number"),
        (lambda n: 0, "no group with samples has a weight above 0"),
        (7, "7 is not a name, a function of n, or a table"),
    ],
)
def test_bad_weights_say_which_and_why(weighing, words):
    with pytest.raises(SamplingError, match=words):
        weights(VIALS, weighing, LABELS)
