"""What a method of pruning is: the parts that it combines."""

from dataclasses import dataclass, replace
from enum import Enum

from wann.errors import UserError
from wann.pruning.rewind import Rewind
from wann.pruning.scores import Score, Scoring
from wann.pruning.torch_random import generator_of


class When(Enum):
    """What training a method needs before it can say which weights go."""

    INIT = "init"  # none
    TRAINED = "trained"  # the whole, once
    ROUNDS = "rounds"  # the whole before each round
    DURING = "during"  # it prunes while training goes on
    MASK = "mask"  # it trains masks, and leaves weights alone


_MASKS = ("edge-popup", "supermask", "signed-mask")
OF_UNITS = ("units", "units-at-cost", "units-at-latency")
SELECTIONS = ("best", "random", "walks", *OF_UNITS)
KINDS = {When.DURING: ("gradual", "rigl", "srigl", "set", "cht"), When.MASK: _MASKS}


@dataclass(frozen=True)
class Method:
    """One way to prune; a new one is a new entry of `METHODS`, or `dataclasses.replace` of one."""

    about: str  # what it does, and from where
    score: str | Score | None  # None where chance or training decides
    # A name of `allocate.ALLOCATIONS`, 'module:function', or a pattern such as '2:4' or '4x4'
    allocate: str = "global"
    # 'random': only the counts come from the score; 'walks': what random walks go along;
    # 'units': whole units, density being theirs;
    # 'units-at-cost': whole units, density being that of the operations;
    # 'units-at-latency': whole units, density being that of the time for `at_once` examples
    select: str = "best"
    rounds: int = 1  # of the exponential schedule, without training in between
    when: When = When.INIT
    rewind: Rewind = Rewind.KEEP  # what the weights that are kept start from afterwards
    kind: str = ""  # how masks are found where training does that: one of `KINDS`
    fine: bool = False  # in rounds: whether each fine-tunes, at a share of the learning rate
    at_once: int = 1  # how many examples are computed at once where time is what is cut

    def __post_init__(self) -> None:
        kinds = KINDS.get(self.when, ("",))
        if self.kind not in kinds:
            expected = f"one of {', '.join(kinds)}" if kinds[0] else "none"
            raise UserError(
                f"a method that prunes at {self.when.value!r}: "
                f"expected {expected} as kind, got {self.kind!r}"
            )
        if self.at_once < 1:
            raise UserError(f"expected to time at least 1 example at once, got {self.at_once}")
        if self.when is When.ROUNDS and self.select != "best":
            raise UserError(
                "lottery tickets keep the best weights: "
                f"expected the selection 'best', got {self.select!r}"
            )

    @property
    def fine_tunes(self) -> bool:
        """Whether a model is trained on as it is after pruning, at a share of the learning rate."""
        return self.rewind is Rewind.KEEP and (self.when is When.TRAINED or self.fine)

    @property
    def label(self) -> str:
        """What tells this method from others: all it does, whatever name it goes by."""
        score = self.score
        if callable(score):
            score = f"{score.__module__}:{getattr(score, '__qualname__', type(score).__name__)}"
        parts = (score, self.allocate, self.select, self.rounds, self.when.value, self.rewind.value)
        return ", ".join(map(str, (*parts, self.kind)))

    def drawing(self, scoring: Scoring) -> Scoring:
        """Return `scoring` with random numbers that no other method draws from its generator."""
        if scoring.generator is None:
            return scoring
        return replace(scoring, generator=generator_of(scoring.generator, self.label))
