"""TensorFlow, as this package uses it: imported in one place, quiet, and with one private op."""

from __future__ import annotations

import os
from typing import Any

# Before the import: afterwards the start-up notes on CPU features are on stderr already.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from tensorflow.compiler.tf2xla.ops import gen_xla_ops

from brevviz.images.augment.draws import Arithmetic

__all__ = ["ARITHMETIC", "barrier", "tf"]

ARITHMETIC = Arithmetic(
    constant=tf.constant,
    cast=tf.cast,
    shift_right=lambda x, n: tf.bitwise.right_shift(x, tf.constant(np.uint64(n))),
    where=tf.where,
    rint=tf.round,
    stack=lambda columns: tf.stack(columns, axis=-1),
)
"""What drawing needs, for tensors."""


def barrier(*tensors: Any) -> list[Any]:
    """Keep XLA from fusing what makes these tensors with what uses them; changes no value.

    A private op of TensorFlow: this is its one wrapper.
    """
    return list(gen_xla_ops.xla_optimization_barrier(list(tensors)))
