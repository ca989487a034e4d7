"""What is found under a weight condition: a measure with its interval, and where weights came from.

These are types everywhere but in files and in what `--json` prints: there they are JSON objects.
"""

from typing import Any, NamedTuple

import numpy as np

from wann.weights.measures import Measure


class GivenWeights(NamedTuple):
    """Individual weights that were known already."""

    method: str = "given"


class TunedSharedWeight(NamedTuple):
    """A shared weight that was tuned."""

    weight: float
    evaluations: int  # episodes that the tuning ran


class TunedIndividualWeights(NamedTuple):
    """Individual weights that were tuned."""

    method: str
    evaluations: int  # episodes that the tuning ran, that of the shared weight before it included
    seconds: float  # that both tunings took


class VoteOverWeights(NamedTuple):
    """Several shared weights, over which a majority voted for a class."""

    mean_probability: float  # accuracy of the mean of the softmax, a vote of another kind
    weights: tuple[float, ...]


Origin = GivenWeights | TunedSharedWeight | TunedIndividualWeights | VoteOverWeights


class ConditionMeasure(NamedTuple):
    """What a network earns under one weight condition."""

    measure: Measure
    ci95: tuple[float, float] | None  # interval for the mean; None where a single unit gives none
    origin: Origin | None = None  # of the weights; None where they were drawn, or need no words

    @property
    def mean(self) -> float:
        """The mean."""
        return self.measure.mean

    @property
    def sd(self) -> float:
        """The standard deviation of what the mean is over."""
        return self.measure.sd

    @property
    def n(self) -> int:
        """How many values the mean is over."""
        return self.measure.n

    @property
    def low(self) -> float:
        """The lower bound of the interval; NaN where there is none."""
        return self.ci95[0] if self.ci95 else np.nan

    @property
    def high(self) -> float:
        """The upper bound of the interval; NaN where there is none."""
        return self.ci95[1] if self.ci95 else np.nan

    def to_json(self) -> dict[str, Any]:
        """Return `mean`, `sd`, `sd_over`, `n`, `ci95`, and what is known of the weights."""
        origin = self.origin._asdict() if self.origin else {}
        return {**self.measure._asdict(), "ci95": self.ci95 and list(self.ci95), **origin}


def in_words(found: ConditionMeasure) -> str:
    """Return one line on what was found under a condition."""
    measure, origin = found.measure, found.origin
    how = ""
    if isinstance(origin, TunedSharedWeight):
        how = f", weight {origin.weight:+.4f}"
    elif isinstance(origin, GivenWeights | TunedIndividualWeights):
        how = f", {origin.method}"
    interval = f"95 % interval {found.low:.4g} to {found.high:.4g}"
    figures = f"{measure.mean:8.4g}   {interval}, sd {measure.sd:.3g}"
    return f"{figures} over {measure.n} {measure.sd_over}{how}"
