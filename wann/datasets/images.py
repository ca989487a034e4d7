"""Preparing images: straighten the slant, then resize.

Source: domain/classify_gym.py of the 2019 release.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel

# Below this second vertical moment an image has no slant to speak of.
_LEAST_MOMENT = 1e-2
_CHUNK = 5000


class Preparation(NamedTuple):
    """What is done to images before a network sees them."""

    deskew: bool = False
    size: int | None = None  # both height and width, in pixels; None: as they are


def prepare(
    x_train: NDArray[Any],
    x_test: NDArray[Any],
    preparation: Preparation,
    scaled_from: tuple[float, float] | None = None,
) -> tuple[NDArray[np.float32], ...]:
    """Return the training and the test images as float32 in [0, 1], prepared.

    The smallest value of the training part becomes 0, the largest 1, or what `scaled_from` says in
    their place; what lies beyond is clipped. `x_train` and `x_test` have shape (examples, ...);
    where they are straightened or resized, (examples, height, width).
    """
    low, high = scaled_from or (float(x_train.min()), float(x_train.max()))
    scale = 1.0 / (high - low) if high > low else 1.0
    done = []
    for x in (x_train, x_test):
        chunks = []
        for start in range(0, len(x), _CHUNK):  # float64 of all at once would fill gigabytes
            chunk = (x[start : start + _CHUNK].astype(np.float64) - low) * scale
            if preparation.deskew:
                straight = np.empty_like(chunk)
                deskew(chunk, straight)
                chunk = straight
            chunk = resize(chunk, preparation.size) if preparation.size else chunk
            chunks.append(chunk.clip(0.0, 1.0).astype(np.float32))
        done.append(np.concatenate(chunks))
    return tuple(done)


@kernel
def deskew(images: NDArray[np.float64], straight: NDArray[np.float64]) -> None:
    """Shear each of `images` (n, height, width) so that its principal axis stands upright.

    Rows are shifted as a whole, by an amount proportional to their distance from the middle. The
    slant is the ratio of the central moments mu11 / mu02. `straight`, of the same
    shape, is filled: pixels in between are interpolated linearly, what comes from outside is 0.
    """
    count, height, width = images.shape
    for n in range(count):
        mass = moment_row = moment_column = 0.0
        for row in range(height):
            for column in range(width):
                value = images[n, row, column]
                mass += value
                moment_row += value * row
                moment_column += value * column
        mass = mass if mass > 0.0 else 1.0
        mean_row, mean_column = moment_row / mass, moment_column / mass
        mu02 = mu11 = 0.0
        for row in range(height):
            for column in range(width):
                mu02 += images[n, row, column] * (row - mean_row) ** 2
                mu11 += images[n, row, column] * (row - mean_row) * (column - mean_column)
        skew = mu11 / mu02 if mu02 > _LEAST_MOMENT else 0.0
        for row in range(height):
            shift = skew * (row - 0.5 * height)
            whole = np.floor(shift)
            part = shift - whole
            for column in range(width):
                left = column + int(whole)
                low = images[n, row, left] if 0 <= left < width else 0.0
                high = images[n, row, left + 1] if 0 <= left + 1 < width else 0.0
                straight[n, row, column] = low * (1.0 - part) + high * part


def resize(images: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return `images` (n, height, width) as (n, size, size).

    Values are interpolated linearly between the centres of pixels.
    """
    across = _resize_matrix(images.shape[2], size)
    down = _resize_matrix(images.shape[1], size)
    resized: NDArray[np.float64] = down @ images @ across.T
    return resized


def _resize_matrix(old: int, new: int) -> NDArray[np.float64]:
    """Return (new, old): row i weighs the old pixels around the centre of new pixel i."""
    centre = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    left = np.minimum(np.floor(centre).astype(np.int64), max(old - 2, 0))
    matrix = np.zeros((new, old))
    matrix[np.arange(new), left] += 1.0 - (centre - left)
    if old > 1:
        matrix[np.arange(new), left + 1] += centre - left
    return matrix
