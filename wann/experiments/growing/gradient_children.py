"""Children whose connections are chosen by gradients, among those that evolution breeds.

Every so many generations the best genomes learn which connections to have among their nodes, and a
child inherits what was learned (Lamarckian evolution; evolution with local search between its
generations is a memetic algorithm, Moscato 1989).
"""

from functools import cached_property

from wann.config import SearchConfig
from wann.errors import UserError
from wann.evolution.birth import Birth
from wann.evolution.generational import Search
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.pruning.shared.rechosen import Chooser
from wann.tasks.optional_abilities import with_labels
from wann.tasks.task import Task

_BEST = 4  # genomes that have such a child
_STEPS = 30  # of gradients, for each


class GradientChildren:
    """Lets children of the best genomes enter a generation in place of its last ones."""

    def __init__(self, config: SearchConfig, task: Task) -> None:
        """UserError if the task has no labels, or there is not one population for them."""
        if config.asynchronous or config.islands > 1:
            raise UserError(
                "children by gradients enter whole generations of one population: leave out "
                "gradient_every, or asynchronous and islands"
            )
        self.config, self._task = config, with_labels(task)

    @cached_property
    def _chooser(self) -> Chooser:
        examples = self._task.labelled()
        return Chooser(examples["x"], examples["y"], _STEPS, self.config.seed)

    def enter(self, search: Search, weights: Weightings) -> int:
        """Let children enter the generation that was just asked for, where it is time.

        `weights`: the shared ones of the generation. Returns the steps: examples times weights.
        """
        number = search.generation
        if number == 0 or number % self.config.gradient_every:
            return 0
        size = len(search.population)
        count, most = min(_BEST, size // 2), self.config.max_connections
        # The best of the generation before stand first, where any survive.
        best = [search.population[index] for index in range(count)]
        shared, births = weights.values[:, 0].tolist(), search.births
        children = [
            self._chooser.rechosen(genome, shared, max(most, genome.connections), (number, index))
            for index, genome in enumerate(best)
        ]
        places = range(size - count, size)
        born = [
            Birth(births[place].number, number, births[index], (best[index], children[index]))
            for index, place in enumerate(places)
        ]
        search.replace(places, children, [compile_genome(child) for child in children], born)
        return count * _STEPS * self._chooser.batch * len(shared)
