"""A comparison in words: sentences made from the numbers, and the table of them for terminals."""

from typing import Any

from wann.experiments.comparison.contestants.contestants import CONTROLS
from wann.experiments.comparison.measuring.measures import LABELS
from wann.statistics import BETTER, FEWEST, NOT_RESOLVED, WORSE

Row = dict[str, Any]
# Columns of tables, with what stands above them.
SHORT = {
    "random_weights": "random",
    "random_shared": "random shared",
    "ensemble": "vote",
    "random_signed": "random signed",
    "tuned_shared": "tuned shared",
    "tuned_signed": "tuned signed",
    "tuned_weights": "tuned",
    "trained_weights": "trained",
}
MARKS = {BETTER: "+", WORSE: "\N{MINUS SIGN}", NOT_RESOLVED: "~"}
_TOPOLOGY = {
    WORSE: "is lost where its structure is changed, and so is in that structure:",
    BETTER: "is surpassed where its structure is changed, and so is not in that structure:",
    NOT_RESOLVED: "may or may not be in its structure, as these are not resolved from it:",
}
_TOLD = ("random_shared", "tuned_shared", "tuned_signed", "trained_weights")


def sentences(summary: Row) -> list[str]:
    """Return what was found, sentence by sentence, whichever side it favours."""
    found = [_opening(summary)]
    found += [text for name in _TOLD if (text := _on_condition(summary, name))]
    found += _on_topology(summary)
    found += _on_size(summary)
    found += _caveats(summary)
    return found


def shown(value: float | None, summary: Row) -> str:
    """Return a measure as it is written: accuracies in per cent."""
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if summary["measure"] == "accuracy" else f"{value:.4g}"


def as_text(summary: Row) -> str:
    """Return the table for a terminal, with the sentences below it."""
    conditions = [
        name for name in SHORT if any(name in entry["conditions"] for entry in summary["entries"])
    ]
    lines = [["", "connections", "at work", *(SHORT[name] for name in conditions)]]
    for entry in summary["entries"]:
        counts = [entry["structure"].get(name) for name in ("connections", "effective_connections")]
        cells = [_cell(entry["conditions"].get(name), summary) for name in conditions]
        failed = ["failed"] if entry["errors"] and not entry["rows"] else []
        lines.append([entry["name"], *(count(value) for value in counts), *(failed or cells)])
    widths = [max(len(line[i]) for line in lines if i < len(line)) for i in range(len(lines[0]))]
    table = [
        "  ".join(
            text.ljust(w) if not i else text.rjust(w)
            for i, (text, w) in enumerate(zip(line, widths, strict=False))
        )
        for line in lines
    ]
    reference = summary["reference"]
    marks = ", ".join(f"{mark} {verdict}" for verdict, mark in MARKS.items())
    return "\n".join([*table, f"against {reference}: {marks}", "", *sentences(summary)])


def count(value: float | None) -> str:
    """Return a count, or the mean of counts, as it is written."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _cell(found: Row | None, summary: Row) -> str:
    if found is None:
        return "-"
    mark = MARKS[found["against"]["verdict"]] if found["against"] else " "
    return f"{shown(found['mean'], summary)} {mark}"


def _opening(summary: Row) -> str:
    names = [entry["name"] for entry in summary["entries"]]
    sizes = sorted(
        {e["structure"].get("connections") for e in summary["entries"] if not e["reference_size"]}
        - {None}
    )
    at = (
        f"at {count(sizes[0])} connections"
        if len(sizes) == 1
        else "each at its champion's number of connections"
    )
    if summary["reference"] != "grown":
        at = "as they are" if len(sizes) > 1 else at
    units = len(summary["champions"]) if summary["unit"] == "champion" else len(summary["seeds"])
    return f"On {summary['task']}, {len(names)} networks were compared {at}, over {_several(units, summary['unit'])}."


def _on_condition(summary: Row, condition: str) -> str | None:
    """Return who is better and worse than the reference under one condition."""
    reference = next(entry for entry in summary["entries"] if entry["name"] == summary["reference"])
    found = reference["conditions"].get(condition)
    if found is None:
        return None
    groups: dict[str, list[str]] = {BETTER: [], WORSE: [], NOT_RESOLVED: []}
    for entry in summary["entries"]:
        other = entry["conditions"].get(condition)
        if other and other["against"]:
            groups[other["against"]["verdict"]].append(
                f"{entry['name']} ({shown(other['mean'], summary)})"
            )
    parts = [f"{verdict}: {', '.join(names)}" for verdict, names in groups.items() if names]
    told = "; ".join(parts) or "nothing to hold against it"
    return f"With {LABELS[condition]}, {summary['reference']} has {shown(found['mean'], summary)}; {told}."


def _on_topology(summary: Row) -> list[str]:
    """Return what the champion's own controls say: whether its worth under shared weights is in how it is joined."""
    groups: dict[str, list[str]] = {WORSE: [], BETTER: [], NOT_RESOLVED: []}
    for entry in summary["entries"]:
        against = entry["conditions"].get("random_shared", {}).get("against")
        if entry["name"] in CONTROLS and against and against["mean"] is not None:
            groups[against["verdict"]].append(f"{entry['name']} ({CONTROLS[entry['name']][1]})")
    return [
        f"Under a random shared weight, what the champion is worth {_TOPOLOGY[verdict]} "
        f"{'; '.join(names)}."
        for verdict, names in groups.items()
        if names
    ]


def _on_size(summary: Row) -> list[str]:
    """Return whose connections are not all at work."""
    idle = []
    for entry in summary["entries"]:
        of, at_work = (
            entry["structure"].get(name) for name in ("connections", "effective_connections")
        )
        if of and at_work < 0.95 * of:
            idle.append(f"{entry['name']} ({100 * at_work / of:.0f} %)")
    return [f"Less than 95 % of the connections are at work in {', '.join(idle)}."] if idle else []


def _caveats(summary: Row) -> list[str]:
    found = []
    if summary["missing"]:
        left = _several(summary["missing"], "row")
        found.append(f"Not finished, {left} still to be made, which may change all of this.")
    units = len(summary["champions"]) if summary["unit"] == "champion" else len(summary["seeds"])
    if units < FEWEST:
        needed = _several(FEWEST, summary["unit"])
        found.append(
            f"With {_several(units, summary['unit'])} nothing is resolved: a verdict takes at "
            f"least {needed}."
        )
    if summary["unit"] == "seed":
        found.append(
            "Intervals are over seeds of making, tuning and measuring; how champions of other "
            "searches would do, "
            "one champion cannot say."
        )
    if summary["measure"] == "accuracy":
        found.append(
            "They do not contain the chance of which examples are in the test part, the same ones "
            "for all."
        )
    verdicts = sum(1 for e in summary["entries"] for c in e["conditions"].values() if c["against"])
    if verdicts and units >= FEWEST:
        found.append(f"Of {verdicts} verdicts, each at the 95 % level, a few can be chance.")
    if summary["failed"]:
        names = dict.fromkeys(row["name"] for row in summary["failed"])
        found.append(
            f"Rows that failed and are missing here: {len(summary['failed'])} ({', '.join(names)})."
        )
    return found


def _several(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
