"""The result of a study: a row for each method, control and density, with intervals over seeds."""

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

from wann.pruning.analysis import Interval, interval
from wann.studies.records import Row

# Seeds below which nothing is said: two that happen to agree have an interval of no width.
_FEWEST = 3
_COLUMNS = (
    "method",
    "control",
    "round",
    "kept",
    "density",
    "effective_density",
    "accuracy",
    "against dense",
    "n",
    "seconds",
)


def summarise(rows: Sequence[Row]) -> list[Row]:
    """Return a row for each method, control and density, densest first; means over seeds with 95 % t-intervals.

    `against_dense` is the mean difference to the whole model of the same seed, and `verdict` what its interval says:
    better, worse, or not resolved, which it always is with less than three seeds.
    """
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(
            (row["method"], row["control"] or "", row["round"] if row["asked"] is None else None, row["kept"]), []
        ).append(row)
    dense = {row["seed"]: row["accuracy"] for row in rows if row["method"] == "dense"}
    found = [_summary_row(members, dense) for members in groups.values()]
    return sorted(
        found, key=lambda row: (row["method"] != "dense", row["method"], row["control"] or "", -row["density"])
    )


def _summary_row(members: Sequence[Row], dense: dict[int, float]) -> Row:
    first = members[0]
    row: Row = {
        name: first[name] for name in ("model", "dataset", "method", "control", "asked", "round", "kept", "total")
    }
    row |= {"density": first["density"], "n": len(members), "seeds": sorted(member["seed"] for member in members)}
    for name in ("accuracy", "accuracy_without_retraining", "accuracy_at_early_stop", "early_stop_step"):
        row[name] = _as_row([member[name] for member in members if member[name] is not None])
    row["effective_density"] = _mean([member["effective_density"] for member in members])
    row["seconds"] = _mean([member["seconds"] for member in members])
    row["against_dense"] = _as_row(
        [member["accuracy"] - dense[member["seed"]] for member in members if member["seed"] in dense]
    )
    row["verdict"] = _verdict(row["against_dense"], len(members)) if first["method"] != "dense" else None
    return row


def _as_row(values: Sequence[float]) -> Row:
    """Return mean and interval of values, None where there is none."""
    if not values:
        return {"mean": None, "low": None, "high": None}
    found: Interval = interval(values)
    return {
        name: None if math.isnan(getattr(found, name)) else getattr(found, name) for name in ("mean", "low", "high")
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


def as_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV: intervals as three columns, lists with blanks between their items."""
    flat = [_flat(row) for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(key for row in flat for key in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _flat(row: Row) -> Row:
    flat: Row = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{key}": entry for key, entry in value.items()}
        elif isinstance(value, list):
            flat[name] = " ".join(map(str, value))
        else:
            flat[name] = value
    return flat


def as_text(rows: Sequence[Row]) -> str:
    """Return the summary as a table for the terminal."""
    cells = [list(_COLUMNS)] + [_cells(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(w) if i < 2 else text.rjust(w) for i, (text, w) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


def _cells(row: Row) -> list[str]:
    against = "" if row["verdict"] is None else row["verdict"]
    return [
        row["method"],
        row["control"] or "",
        str(row["round"] or ""),
        str(row["kept"]),
        f"{100 * row['density']:.2f} %",
        "-" if row["effective_density"] is None else f"{100 * row['effective_density']:.2f} %",
        _percent(row["accuracy"]),
        against,
        str(row["n"]),
        "-" if row["seconds"] is None else f"{row['seconds']:.0f}",
    ]


def _percent(found: Row) -> str:
    if found["mean"] is None:
        return "-"
    spread = "" if found["low"] is None else f" ± {100 * (found['high'] - found['mean']):.2f}"
    return f"{100 * found['mean']:.2f}{spread} %"
