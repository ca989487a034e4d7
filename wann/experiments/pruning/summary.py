"""The result of a study: a row for each method, control and density, with intervals over seeds."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from wann.experiments.pruning.analysis import Point, plateau
from wann.experiments.pruning.records import Row
from wann.statistics import Interval, t_interval

# Seeds below which nothing is said: two that happen to agree have an interval of no width.
_FEWEST = 3
Place = tuple[int, str, float | None]  # seed, method, asked density


def summarise(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each method, control and density, densest first.

    Means over seeds with 95 % t-intervals.

    `against_dense` is the mean difference to the whole model of the same seed, and `verdict` what
    its interval says: better, worse, or not resolved, which it always is with less than three
    seeds. For a control, `against_method` and `verdict_of_control` say the same of its difference
    to the masks that it controls.
    """
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(
            (
                row["method"],
                row["control"] or "",
                row["asked"],
                row["round"] if row["asked"] is None else None,
            ),
            [],
        ).append(row)
    plain = {_place(row): row["accuracy"] for row in rows if not row["control"]}
    found = [_summary_row(members, plain) for members in groups.values()]
    return sorted(
        found,
        key=lambda row: (
            row["method"] != "dense",
            row["method"],
            row["control"] or "",
            -row["density"],
        ),
    )


def _place(row: Row) -> Place:
    return row["seed"], row["method"], row["asked"]


def _summary_row(members: Sequence[Row], plain: dict[Place, float]) -> Row:
    first = members[0]
    row: Row = {
        name: first[name]
        for name in ("model", "dataset", "method", "control", "asked", "round", "kept", "total")
    }
    row |= {
        "density": first["density"],
        "n": len(members),
        "seeds": sorted(member["seed"] for member in members),
    }
    for name in (
        "accuracy",
        "accuracy_without_retraining",
        "accuracy_at_early_stop",
        "early_stop_step",
    ):
        row[name] = _as_row([member[name] for member in members if member[name] is not None])
    row["effective_density"] = _mean([member["effective_density"] for member in members])
    row["seconds"] = _mean([member["seconds"] for member in members])
    row["against_dense"] = _difference(
        members, plain, lambda member: (member["seed"], "dense", 1.0)
    )
    row["verdict"] = (
        _verdict(row["against_dense"], len(members)) if first["method"] != "dense" else None
    )
    row["against_method"] = _difference(members if first["control"] else (), plain, _place)
    row["verdict_of_control"] = (
        _verdict(row["against_method"], len(members)) if first["control"] else None
    )
    return row


def _difference(
    members: Sequence[Row], plain: dict[Place, float], other: Callable[[Row], Place]
) -> Row:
    """Return mean and interval of the differences to what has no control, by pairs of one seed."""
    known = [member for member in members if other(member) in plain]
    return _as_row([member["accuracy"] - plain[other(member)] for member in known])


def find_plateaus(summary: Sequence[Row]) -> list[Row]:
    """Return for each method and control how far it can be pruned: rows of `end`, `lost` (densities) and `resolved`.

    By the rule of `analysis.plateau`, on differences to the whole model of the same seed.
    """
    found: dict[tuple[str, str | None], list[Point]] = {}
    for row in summary:
        if row["method"] != "dense" and row["against_dense"]["mean"] is not None:
            # One seed has no interval
            nothing = {"mean": 0.0, "low": -math.inf, "high": math.inf, "n": row["n"]}
            known = {
                name: value for name, value in row["against_dense"].items() if value is not None
            }
            point = Point(row["density"], Interval(**nothing | known))
            found.setdefault((row["method"], row["control"]), []).append(point)
    return [
        {"method": method, "control": control, **plateau(points, 0.0)._asdict()}
        for (method, control), points in found.items()
    ]


def _as_row(values: Sequence[float]) -> Row:
    """Return mean and interval of values, None where there is none."""
    if not values:
        return {"mean": None, "low": None, "high": None}
    found: Interval = t_interval(values)
    return {
        name: None if math.isnan(getattr(found, name)) else getattr(found, name)
        for name in ("mean", "low", "high")
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _verdict(difference: Row, n: int) -> str:
    if n < _FEWEST:
        return "not resolved"
    if difference["low"] is not None and difference["low"] > 0:
        return "better"
    if difference["high"] is not None and difference["high"] < 0:
        return "worse"
    return "not resolved"
