"""The state of a search between two generations, as a checkpoint holds it."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np

from wann.evolution.front import Confirmed
from wann.experiments.growing.lineage import Ancestries
from wann.network.genome import Genome
from wann.reading import in_part, shaped
from wann.runs.checkpoint import Checkpoint
from wann.tasks.task import Task


class SavedState(NamedTuple):
    """All that a search goes on from: the search itself, its confirmed front, what was counted."""

    generation: int
    population: Sequence[Genome]
    best: tuple[float, Genome] | None  # the highest fitness so far, and whose it was
    memory: dict[str, Any]  # of the search: JSON values and arrays that only it can read
    members: list[Confirmed]  # of the confirmed front
    tried: set[str]  # digests of the networks that were confirmed once
    env_steps: int
    seconds: float  # of work
    ancestries: Ancestries | None = None  # None in checkpoints of before

    def to_checkpoint(self) -> Checkpoint:
        """Return the checkpoint that `from_checkpoint` reads."""
        arrays = {name: it for name, it in self.memory.items() if isinstance(it, np.ndarray)}
        state = {
            "generation": self.generation,
            "population": len(self.population),
            "memory": {name: it for name, it in self.memory.items() if name not in arrays},
            "env_steps": self.env_steps,
            "seconds": self.seconds,
            "best": self.best[0] if self.best else None,
            "members": [
                [m.connections, m.mean, m.sd, m.trials, m.generation] for m in self.members
            ],
            "tried": sorted(self.tried),
        }
        if self.ancestries:
            state["ancestries"] = self.ancestries.to_json()
        best = [self.best[1]] if self.best else []
        genomes = [*self.population, *best, *(m.genome for m in self.members)]
        return Checkpoint(genomes, state, arrays)

    @classmethod
    def from_checkpoint(cls, checkpoint: Checkpoint, population: int, task: Task) -> "SavedState":
        """Return the state in a checkpoint of a search with `population` genomes.

        KeyError, IndexError, TypeError or ValueError where it is that of another search.
        """
        shaped(checkpoint.state, in_part(_StateShape), "the state")
        state, genomes = checkpoint.state, list(checkpoint.genomes)
        shapes = {(genome.inputs, genome.outputs) for genome in genomes}
        if shapes != {(task.inputs, task.outputs)}:
            raise ValueError(f"genomes of {shapes} inputs and outputs")
        # Older checkpoints do not say how many genomes are the population.
        size = int(state.get("population", population))
        current, rest = genomes[:size], genomes[size:]
        best = (float(state["best"]), rest.pop(0)) if state["best"] is not None else None
        known = Ancestries.from_json(state["ancestries"]) if "ancestries" in state else None
        births = known.front if known else [None] * len(rest)
        members = [
            Confirmed(genome, *member)._replace(birth=birth)
            for genome, member, birth in zip(rest, state["members"], births, strict=True)
        ]
        return cls(
            int(state["generation"]),
            current,
            best,
            {**state.get("memory", {}), **checkpoint.arrays},
            members,
            set(state["tried"]),
            int(state["env_steps"]),
            float(state["seconds"]),
            known,
        )


class _StateShape(TypedDict):
    """What a checkpoint holds besides genomes."""

    generation: int
    population: int
    memory: dict[str, Any]
    env_steps: int
    seconds: float
    best: float | None
    members: list[tuple[int, float, float, int, int]]
    tried: list[str]
    ancestries: dict[str, Any]
