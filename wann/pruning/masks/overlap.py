"""What masks have in common, against what chance gives them."""

from typing import NamedTuple

from wann.errors import UserError
from wann.pruning.masks.types import Masks, weights_of


class Overlap(NamedTuple):
    """What two masks have in common; `iou` is intersection over union, 1 for two empty masks."""

    both: int
    either: int
    iou: float
    expected: float  # the mean IoU of random masks that keep as many


def overlap(a: Masks, b: Masks) -> dict[str, Overlap]:
    """Return the overlap of `a` and `b` for each layer, and under '' that of the whole.

    Each comes with the overlap that random masks of equal counts have on average. The intersection
    of two random masks is hypergeometric; the expected IoU is taken from its mean and variance, to
    second order.
    """
    a, b = weights_of(a), weights_of(b)
    shapes = [{name: tuple(mask.shape) for name, mask in masks.items()} for masks in (a, b)]
    if shapes[0] != shapes[1]:
        differ = sorted(name for name in a | b if shapes[0].get(name) != shapes[1].get(name))
        raise UserError(f"expected masks of one model, but they differ in {', '.join(differ)}")
    moments, result = [], {}
    for name, mask in a.items():
        both, left, right = int((mask & b[name]).sum()), int(mask.sum()), int(b[name].sum())
        moments.append((both, left + right, *_hypergeometric(left, right, mask.numel())))
        result[name] = _overlap(*moments[-1])
    result[""] = _overlap(*(sum(column) for column in zip(*moments, strict=True)))
    return result


def _overlap(both: float, sizes: float, mean: float, variance: float) -> Overlap:
    """Return the overlap of masks that keep `sizes` weights together.

    Random masks of as many weights share `mean` of them.
    """
    either = int(sizes - both)
    if not either:
        return Overlap(0, 0, 1.0, 1.0)
    expected = mean / (sizes - mean) + variance * sizes / (sizes - mean) ** 3
    return Overlap(int(both), either, both / either, expected)


def _hypergeometric(left: int, right: int, size: int) -> tuple[float, float]:
    """Return mean and variance of what random sets of two sizes among `size` share."""
    mean = left * right / size
    return mean, mean * (1 - left / size) * (size - right) / max(1, size - 1)
