"""The report as Markdown: what was found, and the table."""

import re
from collections.abc import Mapping
from typing import Any

from wann.experiments.comparison.report.page import conditions_of
from wann.experiments.comparison.report.words import MARKS, SHORT, count, sentences, shown

Row = dict[str, Any]


def make_markdown(summary: Row, commands: Mapping[str, str]) -> str:
    """Return the text; what is not ours is escaped."""
    conditions = conditions_of(summary)
    heads = ["contestant", "connections", "at work", *(SHORT[name] for name in conditions)]
    lines = [f"# Grown against pruned: {plain(summary['task'])}", ""]
    lines += [f"- {plain(sentence)}" for sentence in sentences(summary)]
    lines += ["", f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    for entry in summary["entries"]:
        counts = [
            count(entry["structure"].get(name)) for name in ("connections", "effective_connections")
        ]
        cells = [_cell(entry["conditions"].get(name), summary) for name in conditions]
        if not entry["rows"]:
            cells = [plain("failed: " + "; ".join(dict.fromkeys(entry["errors"])))] + ["-"] * (
                len(conditions) - 1
            )
        lines.append(f"| {' | '.join([plain(entry['name']), *counts, *cells])} |")
    marks = ", ".join(f"{mark} {verdict}" for verdict, mark in MARKS.items())
    lines += ["", f"Paired verdicts against {plain(summary['reference'])}: {plain(marks)}.", ""]
    for row in summary["failed"]:
        lines.append(
            plain(f"Failed: {row['name']}, {row['champion']}, seed {row['seed']}: {row['error']}")
            + "\n"
        )
    for name, command in commands.items():
        lines += [f"{plain(name)}:", "", f"    {' '.join(command.split())}", ""]
    return "\n".join(lines).rstrip() + "\n"


def plain(text: str) -> str:
    """Return `text` as Markdown that shows it as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!])", r"\\\1", " ".join(text.split()))


def _cell(found: Row | None, summary: Row) -> str:
    if found is None:
        return "-"
    mark = f" {plain(MARKS[found['against']['verdict']])}" if found["against"] else ""
    if found["low"] is None:
        return f"{shown(found['mean'], summary)}{mark}"
    return f"{shown(found['mean'], summary)} ({shown(found['low'], summary)} to {shown(found['high'], summary)}){mark}"
