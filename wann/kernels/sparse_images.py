"""The steps of sparse models that move the pixels of images: into planes, pooled, and out again.

The pixels of a channel stand row by row, and rows further apart than they are wide: what is between
them, and before the first and behind the last, is zero. So a plane that is read some places further
on is the image shifted, with zeros at its borders, and a convolution is a sum of such planes. All
this is compiled into kernels.
"""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel
from wann.kernels.vectors import Array


@kernel
def take_planes(steps: NDArray[np.int64], at: int, values: Array, x: Array) -> None:
    """Write an image into planes.

    The fields are: where the first pixel stands, the distance of planes, how many they are, height,
    width, the distance of rows.
    """
    first, stride, planes = steps[at + 1], steps[at + 2], steps[at + 3]
    height, width, pitch = steps[at + 4], np.uint64(steps[at + 5]), steps[at + 6]
    given = 0
    for plane in range(planes):
        for row in range(height):
            to = np.uint64(first + plane * stride + row * pitch)
            for i in range(width):
                values[to + i] = x[0, np.uint64(given) + i]
            given += steps[at + 5]


@kernel
def clear_borders(steps: NDArray[np.int64], at: int, values: Array) -> None:
    """Set to zero all of some planes but their pixels.

    The fields are: where the first plane begins, the distance of planes, how many they are, height,
    width, the distance of rows, and how far into a plane its first pixel stands.
    """
    first, stride, planes = steps[at + 1], steps[at + 2], steps[at + 3]
    height, width, pitch, lead = steps[at + 4], steps[at + 5], steps[at + 6], steps[at + 7]
    for plane in range(planes):
        begin = first + plane * stride
        for i in range(np.uint64(begin), np.uint64(begin + lead)):
            values[i] = 0.0
        for row in range(height):
            end = begin + lead + row * pitch
            for i in range(np.uint64(end + width), np.uint64(end + pitch)):
                values[i] = 0.0
        for i in range(np.uint64(begin + lead + height * pitch), np.uint64(begin + stride)):
            values[i] = 0.0


@kernel
def split_planes(steps: NDArray[np.int64], at: int, values: Array) -> None:
    """Write every so many-th pixel of planes into planes of their own.

    The fields are: where the first pixel of the first plane that is read stands, their distance,
    how many they are, height, width, the distance of rows; the same six of the planes that are
    written; the two strides; how many phases there are, and where in `steps` the first row and
    column of each phase stand, one behind the other. Of each phase come all planes.
    """
    source, apart, planes = steps[at + 1], steps[at + 2], steps[at + 3]
    height, width, pitch = steps[at + 4], steps[at + 5], steps[at + 6]
    target, to_apart = steps[at + 7], steps[at + 8]
    to_height, to_width, to_pitch = steps[at + 9], steps[at + 10], steps[at + 11]
    down, right, phases, own = steps[at + 12], steps[at + 13], steps[at + 14], steps[at + 15]
    for phase in range(phases):
        y, x = steps[own + 2 * phase], steps[own + 2 * phase + 1]
        rows = min(to_height, (height - y + down - 1) // down)
        columns = min(to_width, (width - x + right - 1) // right)
        for plane in range(planes):
            begin = target + (phase * planes + plane) * to_apart
            for row in range(to_height):
                to = np.uint64(begin + row * to_pitch)
                there = source + plane * apart + (row * down + y) * pitch + x
                filled = np.uint64(max(columns, 0) if row < rows else 0)
                if right == 2:
                    for i in range(filled):
                        values[to + i] = values[np.uint64(there) + np.uint64(2) * i]
                else:
                    for i in range(filled):
                        values[to + i] = values[np.uint64(there) + np.uint64(right) * i]
                for i in range(filled, np.uint64(to_width)):
                    values[to + i] = 0.0


@kernel
def pool_planes(steps: NDArray[np.int64], at: int, values: Array) -> None:
    """Write the largest pixel, or the mean, of windows of planes into others.

    The fields are: where the first pixel of the first plane that is read stands, their distance,
    how many they are, height, width, the distance of rows; the same of what is written, without how
    many they are; and where in `steps` eight numbers stand: the height and width of a window, its
    two strides, the two widths of the border, whether the largest counts, and whether the border
    counts in a mean.
    """
    source, apart, planes = steps[at + 1], steps[at + 2], steps[at + 3]
    height, width, pitch = steps[at + 4], steps[at + 5], steps[at + 6]
    target, to_apart = steps[at + 7], steps[at + 8]
    to_height, to_width, to_pitch = steps[at + 9], steps[at + 10], steps[at + 11]
    own = steps[at + 12]
    tall, wide, down, right = steps[own], steps[own + 1], steps[own + 2], steps[own + 3]
    above, left, largest, counted = (
        steps[own + 4],
        steps[own + 5],
        steps[own + 6] != 0,
        steps[own + 7] != 0,
    )
    pairs = right == 2 and left == 0 and (to_width - 1) * 2 + wide <= width
    for plane in range(planes):
        for row in range(to_height):
            to = target + plane * to_apart + row * to_pitch
            first = max(0, row * down - above)
            last = min(height, row * down - above + tall)
            for i in range(np.uint64(to), np.uint64(to + to_width)):
                values[i] = -np.inf if largest else 0.0
            for y in range(first, last):
                line = source + plane * apart + y * pitch
                if pairs and largest:
                    _largest_of_pairs(values, line, to, to_width, wide)
                else:
                    _pool_line(values, line, to, to_width, width, wide, right, left, largest)
            if not largest:
                for i in range(to_width):
                    begin = max(0, i * right - left)
                    columns = min(width, i * right - left + wide) - begin
                    window = tall * wide if counted else (last - first) * columns
                    values[to + i] = values[to + i] / window


@kernel
def _largest_of_pairs(values: Array, line: int, to: int, count: int, wide: int) -> None:
    """Take a line of pixels, every second of which begins a window, into the largest of windows."""
    for x in range(wide):
        begin = np.uint64(line + x)
        for i in range(np.uint64(count)):
            pixel, now = values[begin + np.uint64(2) * i], values[np.uint64(to) + i]
            # nan stays, and comes in.
            values[np.uint64(to) + i] = now if now >= pixel or now != now else pixel


@kernel
def _pool_line(
    values: Array,
    line: int,
    to: int,
    count: int,
    width: int,
    wide: int,
    right: int,
    left: int,
    largest: bool,
) -> None:
    """Take a line of pixels into the largest or the sum of each window.

    Args:
        values: (numbers,).
        line: where the line begins.
        to: where the windows stand.
        count: how many they are.
        width: of the line.
        wide: the width of a window.
        right: how far windows are apart.
        left: how far the first begins before the line.
        largest: whether the largest counts, or the sum.
    """
    for i in range(count):
        total = values[to + i]
        for x in range(max(0, i * right - left), min(width, i * right - left + wide)):
            pixel = values[line + x]
            if not largest:
                total += pixel
            elif not (total >= pixel or total != total):
                total = pixel
        values[to + i] = total


@kernel
def lay_flat(steps: NDArray[np.int64], at: int, values: Array) -> None:
    """Write the pixels of planes one behind the other.

    The fields are: where the first pixel of the first plane stands, their distance, how many they
    are, height, width, the distance of rows, and where they are written.
    """
    source, apart, planes = steps[at + 1], steps[at + 2], steps[at + 3]
    height, width, pitch, to = steps[at + 4], steps[at + 5], steps[at + 6], steps[at + 7]
    for plane in range(planes):
        for row in range(height):
            line = np.uint64(source + plane * apart + row * pitch)
            for i in range(np.uint64(width)):
                values[np.uint64(to) + i] = values[line + i]
            to += width
