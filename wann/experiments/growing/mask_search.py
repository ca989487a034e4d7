"""A training of masks as a search: each generation is one network, after a block of steps."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from wann.config import BLOCK_STEPS, SearchConfig, mask_sizes
from wann.evolution.birth import Birth
from wann.evolution.search_state import SearchState
from wann.network.compile import compile_genome, to_genome
from wann.network.genome import Genome
from wann.network.network import Network
from wann.pruning.shared.make import MaskSettings, make_trainer, one_thread
from wann.pruning.shared.schedule import MaskSchedule
from wann.pruning.shared.training import MaskTrainer
from wann.tasks.optional_abilities import with_labels
from wann.tasks.task import Task


class MaskSearch:
    """A training of masks that comes to `max_connections`, and then to halves of that.

    One thread trains: PyTorch on several gives other bytes.
    """

    def __init__(self, config: SearchConfig, task: Task, start: Genome | None = None) -> None:
        """Begin; UserError as `make_mask_trainer`."""
        self._trainer = make_mask_trainer(config, task, start)
        self.generation = 0  # how many blocks are done
        self.best: None = None  # of a generation, which a search by evolution remembers
        self.population: Sequence[Genome] = [to_genome(self._trainer.network())]
        self.births: list[Birth] = []  # nobody descends from another here

    @property
    def finished(self) -> bool:
        """Whether the last size was come to."""
        return self._trainer.finished

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` goes on from: numbers, and arrays by name."""
        return self._trainer.state()

    @property
    def examples_in_step(self) -> int:
        """How many examples a step takes, each counted once for each shared weight."""
        trainer = self._trainer
        return trainer.batch * (trainer.weights.number if trainer.parent.depends_on_weight else 1)

    def advance(self) -> tuple[Network, int]:
        """Train a block of steps; return the network of the size come to next, and the steps."""
        before = self._trainer.step
        with one_thread():
            self._trainer.advance(BLOCK_STEPS)
            network = self._trainer.network()
        self.generation += 1
        self.population = [to_genome(network)]
        return network, self._trainer.step - before

    def restore(self, state: SearchState) -> None:
        """Continue from a saved state; KeyError or ValueError if it is that of another search.

        The population is the last network.
        """
        self._trainer.restore(state.memory)
        if state.generation != self._blocks_behind():
            raise ValueError(f"{self._trainer.step} steps in {state.generation} blocks")
        self.generation, self.population = state.generation, list(state.population)

    def _blocks_behind(self) -> int:
        step = self._trainer.step
        return sum(
            ceil((min(step, phase.end) - phase.first) / BLOCK_STEPS)
            for phase in self._trainer.phases
            if step > phase.first
        )


def make_mask_trainer(config: SearchConfig, task: Task, start: Genome | None = None) -> MaskTrainer:
    """Return the training of masks that settings ask for, at its beginning.

    `start`: what the hidden nodes of the parent are taken from, if it is not one of the settings.

    UserError where the task has no labels, or the settings do not suit it.
    """
    examples = with_labels(task).labelled()
    network = None if start is None else compile_genome(start)
    settings = mask_settings(config)._replace(network=network)
    return make_trainer(settings, task.outputs, examples["x"], examples["y"])


def mask_settings(config: SearchConfig) -> MaskSettings:
    """Return what the settings of a search say of a training of masks."""
    lowest, highest = config.strata
    return MaskSettings(
        config.parent,
        config.hidden_units,
        config.activation_codes,
        config.learn_activations,
        (lowest, highest),
        mask_sizes(config.max_connections),
        MaskSchedule(config.steps, config.learning_rate),
        config.gates,
        config.batch,
        config.seed,
    )
