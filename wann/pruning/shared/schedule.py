"""How many connections are kept in each step of a training of masks, and how fast it learns.

What is kept falls from a share of all places to the first size by a cubic (Zhu & Gupta 2017), and
stays there for the other half of the steps. Each further size starts from the one before it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wann.config import FURTHER_SHARE, MASK_LEARNING_RATE
from wann.errors import UserError


@dataclass(frozen=True)
class MaskSchedule:
    """How a training of masks goes."""

    steps: int = 4000  # down to the first size
    learning_rate: float = MASK_LEARNING_RATE  # of Adam; falls to 0 by a cosine for each size
    start: float = 0.5  # the share of all places that is kept in the first step
    falling: float = 0.5  # the share of the steps in which what is kept falls to the size
    further: float = FURTHER_SHARE  # the share of the steps that each further size takes


class Phase(NamedTuple):
    """The steps in which a training comes to one size."""

    size: int  # connections in the end
    start: int  # connections in the first step
    first: int  # the number of its first step
    steps: int
    rate: float
    falling: float  # the share of the steps in which what is kept falls

    @property
    def end(self) -> int:
        """The number of the step behind its last."""
        return self.first + self.steps

    def keep(self, step: int) -> int:
        """Return how many connections are kept in a step."""
        share = min(1.0, (step - self.first) / max(1.0, self.falling * self.steps))
        return round(self.size + (self.start - self.size) * (1.0 - share) ** 3)

    def rate_in(self, step: int) -> float:
        """Return the learning rate of a step."""
        return self.rate * 0.5 * (1.0 + math.cos(math.pi * (step - self.first) / self.steps))


def phases_of(sizes: Sequence[int], places: int, schedule: MaskSchedule) -> list[Phase]:
    """Return the phases of a training to `sizes`, the largest first, in a parent of `places`.

    UserError if the sizes do not fall, or there are fewer places than connections asked for.
    """
    if list(sizes) != sorted(set(sizes), reverse=True) or not sizes or sizes[-1] < 1:
        raise UserError(f"expected different sizes from 1 on, the largest first, got {list(sizes)}")
    if sizes[0] > places:
        raise UserError(
            f"the parent has {places} places for connections: expected no more than that, got "
            f"{sizes[0]}; give it more hidden units, or ask for fewer connections"
        )
    further = max(1, round(schedule.further * schedule.steps))
    found: list[Phase] = []
    for size in sizes:
        last = found[-1] if found else None
        found.append(
            Phase(
                size,
                start=last.size if last else max(size, round(schedule.start * places)),
                first=last.end if last else 0,
                steps=further if last else schedule.steps,
                rate=schedule.learning_rate,
                falling=schedule.falling,
            )
        )
    return found
