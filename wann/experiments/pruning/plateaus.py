"""How far a model can be pruned at next to no cost: where the plateau of its accuracy ends."""

from collections.abc import Sequence
from typing import NamedTuple

from wann.experiments.pruning.rows import DENSE, PlateauRow, SummaryRow
from wann.statistics import Interval

MARGIN = 0.01  # of accuracy that a plateau may lose


class Point(NamedTuple):
    """One density of a curve."""

    density: float
    accuracy: Interval


class Plateau(NamedTuple):
    """How far pruning costs next to nothing."""

    # The smallest density of the plateau; None if already the largest is below it
    end: float | None
    lost: float | None  # the next smaller density, the first below it; None if there is none
    resolved: bool  # whether the intervals of both lie wholly on their side


def find_plateaus(summary: Sequence[SummaryRow]) -> list[PlateauRow]:
    """Return for each method and control where its plateau ends, by the rule of `plateau`.

    The curve is the difference to the whole model of the same seed.
    """
    found: dict[tuple[str, str | None], list[Point]] = {}
    for row in summary:
        interval = row.against_dense.interval
        if row.method != DENSE and interval is not None:
            point = Point(row.density, interval._replace(n=row.n))
            found.setdefault((row.method, row.control), []).append(point)
    return [
        PlateauRow(method, control, *plateau(points, 0.0))
        for (method, control), points in found.items()
    ]


def plateau(points: Sequence[Point], dense: float) -> Plateau:
    """Return where the plateau of a curve ends.

    The rule: from the densest point down, the plateau lasts while the mean accuracy is at least
    that of the dense model less `MARGIN`, one point of accuracy. It ends at the last
    density before the first that falls below, even if a smaller one should come back. The end is
    resolved if the interval of its accuracy lies wholly above that line, and the interval of the
    first point below wholly below.
    """
    line, end, lost = dense - MARGIN, None, None
    for point in sorted(points, key=lambda point: -point.density):
        if point.accuracy.mean < line:
            lost = point
            break
        end = point
    above = end is not None and end.accuracy.low >= line
    below = lost is not None and lost.accuracy.high < line
    return Plateau(end.density if end else None, lost.density if lost else None, above and below)
