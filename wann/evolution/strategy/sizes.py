"""How many connections candidates keep in each generation: they fall to one size after another.

As where gradients train masks (`wann.pruning.shared.schedule`), what is kept falls from a share of
all places to the first size by a cubic (Zhu & Gupta 2017) and stays there; each further size starts
from the one before it. Here there are no learning rates, and nothing needs PyTorch.
"""

from collections.abc import Sequence
from typing import NamedTuple

from wann.config import mask_steps
from wann.errors import UserError

_START = 0.5  # the share of all places that is kept in the first generation
_FALLING = 0.5  # the share of the generations of a size in which what is kept falls to it


class Phase(NamedTuple):
    """The generations in which a search comes to one size."""

    size: int  # connections in the end
    start: int  # connections in the first generation
    first: int  # the number of its first generation
    generations: int

    @property
    def end(self) -> int:
        """The number of the generation behind its last."""
        return self.first + self.generations

    def keep(self, generation: int) -> int:
        """Return how many connections are kept in a generation."""
        share = min(1.0, (generation - self.first) / max(1.0, _FALLING * self.generations))
        return round(self.size + (self.start - self.size) * (1.0 - share) ** 3)


def phases_of(sizes: Sequence[int], places: int, generations: int) -> list[Phase]:
    """Return the phases of a search to `sizes`, the largest first, in a parent of `places`.

    `generations` lead to the first of them. UserError if there are fewer places than connections
    asked for.
    """
    if sizes[0] > places:
        raise UserError(
            f"the parent has {places} places for connections: expected no more than that, got "
            f"{sizes[0]}; give it more hidden units"
        )
    first, further = mask_steps(generations)
    found = [Phase(sizes[0], max(sizes[0], round(_START * places)), 0, first)]
    for size in sizes[1:]:
        found.append(Phase(size, found[-1].size, found[-1].end, further))
    return found
