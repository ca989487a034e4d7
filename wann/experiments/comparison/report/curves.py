"""Budget curves: what each contestant earns at several numbers of connections, the grown front beside them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wann.experiments.comparison.contestants.contestants import DENSE
from wann.experiments.comparison.measuring.measures import POINT
from wann.experiments.comparison.plan import Plan
from wann.statistics import estimate

Row = dict[str, Any]


def curves_of(plan: Plan, rows: Sequence[Row]) -> list[Row]:
    """Return for each champion that has smaller networks beside it the curves of all contestants, in their order.

    A curve is a list of points by connections, each an estimate over seeds for each condition of
    `POINT`.
    """
    found = []
    for label in plan.champions:
        family = _family(plan, label)
        if len(family) > 1:
            own = [row for row in rows if row["champion"] in family]
            curves = {
                name: _curve(row for row in own if row["name"] == name) for name in plan.contestants
            }
            found.append(
                {
                    "champion": label,
                    "curves": {name: curve for name, curve in curves.items() if curve},
                }
            )
    return found


def flat_points(curves: Sequence[Row]) -> list[Row]:
    """Return a flat row for each point, for tables."""
    return [
        {
            "champion": entry["champion"],
            "name": name,
            "connections": point["connections"],
            "condition": condition,
        }
        | point["conditions"][condition]
        for entry in curves
        for name, points in entry["curves"].items()
        for point in points
        for condition in point["conditions"]
    ]


def is_point(plan: Plan, row: Mapping[str, Any]) -> bool:
    """Return whether a row is one of those that only curves show."""
    return row["champion"] in plan.points


def _family(plan: Plan, label: str) -> set[str]:
    """Return the labels of a champion and of the smaller networks of its run."""
    return {label} | {point for point in plan.points if point.rpartition("-at-")[0] == label}


def _curve(rows: Iterable[Row]) -> list[Row]:
    by_size: dict[int, list[Row]] = {}
    for row in rows:
        by_size.setdefault(row["structure"]["connections"], []).append(row)
    points = []
    for size in sorted(by_size):
        values = {
            name: [row["conditions"][name]["mean"] for row in by_size[size]] for name in POINT
        }
        known = {
            name: [value for value in some if value is not None] for name, some in values.items()
        }
        conditions = {name: estimate(some)._asdict() for name, some in known.items() if some}
        points.append(
            {
                "connections": size,
                "reference_size": by_size[size][0]["name"] == DENSE,
                "conditions": conditions,
            }
        )
    return points
