"""Memory is given again when nobody can see it any more, and not before."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brevviz.generator.buffers import Buffers


def place(array):
    return array.ctypes.data


def test_an_array_is_aligned_and_of_its_shape():
    array = Buffers().array((3, 5, 7))
    assert (array.shape, array.dtype, array.flags.c_contiguous) == ((3, 5, 7), np.int32, True)
    assert place(array) % 64 == 0


def test_memory_is_given_again_once_it_is_let_go():
    buffers = Buffers()
    first = buffers.array((4, 4))
    where = place(first)
    assert place(buffers.array((4, 4))) != where
    del first
    assert place(buffers.array((4, 4))) == where


def test_a_view_of_a_view_keeps_its_memory():
    buffers = Buffers()
    view = buffers.array((4, 4))[1:, 1:].T
    view[...] = 7
    for _ in range(4):
        buffers.array((4, 4))[...] = 0
    assert (view == 7).all()


def test_a_tensor_without_a_copy_keeps_its_memory():
    from brevviz.images.backend import tf  # noqa: PLC0415  # seconds, for this test only

    buffers = Buffers()

    def batches():
        for number in range(40):
            array = buffers.array((8, 64, 64))
            array[...] = number
            yield array

    given = tf.data.Dataset.from_generator(
        batches, output_signature=tf.TensorSpec((8, 64, 64), tf.int32)
    ).prefetch(4)
    held = list(given)
    for number, tensor in enumerate(held):
        assert (tensor.numpy() == number).all()


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), max_size=40), st.integers(0, 4))
def test_no_two_living_arrays_share_memory(asked, most):
    buffers, living = Buffers(most), []
    for number, (size, dropped) in enumerate(asked):
        del living[:dropped]
        array = buffers.array((size, 3))
        array[...] = number
        living.append((number, array))
        assert all((one == stamp).all() for stamp, one in living)


def test_threads_are_given_memory_of_their_own():
    buffers, wrong = Buffers(), []

    def use(stamp):
        for _ in range(300):
            array = buffers.array((16, 16))
            array[...] = stamp
            if (array != stamp).any():
                wrong.append(stamp)

    threads = [threading.Thread(target=use, args=(stamp,)) for stamp in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
