"""The tables of the page on comparisons, from the rows of those in `runs/studies`."""

from collections.abc import Callable
from functools import partial

from tables import Row, rows_of, table

MARKS = {
    "better": " +",
    "worse": " \N{MINUS SIGN}",
    "not resolved": " ~",
    "both at chance": "",
    "": "",
}

_ENDS = ("mean", "low", "high")
# Of the studies in which networks are chosen under shared weights: condition by heading
_SHARED_COLUMNS = {
    "one random weight": "random_shared",
    "one tuned weight": "tuned_shared",
    "vote over six weights": "ensemble",
    "all weights trained": "trained_weights",
}


def mnist() -> str:
    """Accuracies of the contestants of the champion for MNIST."""
    columns = {
        "one random weight": "random_shared",
        "one tuned weight": "tuned_shared",
        "one tuned magnitude, trained signs": "tuned_signed",
        "all weights tuned alike": "tuned_weights",
        "all weights trained": "trained_weights",
    }
    return _table("comparison-mnist256", columns, lambda value: f"{100 * value:.1f} %", "26,700")


def swingup() -> str:
    """Returns of the contestants of the champion for swing-up."""
    columns = {
        "one random weight": "random_shared",
        "one tuned weight": "tuned_shared",
        "one tuned magnitude, tuned signs": "tuned_signed",
        "tuned one by one": "tuned_weights",
    }
    return _table("comparison-swingup", columns, lambda value: f"{value:.0f}", "70", at_work=True)


def agnostic() -> str:
    """Accuracies of contestants that were pruned under shared weights, and of others."""
    study = "comparison-agnostic-digits"
    return _table(study, _SHARED_COLUMNS, lambda value: f"{100 * value:.1f} %", "7,500")


_KINDS = {"free": "weights of their own", "shared": "shared weights"}


def factor_cells(study: str) -> str:
    """What each kind of network earns: how it is made, of which activations, under what."""
    cells: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows_of(study, "factors.csv"):
        if row["what"] == "cell":
            names = row["made"], row["activations"], _KINDS[row["weights"]], row["name"]
            mean, low, high = (f"{100 * float(row[end] or 'nan'):.1f}" for end in _ENDS)
            interval = f" ({low} to {high})" if row["low"] else ""
            cells.setdefault(names, {})[row["condition"]] = f"{mean} %{interval}"
    head = ["made", "activations", "chosen under", "contestant", *_SHARED_COLUMNS]
    lines = [
        [*names, *(found.get(key, "-") for key in _SHARED_COLUMNS.values())]
        for names, found in cells.items()
    ]
    return table(head, lines)


def factor_effects(study: str) -> str:
    """Differences, in points, between kinds of networks that differ in one thing alone."""
    effects: dict[str, dict[str, str]] = {}
    for row in rows_of(study, "factors.csv"):
        if row["what"] == "effect":
            several = f", mean of {row['pairs']}" if int(row["pairs"]) > 1 else ""
            told = _interval(row, "+.1f") + _mark(row["verdict"], row["alone"])
            effects.setdefault(row["name"] + several, {})[row["condition"]] = told
    lines = [
        [name, *(found.get(key, "-") for key in _SHARED_COLUMNS.values())]
        for name, found in effects.items()
    ]
    return table(["difference in points", *_SHARED_COLUMNS], lines)


def curves(study: str, condition: str) -> str:
    """What each contestant earns at each number of connections, over all champions of a study."""
    found: dict[str, dict[int, str]] = {}
    for row in rows_of(study, "curves.csv"):
        if row["champion"].endswith(" champions") and row["condition"] == condition:
            cell = _interval(row) + _mark(row["verdict"], row["alone"])
            found.setdefault(row["name"], {})[int(row["connections"])] = cell
    sizes = sorted({size for points in found.values() for size in points})
    lines = [[name, *(points.get(size, "-") for size in sizes)] for name, points in found.items()]
    return table(["% at connections", *(f"{size:,}" for size in sizes)], lines)


# Of tasks without labels, where nothing is trained by gradients
_RETURN_COLUMNS = {
    "one random weight": "random_shared",
    "one tuned weight": "tuned_shared",
    "tuned one by one": "tuned_weights",
    "all weights random": "random_weights",
}


def other_labels(study: str) -> str:
    """Accuracies of several champions and of their contestants, with intervals."""
    return _intervals(study, _SHARED_COLUMNS)


def other_returns(study: str) -> str:
    """Returns of several champions and of their contestants, with intervals."""
    return _intervals(study, _RETURN_COLUMNS, ".0f", 1)


_SIZES = (50, 100, 200, 400)


def held_to_a_size(study: str) -> str:
    """What networks earn under a random weight that were searched, or pruned, at their own size."""
    lines: dict[str, list[str]] = {}
    for size in _SIZES:
        factors = rows_of(f"{study}/{size}", "factors.csv")
        found = [row for row in factors if row["condition"] == "random_shared"]
        for row in (row for row in found if row["what"] == "cell"):
            lines.setdefault(f"{row['name']}, {row['activations']}", []).append(_interval(row))
        for row in rows_of(f"{study}/{size}"):
            if row["name"] == "shared-mask":
                ends = {end: row[f"random_shared_{end}"] for end in _ENDS}
                lines.setdefault("shared-mask", []).append(_interval(ends))
        for row in (row for row in found if row["what"] == "effect" and row["pairs"] == "1"):
            mark = _mark(row["verdict"], row["alone"])
            lines.setdefault(row["name"], []).append(_interval(row, "+.1f") + mark)
    head = ["% at connections", *map(str, _SIZES)]
    return table(head, [[name, *cells] for name, cells in lines.items()])


def bridge(study: str) -> str:
    """What growing, pruning, and both one after the other come to in about equal time."""
    found: dict[str, list[Row]] = {}
    for row in rows_of(study, "rows.csv"):
        found.setdefault(row["way"], []).append(row)
    lines = []
    for way, rows in found.items():
        shared, tuned = (
            " ".join(row[name] for row in rows) for name in ("random_shared", "tuned_shared")
        )
        seconds = [float(row["seconds"]) for row in rows]
        lines.append([f"`{way}`", shared, tuned, f"{sum(seconds) / len(seconds):.0f}"])
    return table(["way", "one random weight, %", "one tuned weight, %", "seconds"], lines)


MAKERS = {
    "comparison-mnist": mnist,
    "comparison-swingup": swingup,
    "comparison-agnostic": agnostic,
    "factors-cells": partial(factor_cells, "comparison-factors-digits"),
    "factors-effects": partial(factor_effects, "comparison-factors-digits"),
    "curves-random-shared": partial(curves, "comparison-curves-digits", "random_shared"),
    "grown-to-size": partial(held_to_a_size, "grown-to-size"),
    "bridge": partial(bridge, "bridge"),
    "tasks-mnist256": partial(other_labels, "comparison-grown-mnist256"),
    "tasks-fashion256": partial(other_labels, "comparison-grown-fashion256"),
    "twenty-swingup": partial(other_returns, "comparison-twenty-swingup"),
    "tasks-swingup": partial(other_returns, "comparison-grown-swingup"),
    "tasks-acrobot": partial(other_returns, "comparison-grown-acrobot"),
    "tasks-pendulum": partial(other_returns, "comparison-grown-pendulum"),
    "tasks-cartpole": partial(other_returns, "comparison-grown-cartpole"),
    "curves-trained": partial(curves, "comparison-curves-digits", "trained_weights"),
}


def _table(
    study: str,
    columns: dict[str, str],
    shown: Callable[[float], str],
    dense: str,
    *,
    at_work: bool = False,
) -> str:
    lines = []
    for row in rows_of(study):
        name = f"dense ({dense} weights)" if row["name"] == "dense" else row["name"]
        work = [f"{float(row['effective_connections']):.3g}"] if at_work else []
        lines.append([name, *work, *(_cell(row, key, shown) for key in columns.values())])
    head = ["contestant", *(["at work"] if at_work else []), *columns]
    return table(head, lines)


def _intervals(study: str, columns: dict[str, str], form: str = ".1f", of: float = 100) -> str:
    lines = []
    for row in rows_of(study):
        whole = f" ({float(row['connections']):,.0f})" if row["name"] == "dense" else ""
        cells = []
        for key in columns.values():
            ends = {end: row[f"{key}_{end}"] for end in _ENDS}
            cells.append(
                _interval(ends, form, of) + _mark(row[f"{key}_verdict"], row[f"{key}_alone"])
            )
        lines.append([row["name"] + whole, *cells])
    return table(["contestant", *columns], lines)


def _interval(row: Row, form: str = ".1f", of: float = 100) -> str:
    """Return a mean with its interval; with `form` "+.1f", a difference of such."""
    mean, low, high = (f"{of * float(row[end] or 'nan'):{form}}" for end in _ENDS)
    shown = f"{mean} ({low} to {high})" if row["low"] else mean
    return shown.replace("-", MARKS["worse"].strip())


def _cell(row: Row, key: str, shown: Callable[[float], str]) -> str:
    return shown(float(row[f"{key}_mean"])) + _mark(row[f"{key}_verdict"], row[f"{key}_alone"])


def _mark(verdict: str, alone: str) -> str:
    """Return the mark of a verdict, in brackets where only it alone would have been one."""
    if verdict == "not resolved" and alone in ("better", "worse"):
        return f" ({MARKS[alone].strip()})"
    return MARKS[verdict]
