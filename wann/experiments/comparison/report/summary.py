"""What a comparison came to: for each contestant its means over units, and the verdict against the reference.

A unit is a seed; with several champions that others are held against, a unit is a champion, whose
seeds are averaged: seeds of one champion are no independent draws of champions.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from wann.experiments.comparison.contestants.contestants import DENSE, GROWN
from wann.experiments.comparison.measuring.measures import LABELS
from wann.experiments.comparison.plan import Plan
from wann.experiments.comparison.report.curves import curves_of, is_point
from wann.statistics import Difference, compare, estimate

Row = dict[str, Any]
_COUNTS = (
    "connections",
    "effective_connections",
    "hidden",
    "active_units",
    "active_inputs",
    "depth",
)
_COSTS = ("sparse_flops", "sparse_bytes")


def summarise(plan: Plan, rows: Sequence[Row], failed: Sequence[Row], measure: str) -> Row:
    """Return the whole result; `measure` is what returns are: accuracy or return."""
    reference = reference_of(plan)
    failed_in_table = [row for row in failed if not is_point(plan, row)]
    by_entry: dict[str, list[Row]] = {name: [] for name in entries_of(plan)}
    for row in (row for row in rows if not is_point(plan, row)):
        by_entry[entry_of(plan, row)].append(row)
    against = {name: _by_unit(plan, by_entry[reference], name) for name in LABELS}
    entries = [
        _entry(plan, name, members, against, failed_in_table) for name, members in by_entry.items()
    ]
    return {
        "task": plan.task,
        "measure": measure,
        "reference": reference,
        "champions": list(plan.champions),
        "seeds": list(plan.seeds),
        "unit": unit_name(plan),
        "making": plan.making.to_dict(),
        "finished": len(rows) == len(plan.jobs()),
        "missing": len(plan.jobs()) - len(rows) - len(failed),
        "entries": entries,
        "curves": curves_of(plan, rows),
        "failed": list(failed),
    }


def entries_of(plan: Plan) -> list[str]:
    """Return the names of what is compared: contestants, or networks where these are held against each other."""
    return list(plan.contestants if plan.names else plan.champions)


def entry_of(plan: Plan, row: Mapping[str, Any]) -> str:
    """Return to which of them a row belongs."""
    return str(row["name"] if plan.names else row["champion"])


def reference_of(plan: Plan) -> str:
    """Return what the others are held against: the grown champion, or the first network."""
    return GROWN if plan.names else next(iter(plan.champions))


def unit_name(plan: Plan) -> str:
    """Return what pairs are made of."""
    return "champion" if plan.names and len(plan.champions) > 1 else "seed"


def _by_unit(plan: Plan, rows: Sequence[Row], condition: str) -> dict[Any, float]:
    """Return the mean of a condition for each unit that has it."""
    values: dict[Any, list[float]] = {}
    for row in rows:
        found = row["conditions"].get(condition)
        if found is not None and found["mean"] is not None:
            values.setdefault(row[unit_name(plan)], []).append(found["mean"])
    return {unit: sum(some) / len(some) for unit, some in values.items()}


def _entry(
    plan: Plan,
    name: str,
    rows: Sequence[Row],
    against: Mapping[str, dict[Any, float]],
    failed: Sequence[Row],
) -> Row:
    conditions = {}
    for condition in LABELS:
        units = _by_unit(plan, rows, condition)
        if units:
            conditions[condition] = {
                **estimate([units[unit] for unit in sorted(units)])._asdict(),
                "against": _against(name, plan, units, against[condition]),
            }
    return {
        "name": name,
        "about": rows[0]["about"] if rows else "",
        "reference_size": name == DENSE,
        "seeds": sorted({row["seed"] for row in rows}),
        "rows": len(rows),
        "errors": [row["error"] for row in failed if entry_of(plan, row) == name],
        "conditions": conditions,
        "structure": {
            key: _mean([row["structure"][key] for row in rows])
            for key in (*_COUNTS, *_COSTS)
            if rows
        },
        "paths": sorted({row["structure"]["paths"] for row in rows}, key=int),
        "latency": {
            f"{way}_{batch}": _mean(
                [
                    e["median"]
                    for row in rows
                    for e in row["latency"]
                    if (e["way"], e["batch"]) == (way, batch)
                ]
            )
            for way in ("sparse", "dense")
            for batch in (1, 1000)
        },
        "cost": {
            key: _mean([row["cost"][key] for row in rows if key in row["cost"]])
            for key in ("generations", "env_steps", "evaluations", "steps", "seconds")
        },
    }


def _against(
    name: str, plan: Plan, units: dict[Any, float], others: dict[Any, float]
) -> Row | None:
    """Return the paired difference to the reference, None for itself."""
    if name == reference_of(plan):
        return None
    found: Difference = compare(units, others)
    return found._asdict()


def _mean(values: Sequence[float]) -> float | int | None:
    """Return the mean, as a whole number where all values are equal ones."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return known[0] if len(set(known)) == 1 else sum(known) / len(known)


def flat_entries(summary: Row) -> list[Row]:
    """Return a flat row for each contestant, for tables."""
    flat = []
    for entry in summary["entries"]:
        row: Row = {"name": entry["name"], "rows": entry["rows"], **entry["structure"]}
        row["paths"] = entry["paths"][0] if len(entry["paths"]) == 1 else " ".join(entry["paths"])
        for name, found in entry["conditions"].items():
            row |= {f"{name}_{key}": found[key] for key in ("mean", "low", "high", "n")}
            if found["against"]:
                row |= {
                    f"{name}_difference_{key}": found["against"][key]
                    for key in ("mean", "low", "high")
                }
                row[f"{name}_verdict"] = found["against"]["verdict"]
        row |= {f"latency_{key}": value for key, value in entry["latency"].items()}
        row |= {f"cost_{key}": value for key, value in entry["cost"].items()}
        flat.append({**row, "error": "; ".join(dict.fromkeys(entry["errors"]))})
    return flat


def flat_rows(rows: Sequence[Row], failed: Sequence[Row]) -> list[Row]:
    """Return a flat row for each contestant, champion and seed, and for each that failed."""
    flat = []
    for row in rows:
        line = {key: row[key] for key in ("champion", "name", "seed", "task", "budget", "seconds")}
        line |= {name: found["mean"] for name, found in row["conditions"].items()}
        line |= row["structure"] | {f"cost_{key}": value for key, value in row["cost"].items()}
        flat.append(line | {"error": ""})
    return flat + [dict(row) for row in failed]


def as_csv(rows: Sequence[Row]) -> str:
    """Return flat rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(dict.fromkeys(key for row in rows for key in row)), lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
