"""The steady-state search: genomes are scored one by one, and bred from whatever is scored already.

For tasks whose episodes differ much in length: no worker waits for the slowest genome of a generation. The result
depends on the order in which submissions are completed, and on nothing else: not on the number of workers, nor on
when they were asked for. Selection and bookkeeping only, as in `search`:

    search = SteadySearch(SearchConfig(population=64), inputs=2, outputs=1)
    waiting = []
    while not search.finished:
        waiting += search.ask()
        submission = waiting.pop()
        search.tell(submission.ticket, [my_score(genome) for genome in submission.genomes])
    print(search.best)
"""

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.config import SearchConfig
from wann.genome import Genes, Genome, Genomes, lay_end_to_end
from wann.network import Network, compile_all
from wann.ranking import RANKINGS
from wann.search import Generation, first_genomes, judge, mean_by_weight, offspring, scores_of
from wann.streams import stream

# A cohort is an eighth of a population: children are bred so many at a time, since a ranking of a thousand genomes
# takes as long as the scoring of several. Between one and two cohorts are open at any time, which is for how many
# submissions workers can be busy, and how many completions a child's parents may lie back.
_COHORTS = 8
# A generation has at least so many submissions, so that cohorts have several, too.
_FEWEST_TICKETS = 64
# A return counts until so many populations were completed after it, and is measured again, or forgotten, then.
# Episodes and weights change, so that who was lucky once would otherwise stay, and have children, for ever.
_LIFE = 1


class Submission(NamedTuple):
    """Genomes that are scored together, once."""

    ticket: int  # submissions are numbered in the order of their birth
    generation: int  # whose weights and episodes they are scored with
    genomes: Sequence[Genome]
    networks: Sequence[Network]
    renews: Sequence[int]  # for each genome, the member whose return is measured again; -1 for a new genome


class Member(NamedTuple):
    """A genome of the population, and what it earned when it was scored last."""

    genome: Genome
    network: Network
    earned: NDArray[np.float64]  # (weights,) mean over episodes
    number: int  # genomes told before it: its age, and its name


class SteadySearch:
    """A population that each completed submission enters, and which the oldest and the worst leave.

    `ask` returns what was bred since it was last called, `tell` takes submissions in any order. A generation is as
    many genomes told as the population has. The elites of the generational search are here the best members whose
    return is due: they are scored again, as they are.
    """

    def __init__(self, config: SearchConfig, inputs: int, outputs: int, batch: int = 1) -> None:
        """`batch`: genomes in a submission; fewer where the population is small, or no multiple of it."""
        self.config = config
        self.best: tuple[float, Genome] | None = None  # the best mean return told, and who earned it
        most = max(1, min(batch, config.population // _FEWEST_TICKETS))
        self._batch = max(size for size in range(1, most + 1) if config.population % size == 0)
        self._tickets = config.population // self._batch  # in a generation
        self._cohort = max(1, self._tickets // _COHORTS)  # in tickets
        self.told = 0  # submissions told
        self._bred = 0  # submissions bred
        self._members: list[Member] = []
        self._generation: list[Member] = []  # those told in the present generation
        self._open: dict[int, Submission] = {}  # bred and not told
        self._unasked: list[Submission] = []
        genes = first_genomes(config, inputs, outputs, range(config.population))
        self._open_cohort(genes, [-1] * config.population)

    @property
    def generation(self) -> int:
        """How many whole generations were told."""
        return self.told // self._tickets

    @property
    def finished(self) -> bool:
        """Whether as many generations as configured were told."""
        return self.generation >= self.config.generations

    @property
    def population(self) -> list[Genome]:
        """The genomes that `restore` needs: the members, then those bred and not told."""
        waiting = (genome for submission in self._open.values() for genome in submission.genomes)
        return [*(member.genome for member in self._members), *waiting]

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` needs beside generation, population and best, as JSON values."""
        return {
            "bred": self._bred,
            "members": [[member.number, member.earned.tolist()] for member in self._members],
            "open": [[submission.ticket, list(submission.renews)] for submission in self._open.values()],
        }

    def is_open(self, ticket: int) -> bool:
        """Return whether this submission was bred, and is not yet told."""
        return ticket in self._open

    def ask(self) -> list[Submission]:
        """Return the submissions that were bred since the last call, in the order in which to score them."""
        unasked, self._unasked = self._unasked, []
        return unasked

    def tell(self, ticket: int, returns: ArrayLike) -> Generation | None:
        """Take what the genomes of a submission earned; return the generation that it completes, if it does.

        `returns` as in `Search.tell`. A genome with a NaN or infinite return has no children while there are others.
        """
        if ticket not in self._open:
            raise ValueError(f"tell() expects the ticket of a submission that is open, got {ticket}")
        submission = self._open[ticket]
        by_weight = mean_by_weight(returns, len(submission.genomes))
        del self._open[ticket]
        number = self.told * self._batch
        entering = list(map(Member, submission.genomes, submission.networks, by_weight, count(number)))
        renewed = set(submission.renews)
        self._members = [member for member in self._members if member.number not in renewed] + entering
        self._generation += entering
        self.told += 1
        if self.told >= self._tickets - self._cohort and (self.told - self._tickets) % self._cohort == 0:
            self._breed()
        return None if self.told % self._tickets else self._close_generation()

    def restore(
        self,
        generation: int,
        population: Sequence[Genome],
        best: tuple[float, Genome] | None,
        memory: Mapping[str, Any],
    ) -> None:
        """Continue from a state saved between two generations; what was not told then is asked for again."""
        if len(population) != len(memory["members"]) + self._batch * len(memory["open"]):
            raise ValueError(f"{len(population)} genomes for {len(memory['members'])} members")
        networks = compile_all(lay_end_to_end(population))
        self.best, self._bred, self.told, self._generation = best, memory["bred"], generation * self._tickets, []
        self._members = [
            Member(genome, network, np.array(earned, np.float64), number)
            for genome, network, (number, earned) in zip(population, networks, memory["members"], strict=False)
        ]
        self._open = {}
        for i, (ticket, renews) in enumerate(memory["open"]):
            first = len(self._members) + i * self._batch
            part = slice(first, first + self._batch)
            self._open[ticket] = Submission(ticket, ticket // self._tickets, population[part], networks[part], renews)
        self._unasked = list(self._open.values())

    def _close_generation(self) -> Generation:
        """Return the generation just completed."""
        genomes, networks, by_weight, _ = zip(*self._generation, strict=True)
        self._generation = []
        told = judge(self.generation - 1, genomes, list(networks), np.stack(by_weight))
        self.best = told.better(self.best)
        return told

    def _breed(self) -> None:
        """Let the old and the worst leave, and breed the next cohort: the best of the old again, then children."""
        size = min(self._cohort, self.config.generations * self._tickets - self._bred) * self._batch
        if size <= 0:
            return
        config, rng = self.config, stream(self.config.seed, "cohort", self._bred)
        genes, earned = lay_end_to_end([m.genome for m in self._members]), np.stack([m.earned for m in self._members])
        told = judge(0, Genomes(genes), [m.network for m in self._members], earned)
        # The ranking is asked for as many parents as there are genomes to breed; elites are chosen below.
        asked = dataclasses.replace(config, population=max(2, size), elite=0.0)
        selected = RANKINGS[config.ranking](scores_of(told, earned), asked, rng)
        order, parents = told.survivors[selected.order], told.survivors[selected.parents]
        old = self._too_old()
        again = [i for i in order[: int(config.elite * len(order))].tolist() if i in old][:size]
        first_child = self._bred * self._batch + len(again)
        bred = offspring(config, genes, np.array(again, np.int64), parents[: size - len(again)], first_child, rng)
        leaving = old - set(again)
        renews = [self._members[i].number for i in again] + [-1] * (size - len(again))
        staying = [i for i in order.tolist() if i not in leaving][: config.population]
        self._members = [self._members[i] for i in sorted(staying)]
        self._open_cohort(bred, renews)

    def _too_old(self) -> set[int]:
        """Return the places of the members whose return is due, without those that are being scored again."""
        renewing = {number for submission in self._open.values() for number in submission.renews}
        oldest = self.told * self._batch - _LIFE * self.config.population
        return {i for i, member in enumerate(self._members) if member.number < oldest and member.number not in renewing}

    def _open_cohort(self, genes: Genes, renews: Sequence[int]) -> None:
        """Cut bred genomes into submissions."""
        genomes, networks = Genomes(genes), compile_all(genes)
        for first in range(0, len(genomes), self._batch):
            ticket, part = self._bred, slice(first, first + self._batch)
            opened = Submission(ticket, ticket // self._tickets, genomes[part], networks[part], renews[part])
            self._open[ticket] = opened
            self._unasked.append(opened)
            self._bred += 1
