"""The confirmed front: the best networks of each size on held-out episodes.

The best of a thousand noisy scores is mostly luck. So a network that looks better, in its
generation, than every confirmed one of at most its size is scored again on held-out episodes, the
same for the whole run, and only that score counts. The front holds the networks to which no smaller
or equal one is superior. All are confirmed on the same episodes, so that they compare fairly; the
best of many is still a little lucky there, and `wann evaluate` measures it on others.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import short_repr
from wann.evolution.birth import Birth
from wann.evolution.generation import Generation
from wann.network.digest import structure_digest
from wann.network.genome import Genome


class Confirmed(NamedTuple):
    """A genome, and the return of its network over held-out episodes at every training weight."""

    genome: Genome
    connections: int
    mean: float
    sd: float  # over trials: one weight and one episode each
    trials: int
    generation: int  # in which it was found
    birth: Birth | None = None  # of its genome, where that is known

    def __repr__(self) -> str:
        return short_repr(self)


class Front:
    """The confirmed networks, smallest first, returns rising with size."""

    def __init__(self) -> None:
        self.members: list[Confirmed] = []
        self.tried: set[str] = set()  # digests of networks that were confirmed once

    def candidates(
        self, generation: Generation, promise: NDArray[np.float64], count: int
    ) -> list[int]:
        """Return the indices of at most `count` genomes to confirm, the most promising first.

        Those are the genomes that promise to raise the front most, and whose networks were not
        confirmed before. `promise` (genomes,) is what each earned, as like the confirmed means as
        the generation's weights allow. What is returned counts as confirmed from now on.
        """
        sizes = np.array([member.connections for member in self.members])
        means = np.array([member.mean for member in self.members])
        # The front's return at a size is that of its largest member of at most that size.
        reached = np.searchsorted(sizes, generation.connections, side="right") - 1
        at_size = np.where(reached >= 0, means[reached] if len(means) else 0.0, -np.inf)
        promising = np.flatnonzero(np.isfinite(promise) & (promise > at_size))
        gain = promise[promising] - (at_size[promising] if len(means) else 0.0)
        chosen: list[int] = []
        for i in promising[np.lexsort((generation.connections[promising], -gain))]:
            digest = structure_digest(generation.networks[i])
            if digest not in self.tried:
                self.tried.add(digest)
                chosen.append(int(i))
            if len(chosen) == count:
                break
        return chosen

    def add(self, confirmed: Confirmed) -> bool:
        """Enter a network unless a member of at most its size is as good; say whether it entered.

        The members that it supersedes are dropped. A mean that is no finite number never enters.
        """
        if not np.isfinite(confirmed.mean):
            return False
        if any(
            m.connections <= confirmed.connections and m.mean >= confirmed.mean
            for m in self.members
        ):
            return False
        kept = [
            m
            for m in self.members
            if m.connections < confirmed.connections or m.mean > confirmed.mean
        ]
        self.members = sorted([*kept, confirmed], key=lambda member: member.connections)
        return True
