"""Pictures as a few numbers: shrunk to one size, then four convolutions and a linear layer.

This is what the workers of a search compute in place of PyTorch, in float32. Each picture is
computed by itself and every sum runs in one order, so that its numbers are the same bits whatever
stands beside it in a batch.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel
from wann.kernels.vectors import LANES32, load, select, store

SIDE = 64  # pixels of the shrunk picture, both ways
CHANNELS = 3
WINDOW, STRIDE = 4, 2  # of every convolution
SCALE = np.float32(1.0 / 255.0)  # bytes to numbers from 0 to 1

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Boxes(NamedTuple):
    """Which pixels of one side make each pixel of the shrunk side, and with which share."""

    first: NDArray[np.int64]  # (SIDE,) the first pixel
    share: Floats  # (SIDE, most) of this pixel and those behind it; together 1


class Convolutions(NamedTuple):
    """Four convolutions, each with ReLU behind it, and the linear layer that makes the latents."""

    weight1: Floats  # (WINDOW x WINDOW x channels before, channels behind)
    bias1: Floats  # (1, channels behind), a multiple of LANES32
    weight2: Floats
    bias2: Floats
    weight3: Floats
    bias3: Floats
    weight4: Floats
    bias4: Floats
    weight: Floats  # (pixels x channels of the last convolution, latents)
    bias: Floats  # (1, latents)


def boxes(size: int) -> Boxes:
    """Return how a side of `size` pixels is shrunk, or stretched, to `SIDE` by areas."""
    step = size / SIDE
    most = int(np.ceil(step)) + 1
    first, share = np.zeros(SIDE, dtype=np.int64), np.zeros((SIDE, most))
    for pixel in range(SIDE):
        low, high = pixel * step, min((pixel + 1) * step, size)
        first[pixel] = min(int(low), size - 1)
        for k in range(most):
            left = first[pixel] + k
            share[pixel, k] = max(0.0, min(high, left + 1) - max(low, left))
        share[pixel] /= share[pixel].sum()
    return Boxes(first, share.astype(np.float32))


@kernel
def shrink(pictures: Bytes, rows: Boxes, columns: Boxes, result: Bytes) -> None:
    """Fill `result` with pictures of `SIDE` x `SIDE` pixels, each the mean of the area it covers.

    Args:
        pictures: (pictures, height, width, CHANNELS).
        rows: of the height.
        columns: of the width.
        result: (pictures, SIDE, SIDE, CHANNELS), filled.
    """
    height, width = pictures.shape[1], pictures.shape[2]
    line = np.empty(width * CHANNELS, dtype=np.float32)
    for n in range(len(pictures)):
        for y in range(SIDE):
            line[:] = np.float32(0.5)  # rounds to the nearest
            for k in range(rows.share.shape[1]):
                part, row = rows.share[y, k], min(rows.first[y] + k, height - 1)
                if part > 0.0:
                    for x in range(width):
                        for c in range(CHANNELS):
                            line[x * CHANNELS + c] += part * np.float32(pictures[n, row, x, c])
            for x in range(SIDE):
                red, green, blue = np.float32(0.0), np.float32(0.0), np.float32(0.0)
                for k in range(columns.share.shape[1]):
                    part = columns.share[x, k]
                    at = min(columns.first[x] + k, width - 1) * CHANNELS
                    red += part * line[at]
                    green += part * line[at + 1]
                    blue += part * line[at + 2]
                result[n, y, x, 0] = np.uint8(min(red, np.float32(255.0)))
                result[n, y, x, 1] = np.uint8(min(green, np.float32(255.0)))
                result[n, y, x, 2] = np.uint8(min(blue, np.float32(255.0)))


@kernel
def _convolve(given: Floats, side: int, weight: Floats, bias: Floats, result: Floats) -> None:
    """Fill `result` with the convolution of a picture, then ReLU.

    Two pixels are computed at a time, sixteen channels of each in a vector, so that one sum goes on
    while the other waits. A last pixel without a neighbour is computed twice.

    Args:
        given: (side x side, channels before).
        side: of the picture.
        weight: (WINDOW x WINDOW x channels before, channels behind).
        bias: (1, channels behind).
        result: (pixels, channels behind), filled.
    """
    before, behind = given.shape[1], weight.shape[1]
    after = (side - WINDOW) // STRIDE + 1
    for y in range(after):
        for first in range(0, after, 2):
            x, other = first, min(first + 1, after - 1)
            for block in range(0, behind, LANES32):
                sums, others, tap = load(bias, 0, block), load(bias, 0, block), 0
                for dy in range(WINDOW):
                    row = (STRIDE * y + dy) * side
                    for dx in range(WINDOW):
                        pixel, beside = row + STRIDE * x + dx, row + STRIDE * other + dx
                        for i in range(before):
                            weights = load(weight, tap, block)
                            sums = sums + weights * given[pixel, i]
                            others = others + weights * given[beside, i]
                            tap += 1
                store(result, y * after + x, block, select(sums > 0.0, sums, 0.0))
                store(result, y * after + other, block, select(others > 0.0, others, 0.0))


@kernel
def encode(pictures: Bytes, layers: Convolutions, result: NDArray[np.float64]) -> None:
    """Fill `result` (pictures, latents) with the latents of shrunk pictures.

    Args:
        pictures: (pictures, SIDE, SIDE, CHANNELS).
        layers: of the encoder.
        result: filled.
    """
    side1 = (SIDE - WINDOW) // STRIDE + 1
    side2 = (side1 - WINDOW) // STRIDE + 1
    side3 = (side2 - WINDOW) // STRIDE + 1
    side4 = (side3 - WINDOW) // STRIDE + 1
    scaled = np.empty((SIDE * SIDE, CHANNELS), dtype=np.float32)
    found1 = np.empty((side1 * side1, layers.bias1.shape[1]), dtype=np.float32)
    found2 = np.empty((side2 * side2, layers.bias2.shape[1]), dtype=np.float32)
    found3 = np.empty((side3 * side3, layers.bias3.shape[1]), dtype=np.float32)
    found4 = np.empty((side4 * side4, layers.bias4.shape[1]), dtype=np.float32)
    latents = np.empty(layers.bias.shape[1], dtype=np.float32)
    for n in range(len(pictures)):
        for y in range(SIDE):
            for x in range(SIDE):
                for c in range(CHANNELS):
                    scaled[y * SIDE + x, c] = np.float32(pictures[n, y, x, c]) * SCALE
        _convolve(scaled, SIDE, layers.weight1, layers.bias1, found1)
        _convolve(found1, side1, layers.weight2, layers.bias2, found2)
        _convolve(found2, side2, layers.weight3, layers.bias3, found3)
        _convolve(found3, side3, layers.weight4, layers.bias4, found4)
        flat = found4.ravel()
        latents[:] = layers.bias[0]
        for i in range(len(flat)):
            for o in range(len(latents)):
                latents[o] += flat[i] * layers.weight[i, o]
        for o in range(len(latents)):
            result[n, o] = latents[o]
