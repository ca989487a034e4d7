"""The settings of a tuning, and of what `wann evaluate` measures."""

from dataclasses import dataclass

from wann.config.conditions import CONDITION_NAMES
from wann.config.settings import LARGEST_SEED, Settings, setting

MEASURE_NAMES = (
    "effective_connections",
    "active_units",
    "active_inputs",
    "depth",
    "sparse_bytes",
)
WEIGHT_KINDS = ("shared", "individual")
TUNING_METHODS = ("auto", "cma", "gradient")
MOST_EPOCHS = 30  # of a tuning by gradients
# What `generations` of a tuning are
GENERATIONS_BY_GRADIENTS = f"by gradients, epochs, of which there are {MOST_EPOCHS} at most"


@dataclass(frozen=True)
class TuneConfig(Settings):
    """The settings that decide the result of a tuning."""

    weights: str = setting(
        "individual",
        "a weight shared by all connections, or an individual one for each",
        choices=WEIGHT_KINDS,
        noun="kind of weights",
        shown="",
    )
    task: str = setting("swingup", "what the network is scored on", shown="what it was grown for")
    seed: int = setting(0, "the one seed: same seed, same bytes", 0, LARGEST_SEED)
    generations: int = setting(1200, f"generations of CMA-ES; {GENERATIONS_BY_GRADIENTS}", 1, 10**6)
    population: int = setting(24, "candidates of a race in a generation", 4, 10**5)
    races: int = setting(
        64, "starts, given up but for an eighth again and again, doubled for each excerpt", 1, 10**4
    )
    sigma: float = setting(0.7, "standard deviation of a weight in the first generation", 1e-6, 1e3)
    episodes: int = setting(
        2, "episodes of a candidate while all races run, more when some are given up", 1, 10**6
    )
    method: str = setting("auto", "how individual weights are found", choices=TUNING_METHODS)


@dataclass(frozen=True)
class EvaluateConfig(Settings):
    """The settings of what `wann evaluate` measures."""

    task: str | None = setting(
        None, "what the network is scored on", shown="what it was grown for", metavar="TASK"
    )
    episodes: int = setting(
        100,
        "episodes at each weight; of simulators fewer for the profile, a tenth or 10",
        *(1, 10**6),
        metavar="EPISODES",
    )
    seed: int = setting(0, "the seed of the episodes", 0, LARGEST_SEED, metavar="SEED")
    conditions: str | None = setting(
        None,
        f"measure weight conditions, too: all, or some of {','.join(CONDITION_NAMES)}",
        metavar="NAMES",
    )
    measure: tuple[str, ...] = setting(
        (),
        "a further number of the network, or module:function; may be given several times",
        repeat=True,
        free=True,
        own="measure",
        choices=MEASURE_NAMES,
        metavar="MEASURE",
        shown="none",
    )
