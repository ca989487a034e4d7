"""Lottery tickets: rounds of training, pruning and rewinding (Frankle & Carbin 2019, section 1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from torch import nn

from wann.errors import short_repr
from wann.pruning import allocate, schedule, scores, select
from wann.pruning import masks as masking
from wann.pruning.masks import Masks
from wann.pruning.methods import Method
from wann.pruning.methods.model_and_data import Dense, Subject, Tell
from wann.pruning.rewind import Rewind, reinit, set_state, state_of
from wann.pruning.training.training import History, State


@dataclass(frozen=True)
class Round:
    """What a round of pruning left, and what training it gave; round 0 is the whole network."""

    number: int
    masks: Masks = field(repr=False)
    trained: State = field(repr=False)
    history: History | None = None  # None where it was read back from a file

    def __repr__(self) -> str:
        return short_repr(self)


def rounds_before(masks: Masks, keep: int) -> int:
    """Return the last round after which more than `keep` weights are left, by the paper's rates."""
    alive, rates = masking.counts(masks), schedule.lottery_rates(masking.sizes(masks))
    total = sum(alive.values())
    if keep >= total:
        return 0
    return schedule.rounds_until(alive, rates, keep / total) - 1


def rounds(
    subject: Subject,
    method: Method,
    dense: Dense,
    count: int,
    known: Round,
    tell: Tell | None = None,
) -> Iterator[Round]:
    """Yield the rounds up to number `count`, each pruned by what training the one before gave.

    Args:
        subject: the model, its data and its training.
        method: the score, the allocation, and where each round rewinds to.
        dense: what training the whole model gave.
        count: the number of the last round.
        known: the round after which to begin; round 0 is the whole model.
        tell: called with (steps done, all) of each training.
    """
    alive, rates = masking.counts(subject.full), schedule.lottery_rates(masking.sizes(subject.full))
    last = known
    while last.number < count:
        counts = schedule.iterative(alive, rates, last.number + 1)[-1]
        masks = prune(subject, method, last, sum(counts.values()), counts)
        last = train_ticket(subject, method, dense, last, masks, tell)
        yield last


def ticket_of(subject: Subject, method: Method, last: Round, keep: int) -> Masks:
    """Return masks of exactly `keep` weights: one more round, that removes no more than it must."""
    return prune(subject, method, last, keep)


def prune(
    subject: Subject,
    method: Method,
    last: Round,
    keep: int,
    counts: dict[str, int] | None = None,
) -> Masks:
    """Return masks of `keep` of the weights of round `last`, scored after its training.

    Args:
        subject: the model and its data.
        method: the score, and the allocation that shares out `keep` among the layers.
        last: the round whose weights are pruned.
        keep: how many weights are kept in all.
        counts: how many each layer keeps by the rounds of lottery tickets, where those are known;
            a method of another allocation does without them.
    """
    model = subject.copy(last.trained)
    found = scores.compute(
        method.score or "magnitude", method.drawing(subject.scoring(model, last.masks))
    )
    if counts is None or method.allocate != "lottery":
        counts = allocate.allocate(
            method.allocate, found, last.masks, keep, allow_empty=subject.allow_empty
        )
    return select.select(found, counts, last.masks, allow_empty=subject.allow_empty)


def train_ticket(
    subject: Subject,
    method: Method,
    dense: Dense,
    last: Round,
    masks: Masks,
    tell: Tell | None = None,
) -> Round:
    """Train what `masks` keep, from where `method` rewinds to or on from the last round's weights.

    Args:
        subject: the model, its data and its training.
        method: where to rewind to.
        dense: what training the whole model gave.
        last: the round before.
        masks: what this round keeps.
        tell: called with (steps done, all).
    """
    model = subject.copy(last.trained)
    start = set_back(subject, method.rewind, dense, model, last.number + 1)
    training = subject.fine_tuning if method.fine else None
    history = subject.train(model, masks, training=training, start=start, tell=tell)
    return Round(last.number + 1, masks, state_of(model), history)


def set_back(subject: Subject, to: Rewind, dense: Dense, model: nn.Module, number: int = 1) -> int:
    """Set `model` to the weights to train on from, and return the step of the schedule there.

    Args:
        subject: the model, its data and its training.
        to: which weights those are.
        dense: what training the whole model gave.
        model: a copy of the subject's model, which is changed in place.
        number: of the round that begins; each draws other weights where they are drawn anew.
    """
    if to is Rewind.INITIAL:
        set_state(model, subject.initial)
    elif to is Rewind.STEP:
        set_state(model, dense.early)
        return subject.rewind_step
    elif to is Rewind.REINIT:
        reinit(model, subject.generator("reinit", number))
    return 0
