"""What a comparison holds networks against, and how contestants are made and measured."""

from dataclasses import dataclass

from wann.config.pruning import LATENCY_REPEATS, PRESETS, Training
from wann.config.settings import Settings, setting
from wann.config.weights import GENERATIONS_BY_GRADIENTS, MEASURE_NAMES, EvaluateConfig, TuneConfig

ALL = "all"  # what --against stands for without names
# Contestants beside the methods of `wann.pruning`
DENSE_SMALL = "dense-small"
CONTROL_CONTESTANTS = ("random-dag", "rewired", "shuffled")
# Pruned under shared weights, and those of them that need no labels
SHARED_MASKS = ("shared-mask", "shared-gates", "mixed-mask", "rectified-mask")
UNLABELLED_MASKS = ("shared-mask", "mixed-mask", "rectified-mask")
# Those of --against without names, for tasks with labels; others have methods of their own, and
# `SHARED_BY_DEFAULT`, too
PRUNED_BY_DEFAULT = ("imp", "snip", "synflow", "magnitude", "random-erk", "supermask")
SHARED_BY_DEFAULT = SHARED_MASKS[:1]
MIXED_TICKET = "imp-mixed"  # for tasks with labels, too
EVOLVED_MASK = "evolved-mask"  # of random weights, for all tasks
# Grown by gradients, with weights of their own, for tasks with labels
GROWN_BY_GRADIENTS = ("growth", "growth-mixed")
# Activations that are linear to each side of zero, without a bend but at zero: what tells networks
# of rectifiers from those of mixed activations
RECTIFIERS = ("relu", "linear", "inverse")
# The settings of `Making` that flags set
MAKING_FLAGS = ("steps", "hidden", "generations", "races", "episodes", "measure")
SIZES = 3  # of --sizes, where no budgets are given
MOST_SIZES = 64  # each size is half of the one before: no network is halved more often
_OWN = (DENSE_SMALL, *CONTROL_CONTESTANTS)
_FURTHER = (*SHARED_MASKS, MIXED_TICKET, *GROWN_BY_GRADIENTS, EVOLVED_MASK)
_BY_DEFAULT = (*PRUNED_BY_DEFAULT, *SHARED_BY_DEFAULT, *_OWN)


@dataclass(frozen=True)
class ComparisonSettings(Settings):
    """What is compared. `against`, `seeds` and `budgets` are texts that the comparison reads."""

    against: str | None = setting(
        None,
        "hold each network against contestants of its size: methods of `wann prune`, "
        f"{', '.join((*_FURTHER, *_OWN))}; without names "
        f"{','.join(_BY_DEFAULT)}, or what there is of these for tasks without labels. "
        "Without this flag, networks are held against the first of them",
        metavar="NAME,NAME",
        bare=ALL,
    )
    task: str | None = setting(
        None,
        "what the networks are scored on",
        shown="what they were grown for",
        metavar="TASK",
    )
    seeds: str = setting("0-2", "seeds such as 0-4", metavar="N-N")
    sizes: int | None = setting(
        None,
        "how many smaller networks of a run's front, each of about half the connections of the "
        "one before, are held against the same contestants, for the budget curves",
        0,
        MOST_SIZES,
        metavar="N",
        shown=f"{SIZES}, or 0 with --budgets",
    )
    budgets: str | None = setting(
        None,
        "numbers of connections such as 50,100,200,dense for the budget curves: contestants that "
        "are made to a size are made to each of them, and the network of each run's front that is "
        "nearest below stands beside them; dense: as many as the dense parent has",
        metavar="N,N",
        shown="none",
    )


@dataclass(frozen=True)
class Making(Settings):
    """How contestants are made and measured.

    No flag of `wann compare` sets `batch`, `learning_rate` and `repeats`.
    """

    steps: int = setting(
        PRESETS["lth-short"].steps,
        "training steps of pruned models, for each round",
        1,
        10**8,
        metavar="STEPS",
    )
    batch: int = setting(Training.batch, "examples in a training step", 1, 10**7)
    learning_rate: float = setting(
        Training.learning_rate, "learning rate of the training", 1e-12, 1e6
    )
    hidden: tuple[int, ...] = setting(
        (100,),
        "units in the hidden layers of the models that are pruned",
        1,
        10**5,
        metavar="N,N",
        expected="whole numbers such as 300,100",
    )
    generations: int = setting(
        TuneConfig.generations,
        f"generations of tuning; {GENERATIONS_BY_GRADIENTS}",
        1,
        10**6,
        metavar="GENERATIONS",
    )
    races: int = setting(
        TuneConfig.races, "starts of a tuning by CMA-ES", 1, 10**4, metavar="RACES"
    )
    episodes: int = setting(
        EvaluateConfig.episodes,
        "episodes, and random weightings, of a measure",
        2,
        10**6,
        metavar="EPISODES",
    )
    measure: tuple[str, ...] = setting(
        (),
        "a further number of each network, or module:function; may be given several times",
        repeat=True,
        free=True,
        own="measure",
        choices=MEASURE_NAMES,
        metavar="MEASURE",
        shown="none",
    )
    repeats: int = setting(LATENCY_REPEATS, "measurements of a latency", 1, 10**6)
