"""How a group of n samples is weighed."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from brevviz.errors import SamplingError
from brevviz.recipe.sections import Weighing
from brevviz.sampling.groups import group_text

__all__ = ["AnyWeighing", "check_drawn", "raw_weights", "weights"]

_Floats = npt.NDArray[np.float64]

AnyWeighing: TypeAlias = (
    Weighing | str | Callable[..., float] | Mapping[Hashable, float] | Mapping[str, float]
)
"""A name; f(n) or f(n, label); or a table of group label → weight."""

_GRID = 2.0**32


def _settled(values: _Floats) -> _Floats:
    # Logarithms of different C libraries differ in their last bit; draws must not.
    return np.rint(values * _GRID) / _GRID


_NAMED: dict[str, Callable[[_Floats], _Floats]] = {
    "uniform": np.ones_like,
    "count": np.copy,
    "square root": np.sqrt,
    "log": lambda n: _settled(np.log1p(n)),
    "logx+1": lambda n: _settled(1 + np.log(n)),
}


def weights(
    sizes: Sequence[int] | npt.NDArray[np.int64],
    weighing: AnyWeighing,
    labels: Sequence[Hashable] | None = None,
) -> _Floats:
    """The share of the draws that each group should get.

    Parameters
    ----------
    sizes : (k,) samples in each group. An empty group gets 0.
    weighing : "uniform" 1, "count" n, "square root" √n, "log" ln(1 + n), "logx+1" 1 + ln n; or
        f(n) or f(n, label); or a table of label → weight that names every group.
    labels : (k,) the groups' labels, for a table or f(n, label).

    Returns float64 (k,), of sum 1.

    Raises
    ------
    SamplingError : an unknown name, a label missing from or unknown to the table, a weight that
        is negative or not finite, or only zeros.

    The seed's "log" is ln n, which never draws a group of one sample; ours is ln(1 + n).
    """
    raw = raw_weights(sizes, weighing, labels)
    check_drawn(raw)
    return raw / math.fsum(raw)


def raw_weights(
    sizes: Sequence[int] | npt.NDArray[np.int64],
    weighing: AnyWeighing,
    labels: Sequence[Hashable] | None = None,
) -> _Floats:
    """The weight of each group, before it is divided by the sum: float64 (k,), perhaps all zero.

    Parameters and errors as `weights` has them.
    """
    counts = np.asarray(sizes, np.float64)
    names: list[Hashable] = list(range(len(counts)) if labels is None else labels)
    raw = np.zeros(len(counts))
    filled = counts > 0
    if isinstance(weighing, str):
        raw[filled] = _named(weighing)(counts[filled])
    elif isinstance(weighing, Mapping):
        raw = np.where(filled, _from_table(weighing, names), 0.0)
    elif callable(weighing):
        raw[filled] = _called(weighing, counts[filled], [names[i] for i in np.flatnonzero(filled)])
    else:
        raise SamplingError(
            "sampling.weighing",
            f"{weighing!r} is not a name, a function of n, or a table of label → weight",
        )
    bad = np.flatnonzero(~np.isfinite(raw) | (raw < 0))
    if len(bad):
        raise SamplingError(
            "sampling.weighing",
            f"the weight of {group_text(names[bad[0]])!r} is {raw[bad[0]]:g}; "
            "0 or a positive finite number is allowed",
        )
    return raw


def _named(name: str) -> Callable[[_Floats], _Floats]:
    if name not in _NAMED:
        near = get_close_matches(name.lower(), _NAMED, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else ""
        allowed = ", ".join(repr(known) for known in get_args(Weighing))
        raise SamplingError("sampling.weighing", f"{name!r} is not one of {allowed}", hint)
    return _NAMED[name]


def _from_table(table: Mapping[Any, float], labels: list[Hashable]) -> _Floats:
    by_text = {group_text(label): weight for label, weight in table.items()}
    texts = [group_text(label) for label in labels]
    missing = [text for text in texts if text not in by_text]
    unknown = [text for text in by_text if text not in set(texts)]
    if missing or unknown:
        problem = f"the table has no weight for {missing[0]!r}" if missing else ""
        if unknown:
            problem += f"{'; ' if problem else ''}it names {unknown[0]!r}, which is no group"
        raise SamplingError("sampling.weighing", problem, f"Groups are {', '.join(texts[:10])}")
    return _numbers([by_text[text] for text in texts], texts)


def _called(function: Callable[..., float], counts: _Floats, labels: list[Hashable]) -> _Floats:
    takes_label = _takes_two(function)
    values = [
        function(int(n), label) if takes_label else function(int(n))
        for n, label in zip(counts, labels, strict=True)
    ]
    return _numbers(values, [group_text(label) for label in labels])


def _takes_two(function: Callable[..., float]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # functions of C without a signature, such as math.log
        return False
    places = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    # math.log-like functions have a second parameter with a default: that is not the label.
    needed = [p for p in parameters if p.kind in places and p.default is inspect.Parameter.empty]
    return len(needed) >= 2


def _numbers(values: Sequence[Any], labels: Sequence[Hashable]) -> _Floats:
    numbers = np.zeros(len(values))
    for i, (value, label) in enumerate(zip(values, labels, strict=True)):
        try:
            numbers[i] = float(value)
        except (TypeError, ValueError):
            raise SamplingError(
                "sampling.weighing", f"the weight of {label!r} is {value!r}, not a number"
            ) from None
    return numbers


def check_drawn(raw: _Floats) -> None:
    """Raise SamplingError when no group has a weight above 0."""
    if not np.any(raw > 0):
        raise SamplingError(
            "sampling.weighing",
            "no group with samples has a weight above 0",
            "Give at least one of them a weight",
        )
