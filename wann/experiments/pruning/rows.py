"""The rows of a study: of its steps, of its summary, of plateaus and of measured times.

`to_json` and `from_json` are the edge where files begin: they have the keys of the files, in their
order.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wann.errors import short_repr
from wann.network.latency import Latency
from wann.reading import shaped
from wann.statistics import Interval

DENSE = "dense"  # the method of the whole model


@dataclass(frozen=True, kw_only=True)
class StudyRow:
    """What one step of a study gave: a model that was pruned, trained and measured.

    Measures are None where they were not taken, or cannot be.
    """

    model: str
    dataset: str
    method: str  # DENSE for the whole model
    control: str | None  # how the masks of the method were changed; None: they are its own
    seed: int
    asked: float | None  # the density asked for; None for a round on the way to one
    round: int | None  # of pruning in rounds
    kept: int  # weights, of those that may be pruned
    total: int
    density: float
    # Weights on a path from input to output, of those that may be pruned
    effective: int | None = None
    effective_density: float | None
    active_units: list[int] | None = None  # inputs, then units of each layer
    # See `wann.pruning.structure.costs.Costs`
    dense_flops: int | None = None
    masked_flops: int | None = None
    shrunk_flops: int | None = None
    dense_bytes: int | None = None
    sparse_bytes: int | None = None
    shrunk_bytes: int | None = None
    accuracy: float  # on test data, after training again unless the study does not retrain
    accuracy_without_retraining: float | None
    # Where a trained model was pruned: by how much the loss on the examples of scoring grew, and by
    # how much the score foretold that it would grow
    loss_increase: float | None = None
    predicted_loss_increase: float | None = None
    accuracy_at_early_stop: float | None
    early_stop_step: int | None
    test_loss: float | None = None
    validation_accuracy: float | None = None
    # On test data with each shared weight, of a method whose kept weights may have any
    accuracy_by_weight: Mapping[str, float] | None = None
    kept_by_layer: Mapping[str, int] | None = None
    # Why, by the layers that stay larger than what is at work in them when the model is shrunk
    held: Mapping[str, str] | None = None
    seconds: float
    # The row as it was in a file of an older version, which may lack keys or have others
    as_read: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        return short_repr(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "StudyRow":
        """Return the row that `to_json` described.

        UserError if it lacks what a summary needs, or has it of another type. What else it lacks or
        has makes no difference: `to_json` gives it back as it was.
        """
        shaped(content, cls, "the row")
        known = {entry.name for entry in dataclasses.fields(cls)} - {"as_read"}
        values = {name: value for name, value in content.items() if name in known}
        return cls(**values, as_read=content)

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        if self.as_read is not None:
            return dict(self.as_read)
        names = [entry.name for entry in dataclasses.fields(self) if entry.name != "as_read"]
        return {name: getattr(self, name) for name in names}


class MeanInterval(NamedTuple):
    """A mean over seeds and its 95 % t-interval: None where there is no value, or only one."""

    mean: float | None
    low: float | None
    high: float | None

    @property
    def interval(self) -> Interval | None:
        """The same for computing: an unknown bound is infinitely far; None without a mean."""
        if self.mean is None:
            return None
        low = float("-inf") if self.low is None else self.low
        high = float("inf") if self.high is None else self.high
        return Interval(self.mean, low, high, 0)


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """What a method or one of its controls gave at one density, over the seeds."""

    model: str
    dataset: str
    method: str
    control: str | None
    asked: float | None
    round: int | None
    kept: int
    total: int
    density: float
    n: int  # seeds
    seeds: tuple[int, ...]
    accuracy: MeanInterval
    accuracy_without_retraining: MeanInterval
    accuracy_at_early_stop: MeanInterval
    early_stop_step: MeanInterval
    effective_density: float | None  # means
    seconds: float | None
    # The difference of accuracies to the whole model of the same seed, and what it says
    against_dense: MeanInterval
    verdict: str | None  # None for the whole model itself
    # For a control: the difference to the masks that it controls, and what it says
    against_method: MeanInterval
    verdict_of_control: str | None

    def __repr__(self) -> str:
        return short_repr(self)

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        found: dict[str, Any] = {}
        for entry in dataclasses.fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, MeanInterval):
                found[entry.name] = value._asdict()
            else:
                found[entry.name] = list(value) if isinstance(value, tuple) else value
        return found


class PlateauRow(NamedTuple):
    """How far a method or one of its controls can be pruned; see `plateaus.Plateau`."""

    method: str
    control: str | None
    end: float | None
    lost: float | None
    resolved: bool


class LatencyRow(NamedTuple):
    """How long a model that a method pruned to a density takes, computed in one way."""

    method: str
    asked: float
    latency: Latency

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {"method": self.method, "asked": self.asked, **self.latency._asdict()}


@dataclass(frozen=True)
class StudySummary:
    """Everything that came out of a study so far."""

    study: str  # its folder
    summary: list[SummaryRow]
    plateaus: list[PlateauRow]
    rows: list[StudyRow]
    latency: list[LatencyRow] | None = None  # None where times were not asked for
    # Why, by the names of parameters that were not pruned although nobody protected them
    left_whole: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return short_repr(self)

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON values; times are among them only if they were asked for."""
        found = {
            "study": self.study,
            "summary": [row.to_json() for row in self.summary],
            "plateaus": [row._asdict() for row in self.plateaus],
            "rows": [row.to_json() for row in self.rows],
            "left_whole": dict(self.left_whole),
        }
        if self.latency is not None:
            found["latency"] = [row.to_json() for row in self.latency]
        return found
