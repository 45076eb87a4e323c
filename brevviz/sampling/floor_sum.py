"""The exact sum of ⌊(a·i + b) / m⌋: how often a regular step has crossed a line, in log time."""

from __future__ import annotations

__all__ = ["floor_sum"]


def floor_sum(count: int, modulus: int, step: int, offset: int) -> int:
    """Σ of ⌊(step·i + offset) / modulus⌋ for i = 0 … count - 1.

    Parameters
    ----------
    count, step, offset : 0 or more, of any size.
    modulus : 1 or more.

    The sum counts points of a grid under a line; each turn of Euclid's algorithm takes off whole
    columns and swaps the axes (Graham, Knuth and Patashnik, Concrete Mathematics, 3.5).
    """
    total = 0
    while True:
        total += (count - 1) * count // 2 * (step // modulus) + count * (offset // modulus)
        step %= modulus
        offset %= modulus
        top = step * count + offset
        if top < modulus:
            return total
        count, offset = divmod(top, modulus)
        modulus, step = step, modulus
