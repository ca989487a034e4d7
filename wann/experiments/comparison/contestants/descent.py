"""A model on its way down: what one seed gives, from which every number of weights is cut.

By the rates of lottery tickets, what a round keeps does not depend on how few weights are to be
left in the end (Frankle & Carbin 2019, section 1). So several sizes share all rounds but the last.
"""

import dataclasses
import time
from typing import NamedTuple

from wann.pruning import allocate
from wann.pruning import masks as masking
from wann.pruning.api import needs_dense
from wann.pruning.methods import Method, When, tickets
from wann.pruning.methods.model_and_data import Dense, Subject
from wann.pruning.prune_subject import prune_subject
from wann.pruning.pruned_model import PrunedModel


class Timed(NamedTuple):
    """A pruned model, and the seconds of one core that finding it takes alone."""

    found: PrunedModel
    seconds: float


class Descent:
    """Prunes one subject by one method to several numbers of weights, as if each were alone.

    Methods that begin with the trained model train it once, and those in rounds make each round
    once; the others do all for each number.
    """

    def __init__(self, subject: Subject, method: Method) -> None:
        self.subject, self._method = subject, method
        self._dense: Dense | None = None
        self._rounds: list[tickets.Round] = []  # by their numbers, the whole model first
        self._seconds: list[float] = []  # that each of them took

    def to(self, keep: int) -> Timed:
        """Return the model with `keep` weights; UserError where the method cannot keep as many."""
        subject, method = self.subject, self._method
        total = masking.total(subject.full)
        count, dense, last = 0, None, None
        if method.when is When.ROUNDS:
            count = tickets.rounds_before(subject.full, allocate.budget(total, keep / total))
        if needs_dense(method):
            dense, last = self._down_to(count)
        started = time.process_time()
        found = prune_subject(subject, method, keep / total, dense=dense, last=last)
        own = time.process_time() - started
        return Timed(found, own + sum(self._seconds[: count + 1]))

    def _down_to(self, number: int) -> tuple[Dense, tickets.Round]:
        """Return the trained model, and the round of that number, made if it is not yet there."""
        if self._dense is None:
            started = time.process_time()
            self._dense = self.subject.train_dense()
            self._rounds.append(tickets.Round(0, self.subject.full, self._dense.trained))
            self._seconds.append(time.process_time() - started)
        while len(self._rounds) <= number:
            started, before = time.process_time(), self._rounds[-1]
            (made,) = tickets.rounds(
                self.subject, self._method, self._dense, before.number + 1, before
            )
            self._rounds.append(dataclasses.replace(made, history=None))
            self._seconds.append(time.process_time() - started)
        return self._dense, self._rounds[number]
