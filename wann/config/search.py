"""The settings of a search."""

from dataclasses import dataclass

from wann import own
from wann.activations import PAPER
from wann.activations.table import from_text
from wann.config import search_checks as checks
from wann.config.activations import NAMES, activation_settings, named_activation
from wann.config.generations import GenerationSettings
from wann.config.methods import (
    AGNOSTIC,
    GATE_NAMES,
    MASK_LEARNING_RATE,
    OPERATOR_NAMES,
    PARENT_NAMES,
    rounds_of,
)
from wann.config.mutations import mutation_texts, parse_mutation
from wann.config.settings import setting

RANKING_NAMES = ("paper", "reference", "nsga2", "lexicase", "mean")
# Seconds of work between two checkpoints of a search; they do not change its result.
CHECKPOINT_SECONDS = 10.0


@dataclass(frozen=True)
class SearchConfig(GenerationSettings):
    """The settings that decide the result of a search.

    How it is run (threads, folders) is not among them.
    """

    ranking: str = setting(
        "lexicase", "how parents are chosen", choices=RANKING_NAMES, own="ranking"
    )
    max_share: float = setting(
        0.2,
        "with the rankings paper and reference: share of generations ranked by (mean, best weight)",
        *(0, 1),
    )
    size_share: float = setting(
        0.5, "with the ranking lexicase: share of parents for which smallness counts, too", 0, 1
    )
    tournament: int = setting(128, "genomes that compete to become a parent", 1, 10**6)
    elite: float = setting(0.1, "share of a generation that survives unchanged", 0, 0.99)
    cull: float = setting(
        0.2, "share of a generation that cannot become parents; lexicase ignores it", 0, 0.99
    )

    initial_connections: float = setting(
        0.5, "probability that a connection of the first networks is enabled", 0, 1
    )
    initial_depth: int = setting(
        1,
        "connections on a path of the first networks, through linear nodes of each output; 1: none "
        "(paper); where it is even, w and -w do the same",
        *(1, 100),
    )
    initial_signs: str = setting(
        "one",
        "with an `initial_depth` of 2 or more: one: what leads to an output leads to a linear node "
        "first; both: to a linear or an inverse one, so that it adds or subtracts",
        choices=("one", "both"),
    )
    initial_genes: str = setting(
        "all",
        "all: the first genomes hold their disabled connections, too (paper); enabled: only the "
        "enabled ones",
        choices=("all", "enabled"),
    )
    max_connections: int = setting(52, "no child has more enabled connections than this", 1, 10**7)
    recurrent: bool = setting(
        False,
        "networks may have recurrent connections, which read what a node was one step before and "
        "so give a network memory; for environments, not for labelled data",
    )
    activations: tuple[str, ...] = setting(
        PAPER,
        "what hidden nodes may compute: also a formula such as 'soft = x / (1 + abs(x))', or "
        "MODULE:FUNCTION",
        choices=NAMES,
        read=named_activation,
    )

    add_connection: float = setting(0.20, "relative frequency of joining two nodes", 0, 1e6)
    add_node: float = setting(
        0.25, "relative frequency of splitting a connection by a new node", 0, 1e6
    )
    enable_connection: float = setting(
        0.05, "relative frequency of enabling a disabled connection", 0, 1e6
    )
    change_activation: float = setting(
        0.50, "relative frequency of changing what a hidden node computes", 0, 1e6
    )
    disable_connection: float = setting(
        0.05, "relative frequency of disabling a connection", 0, 1e6
    )
    remove_connection: float = setting(0.10, "relative frequency of deleting a connection", 0, 1e6)
    remove_node: float = setting(
        0.10, "relative frequency of deleting a hidden node and joining its neighbours", 0, 1e6
    )
    move_connection: float = setting(
        0.10, "relative frequency of moving one end of a connection", 0, 1e6
    )
    add_recurrent: float = setting(
        0.20,
        "with `recurrent`: relative frequency of letting a node read what a node was one step "
        "before",
        *(0, 1e6),
    )
    mutation: tuple[str, ...] = setting(
        (),
        "a mutation of your own, with its frequency relative to those above, such as "
        "my_module:my_function=0.3; may be given several times",
        repeat=True,
        free=True,
        metavar="MODULE:FUNCTION=FREQUENCY",
        shown="none",
    )
    crossover: float = setting(
        0.0, "probability that a child is crossed with another parent before it is mutated", 0, 1
    )
    extra_mutation: float = setting(
        0.2, "probability that a child is mutated again, four times at most", 0, 0.99
    )

    gradient_every: int = setting(
        0,
        "generations between two times that connections of the best networks are chosen anew by "
        "gradients, and enter as their children; takes labelled data and PyTorch; 0: never",
        *(0, 10**7),
    )

    parent: str = setting(
        AGNOSTIC,
        "gradient, es: what is pruned; agnostic: by gradient, its networks classify alike under "
        "every shared weight, by es, they compute the same with w and -w; mixed: hidden nodes of "
        "all `activations`; by gradient, trained under weights of `strata`",
        choices=PARENT_NAMES,
    )
    gates: str = setting(
        "top-k",
        "gradient: what a step keeps; top-k: the best places; bernoulli: as many by chance, the "
        "best likelier",
        choices=GATE_NAMES,
    )
    hidden_units: tuple[int, ...] = setting(
        (),
        "gradient, es: units of each hidden layer of the parent",
        1,
        10**5,
        free=True,
        shown="one layer, with a unit for 20 connections or fewer; es: 12 units at least",
    )
    learn_activations: bool = setting(
        False,
        "gradient: training chooses the activation of each hidden unit, which else take them in "
        "turn",
    )
    steps: int = setting(
        3000,
        "gradient: training steps down to `max_connections`; each half of it takes a quarter as "
        "many",
        1,
        10**7,
    )
    batch: int = setting(
        0, "gradient: examples in a step; 0: 256, or all where there are fewer", 0, 10**7
    )
    learning_rate: float = setting(
        MASK_LEARNING_RATE, "gradient: learning rate at the beginning of each size", 1e-12, 1e6
    )

    confirm_episodes: int = setting(
        100, "held-out episodes for each weight on which a network is confirmed", 1, 10**6
    )
    confirm_candidates: int = setting(2, "networks confirmed in a generation, at most", 1, 10**6)
    champion_tolerance: float = setting(
        0.01,
        "the champion is the smallest confirmed network whose mean is within this share of the "
        "best",
        *(0, 1),
    )

    def __post_init__(self) -> None:
        if callable(self.task):
            object.__setattr__(self, "task", own.name_of(self.task))
        object.__setattr__(self, "activations", activation_settings(self.activations))
        object.__setattr__(self, "mutation", mutation_texts(self.mutation))
        super().__post_init__()
        checks.check_weights(self.strata, self.weight_series, self.weights)
        checks.check_population(self.population, self.islands, self.asynchronous)
        checks.check_method(self.method, self.asynchronous, self.islands)
        checks.check_recurrent(self.recurrent, self.method, self.gradient_every, self.own_mutations)
        checks.check_first_networks(self.initial_depth, self.initial_signs)
        checks.check_race(self.race_episodes, self.asynchronous)
        checks.check_episodes(
            self.population * (len(self.weights) + 2), self.episodes, self.episodes_last
        )
        checks.check_stages(self.stages, self.method, self.asynchronous)
        self.check_stages()
        checks.check_rates((*self.rates, *(rate for _, rate in self.own_mutations)))

    @property
    def rounds(self) -> int:
        """How many generations there are; of a training of masks, how many blocks of steps."""
        return rounds_of(self.method, self.generations, self.steps, self.max_connections)

    @property
    def own_mutations(self) -> list[tuple[str, float]]:
        """The mutations of one's own: name and relative frequency of each."""
        return [parse_mutation(text) for text in self.mutation]

    def code(self) -> list[str]:
        """Return the names, as `module:name`, of the user's own objects among the values."""
        return super().code() + [name for name, _ in self.own_mutations if own.is_own(name)]

    @property
    def activation_codes(self) -> tuple[int, ...]:
        """The codes of `activations`, which are declared in this process, too."""
        return tuple(from_text(text).code for text in self.activations)

    @property
    def rates(self) -> tuple[float, ...]:
        """Relative frequencies in the order of `wann.evolution.random_edits.OPERATORS`.

        Recurrent connections are added only where networks may have some.
        """
        recurrent = self.add_recurrent if self.recurrent else 0.0
        return (*(getattr(self, name) for name in OPERATOR_NAMES), recurrent)
