"""What a search tells of a generation and of its end.

These are types inside; JSON in the files of a run, and for whoever iterates over `grow`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from wann.config import GRADIENT, SearchConfig
from wann.tasks.fitness import ACCURACY, Fitness, fitness_of


def measure_of(config: SearchConfig) -> str | None:
    """Return ACCURACY where that is what means of confirmed networks are of, else None."""
    return ACCURACY if config.method == GRADIENT else None


def meaning_of(config: SearchConfig) -> Fitness:
    """Return what the means of a search are of, as far as the name of the task tells."""
    return fitness_of(measure_of(config), config.task)


class GenerationRow(NamedTuple):
    """A row of generations.jsonl. Fitness is the mean return over all trials of the generation.

    Where masks are trained, a generation is a block of steps with one network, and fitness is its
    accuracy.
    """

    generation: int
    env_steps: int  # since the search began
    best: float | None  # fitness of the best genome; None if it is not finite, like the next one
    median: float | None
    connections: int  # of the best genome
    median_connections: float
    failed: int  # genomes whose fitness is not finite
    champion: float | None  # its mean when it was confirmed; None before there is a champion
    champion_connections: int | None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return self._asdict()


class GenerationSeconds(NamedTuple):
    """How long the parts of a generation took, a row of timing.jsonl without its number."""

    evaluate: float
    breed: float
    confirm: float

    def to_json(self) -> dict[str, float]:
        """Return JSON values, to the microsecond."""
        return {name: round(seconds, 6) for name, seconds in self._asdict().items()}


class FrontRow(NamedTuple):
    """An entry of front.json: a confirmed network, and the file that it is in."""

    connections: int
    mean: float | None
    network: str  # its file, as a path in the folder of the run
    champion: bool = False
    sd: float | None = None
    sd_over: str | None = None
    n: int | None = None
    generation: int | None = None
    sha256: str | None = None  # of the file; entries of before have none
    measure: str | None = None  # ACCURACY where the mean is of that, and of no return


class RunSummary(NamedTuple):
    """What summary.json says of a search."""

    run: str | None  # its folder; None where it is kept in none
    task: str  # its spec
    seed: int
    generations: int  # that are done
    finished: bool  # whether these are all
    env_steps: int
    seconds: float  # of work
    champion: str | None  # its file
    connections: int | None  # of the champion
    mean: float | None  # of the champion, when it was confirmed
    digest: str | None = None  # of the run in its folder
    measure: str | None = None  # ACCURACY where the mean is of that, and of no return
    notes: Sequence[str] = ()  # what the user was told of the task before it started

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, without digest, measure or notes where there are none."""
        content = self._asdict()
        if self.notes:
            content["notes"] = list(self.notes)
        else:
            del content["notes"]
        for name in ("digest", "measure"):
            if content[name] is None:
                del content[name]
        return content
