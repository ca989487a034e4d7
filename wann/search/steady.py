"""The steady-state search: genomes are scored one by one, and bred from whatever is scored already.

For tasks whose episodes differ much in length: no worker waits for the slowest genome of a
generation. The result depends on the order in which submissions are completed, and on nothing else:
not on the number of workers, nor on when they were asked for. Selection and bookkeeping only, as in
`search`:

    search = SteadySearch(SearchConfig(population=64), inputs=2, outputs=1)
    waiting = []
    while not search.finished:
        waiting += search.ask()
        submission = waiting.pop()
        search.tell(submission.number, [my_score(genome) for genome in submission.genomes])
    print(search.best)
"""

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.config import SearchConfig
from wann.network.compile import compile_all
from wann.network.digest import structure_digest
from wann.network.genome import Genes, Genome, Genomes, lay_end_to_end
from wann.network.network import Network
from wann.search.breeding import first_genomes, offspring
from wann.search.generation import Generation, judge, mean_by_weight, scores_of
from wann.search.ranking import RANKINGS
from wann.streams import stream

# A cohort is an eighth of a population: children are bred so many at a time, since a ranking of a
# thousand genomes takes as long as the scoring of several.
_COHORTS = 8
# The next cohort is bred when fewer submissions are open than this share of a population. So many
# workers are kept busy at most; the more may be open, the longer ago a child's parents were told.
_OPEN = 4
# So many submissions make a population, at least.
_FEWEST_SUBMISSIONS = 64


class Submission(NamedTuple):
    """Genomes to be scored together, no two of which compute the same."""

    number: int  # submissions are numbered in the order of their birth
    generation: int  # whose weights and episodes they are scored with
    genomes: Sequence[Genome]
    networks: Sequence[Network]


class Member(NamedTuple):
    """A genome of the population, and what it earned when it was scored last."""

    genome: Genome
    network: Network
    earned: NDArray[np.float64]  # (weights,) mean over episodes
    number: int  # genomes told before it: its age, and its name


class _Bred(NamedTuple):
    """A genome that waits for a submission: for its own, or as a copy of what is scored there or was scored before."""

    genome: Genome
    network: Network
    renews: int  # the member whose return is measured again; -1 for a new genome
    place: int  # in the submission; -1 where `earned` is known
    earned: NDArray[np.float64] | None


class _Open(NamedTuple):
    """A submission not yet told, and who waits for it."""

    submission: Submission
    waiting: list[_Bred]


class SteadySearch:
    """A population that each completed submission enters, and which the oldest and the worst leave.

    `ask` returns what was bred since it was last called, `tell` takes submissions in any order. A
    generation is as many genomes told as the population has. The elites of the generational search
    are here the best members whose return is due: they are scored again, as they are. What computes
    the same as another with the same weights and episodes is not submitted, and told with a
    submission that is: two children in five are such copies.
    """

    def __init__(self, config: SearchConfig, inputs: int, outputs: int, batch: int = 1) -> None:
        """`batch`: genomes in a submission, fewer where the population is small."""
        self.config = config
        # The best mean return told, and who earned it
        self.best: tuple[float, Genome] | None = None
        self.generation = 0  # how many whole generations were told
        self.told = 0  # how many submissions were told
        # (genomes, weights) of the generation that `tell` returned last
        self.earned = np.empty((0, 0))
        self._batch = max(1, min(batch, config.population // _FEWEST_SUBMISSIONS))
        self._cohort = max(1, config.population // _COHORTS)
        self._fewest_open = max(1, config.population // (_OPEN * self._batch))  # submissions
        self._genomes_told = self._genomes_bred = self._next_number = 0
        self._members: list[Member] = []
        self._newest: list[Member] = []  # those told after the last whole generation
        self._open: dict[int, _Open] = {}
        self._unasked: list[Submission] = []
        # What was bred with the newest weights and episodes: the number of the submission in which it
        # is scored and its index there, or what it earned.
        self._known: dict[str, tuple[int, int] | NDArray[np.float64]] = {}
        self._submit(first_genomes(config, inputs, outputs, range(config.population)), [])

    @property
    def finished(self) -> bool:
        """Whether as many generations as configured were told."""
        return self.generation >= self.config.generations

    @property
    def population(self) -> list[Genome]:
        """The genomes that `restore` needs: the members, those of an unfinished generation, and those not told."""
        waiting = [bred.genome for opened in self._open.values() for bred in opened.waiting]
        return [*(m.genome for m in self._members), *(m.genome for m in self._newest), *waiting]

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` needs beside generation, population and best, as JSON values."""
        return {
            "counts": [self.told, self._genomes_told, self._genomes_bred, self._next_number],
            "members": [[member.number, member.earned.tolist()] for member in self._members],
            "newest": [[member.number, member.earned.tolist()] for member in self._newest],
            "open": [
                [
                    number,
                    submission.generation,
                    [[b.renews, b.place, _listed(b.earned)] for b in waiting],
                ]
                for number, (submission, waiting) in self._open.items()
            ],
            "known": [
                [key, list(value), None]
                if isinstance(value, tuple)
                else [key, None, value.tolist()]
                for key, value in self._known.items()
            ],
        }

    def copy(self) -> "SteadySearch":
        """Return a search of the same state, which goes on apart; it asks for all that is open."""
        twin = copy.copy(self)
        twin._members, twin._newest = list(self._members), list(self._newest)
        twin._open = {
            number: _Open(submission, list(waiting))
            for number, (submission, waiting) in self._open.items()
        }
        twin._unasked = [submission for submission, _ in self._open.values()]
        twin._known = dict(self._known)
        return twin

    def is_open(self, number: int) -> bool:
        """Return whether this submission was bred, and is not yet told."""
        return number in self._open

    def ask(self) -> list[Submission]:
        """Return the submissions that were bred since the last call, in the order in which to score them."""
        unasked, self._unasked = self._unasked, []
        return unasked

    def tell(self, number: int, returns: ArrayLike) -> Generation | None:
        """Take what the genomes of a submission earned.

        Return the generation that it completes, if it does.

        `returns` as in `Search.tell`. A genome with a NaN or infinite return has no children while
        there are others.
        """
        if number not in self._open:
            raise ValueError(
                f"tell() expects the number of a submission that is open, got {number}"
            )
        submission, waiting = self._open[number]
        by_weight = mean_by_weight(returns, len(submission.networks))
        del self._open[number]
        self.told += 1
        for place, network in enumerate(submission.networks):
            key = structure_digest(network)
            scored = self._known.get(key)
            if isinstance(scored, tuple) and scored == (number, place):
                self._known[key] = by_weight[place]
        for bred in waiting:
            earned = by_weight[bred.place] if bred.earned is None else bred.earned
            if bred.renews >= 0:
                self._members = [member for member in self._members if member.number != bred.renews]
            self._members.append(Member(bred.genome, bred.network, earned, self._genomes_told))
            self._newest.append(self._members[-1])
            self._genomes_told += 1
        while self._breeds_now():
            self._breed()
        return self._close_generation() if len(self._newest) >= self.config.population else None

    def restore(
        self,
        generation: int,
        population: Sequence[Genome],
        best: tuple[float, Genome] | None,
        memory: Mapping[str, Any],
    ) -> None:
        """Continue from a state saved between two generations.

        What was not told then is asked for again.
        """
        members, newest, opened = memory["members"], memory["newest"], memory["open"]
        if len(population) != len(members) + len(newest) + sum(
            len(waiting) for _, _, waiting in opened
        ):
            raise ValueError(f"{len(population)} genomes for {len(members)} members")
        pairs = iter(zip(population, compile_all(lay_end_to_end(population)), strict=True))
        self.generation, self.best = generation, best
        self.told, self._genomes_told, self._genomes_bred, self._next_number = memory["counts"]
        self._members = [
            Member(*next(pairs), np.array(earned), number) for number, earned in members
        ]
        self._newest = [Member(*next(pairs), np.array(earned), number) for number, earned in newest]
        self._open = {}
        for number, scored_in, listed in opened:
            waiting = [
                _Bred(*next(pairs), renews, place, _array(earned))
                for renews, place, earned in listed
            ]
            firsts = {bred.place: bred for bred in reversed(waiting) if bred.place >= 0}
            genomes, networks = zip(
                *((firsts[i].genome, firsts[i].network) for i in sorted(firsts)), strict=True
            )
            self._open[number] = _Open(Submission(number, scored_in, genomes, networks), waiting)
        self._unasked = [submission for submission, _ in self._open.values()]
        self._known = {
            key: (scored[0], scored[1]) if scored else np.array(earned)
            for key, scored, earned in memory["known"]
        }

    def _close_generation(self) -> Generation:
        """Return the generation just completed; what was told beyond it belongs to the next one."""
        done, self._newest = (
            self._newest[: self.config.population],
            self._newest[self.config.population :],
        )
        self.earned = np.stack([member.earned for member in done])
        genomes, networks = [member.genome for member in done], [member.network for member in done]
        told = judge(self.generation, genomes, networks, self.earned)
        self.best = told.better(self.best)
        self.generation += 1
        return told

    def _breeds_now(self) -> bool:
        """Return whether workers may soon run out of work, more is to be bred, and not too much waits already."""
        waiting = self._genomes_bred - self._genomes_told
        left = self.config.generations * self.config.population - self._genomes_bred
        room = waiting + self._cohort <= self.config.population
        return left > 0 and room and len(self._open) < self._fewest_open

    def _breed(self) -> None:
        """Let the old and the worst leave, and breed the next cohort: the best of the old again, then children."""
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
        selected = RANKINGS[config.ranking](scores_of(told, earned), asked, rng)
        order, parents = told.survivors[selected.order], told.survivors[selected.parents]
        old = self._too_old()
        again = [i for i in order[: int(config.elite * len(order))].tolist() if i in old][:size]
        children = parents[: size - len(again)]
        bred = offspring(
            config, genes, np.array(again, np.int64), children, self._genomes_bred + len(again), rng
        )
        leaving = old - set(again)
        renews = [self._members[i].number for i in again]
        staying = [i for i in order.tolist() if i not in leaving][: config.population]
        self._members = [self._members[i] for i in sorted(staying)]
        self._submit(bred, renews)

    def _too_old(self) -> set[int]:
        """Return the places of the members whose return is due, without those that are being scored again.

        A return counts until as many genomes were told after it as the population has. Episodes and
        weights change: who was lucky once would otherwise stay, and have children, for ever.
        """
        renewing = {bred.renews for opened in self._open.values() for bred in opened.waiting}
        oldest = self._genomes_told - self.config.population
        return {
            i
            for i, member in enumerate(self._members)
            if member.number < oldest and member.number not in renewing
        }

    def _submit(self, genes: Genes, renews: Sequence[int]) -> None:
        """Cut a cohort into submissions, of what is not known.

        The first genomes renew the members `renews`.
        """
        generation = self._genomes_bred // self.config.population
        # The first cohort that is scored with these
        if self._genomes_bred % self.config.population < self._cohort:
            self._known = {}
        genomes, networks, keys = (
            [genome.copy() for genome in Genomes(genes)],
            compile_all(genes),
            [],
        )
        new: list[int] = []
        for i, network in enumerate(networks):
            keys.append(structure_digest(network))
            # With nothing under way, somebody must be: a copy can wait only for a submission.
            if keys[i] not in self._known or not (self._open or new):
                self._known[keys[i]] = (
                    self._next_number + len(new) // self._batch,
                    len(new) % self._batch,
                )
                new.append(i)
        for first in range(0, len(new), self._batch):
            part = new[first : first + self._batch]
            submission = Submission(
                self._next_number,
                generation,
                [genomes[i] for i in part],
                [networks[i] for i in part],
            )
            self._open[self._next_number] = _Open(submission, [])
            self._unasked.append(submission)
            self._next_number += 1
        host = self._open[self._unasked[-1].number if new else min(self._open)]
        for i, key in enumerate(keys):
            known, number = self._known[key], renews[i] if i < len(renews) else -1
            if isinstance(known, tuple):
                self._open[known[0]].waiting.append(
                    _Bred(genomes[i], networks[i], number, known[1], None)
                )
            else:
                host.waiting.append(_Bred(genomes[i], networks[i], number, -1, known))
        self._genomes_bred += len(genomes)


def _listed(values: NDArray[np.float64] | None) -> list[float] | None:
    return None if values is None else values.tolist()


def _array(values: Sequence[float] | None) -> NDArray[np.float64] | None:
    return None if values is None else np.array(values, np.float64)
