"""One search from its first generation to its champion, and the loop that runs it.

`grow` is a generator: it yields the row of each generation, and the caller stores it, plots it or
stops.
"""

import dataclasses
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann import own
from wann.config import CHECKPOINT_SECONDS, GRADIENT, SearchConfig
from wann.errors import UserError
from wann.evaluators.evaluator import Evaluator
from wann.evolution.birth import Birth, settle
from wann.evolution.champion import pick_champion
from wann.evolution.front import Confirmed, Front
from wann.evolution.generation import Generation
from wann.evolution.search_state import SearchState
from wann.experiments.growing.lineage import Ancestries
from wann.experiments.growing.make_rounds import make_rounds
from wann.experiments.growing.result_files import ResultFiles
from wann.experiments.growing.rounds import Searching
from wann.experiments.growing.rows import (
    GenerationRow,
    GenerationSeconds,
    RunSummary,
    measure_of,
)
from wann.experiments.growing.saved_state import SavedState
from wann.experiments.growing.staged import stage_that_begins
from wann.experiments.growing.start import children_of_first, first_population, start_genome
from wann.experiments.growing.weights_and_episodes import confirmation_in
from wann.files import finite
from wann.network.weightings import Weightings
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.tasks.optional_abilities import in_precision
from wann.tasks.registry import task_of
from wann.tasks.task import Task
from wann.weights import measures

Row = dict[str, Any]


class Growth:
    """A search with its task, its confirmed front and its run directory, saved together."""

    def __init__(
        self,
        config: SearchConfig,
        evaluator: Evaluator,
        run: RunDir | None = None,
        *,
        task: Task | None = None,
    ) -> None:
        """`task` is one that no spec describes, in place of that of the settings."""
        origin = run.path / filenames.CONFIG if run else "a setting"
        own.check_trusted(config.code(), origin)
        self.task: Task = (task or task_of(config.task, origin)).frozen()
        self.config = config = dataclasses.replace(config, task=self.task.spec)
        self.evaluator = evaluator
        self.run = run
        self.files = ResultFiles(run, config, self.task) if run else None
        scored_on = in_precision(self.task, config.precision)
        self.rounds = make_rounds(config, scored_on, evaluator, run)
        self.front = Front()
        self.champions: list[tuple[int, Birth]] = []  # each so far, with its generation
        self.env_steps = 0
        self.seconds = 0.0

    @property
    def search(self) -> Searching:
        """The search, as it is after the last step."""
        return self.rounds.search

    @property
    def champion(self) -> Confirmed | None:
        """The best confirmed network so far."""
        tolerance, most = self.config.champion_tolerance, self.config.max_connections
        return pick_champion(self.front.members, tolerance, most)

    @cached_property
    def confirmation(self) -> NDArray[Any]:
        """The episodes on which candidates are confirmed, the same in all generations."""
        return confirmation_in(self.config, self.task)

    def step(self) -> Row:
        """Evaluate one generation, confirm its best, breed the next, and return its row.

        The row has the keys of `GenerationRow`. Row, timing and champion go to the files of the
        run, if there is one.
        """
        started = time.perf_counter()
        stage = stage_that_begins(self.config, self.search.generation)
        if self.run and stage:
            self.run.log(f"generation {self.search.generation}: stage {stage}")
        scored = self.rounds.next()
        generation = scored.generation
        bred = time.perf_counter()
        self.env_steps += scored.steps + self._confirm(generation, scored.promise)
        ended = time.perf_counter()
        self.seconds += ended - started
        row = self._describe(generation)
        if self.files:
            evaluating = bred - started - scored.breeding
            seconds = GenerationSeconds(evaluating, scored.breeding, confirm=ended - bred)
            self.files.add_generation(row, seconds)
            self.files.add_champion(self.champion, generation.number)
        return row.to_json()

    def save(self) -> None:
        """Write the checkpoint from which `restore` goes on."""
        if self.run is None:
            return
        search = self.search
        state = SavedState(
            search.generation,
            search.population,
            search.best,
            search.memory,
            self.front.members,
            self.front.tried,
            self.env_steps,
            self.seconds,
            Ancestries(list(search.births), [m.birth for m in self.front.members], self.champions),
        )
        self.run.save_checkpoint(state.to_checkpoint())
        if self.files:
            self.files.write_lineage(self.champions, self.front.members)

    def restore(self) -> None:
        """Go on from the run's last checkpoint; without one, from the beginning.

        UserError where the checkpoint does not belong to the run.
        """
        checkpoint = self.run.load_checkpoint() if self.run else None
        if checkpoint is None:
            self._begin_from_network()
            return
        try:
            state = SavedState.from_checkpoint(checkpoint, self.config.population, self.task)
            known = state.ancestries
            births = known.population if known else None
            self.search.restore(
                SearchState(state.generation, state.population, state.best, state.memory, births)
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise UserError(
                f"the checkpoint does not belong to the settings of the run ({error}): one of "
                f"{filenames.CHECKPOINT} and {filenames.CONFIG} was changed; the run cannot be "
                "resumed, its champion can be used"
            ) from None
        self.front.members, self.front.tried = state.members, state.tried
        self.champions = known.champions if known else []
        self.env_steps, self.seconds = state.env_steps, state.seconds
        if self.files:
            self.files.newest = self.champion

    def _begin_from_network(self) -> None:
        """Begin from the network that the run was given to begin from, if it was given one."""
        genome = start_genome(self.run)
        if genome is not None and self.config.method != GRADIENT:
            population = first_population(self.config, genome)
            births = children_of_first(population)
            self.search.restore(SearchState(0, population, None, births=births))

    def finish(self, where: str | None = None) -> Row:
        """Write checkpoint, front and summary, and return the summary, with `RunSummary`'s keys.

        `where` is what the summary calls the folder of the run, by default its path.
        """
        self.rounds.close()
        champion = self.champion
        where = where or (str(self.run.path) if self.run else None)
        summary = RunSummary(
            run=where,
            task=self.config.task,
            seed=self.config.seed,
            generations=self.search.generation,
            finished=self.search.finished,
            env_steps=self.env_steps,
            seconds=round(self.seconds, 3),
            champion=f"{where}/{filenames.CHAMPION}" if self.run and champion else None,
            connections=champion.connections if champion else None,
            mean=champion.mean if champion else None,
            notes=self.run.notes if self.run else (),
            measure=measure_of(self.config),
        )
        if self.files:
            self.save()
            if champion:
                self.files.write_champion(champion)
            self.files.write_front(self.front.members, champion)
            summary = self.files.write_summary(summary)
        return summary.to_json()

    def _confirm(self, generation: Generation, promise: NDArray[np.float64]) -> int:
        """Score the generation's most promising genomes on the episodes for confirming.

        Return how many environment steps that took.
        """
        weights = Weightings.shared(self.config.weights)
        chosen = self.front.candidates(generation, promise, self.config.confirm_candidates)
        networks = [generation.networks[i] for i in chosen]
        steps = 0
        for i, evaluation in zip(
            chosen, self.rounds.confirm(networks, weights, self.confirmation), strict=True
        ):
            measure = measures.summarise(evaluation.returns)
            birth = generation.births[i] if generation.births else None
            if birth:
                settle([birth])  # so that a member of the front holds no population
            self.front.add(
                Confirmed(
                    generation.genomes[i].copy(),
                    generation.networks[i].connections,
                    measure.mean,
                    measure.sd,
                    measure.n,
                    generation.number,
                    birth,
                )
            )
            steps += int(evaluation.steps.sum())
        self._note_champion(generation.number)
        return steps

    def _note_champion(self, generation: int) -> None:
        """Note the birth of the champion of a generation, unless it is that of the one before."""
        birth = self.champion.birth if self.champion else None
        if birth and (not self.champions or self.champions[-1][1] is not birth):
            self.champions.append((generation, birth))

    def _describe(self, generation: Generation) -> GenerationRow:
        best, champion = generation.best, self.champion
        return GenerationRow(
            generation=generation.number,
            env_steps=self.env_steps,
            best=finite(generation.mean[best]),
            median=finite(np.median(generation.mean)),
            connections=int(generation.connections[best]),
            median_connections=float(np.median(generation.connections)),
            failed=generation.failed,
            champion=champion.mean if champion else None,
            champion_connections=champion.connections if champion else None,
        )


def grow(
    growth: Growth,
    *,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Row]:
    """Run the search to its end, yielding a row per generation with the keys of `GenerationRow`.

    It also stops where `stop()` is true after a generation. A checkpoint is written whenever
    `checkpoint_seconds` of work have passed since the last one, and at the end.
    """
    if growth.search.generation == 0:
        growth.save()
    saved = time.monotonic()
    while not growth.search.finished and not stop():
        yield growth.step()
        if time.monotonic() - saved >= checkpoint_seconds:
            growth.save()
            saved = time.monotonic()
