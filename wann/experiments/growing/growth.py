"""The loops that read like the paper: grow a network, measure a network.

`grow` is a generator: it yields the row of each generation, and the caller stores it, plots it or
stops.
"""

import dataclasses
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.base import Evaluator
from wann.experiments.growing.rounds import make_rounds
from wann.experiments.growing.start import first_population
from wann.formats import NetworkFile, dumps_json, read_network
from wann.network.genome import Genome
from wann.network.weightings import Weightings
from wann.runs import filenames
from wann.runs.checkpoint import Checkpoint
from wann.runs.digest import run_digest
from wann.runs.rundir import RunDir
from wann.search.asynchronous import AsynchronousSearch
from wann.search.champion import pick_champion
from wann.search.front import Confirmed, Front
from wann.search.generation import Generation
from wann.search.generational import Search
from wann.search.islands import Islands
from wann.streams import stream
from wann.tasks.base import Task
from wann.tasks.registry import make_task
from wann.weights import measures

Row = dict[str, Any]


class Growth:
    """A search with its task, its confirmed front and its run directory: what has to be saved together."""

    def __init__(
        self, config: SearchConfig, evaluator: Evaluator, run: RunDir | None = None
    ) -> None:
        self.task: Task = make_task(config.task).frozen()
        self.config = config = dataclasses.replace(config, task=self.task.spec)
        self.evaluator = evaluator
        self.run = run
        self.rounds = make_rounds(config, self.task, evaluator, run)
        self.front = Front()
        self.env_steps = 0
        self.seconds = 0.0
        self._saved_champion: Confirmed | None = None

    @property
    def search(self) -> Search | Islands | AsynchronousSearch:
        """The search, as it is after the last step."""
        return self.rounds.search

    @property
    def champion(self) -> Confirmed | None:
        """The best confirmed network so far."""
        return pick_champion(self.front.members, self.config.champion_tolerance)

    @cached_property
    def confirmation(self) -> NDArray[Any]:
        """The episodes on which candidates are confirmed, the same in all generations."""
        return self.task.draw_confirmation(
            self.config.confirm_episodes, stream(self.config.seed, "confirm")
        )

    def step(self) -> Row:
        """Evaluate one generation, confirm its best, breed the next.

        Return the row that describes it.
        """
        started = time.perf_counter()
        scored = self.rounds.next()
        generation, number = scored.generation, scored.generation.number
        bred = time.perf_counter()
        self.env_steps += scored.steps + self._confirm(generation, scored.promise)
        ended = time.perf_counter()
        self.seconds += ended - started
        row = self._describe(generation)
        if self.run:
            self.run.append(filenames.GENERATIONS, row)
            seconds = (bred - started - scored.breeding, scored.breeding, ended - bred)
            names = ("evaluate", "breed", "confirm")
            timing = {name: round(value, 6) for name, value in zip(names, seconds, strict=True)}
            self.run.append(filenames.TIMING, {"generation": number, **timing})
            self._save_champion(number)
        return row

    def save(self) -> None:
        """Write the checkpoint from which `restore` goes on."""
        if self.run is None:
            return
        best = self.search.best
        members = self.front.members
        population = self.search.population
        state = {
            "generation": self.search.generation,
            "population": len(population),
            "memory": self.search.memory,
            "env_steps": self.env_steps,
            "seconds": self.seconds,
            "best": best[0] if best else None,
            "members": [[m.connections, m.mean, m.sd, m.trials, m.generation] for m in members],
            "tried": sorted(self.front.tried),
        }
        genomes = [*population, *([best[1]] if best else []), *(m.genome for m in members)]
        self.run.save_checkpoint(Checkpoint(genomes, state))

    def restore(self) -> None:
        """Go on from the run's last checkpoint; without one, from the beginning."""
        checkpoint = self.run.load_checkpoint() if self.run else None
        if checkpoint is None:
            self._plant()
            return
        try:
            self._restore(checkpoint.state, list(checkpoint.genomes))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise UserError(
                f"the checkpoint does not belong to the settings of the run ({error}): one of "
                f"{filenames.CHECKPOINT} and {filenames.CONFIG} was changed; the run cannot be "
                "resumed, "
                "its champion can be used"
            ) from None
        self._saved_champion = self.champion

    def _plant(self) -> None:
        """Begin from the network that the run was given to begin from, if it was given one."""
        if self.run is None or not (self.run.path / filenames.SEED).exists():
            return
        genome = read_network(self.run.path / filenames.SEED).genome
        self.search.restore(0, first_population(self.config, genome), None, {})

    def _restore(self, state: dict[str, Any], genomes: list[Genome]) -> None:
        shapes = {(genome.inputs, genome.outputs) for genome in genomes}
        if shapes != {(self.task.inputs, self.task.outputs)}:
            raise ValueError(f"genomes of {shapes} inputs and outputs")
        size = int(state.get("population", self.config.population))
        population, rest = genomes[:size], genomes[size:]
        best = (float(state["best"]), rest.pop(0)) if state["best"] is not None else None
        members = [
            Confirmed(genome, *member)
            for genome, member in zip(rest, state["members"], strict=True)
        ]
        self.search.restore(int(state["generation"]), population, best, state.get("memory", {}))
        self.front.members, self.front.tried = members, set(state["tried"])
        self.env_steps, self.seconds = int(state["env_steps"]), float(state["seconds"])

    def finish(self) -> Row:
        """Write checkpoint, front and summary; return the summary."""
        self.rounds.close()
        champion = self.champion
        summary: Row = {
            "run": str(self.run.path) if self.run else None,
            "task": self.config.task,
            "seed": self.config.seed,
            "generations": self.search.generation,
            "finished": self.search.finished,
            "env_steps": self.env_steps,
            "seconds": round(self.seconds, 3),
            "champion": str(self.run.path / filenames.CHAMPION) if self.run and champion else None,
            "connections": champion.connections if champion else None,
            "mean": champion.mean if champion else None,
        }
        if self.run is None:
            return summary
        self.save()
        if champion:  # what a resumed run finds may be missing, or ahead of the checkpoint
            self.run.write_text(filenames.CHAMPION, dumps_json(self._network_file(champion)))
        points = []
        for member in self.front.members:
            name = f"{filenames.FRONT_NETWORKS}/{member.connections:04d}.json"
            self.run.write_text(name, dumps_json(self._network_file(member)))
            points.append(
                {**_confirmed_info(member), "network": name, "champion": member is champion}
            )
        self.run.write_json(filenames.FRONT, points)
        self.run.keep_only(
            filenames.FRONT_NETWORKS, {Path(point["network"]).name for point in points}
        )
        summary["digest"] = run_digest(self.run.path)
        self.run.write_json(filenames.SUMMARY, summary)
        self.run.log(
            f"stopped after {self.search.generation} generations, digest {summary['digest']}"
        )
        return summary

    def _confirm(self, generation: Generation, promise: NDArray[np.float64]) -> int:
        """Score the generation's most promising genomes on the held-out episodes.

        Return the steps that took.
        """
        weights = Weightings.shared(self.config.weights)
        chosen = self.front.candidates(generation, promise, self.config.confirm_candidates)
        networks = [generation.networks[i] for i in chosen]
        steps = 0
        for i, evaluation in zip(
            chosen, self.rounds.confirm(networks, weights, self.confirmation), strict=True
        ):
            measure = measures.summarise(evaluation.returns)
            self.front.add(
                Confirmed(
                    generation.genomes[i].copy(),
                    generation.networks[i].connections,
                    measure.mean,
                    measure.sd,
                    measure.n,
                    generation.number,
                )
            )
            steps += int(evaluation.steps.sum())
        return steps

    def _describe(self, generation: Generation) -> Row:
        best, champion = generation.best, self.champion
        return {
            "generation": generation.number,
            "env_steps": self.env_steps,
            "best": _finite(generation.mean[best]),
            "median": _finite(float(np.median(generation.mean))),
            "connections": int(generation.connections[best]),
            "median_connections": float(np.median(generation.connections)),
            "failed": generation.failed,
            "champion": champion.mean if champion else None,
            "champion_connections": champion.connections if champion else None,
        }

    def _save_champion(self, number: int) -> None:
        champion = self.champion
        if self.run is None or champion is None or champion is self._saved_champion:
            return
        text = dumps_json(self._network_file(champion))
        self.run.write_text(f"{filenames.CHAMPIONS}/{number:06d}.json", text)
        self.run.write_text(filenames.CHAMPION, text)
        self._saved_champion = champion

    def _network_file(self, member: Confirmed) -> NetworkFile:
        info = {"seed": self.config.seed, "confirmed": _confirmed_info(member)}
        return NetworkFile(member.genome, None, self.config.task, info)


def grow(
    growth: Growth, *, checkpoint_seconds: float = 10.0, stop: Callable[[], bool] = lambda: False
) -> Iterator[Row]:
    """Run the search to its end or until `stop()` is true after a generation, yielding a row per generation.

    A checkpoint is written whenever `checkpoint_seconds` of work have passed since the last one,
    and at the end.
    """
    if growth.search.generation == 0:
        growth.save()
    saved = time.monotonic()
    while not growth.search.finished and not stop():
        yield growth.step()
        if time.monotonic() - saved >= checkpoint_seconds:
            growth.save()
            saved = time.monotonic()


def _confirmed_info(member: Confirmed) -> Row:
    return {
        "connections": member.connections,
        "mean": member.mean,
        "sd": member.sd,
        "sd_over": measures.TRIALS,
        "n": member.trials,
        "generation": member.generation,
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
