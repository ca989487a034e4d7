"""The settings of a search on its generations: how many there are, and what they are scored on."""

import dataclasses
from dataclasses import dataclass
from typing import Self

from wann.config.methods import EVOLUTION, METHOD_NAMES
from wann.config.precision import DOUBLE, PRECISIONS
from wann.config.settings import LARGEST_SEED, Settings, setting
from wann.config.stages import Stage, parse_stages, stage_texts
from wann.errors import UserError

TRAINING_WEIGHTS = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
WEIGHT_SERIES = ("fixed", "stratified", "augmented")


@dataclass(frozen=True)
class GenerationSettings(Settings):
    """How many generations a search has, of how many genomes, and what these are scored on."""

    task: str = setting("swingup", "what networks are scored on")
    seed: int = setting(
        0, "seed of all random numbers: the same seed gives the same files", 0, LARGEST_SEED
    )
    method: str = setting(
        EVOLUTION,
        "evolution, or train which connections of a dense parent are kept: gradient, for labelled "
        "data, with PyTorch; es, an evolution strategy, for any task",
        choices=METHOD_NAMES,
        shown="the recipe's, or evolution where a setting of evolution alone is given",
    )
    generations: int = setting(600, "how many generations to run", 1, 10**7)
    population: int = setting(1024, "genomes in a generation", 2, 10**6)

    asynchronous: bool = setting(
        False,
        "breed whenever scores come in, so that no worker waits for the longest episodes; the "
        "result depends on the order of completion, which is recorded",
    )
    islands: int = setting(
        1, "populations that breed apart, each an equal share of the genomes", 1, 10**6
    )
    migrate_every: int = setting(
        20, "generations between two migrations to the next island", 1, 10**7
    )

    weights: tuple[float, ...] = setting(
        TRAINING_WEIGHTS, "shared weights a network is scored with", -1e6, 1e6
    )
    weight_series: str = setting(
        "augmented",
        "fixed: the weights as given; stratified: as many, drawn anew each generation, half of "
        "either sign, one from each of equal parts of the magnitudes in `strata`; augmented: the "
        "fixed ones and one stratified pair",
        choices=WEIGHT_SERIES,
    )
    strata: tuple[float, ...] = setting(
        (0.4, 2.0), "smallest and largest magnitude of the weights drawn each generation", 0, 1e6
    )
    episodes: int = setting(
        3, "episodes for each weight, the same for all genomes of a generation", 1, 10**6
    )
    episodes_last: int = setting(
        0,
        "episodes for each weight in the last generation; the number changes by the same factor "
        "from each generation to the next; 0: as in the first",
        *(0, 10**6),
    )

    race_episodes: int = setting(
        0,
        "episodes for each weight that all genomes play, where only the best play the others; 0 "
        "or no fewer than `episodes`: all play all",
        *(0, 10**6),
    )
    race_share: float = setting(
        0.25, "with `race_episodes`: share of a generation that plays all episodes", 0, 1
    )

    precision: str = setting(
        DOUBLE,
        "numbers that the search computes with: single, of 32 bits, is faster, for swing-up; "
        "champions are confirmed and measured in double precision",
        choices=PRECISIONS,
    )
    stage: tuple[str, ...] = setting(
        (),
        "what generations are scored on, changed on the way: after this share of them these "
        "settings hold, such as '0.5 episodes=6 search_steps=none'; may be given several times",
        repeat=True,
        free=True,
        metavar="'SHARE NAME=VALUE ...'",
        shown="none",
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "stage", stage_texts(self.stage))
        super().__post_init__()

    @property
    def stages(self) -> list[Stage]:
        """The stages, in their order."""
        return parse_stages(self.stage, dataclasses.fields(self))

    def in_stage(self, stage: Stage) -> Self:
        """Return the settings that hold in `stage`."""
        return dataclasses.replace(self, stage=(), **stage.scoring)

    def check_stages(self) -> None:
        """Raise UserError where settings contradict each other in a stage."""
        for text, stage in zip(self.stage, self.stages, strict=True):
            try:
                self.in_stage(stage)
            except UserError as error:
                raise UserError(f"stage {text!r}: {error}") from None
