"""A program in the making: its steps, and the numbers that they point to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels.sparse_steps import FIELDS, Program
from wann.kernels.sparse_sums import GROUP
from wann.network.sparse.planes import LINE

_LINE_BYTES = 64  # of a line of the cache


class Parts:
    """Collects steps and the numbers that they point to."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.steps: list[list[int]] = []
        self.pointed: list[NDArray[np.int64]] = []  # what stands behind the steps
        self.places: list[NDArray[np.uint32]] = []
        self.numbers: list[NDArray[Any]] = []
        self.length = {"pointed": 0, "places": 0, "numbers": 0}
        self._pointers: list[tuple[int, int]] = []  # fields that count from the end of the steps

    def step(self, kind: int, *fields: int, pointing: tuple[int, ...] = ()) -> None:
        """Add a step; its fields in `pointing` are indices of what `point` was given."""
        self._pointers += [(len(self.steps), 1 + field) for field in pointing]
        self.steps.append([kind, *fields] + [0] * (FIELDS - 1 - len(fields)))

    def point(self, starts: NDArray[Any]) -> int:
        """Add integers that a step points to, and return where they begin."""
        return self._add("pointed", self.pointed, starts.astype(np.int64))

    def connect(self, places: NDArray[Any], weights: NDArray[Any]) -> int:
        """Add connections, and return where they begin."""
        begin = max(self.length["places"], self.length["numbers"])
        for name, parts, dtype in (
            ("places", self.places, np.uint32),
            ("numbers", self.numbers, self.dtype),
        ):
            self._add(name, parts, np.zeros(begin - self.length[name], dtype))
        self._add("places", self.places, places.astype(np.uint32))
        self._add("numbers", self.numbers, weights.astype(self.dtype))
        return begin

    def look_up(self, codes: NDArray[np.uint8], weights: NDArray[Any]) -> tuple[int, int]:
        """Add what is looked up, and return where its codes and its weights begin.

        Both begin with a line of the cache.
        """
        for name, parts, dtype in (
            ("places", self.places, np.uint32),
            ("numbers", self.numbers, self.dtype),
        ):
            self._add(name, parts, np.zeros(-self.length[name] % LINE, dtype))
        return (
            self._add("places", self.places, codes.reshape(-1).view(np.uint32)),
            self._add("numbers", self.numbers, weights.reshape(-1).astype(self.dtype)),
        )

    def biases(self, biases: NDArray[Any]) -> int:
        """Add biases, and return where they begin."""
        return self._add("numbers", self.numbers, biases.astype(self.dtype))

    def _add(self, name: str, parts: list[Any], more: NDArray[Any]) -> int:
        begin = self.length[name]
        parts.append(more)
        self.length[name] += len(more)
        return begin

    def program(self) -> Program:
        """Return all as the kernels take it."""
        head = 1 + FIELDS * len(self.steps)
        for step, field in self._pointers:
            self.steps[step][field] += head
        rows = np.array(self.steps, np.int64).reshape(-1)
        steps = np.concatenate([np.array([len(self.steps)]), rows, *self.pointed])
        return Program(
            steps,
            _joined([*self.places, np.zeros(GROUP, np.uint32)]),
            _joined([*self.numbers, np.zeros(GROUP, self.dtype)]),
        )


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays one behind another, from the beginning of a line of the cache on."""
    found = aligned_zeros(sum(len(part) for part in parts), parts[-1].dtype)
    return np.concatenate(parts, out=found)


def aligned_zeros(count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return zeros that begin with a line of the cache.

    A vector that lies across two lines takes twice as long to be read.
    """
    found = np.zeros(count + _LINE_BYTES // dtype.itemsize, dtype)
    first = -found.ctypes.data % _LINE_BYTES // dtype.itemsize
    return found[first : first + count]
