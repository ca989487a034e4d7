"""What `wann.evaluate` returns: what a network is worth, measure by measure."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from wann.api.columns import Columns
from wann.api.notes import in_json
from wann.weights.condition_measures import ConditionMeasure, in_words
from wann.weights.evaluate import NetworkMeasures
from wann.weights.measures import Measure


class EvaluationResult(Mapping[str, Any]):
    """What a network is worth on a task.

    It is printed as the table of `wann evaluate`, and is a mapping of what that prints as JSON:
    `result["random_shared"]["mean"]` is `result.random_shared.mean`.

    Attributes:
        training_weights: the measure over the paper's six shared weights: `mean`, `sd`, `sd_over`,
            `n`.
        random_shared: the measure over shared weights from U(-2, 2).
        own_weights: the measure with the network's own weights, None where it has none.
        conditions: the measure under each condition that was asked for, by its name; each has
            `mean`, the 95 % interval from `low` to `high`, `sd` and `n`.
        measures: the further numbers that were asked for, by their names.
        classes: the names of the classes, None where the task has none.
        notes: what is to be known of the task.
    """

    def __init__(
        self,
        found: NetworkMeasures,
        conditions: Mapping[str, ConditionMeasure] | None,
        classes: tuple[str, ...] | None,
        notes: tuple[str, ...],
        title: str,
        measures: Mapping[str, float],
    ) -> None:
        """Hold what was measured.

        Args:
            found: at fixed, at random and at own weights.
            conditions: under conditions, by their names; None where none were asked for.
            classes: the names of the classes, None where there are none.
            notes: what is to be known of the task.
            title: what the network and its task are called.
            measures: further numbers, by their names.
        """
        self._found, self._title, self._asked = found, title, conditions is not None
        self.training_weights: Measure = found.training_weights
        self.random_shared: Measure = found.random_shared
        self.own_weights: Measure | None = found.own_weights
        self.conditions: Mapping[str, ConditionMeasure] = conditions or {}
        self.measures = dict(measures)
        self.classes, self.notes = classes, notes

    @property
    def mean(self) -> float:
        """The mean with the weights that the network has, or else over the training weights.

        That is the accuracy on the test examples where the task has classes, else the return.
        """
        return (self.own_weights or self.training_weights).mean

    @cached_property
    def by_weight(self) -> Columns:
        """The measure at each training weight, as columns: weight, mean, sd and n."""
        return _columns(self._found.by_weight)

    @cached_property
    def profile(self) -> Columns:
        """The measure at each of 41 shared weights from -2 to 2, as columns."""
        return _columns(self._found.profile)

    @property
    def task(self) -> str:
        """The spec of the task."""
        return self._found.task

    def to_json(self) -> dict[str, Any]:
        """Return JSON values: those that `wann evaluate --json` prints."""
        found = self._found.to_json()
        if self._asked:
            found["conditions"] = {name: one.to_json() for name, one in self.conditions.items()}
        if self.measures:
            found["measures"] = self.measures
        if self.classes is not None:
            found["classes"] = list(self.classes)
        return {**found, **in_json(self.notes)}

    def text(self) -> str:
        """Return a line on each measure, as `wann evaluate` prints them."""
        accuracies = ", accuracies" if self.classes is not None else ""
        lines = [
            f"{self._title}: {self._found.connections} connections, {self._found.hidden} hidden "
            f"nodes{accuracies}"
        ]
        for label, measure in (
            ("six shared weights", self.training_weights),
            ("shared weight from U(-2, 2)", self.random_shared),
            ("its own weights", self.own_weights),
        ):
            if measure is not None:
                spread = f"sd {measure.sd:.3g} over {measure.n} {measure.sd_over}"
                lines.append(f"  {label:28} {measure.mean:8.4g}   {spread}")
        for weight, measure in self._found.by_weight:
            spread = f"sd {measure.sd:.3g} over {measure.sd_over}"
            lines.append(f"  {f'at {weight:+g}':28} {measure.mean:8.4g}   {spread}")
        for name, condition in self.conditions.items():
            lines.append(f"  {name.replace('_', ' '):28} {in_words(condition)}")
        lines += [f"  {name:28} {number:8.6g}" for name, number in self.measures.items()]
        return "\n".join(lines)

    def __getitem__(self, name: str) -> Any:
        return self._json[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._json)

    def __len__(self) -> int:
        return len(self._json)

    @cached_property
    def _json(self) -> dict[str, Any]:
        return self.to_json()

    def __repr__(self) -> str:
        return self.text()


def _columns(measures: list[tuple[float, Measure]]) -> Columns:
    return Columns({"weight": weight, **measure._asdict()} for weight, measure in measures)
