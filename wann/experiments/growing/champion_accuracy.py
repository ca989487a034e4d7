"""The accuracy of the champion of a search for a classifier, beside which stand its losses."""

from collections.abc import Callable

from wann.experiments.growing.growth import Growth
from wann.experiments.growing.rows import measure_of
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.tasks.fitness import ACCURACY
from wann.tasks.optional_abilities import Classifying
from wann.weights.ensemble import validation_accuracy


def accuracy_of(growth: Growth) -> Callable[[], float] | None:
    """Return what tells the accuracy of the champion of a search for a classifier, else None.

    That is on the validation examples, over the shared weights of the search.
    """
    task, weights = growth.task, Weightings.shared(growth.config.weights)
    if not isinstance(task, Classifying):
        return None
    known: list[tuple[object, float]] = []  # the champion that was measured last

    def accuracy() -> float:
        champion = growth.champion
        assert champion is not None
        if measure_of(growth.config) == ACCURACY:
            return champion.mean
        if not known or known[0][0] is not champion:
            network = compile_genome(champion.genome)
            known[:] = [(champion, validation_accuracy(task, network, weights))]
        return known[0][1]

    return accuracy
