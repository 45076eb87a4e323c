"""The integer kernel: one affine sampling, one colour matrix and noise, in 32-bit integers.

Integers, because floating point is not the same in every place: TensorFlow's vector loops end
in another form than they begin, XLA fuses products and sums, and CPUs differ. Products, shifts
and gathers of integers give the same bytes in any batch, order, thread, process and engine.

Three compiled clusters (pack, warp, unpack), because XLA computes whatever it fuses once per
channel: packing inside the warp costs a fifth more, unpacking inside it three times as much.
The two barriers keep index, gather and arithmetic in loops of their own; the last is then
vectorised, and the whole more than three times as fast.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from brevviz.images.augment.integers import cluster, hashed, per_image, shifted, word
from brevviz.images.augment.limits import check_sizes
from brevviz.images.augment.params import Parameters
from brevviz.images.backend import barrier, tf

__all__ = ["pack", "result_grid", "source_places", "unpack", "warp"]

_Size = tuple[int, int]


def pack(images: Any, *, compiled: bool = True) -> Any:
    """uint8 (n, height, width, 3) → int32 (n · height · width,): red + 256 green + 65536 blue."""
    return _pack(compiled)(images)


def warp(
    table: Any,
    index: Any,
    parameters: Parameters,
    source: _Size,
    target: _Size,
    *,
    shifts: tuple[Any, Any] | None = None,
    compiled: bool = True,
) -> Any:
    """Render pictures from a table of packed working images.

    Parameters
    ----------
    table : int32 (images · height · width,), as `pack` gives it.
    index : int32 (n,), which image of the table each picture is made from.
    parameters : of n pictures.
    source, target : (height, width) of the table's images and of the pictures, pixels.
    shifts : int32 (n, *target) across and down, 1/65536 of a source pixel: how much farther each
        pixel is sampled; None: nowhere.
    compiled : False runs the same operations without XLA: same bits, six to ten times slower.

    Returns int32 (n, *target), packed.
    """
    bent = shifts is not None
    return _warp(source, target, compiled, bent)(table, index, *parameters, *(shifts or ()))


def unpack(packed: Any, *, compiled: bool = True) -> Any:
    """int32 (n, height, width), packed → uint8 (n, height, width, 3)."""
    return _unpack(compiled)(packed)


@cache
def _pack(compiled: bool) -> Any:
    def pack_images(images: Any) -> Any:
        wide = tf.cast(images, tf.int32)
        packed = wide[..., 0] + wide[..., 1] * 256 + wide[..., 2] * 65536
        return tf.reshape(packed, [-1])

    signature = [tf.TensorSpec([None, None, None, 3], tf.uint8)]
    return cluster(pack_images, signature, compiled=compiled)


@cache
def _unpack(compiled: bool) -> Any:
    def unpack_images(packed: Any) -> Any:
        return tf.bitcast(packed, tf.uint8)[..., :3]

    signature = [tf.TensorSpec([None, None, None], tf.int32)]
    return cluster(unpack_images, signature, compiled=compiled)


@cache
def _warp(source: _Size, target: _Size, compiled: bool, bent: bool = False) -> Any:
    check_sizes(source, target)

    def warp_images(table: Any, index: Any, *columns: Any) -> Any:
        parameters, shifts = Parameters(*columns[:4]), columns[4:]
        x, y = result_grid(target)
        place, fx, fy = _sample_places(
            source_places(parameters.affine, x, y, source, shifts), source
        )
        place = place + per_image(index) * (source[0] * source[1])
        table, place, fx, fy = barrier(table, place, fx, fy)
        corners = [tf.gather(table, place + step) for step in (0, 1, source[1], source[1] + 1)]
        *corners, fx, fy = barrier(*corners, fx, fy)
        return _recolour(_blend(corners, fx, fy), parameters, y * target[1] + x)

    signature = [
        tf.TensorSpec([None], tf.int32),
        tf.TensorSpec([None], tf.int32),
        tf.TensorSpec([None, 6], tf.int32),
        tf.TensorSpec([None, 12], tf.int32),
        tf.TensorSpec([None], tf.uint32),
        tf.TensorSpec([None], tf.int32),
        *[tf.TensorSpec([None, *target], tf.int32)] * (2 if bent else 0),
    ]
    return cluster(warp_images, signature, compiled=compiled)


def result_grid(target: _Size) -> tuple[Any, Any]:
    """Columns (1, 1, width) and rows (1, height, 1) of a result, to be broadcast."""
    height, width = target
    return tf.range(width)[None, None, :], tf.range(height)[None, :, None]


def source_places(
    affine: Any, x: Any, y: Any, source: _Size, shifts: tuple[Any, ...] = ()
) -> tuple[Any, Any]:
    """Where result pixels (x, y) lie in their source, across and down, in 1/65536 of a pixel."""
    height, width = source
    m = [per_image(affine[:, i]) for i in range(6)]
    across, down = m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]
    if shifts:
        across, down = across + shifts[0], down + shifts[1]
    return (
        tf.clip_by_value(across, 0, (width - 1) << 16),
        tf.clip_by_value(down, 0, (height - 1) << 16),
    )


def _sample_places(places: tuple[Any, Any], source: _Size) -> tuple[Any, Any, Any]:
    """How places are sampled.

    Returns the number of the source pixel at the upper left, and the parts of the way to the
    next column and row, 0..256 (256 only at the last).
    """
    height, width = source
    across, down = places
    x0 = tf.minimum(shifted(across, 16), width - 2)
    y0 = tf.minimum(shifted(down, 16), height - 2)
    fx = shifted(across - x0 * 65536, 8)
    fy = shifted(down - y0 * 65536, 8)
    return y0 * width + x0, fx, fy


def _blend(corners: list[Any], fx: Any, fy: Any) -> list[Any]:
    """Bilinear mean of four packed pixels; red, green, blue in 1/16 of a grey level."""
    w11 = fx * fy
    w01 = fx * 256 - w11
    w10 = fy * 256 - w11
    w00 = 65536 - fx * 256 - fy * 256 + w11
    channels = []
    for shift in (0, 8, 16):
        c00, c01, c10, c11 = (shifted(corner, shift) & 255 for corner in corners)
        channels.append(shifted(c00 * w00 + c01 * w01 + c10 * w10 + c11 * w11 + 2048, 12))
    return channels


def _recolour(channels: list[Any], parameters: Parameters, pixel: Any) -> Any:
    """Colour matrix and noise, for pixels by their number in the picture; packed again."""
    q_r, q_g, q_b = channels
    count = tf.cast(3 * pixel, tf.uint32)
    key, gain = per_image(parameters.noise_key), per_image(parameters.noise_gain)
    packed = tf.zeros([], tf.int32)
    for c in range(3):
        r, g, b, offset = (per_image(parameters.colour[:, 4 * c + i]) for i in range(4))
        noise = _noise(count + word(c), key)
        mixed = shifted(r * q_r + g * q_g + b * q_b, 4) + offset + gain * noise
        level = tf.clip_by_value(shifted(mixed + 2048, 12), 0, 255)
        packed = packed + level * (1 << 8 * c)
    return packed


def _noise(count: Any, key: Any) -> Any:
    """Sum of four hashed bytes about zero (Irwin and Hall): -510..510, standard deviation 147.8."""
    z = hashed(count, key)
    return tf.cast(sum(shifted(z, shift) & word(255) for shift in (0, 8, 16, 24)), tf.int32) - 510
