"""Cases of the ranks that random examples seldom meet."""

import numpy as np
import pytest

from brevviz.split.ranks import Cells, Strata, order_items, single_ranks
from brevviz.split.readout import read_out
from brevviz.split.spanning import absorbing_ranks, spanning_ranks


def cells(rows):
    return Cells(*(np.array(column, np.int64) for column in zip(*rows, strict=True)))


def strata(total, trained=0, kept=0):
    return Strata(*(np.array([value], np.int64) for value in (total, trained, kept)))


def test_an_item_enters_at_the_first_passage_even_when_room_shrinks_again():
    # Spanning items come in at .05, .12 and .2 with 10, 4 and 14 images; just before them there
    # is room for 5, 2 and 6 of the stratum's own.
    spanning = cells([(0, 0, 10), (1, 0, 4), (2, 0, 14)])
    own = cells([(3, 0, 8), (4, 0, 64)])
    tau = absorbing_ranks(own, strata(100), spanning, np.array([0.05, 0.12, 0.2]), pin=False)
    assert tau.tolist() == [0.04, (8 + 32 + 28) / 100]


def test_locked_images_count_before_the_own_ones():
    spanning = cells([(0, 0, 10)])
    own = cells([(1, 0, 10), (2, 0, 20)])
    tau = absorbing_ranks(own, strata(60, trained=20), spanning, np.array([0.5]), pin=False)
    # Before .5 there is room for 10 of the own: the first item's middle, 5, fits in it.
    assert tau.tolist() == [(20 + 5) / 60, (20 + 20 + 10) / 60]


def test_spanning_items_wait_for_locks():
    # Half of the stratum trains already: free items enter from .5 on, half of them at .75.
    items, tau = spanning_ranks(cells([(0, 0, 10), (1, 0, 10)]), strata(40, trained=20), pin=False)
    assert items.tolist() == [0, 1]
    assert sorted(tau) == pytest.approx([0.5 + 0.5 * 0.25, 0.5 + 0.5 * 0.75])


def test_a_cut_is_exact_in_the_highest_stratum():
    # 99,999 + nextafter(.8) is 99,999.8 in floats: the sum alone would take it in.
    tau = np.array([0.8, np.nextafter(0.8, 1), 0.9])
    high = Cells(np.arange(3), np.full(3, 99_999), np.ones(3, np.int64))
    images, items = read_out(high, tau, 100_000).between((0.8,))
    assert items[99_999].tolist() == [1, 2]
    assert images[99_999].tolist() == [1, 2]
    assert images.sum() == 3


def test_a_tau_of_one_stays_in_its_stratum():
    pairs = cells([(0, 0, 1), (1, 1, 1)])
    images, _ = read_out(pairs, np.array([1.0, 0.0]), 2).between((1.0,))
    assert images.tolist() == [[1, 0], [1, 0]]


def test_outliers_come_first_the_larger_bucket_before_the_smaller():
    sizes = [1, 1, 1, 1, 1, 4, 64, 16, 3]
    whole = cells([(n, 0, size) for n, size in enumerate(sizes)])
    order, outliers = order_items(whole, strata(sum(sizes)), pin=True)
    # Four times the median or more, in doublings: 64, then 16, then 4.
    assert order.tolist() == [6, 7, 5, 0, 1, 2, 3, 4, 8]
    assert outliers.tolist() == [5, 6, 7]
    assert order_items(whole, strata(sum(sizes)), pin=False)[0].tolist() == list(range(9))


def test_a_small_part_of_its_stratum_is_no_outlier():
    sizes = [1] * 400 + [8]
    whole = cells([(n, 0, size) for n, size in enumerate(sizes)])
    assert len(order_items(whole, strata(408), pin=True)[1]) == 0
    assert len(order_items(whole, strata(399), pin=True)[1]) == 1


def test_the_upper_median_is_that_of_the_stratum():
    # The median of 2, 2, 8, 8 is 8 from above, so that 16 is no outlier; in stratum 1 it is 2.
    rows = [(0, 0, 2), (1, 0, 2), (2, 0, 8), (3, 0, 8), (4, 1, 2), (5, 1, 2), (6, 1, 8)]
    both = Strata(np.array([20, 12]), np.zeros(2, np.int64), np.zeros(2, np.int64))
    assert order_items(cells(rows), both, pin=True)[1].tolist() == [6]


def test_cover_moves_the_smallest_to_the_end():
    tau, _ = single_ranks(cells([(0, 0, 1), (1, 0, 5), (2, 0, 4)]), strata(10), pin=False)
    # The last item's middle, .8, is below .9: the smallest goes last, and the edges apart.
    assert tau.tolist() == [1 - 1e-9, 1e-9, 0.7]
    kept, _ = single_ranks(cells([(0, 0, 5), (1, 0, 4), (2, 0, 1)]), strata(10), pin=False)
    assert kept.tolist() == [0.25, 0.7, 0.95]
    locked, _ = single_ranks(
        cells([(0, 0, 1), (1, 0, 5), (2, 0, 4)]), strata(11, kept=1), pin=False
    )
    assert locked.tolist() == [0.5 / 11, 3.5 / 11, 8 / 11]
