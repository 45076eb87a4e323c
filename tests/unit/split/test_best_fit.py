"""Best fit at one ratio: never worse than the nested split, and often as good as can be."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.split import SampleSplit
from brevviz.split.plan import Plan

rows = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=2, max_size=40)


def worst(plan: Plan, ratio: float) -> float:
    return float(abs(plan.counts(ratio).deviation[:, 0] / np.maximum(1, plan.totals.total)).max())


@settings(max_examples=80, deadline=None)
@given(pairs=rows, ratio=st.sampled_from([0.3, 0.5, 0.7, 0.8]))
def test_the_fit_is_never_worse_and_straddles_nothing(frame_of, pairs, ratio):
    frame = frame_of(pairs)
    nested = SampleSplit(["folder"], ["key"]).plan(frame)
    fitted = nested.best_fit(ratio)
    assert worst(fitted, ratio) <= worst(nested, ratio) + 1e-9
    assigned = SampleSplit(["folder"], ["key"], ratio, mode="best fit").assign(frame)
    assert (assigned["purpose"] == "train").tolist() == (fitted.codes(ratio) == 0).tolist()
    seen = {(key, taken) for key, taken in zip(frame["key"], fitted.codes(ratio), strict=True)}
    assert len(seen) == frame["key"].nunique()


def test_small_cases_reach_the_optimum(frame_of):
    rng = np.random.default_rng(5)
    reached = 0
    for _ in range(12):
        pairs = [(k, k % 2) for k in range(10) for _ in range(int(rng.integers(1, 7)))]
        plan = SampleSplit(["folder"], ["key"]).plan(frame_of(pairs))
        step = np.zeros((plan.items, 2))
        step[plan.cells.item, plan.cells.stratum] = plan.cells.images
        total = plan.totals.total
        best = min(
            abs((np.array(taken) @ step - 0.6 * total) / total).max()
            for taken in product((0, 1), repeat=plan.items)
        )
        reached += worst(plan.best_fit(0.6), 0.6) <= best + 1e-9
    assert reached >= 9


def test_locked_and_test_items_stay(frame_of):
    pairs = [(k, k % 3) for k in range(30) for _ in range(1 + k % 4)]
    frame = frame_of(pairs)
    frame["purpose"] = ["devel" if k < 4 else None for k, _ in pairs]
    plan = SampleSplit(["folder"], ["key"]).plan(frame)
    nested, fitted = plan.purposes(0.6, 0.2), plan.best_fit(0.6, 0.2).purposes(0.6, 0.2)
    assert ((nested == "test") == (fitted == "test")).all()
    assert (fitted[frame["purpose"] == "devel"] == "devel").all()
    assert plan.best_fit(0.6, 0.4).purposes(0.6, 0.4).tolist() == plan.purposes(0.6, 0.4).tolist()
