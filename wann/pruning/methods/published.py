"""The published methods, and the controls that go with them, by name."""

from wann.pruning.methods.method import Method, When
from wann.pruning.rewind import Rewind
from wann.pruning.scores import Score


def trained(
    about: str,
    score: str | Score | None,
    allocate: str = "global",
    rewind: Rewind = Rewind.KEEP,
    **more: str | int,
) -> Method:
    """Return a method that prunes a trained model."""
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


def _in_time(about: str, at_once: int) -> Method:
    return trained(f"{about} (Yang 2018)", None, select="units-at-latency", at_once=at_once)


PUBLISHED: dict[str, Method] = {
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
    "phew": Method(
        "what random walks go along, large weights more often (Patil & Dovrolis 2021)",
        None,
        select="walks",
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
    "magnitude": trained("magnitude over the whole network (Han 2015)", "magnitude"),
    "magnitude-uniform": trained(
        "magnitude, one density for all layers (Han 2015)", "magnitude", "uniform"
    ),
    "lamp": trained("layer-adaptive magnitude (Lee 2021)", "lamp"),
    "wanda": trained(
        "magnitude times the norm of the input, within each unit (Sun 2024)", "wanda", "fan-in"
    ),
    "random": trained("weights of the whole trained network at random: a baseline", "random"),
    "unit": trained(
        "whole units by the L2 norm of their incoming weights", "magnitude", select="units"
    ),
    "unit-cost": trained(
        "whole units, what saves most operations for least loss first (Theis 2018)",
        None,
        select="units-at-cost",
    ),
    "unit-latency": _in_time("whole units, to a share of the time of one example, as measured", 1),
    "unit-latency-64": _in_time(
        "whole units, to a share of the time of 64 examples, as measured", 64
    ),
    "obd": trained("Optimal Brain Damage (LeCun 1990)", "obd"),
    "obd-iterative": trained(
        "Optimal Brain Damage, derived anew in 10 rounds (LeCun 1990)", "obd", rounds=10
    ),
    "fisher": trained("Optimal Brain Damage with the empirical Fisher diagonal", "fisher"),
    "one-shot": trained(
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
