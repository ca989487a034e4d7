"""Lottery tickets: rounds of training, pruning and rewinding (Frankle & Carbin 2019, section 1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from torch import nn

from wann.pruning import allocate, schedule, scores, select
from wann.pruning.masks import Masks
from wann.pruning.methods import Method
from wann.pruning.methods.model_and_data import Dense, Subject, Tell, rates_of, sizes_of
from wann.pruning.rewind import Rewind, reinit, state_of
from wann.pruning.training.training import History, State


@dataclass(frozen=True)
class Round:
    """What a round of pruning left, and what training it gave; round 0 is the whole network."""

    number: int
    masks: Masks = field(repr=False)
    trained: State = field(repr=False)
    history: History | None = None  # None where it was read back from a file


def rounds_before(masks: Masks, keep: int) -> int:
    """Return the last round after which more than `keep` weights are left, by the paper's rates."""
    sizes = sizes_of(masks)
    if keep >= sum(sizes.values()):
        return 0
    return schedule.rounds_until(sizes, rates_of(masks), keep / sum(sizes.values())) - 1


def rounds(
    subject: Subject,
    method: Method,
    dense: Dense,
    count: int,
    known: Round | None = None,
    tell: Tell | None = None,
) -> Iterator[Round]:
    """Yield the rounds up to number `count`, each pruned by what training the one before gave.

    Args:
        subject: the model, its data and its training.
        method: the score, the allocation, and where each round rewinds to.
        dense: what training the whole model gave.
        count: the number of the last round.
        known: the round after which to begin; None begins with the whole model.
        tell: called with (steps done, all) of each training.
    """
    last = known or Round(0, subject.full, dense.trained)
    while last.number < count:
        counts = schedule.iterative(
            sizes_of(subject.full), rates_of(subject.full), last.number + 1
        )[-1]
        last = train_ticket(
            subject, method, dense, last, prune(subject, method, last, counts), tell
        )
        yield last


def ticket_of(subject: Subject, method: Method, last: Round, keep: int) -> Masks:
    """Return masks of exactly `keep` weights: one more round, that removes no more than it must."""
    return prune(
        subject, method, last, allocate.lottery(last.masks, keep, allow_empty=subject.allow_empty)
    )


def prune(subject: Subject, method: Method, last: Round, counts: dict[str, int]) -> Masks:
    """Return masks of `counts` of the weights of round `last`, scored after its training.

    Where `method` has another allocation than that of lottery tickets, it shares out as many as
    `counts` are in all.
    """
    model = subject.copy(last.trained)
    found = scores.compute(
        method.score or "magnitude", method.drawing(subject.scoring(model, last.masks))
    )
    if method.allocate != "lottery":
        counts = allocate.allocate(
            method.allocate,
            found,
            last.masks,
            sum(counts.values()),
            allow_empty=subject.allow_empty,
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
        model.load_state_dict(subject.initial)
    elif to is Rewind.STEP:
        model.load_state_dict(dense.early)
        return subject.rewind_step
    elif to is Rewind.REINIT:
        reinit(model, subject.generator("reinit", number))
    return 0
