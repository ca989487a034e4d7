"""The submissions of an asynchronous search: what is handed out, and who waits for it."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.evolution.birth import Birth
from wann.evolution.generation import mean_by_weight
from wann.network.digest import structure_digest
from wann.network.genome import Genome
from wann.network.network import Network


class Submission(NamedTuple):
    """Genomes to be scored together, no two of which compute the same."""

    number: int  # submissions are numbered in the order of their birth
    generation: int  # whose weights and episodes they are scored with
    genomes: Sequence[Genome]
    networks: Sequence[Network]


class Waiting(NamedTuple):
    """A genome that waits for a submission: to be scored in it, or as a copy of what is known."""

    genome: Genome
    network: Network
    birth: Birth
    renews: int  # the member whose return is measured again; -1 for a new genome
    scored_at: int  # its index in the submission; -1 where `earned` is known
    earned: NDArray[np.float64] | None  # (weights,)


class _Open(NamedTuple):
    """A submission not yet told, and who waits for it."""

    submission: Submission
    waiting: list[Waiting]


class Submissions:
    """The submissions that are not told yet, and what is known of the networks in them.

    What computes the same as another with the same weights and episodes is not submitted, and told
    with a submission that is: two children in five are such copies.
    """

    def __init__(self, batch: int) -> None:
        """`batch` is how many genomes a submission has, at most."""
        self.made = 0  # how many there were: the number of the next one
        self._batch = batch
        self._open: dict[int, _Open] = {}
        self._unasked: list[Submission] = []
        # By the digest of a structure, what was bred with the newest weights and episodes: the
        # number of the submission in which it is scored and its index there, or what it earned.
        self._known: dict[str, tuple[int, int] | NDArray[np.float64]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, number: int) -> bool:
        return number in self._open

    @property
    def waiting(self) -> list[Waiting]:
        """The genomes that are not told yet, submission by submission."""
        return [one for opened in self._open.values() for one in opened.waiting]

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` needs beside the genomes that wait, as JSON values."""
        return {
            "open": [
                [
                    number,
                    submission.generation,
                    [[one.renews, one.scored_at, _listed(one.earned)] for one in waiting],
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

    def restore(
        self, made: int, triples: Iterator[tuple[Genome, Network, Birth]], memory: Mapping[str, Any]
    ) -> None:
        """Continue from a saved state; all that is open is asked for again.

        `triples` are the genomes that waited, in their order, their networks and births.
        """
        self.made, self._open = made, {}
        for number, generation, listed in memory["open"]:
            waiting = [
                Waiting(*next(triples), renews, index, _array(earned))
                for renews, index, earned in listed
            ]
            firsts = {one.scored_at: one for one in reversed(waiting) if one.scored_at >= 0}
            genomes, networks = zip(
                *((firsts[i].genome, firsts[i].network) for i in sorted(firsts)), strict=True
            )
            self._open[number] = _Open(Submission(number, generation, genomes, networks), waiting)
        self._unasked = [submission for submission, _ in self._open.values()]
        self._known = {
            key: (scored[0], scored[1]) if scored else np.array(earned)
            for key, scored, earned in memory["known"]
        }

    def copy(self) -> "Submissions":
        """Return submissions of the same state, which go on apart; all that is open is unasked."""
        twin = copy.copy(self)
        twin._open = {
            number: _Open(submission, list(waiting))
            for number, (submission, waiting) in self._open.items()
        }
        twin._unasked = [submission for submission, _ in self._open.values()]
        twin._known = dict(self._known)
        return twin

    def ask(self) -> list[Submission]:
        """Return the submissions made since the last call, in the order in which to score them."""
        unasked, self._unasked = self._unasked, []
        return unasked

    def tell(self, number: int, returns: ArrayLike) -> list[tuple[Waiting, NDArray[np.float64]]]:
        """Take what the genomes of a submission earned; return who waited, and what each earned.

        `returns` as in `Search.tell`. ValueError if the submission is not open, or on other shapes.
        """
        if number not in self._open:
            raise ValueError(
                f"tell() expects the number of a submission that is open, got {number}"
            )
        submission, waiting = self._open[number]
        by_weight = mean_by_weight(returns, len(submission.networks))
        del self._open[number]
        for index, network in enumerate(submission.networks):
            key = structure_digest(network)
            scored = self._known.get(key)
            if isinstance(scored, tuple) and scored == (number, index):
                self._known[key] = by_weight[index]
        return [
            (one, by_weight[one.scored_at] if one.earned is None else one.earned) for one in waiting
        ]

    def forget(self) -> None:
        """Forget what is known: what comes is scored with other weights and episodes."""
        self._known = {}

    def add(
        self,
        generation: int,
        genomes: Sequence[Genome],
        networks: Sequence[Network],
        births: Sequence[Birth],
        renews: Sequence[int],
    ) -> None:
        """Make submissions of those genomes of a cohort that are not known yet; all of it waits.

        Args:
            generation: That with whose weights and episodes they are scored.
            genomes: The cohort.
            networks: Its networks.
            births: Its births.
            renews: The members that the first genomes of the cohort renew.
        """
        keys = [structure_digest(network) for network in networks]
        new: list[int] = []
        for i, key in enumerate(keys):
            # With nothing under way, somebody must be: a copy can wait only for a submission.
            if key not in self._known or not (self._open or new):
                self._known[key] = (
                    self.made + len(new) // self._batch,
                    len(new) % self._batch,
                )
                new.append(i)
        for first in range(0, len(new), self._batch):
            part = new[first : first + self._batch]
            submission = Submission(
                self.made, generation, [genomes[i] for i in part], [networks[i] for i in part]
            )
            self._open[self.made] = _Open(submission, [])
            self._unasked.append(submission)
            self.made += 1
        # Copies of what was told already wait for the newest submission, or the oldest one open.
        host = self._open[self._unasked[-1].number if new else min(self._open)]
        for i, key in enumerate(keys):
            known, member = self._known[key], renews[i] if i < len(renews) else -1
            if isinstance(known, tuple):
                self._open[known[0]].waiting.append(
                    Waiting(genomes[i], networks[i], births[i], member, known[1], None)
                )
            else:
                host.waiting.append(Waiting(genomes[i], networks[i], births[i], member, -1, known))


def _listed(values: NDArray[np.float64] | None) -> list[float] | None:
    return None if values is None else values.tolist()


def _array(values: Sequence[float] | None) -> NDArray[np.float64] | None:
    return None if values is None else np.array(values, np.float64)
