"""The asynchronous search: genomes are bred from whatever is scored already (steady state).

For tasks whose episodes differ much in length: no worker waits for the slowest genome of a
generation. The result depends on the order in which submissions are completed, and on nothing else:
not on the number of workers, nor on when they were asked for. Selection and bookkeeping only, as in
`generational`:

    search = AsynchronousSearch(SearchConfig(population=64), inputs=2, outputs=1)
    waiting = []
    while not search.finished:
        waiting += search.ask()
        submission = waiting.pop()
        search.tell(submission.number, [my_score(genome) for genome in submission.genomes])
    print(search.best)
"""

import copy
import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.config import SearchConfig
from wann.evolution.birth import Birth, ancestors, founders, settle
from wann.evolution.first_genomes import first_genomes
from wann.evolution.generation import Generation, judge, scores_of
from wann.evolution.own_mutations import Bred, Breeder
from wann.evolution.ranking import RANKINGS, select
from wann.evolution.search_state import SearchState
from wann.evolution.submissions import Submission, Submissions
from wann.network.compile import compile_all
from wann.network.genome import Genes, Genome, Genomes, lay_end_to_end
from wann.network.network import Network
from wann.streams import stream

# A cohort is an eighth of a population: children are bred so many at a time, since a ranking of a
# thousand genomes takes as long as the scoring of several.
_COHORTS = 8
# The next cohort is bred when fewer submissions are open than this share of a population. So many
# workers are kept busy at most; the more may be open, the longer ago a child's parents were told.
_OPEN = 4
# Births are settled when they are so many generations old: few have descendants then.
_SETTLED_AFTER = 4
# A population makes at least so many submissions.
_FEWEST_SUBMISSIONS = 64


class Member(NamedTuple):
    """A genome of the population, and what it earned when it was scored last."""

    genome: Genome
    network: Network
    birth: Birth
    earned: NDArray[np.float64]  # (weights,) mean over episodes
    number: int  # genomes told before it: its age, and its name


class AsynchronousSearch:
    """A population that each completed submission enters, and which the oldest and the worst leave.

    `ask` returns what was bred since it was last called, `tell` takes submissions in any order. A
    generation is as many genomes told as the population has. The elites of the generational search
    are here the best members whose return is due: they are scored again, as they are.
    """

    def __init__(self, config: SearchConfig, inputs: int, outputs: int, batch: int = 1) -> None:
        """`batch` is how many genomes a submission has, fewer where the population is small."""
        self.config = config
        # The best mean return told, and the genome that earned it.
        self.best: tuple[float, Genome] | None = None
        self.generation = 0  # how many whole generations were told
        self.told = 0  # how many submissions were told
        # (genomes, weights) of the generation that `tell` returned last
        self.earned = np.empty((0, 0))
        self._ranking = RANKINGS.find(config.ranking, "the setting ranking")
        self._breeder = Breeder(config)
        batch = max(1, min(batch, config.population // _FEWEST_SUBMISSIONS))
        self._cohort = max(1, config.population // _COHORTS)
        self._fewest_open = max(1, config.population // (_OPEN * batch))  # submissions
        self._genomes_told = self._genomes_bred = 0
        self._members: list[Member] = []
        self._newest: list[Member] = []  # those told after the last whole generation
        self._submissions = Submissions(batch)
        first = first_genomes(config, inputs, outputs, range(config.population))
        genomes = [genome.copy() for genome in Genomes(first)]
        self._submit(first, genomes, founders(config.population, 0), [])

    @property
    def finished(self) -> bool:
        """Whether as many generations as configured were told."""
        return self.generation >= self.config.generations

    @property
    def population(self) -> list[Genome]:
        """The genomes that `restore` needs.

        They are the members, those of an unfinished generation, and those not told.
        """
        told = [member.genome for member in (*self._members, *self._newest)]
        return told + [one.genome for one in self._submissions.waiting]

    @property
    def births(self) -> list[Birth]:
        """The births of the genomes of `population`, in their order; `restore` takes them."""
        told = [member.birth for member in (*self._members, *self._newest)]
        return told + [one.birth for one in self._submissions.waiting]

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` needs beside generation, population and best, as JSON values."""
        made = self._submissions.made
        return {
            "counts": [self.told, self._genomes_told, self._genomes_bred, made],
            "members": [[member.number, member.earned.tolist()] for member in self._members],
            "newest": [[member.number, member.earned.tolist()] for member in self._newest],
            **self._submissions.memory,
        }

    def copy(self) -> "AsynchronousSearch":
        """Return a search of the same state, which goes on apart; it asks for all that is open."""
        twin = copy.copy(self)
        twin._members, twin._newest = list(self._members), list(self._newest)
        twin._submissions = self._submissions.copy()
        return twin

    def is_open(self, number: int) -> bool:
        """Return whether this submission was bred, and is not yet told."""
        return number in self._submissions

    def ask(self) -> list[Submission]:
        """Return the submissions bred since the last call, in the order in which to score them."""
        return self._submissions.ask()

    def tell(self, number: int, returns: ArrayLike) -> Generation | None:
        """Take what the genomes of a submission earned; return the generation that it completes.

        `returns` as in `Search.tell`. A genome with a NaN or infinite return has no children while
        there are others. Returns None where no generation is complete. ValueError if the submission
        is not open, or on other shapes.
        """
        waited = self._submissions.tell(number, returns)
        self.told += 1
        for one, earned in waited:
            if one.renews >= 0:
                self._members = [member for member in self._members if member.number != one.renews]
            self._members.append(
                Member(one.genome, one.network, one.birth, earned, self._genomes_told)
            )
            self._newest.append(self._members[-1])
            self._genomes_told += 1
        while self._breeds_now():
            self._breed()
        return self._close_generation() if len(self._newest) >= self.config.population else None

    def restore(self, state: SearchState) -> None:
        """Continue from a state saved between two generations.

        What was not told then is asked for again. ValueError if there are not as many genomes as
        the memory says.
        """
        generation, population, best, memory, births = state
        members, newest = memory["members"], memory["newest"]
        waiting = sum(len(listed) for _, _, listed in memory["open"])
        if len(population) != len(members) + len(newest) + waiting:
            raise ValueError(f"{len(population)} genomes for {len(members)} members")
        networks = compile_all(lay_end_to_end(population))
        births = births or founders(len(population), generation)
        triples = iter(zip(population, networks, births, strict=True))
        self.generation, self.best = generation, best
        self.told, self._genomes_told, self._genomes_bred, made = memory["counts"]
        self._members = [
            Member(*next(triples), np.array(earned), number) for number, earned in members
        ]
        self._newest = [
            Member(*next(triples), np.array(earned), number) for number, earned in newest
        ]
        self._submissions.restore(made, triples, memory)

    def _close_generation(self) -> Generation:
        """Return the generation just completed; what was told beyond it belongs to the next one."""
        done, self._newest = (
            self._newest[: self.config.population],
            self._newest[self.config.population :],
        )
        self.earned = np.stack([member.earned for member in done])
        genomes, networks = [member.genome for member in done], [member.network for member in done]
        births = [member.birth for member in done]
        told = judge(self.generation, genomes, networks, self.earned)._replace(births=births)
        for birth, mean, size in zip(
            births, told.mean.tolist(), told.connections.tolist(), strict=True
        ):
            birth.score(mean, size)
        settle(ancestors(self.births, self.generation - _SETTLED_AFTER))
        self.best = told.better(self.best)
        self.generation += 1
        return told

    def _breeds_now(self) -> bool:
        """Return whether it is time to breed: there is room and need for more.

        Workers may soon run out of work, more is to be bred, and not too much waits already.
        """
        waiting = self._genomes_bred - self._genomes_told
        left = self.config.generations * self.config.population - self._genomes_bred
        room = waiting + self._cohort <= self.config.population
        return left > 0 and room and len(self._submissions) < self._fewest_open

    def _breed(self) -> None:
        """Let the old and the worst leave, and breed the next cohort.

        It is the best of the old again, then children.
        """
        size = min(
            self._cohort, self.config.generations * self.config.population - self._genomes_bred
        )
        config, rng = self.config, stream(self.config.seed, "cohort", self._genomes_bred)
        genes, earned = (
            lay_end_to_end([m.genome for m in self._members]),
            np.stack([m.earned for m in self._members]),
        )
        told = judge(0, Genomes(genes), [m.network for m in self._members], earned)
        # The ranking is asked for as many parents as there are genomes to breed; elites are chosen
        # below.
        asked = dataclasses.replace(config, population=max(2, size), elite=0.0)
        selected = select(self._ranking, scores_of(told, earned), asked, rng)
        order, parents = told.survivors[selected.order], told.survivors[selected.parents]
        old = self._too_old()
        again = [i for i in order[: int(config.elite * len(order))].tolist() if i in old][:size]
        children = parents[: size - len(again)]
        bred = self._breeder.offspring(
            config, genes, np.array(again, np.int64), children, self._genomes_bred + len(again), rng
        )
        genomes = [genome.copy() for genome in Genomes(bred.genes)]
        births = self._births_of(bred, genomes, again)
        leaving = old - set(again)
        renews = [self._members[i].number for i in again]
        staying = [i for i in order.tolist() if i not in leaving][: config.population]
        self._members = [self._members[i] for i in sorted(staying)]
        self._submit(bred.genes, genomes, births, renews)

    def _births_of(
        self, bred: Bred, genomes: Sequence[Genome], again: Sequence[int]
    ) -> list[Birth]:
        """Return the births of a cohort: of the members that are scored `again`, then of children.

        `genomes` are those of the cohort.
        """
        generation = self._genomes_bred // self.config.population
        births = [self._members[i].birth for i in again]
        for i, (parent, child) in enumerate(
            zip(bred.parents.tolist(), genomes[len(again) :], strict=True)
        ):
            member = self._members[parent]
            number = bred.first_child + i
            births.append(Birth(number, generation, member.birth, (member.genome, child)))
        return births

    def _too_old(self) -> set[int]:
        """Return the indices of the members whose return is due to be measured again.

        Those that are being scored again are left out. A return counts until as many genomes were
        told after it as the population has. Episodes and weights change: who was lucky once would
        otherwise stay, and have children, for ever.
        """
        renewing = {one.renews for one in self._submissions.waiting}
        oldest = self._genomes_told - self.config.population
        return {
            i
            for i, member in enumerate(self._members)
            if member.number < oldest and member.number not in renewing
        }

    def _submit(
        self,
        genes: Genes,
        genomes: Sequence[Genome],
        births: Sequence[Birth],
        renews: Sequence[int],
    ) -> None:
        """Submit a cohort, of which the first genomes renew the members `renews`."""
        generation, within = divmod(self._genomes_bred, self.config.population)
        if within < self._cohort:  # the first cohort with the weights and episodes of a generation
            self._submissions.forget()
        self._submissions.add(generation, genomes, compile_all(genes), births, renews)
        self._genomes_bred += len(genomes)
