"""A program in the making: its steps, and the numbers that they point to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels.sparse_steps import FIELDS, Program
from wann.kernels.sparse_sums import GROUP


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
            np.concatenate([*self.places, np.zeros(GROUP, np.uint32)]),
            np.concatenate([*self.numbers, np.zeros(GROUP, self.dtype)]),
        )
