"""`OneHotEncoder`: classes as the numbers that a model is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brevviz.errors import SamplingError
from brevviz.generator.keywords import refuse_unknown

__all__ = ["OneHotEncoder"]


class OneHotEncoder:
    """A map that adds one number a class: 1 where the sample is of it, else 0.

    Parameters
    ----------
    classes : the classes, in the order of the numbers.
    input_key : the entry that holds them: (batch,), or (batch, k) where a sample may have several.
    output_key : the entry that is added, float32 (batch, classes). A sample of none of the
        classes gets zeros only.

    Raises SamplingError when there are no classes, or one stands twice.
    """

    def __init__(
        self,
        classes: Sequence[Any],
        input_key: str = "category",
        output_key: str = "onehot",
        **unknown: Any,
    ) -> None:
        refuse_unknown(type(self), unknown)
        if isinstance(classes, str):
            raise TypeError(f"classes is a list of names: [{classes!r}]")
        self.classes = tuple(classes)
        self.input_key = input_key
        self.output_key = output_key
        if not self.classes or len(set(self.classes)) < len(self.classes):
            raise SamplingError("classes", f"{list(classes)} is empty, or names one class twice")

    def __repr__(self) -> str:
        return f"OneHotEncoder({list(self.classes)!r}, {self.input_key!r}, {self.output_key!r})"

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Add the numbers to a batch, in a graph or eagerly."""
        from brevviz.images.backend import tf  # noqa: PLC0415  # TensorFlow only where batches are mapped

        if self.input_key not in batch:
            raise SamplingError(
                "input_key", f"the batch has no {self.input_key!r}; it has {', '.join(batch)}"
            )
        values = tf.convert_to_tensor(batch[self.input_key])
        if values.shape.rank == 1:
            values = values[:, None]
        same = tf.equal(values[:, :, None], tf.constant(self.classes, values.dtype))
        return {**batch, self.output_key: tf.cast(tf.reduce_any(same, axis=1), tf.float32)}
