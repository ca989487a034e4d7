"""This folder holds the published methods by name, and those that train while they prune.

Each is a combination of score, allocation, selection, schedule and rewinding. `wann.pruning.api`
carries them out, and comparisons prune by them. Begin with `METHODS`; `rigl`, `supermask`,
`signed_mask`, `tickets` and `while_training` hold what methods do during training.
"""

from dataclasses import dataclass, replace
from enum import Enum

from wann.errors import UserError, unknown
from wann.own import Registry, is_own, label_of
from wann.pruning import allocate, masks, schedule, scores, select
from wann.pruning.masks import Masks
from wann.pruning.masks.types import ShortMasks
from wann.pruning.methods.best_units import best_units, units_at_cost
from wann.pruning.patterns import pattern_of
from wann.pruning.rewind import Rewind
from wann.pruning.scores import Score, Scoring
from wann.pruning.torch_random import generator_of
from wann.pruning.uses.layers import transposed_weights


class When(Enum):
    """What training a method needs before it can say which weights go."""

    INIT = "init"  # none
    TRAINED = "trained"  # the whole, once
    ROUNDS = "rounds"  # the whole before each round
    DURING = "during"  # it prunes while training goes on
    MASK = "mask"  # it trains masks, and leaves weights alone


_MASKS = ("edge-popup", "supermask", "signed-mask")
OF_UNITS = ("units", "units-at-cost")
SELECTIONS = ("best", "random", *OF_UNITS)
KINDS = {When.DURING: ("gradual", "rigl", "srigl", "set", "cht"), When.MASK: _MASKS}


@dataclass(frozen=True)
class Method:
    """One way to prune; a new one is a new entry of `METHODS`, or `dataclasses.replace` of one."""

    about: str  # what it does, and from where
    score: str | Score | None  # None where chance or training decides
    # A name of `allocate.ALLOCATIONS`, 'module:function', or a pattern such as '2:4' or '4x4'
    allocate: str = "global"
    # 'random': only the counts come from the score; 'units': whole units, density being theirs;
    # 'units-at-cost': whole units, density being that of the operations
    select: str = "best"
    rounds: int = 1  # of the exponential schedule, without training in between
    when: When = When.INIT
    rewind: Rewind = Rewind.KEEP  # what the weights that are kept start from afterwards
    kind: str = ""  # how masks are found where training does that: one of `KINDS`
    fine: bool = False  # in rounds: whether each fine-tunes, at a share of the learning rate

    def __post_init__(self) -> None:
        kinds = KINDS.get(self.when, ("",))
        if self.kind not in kinds:
            expected = f"one of {', '.join(kinds)}" if kinds[0] else "none"
            raise UserError(
                f"a method that prunes at {self.when.value!r}: "
                f"expected {expected} as kind, got {self.kind!r}"
            )
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


def _trained(
    about: str,
    score: str | Score | None,
    allocate: str = "global",
    rewind: Rewind = Rewind.KEEP,
    **more: str | int,
) -> Method:
    return Method(
        about,
        score,
        allocate,
        when=When.TRAINED,
        rewind=rewind,
        **more,  # type: ignore[arg-type]
    )


def _ticket(about: str, rewind: Rewind) -> Method:
    return Method(about, "magnitude", "lottery", when=When.ROUNDS, rewind=rewind)


def _while(about: str, kind: str, allocate: str, score: str | None = None) -> Method:
    select = "best" if score else "random"
    return Method(about, score, allocate, select, when=When.DURING, kind=kind)


def _mask(about: str, kind: str, allocate: str) -> Method:
    return Method(about, None, allocate, when=When.MASK, kind=kind)


_PUBLISHED: dict[str, Method] = {
    # before training
    "synflow": Method("iterative synaptic flow, without data (Tanaka 2020)", "synflow", rounds=100),
    "synflow-one-shot": Method("synaptic flow at once: cuts networks (Tanaka 2020)", "synflow"),
    "snip": Method("sensitivity of the loss to connections (Lee 2019)", "snip"),
    "snip-iterative": Method("SNIP in 100 rounds (de Jorge 2021)", "snip", rounds=100),
    "ntk-sap": Method(
        "preserves the neural tangent kernel for any weights, in 100 rounds (Wang 2023)",
        "ntk-sap",
        rounds=100,
    ),
    "grasp": Method("preserves the flow of gradients (Wang 2020)", "grasp"),
    "graspabs": Method("GraSP by absolute scores (Frankle 2021)", "graspabs"),
    "magnitude-init": Method("magnitude before training", "magnitude"),
    "random-uniform": Method("random, one density for all layers", None, "uniform", "random"),
    "random-uniform+": Method(
        "random, ends of the network kept (Liu 2022)", None, "uniform+", "random"
    ),
    "random-erk": Method(
        "random, Erdős-Rényi-kernel densities (Evci 2020, Liu 2022)", None, "erk", "random"
    ),
    "random-igq": Method(
        "random, ideal gas quotas (Vysogorets & Kempe 2023)", None, "igq", "random"
    ),
    "random-snip": Method(
        "random, as many per layer as SNIP keeps (Liu 2022)", "snip", select="random"
    ),
    "random-grasp": Method(
        "random, as many per layer as GraSP keeps (Liu 2022)", "grasp", select="random"
    ),
    "random-synflow": Method(
        "random, as many per layer as SynFlow keeps", "synflow", select="random", rounds=100
    ),
    "random-imp": Method(
        "random, as many per layer as lottery tickets have", None, "lottery", "random"
    ),
    # after training
    "magnitude": _trained("magnitude over the whole network (Han 2015)", "magnitude"),
    "magnitude-uniform": _trained(
        "magnitude, one density for all layers (Han 2015)", "magnitude", "uniform"
    ),
    "lamp": _trained("layer-adaptive magnitude (Lee 2021)", "lamp"),
    "wanda": _trained(
        "magnitude times the norm of the input, within each unit (Sun 2024)", "wanda", "fan-in"
    ),
    "random": _trained("random over the whole network: the control", "random"),
    "unit": _trained(
        "whole units by the L2 norm of their incoming weights", "magnitude", select="units"
    ),
    "unit-cost": _trained(
        "whole units, what saves most operations for least loss first (Theis 2018)",
        None,
        select="units-at-cost",
    ),
    "obd": _trained("Optimal Brain Damage (LeCun 1990)", "obd"),
    "obd-iterative": _trained(
        "Optimal Brain Damage, derived anew in 10 rounds (LeCun 1990)", "obd", rounds=10
    ),
    "fisher": _trained("Optimal Brain Damage with the empirical Fisher diagonal", "fisher"),
    "one-shot": _trained(
        "one-shot lottery ticket (Frankle & Carbin 2019)", "magnitude", "lottery", Rewind.INITIAL
    ),
    # with training between rounds
    "imp": _ticket(
        "iterative magnitude pruning: lottery tickets (Frankle & Carbin 2019)", Rewind.INITIAL
    ),
    "imp-late": _ticket("tickets rewound to an early step (Frankle 2020)", Rewind.STEP),
    "imp-lr": _ticket("learning-rate rewinding (Renda 2020)", Rewind.KEEP),
    "obd-retrain": Method(
        "Optimal Brain Damage, retrained after each round (LeCun 1990)",
        "obd",
        when=When.ROUNDS,
        fine=True,
    ),
    "imp-reinit": _ticket("tickets with random weights: the control", Rewind.REINIT),
    # while training
    "gradual": _while(
        "gradual magnitude pruning (Zhu & Gupta 2017)", "gradual", "uniform", "magnitude"
    ),
    "rigl": _while("sparse from the start, grown by gradients (Evci 2020)", "rigl", "erk"),
    "set": _while("sparse from the start, grown by chance (Mocanu 2018)", "set", "erk"),
    "srigl": _while("RigL with as many weights for each unit (Lasby 2024)", "srigl", "erk"),
    "cht": _while(
        "sparse from the start, grown along paths, without gradients (Zhang 2024, 2025)",
        "cht",
        "erk",
    ),
    # instead of training
    "edge-popup": _mask(
        "the best subnetwork of frozen weights (Ramanujan 2020)", "edge-popup", "uniform"
    ),
    "supermask": _mask(
        "trained mask probabilities, frozen weights (Zhou 2019)", "supermask", "global"
    ),
    "signed-mask": _mask("masks and signs, for any shared weight", "signed-mask", "erk"),
}


METHODS: Registry[Method] = Registry(
    "method",
    _PUBLISHED,
    expected="a Method, or a score, which then ranks a trained model",
    about=lambda name: _PUBLISHED[name].about,
    instances=Method,
)


def find(method: str | Method | Score) -> Method:
    """Return the method of that name.

    One of the user's own is called 'module:name'. A score may stand for a method: its name,
    'module:function' or the function itself. The method then ranks the weights of a trained model
    by it. UserError if there is no such method or score.
    """
    if isinstance(method, Method):
        return method
    if not isinstance(method, str):
        return _trained(f"the score {label_of(method)}", scores.find(method))
    if method in METHODS:
        return METHODS[method]
    if is_own(method):
        found = METHODS.find(method)
        if isinstance(found, Method):
            return found
        scores.find(method)
    elif method not in scores.SCORES:
        raise unknown("method", method, METHODS)
    return _trained(f"the score {method}", method)


def prune_at(
    method: str | Method, scoring: Scoring, density: float, *, allow_empty: bool = False
) -> Masks:
    """Return the masks of `method` at `density`.

    The density is a share of all weights in the masks, or of the units if the method selects
    'units', or of the operations if it selects 'units-at-cost'. The model of `scoring` is before or
    after training, as the method wants it; from the masks of `scoring` on, it is pruned further.
    Methods that choose at random need its generator; from equal generators, different methods draw
    different numbers.

    Raises:
        UserError: the method needs training in between; or as the parts do.
    """
    method = find(method)
    return ShortMasks(_masks_of(method, method.drawing(scoring), density, allow_empty))


def _masks_of(method: Method, scoring: Scoring, density: float, allow_empty: bool) -> Masks:
    if method.when not in (When.INIT, When.TRAINED):
        raise UserError(
            f"this method needs training ({method.about}): expected one that prunes before or "
            "after it"
        )
    if method.select not in SELECTIONS:
        raise unknown("selection", method.select, SELECTIONS)
    if method.select in OF_UNITS:
        return (best_units if method.select == "units" else units_at_cost)(scoring, density)
    if pattern := pattern_of(method.allocate):
        pattern.check(density)
        method = replace(method, score=method.score or "random")
    if method.score is None:
        keep = allocate.budget(masks.total(scoring.masks), density)
        counts = allocate.allocate(
            method.allocate, None, scoring.masks, keep, allow_empty=allow_empty
        )
        return select.select_random(counts, scoring.masks, scoring.random())
    found = prune_by_score(method, scoring, density, allow_empty=allow_empty)
    if method.select == "random" and not pattern:
        return select.select_random(masks.counts(found), scoring.masks, scoring.random())
    return found


def prune_by_score(
    method: Method, scoring: Scoring, density: float, *, allow_empty: bool = False
) -> Masks:
    """Return the masks of the best weights after the rounds of `method`.

    The scores of each round are computed with the weights that the round before it has left.
    """
    assert method.score is not None
    total, alive, found = masks.total(scoring.masks), masks.density(scoring.masks), scoring.masks
    last = allocate.budget(total, density)
    if last > masks.kept(found):
        raise UserError(
            f"density {density} keeps {last} weights: expected no more than the "
            f"{masks.kept(found)} left"
        )
    for share in schedule.exponential(min(1.0, density / alive), method.rounds)[:-1]:
        found = _round(
            method,
            replace(scoring, masks=found),
            max(last, round(share * alive * total)),
            allow_empty,
        )
    return _round(method, replace(scoring, masks=found), last, allow_empty)


def _round(method: Method, scoring: Scoring, keep: int, allow_empty: bool) -> Masks:
    assert method.score is not None
    found = scores.compute(method.score, scoring)
    if pattern := pattern_of(method.allocate):
        share = keep / masks.total(scoring.masks)
        inputs = dict.fromkeys(transposed_weights(scoring.model), 0)
        return pattern.select(found, scoring.masks, share, inputs, allow_empty)
    if method.allocate == "global":
        return select.select_global(found, keep, scoring.masks, allow_empty=allow_empty)
    counts = allocate.allocate(method.allocate, found, scoring.masks, keep, allow_empty=allow_empty)
    return select.select(found, counts, scoring.masks, allow_empty=allow_empty)
