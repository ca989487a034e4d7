"""The report as Markdown: the parts of a paper's results section, with their tables."""

import re
from collections.abc import Iterable, Mapping, Sequence

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.notation import count, legend, mark_of, shown
from wann.experiments.comparison.report.sections import question, sections
from wann.experiments.comparison.report.size_tables import SizeTable, size_tables
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.text_tables import TextSection, TextTable
from wann.experiments.comparison.rows import Failure
from wann.tasks.spec import named_spec


def make_markdown(
    summary: ComparisonSummary, commands: Mapping[str, str], written_with: str = ""
) -> str:
    """Return the text, in which all names, specs and errors are escaped.

    Args:
        summary: What came out.
        commands: The commands that make the rows again, by entry.
        written_with: The versions and the machine, in a sentence.
    """
    parts = {one.name: one for one in sections(summary)}
    lines = [
        f"# Grown against pruned: {plain(named_spec(summary.task))}",
        "",
        plain(question(summary)),
        "",
    ]
    lines += _part(parts.pop("method", None)) + _results(summary)
    for one in parts.values():
        lines += _part(one)
    lines += [_failure(failure) for failure in summary.failed]
    if commands:
        lines += ["## How to reproduce", ""]
        lines += [plain(written_with), ""] if written_with else []
    for name, command in commands.items():
        lines += [f"{plain(name)}:", "", f"    {' '.join(command.split())}", ""]
    return "\n".join(lines).rstrip() + "\n"


def plain(text: str) -> str:
    """Return `text` as Markdown that shows it as it is, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!])", r"\\\1", " ".join(text.split()))


def _part(part: TextSection | None) -> list[str]:
    if part is None:
        return []
    lines = [f"## {plain(part.heading)}", "", *(f"- {plain(text)}" for text in part.sentences), ""]
    return lines + [line for table in part.tables for line in _text_table(table)]


def _text_table(table: TextTable) -> list[str]:
    numbers = len(table.heads) - table.names
    return [
        f"{plain(table.title)}:",
        "",
        _joined(map(plain, table.heads)),
        f"|{'---|' * table.names}{'---:|' * numbers}",
        *(_joined(map(plain, line)) for line in table.lines),
        "",
    ]


def _results(summary: ComparisonSummary) -> list[str]:
    heads = ["contestant", *(CONDITIONS[name].heading for name in summary.conditions)]
    lines = ["## Results", "", *_head([*heads, "connections", "at work"])]
    lines += [_line(entry, summary) for entry in summary.entries]
    below = f"Paired verdicts against {plain(summary.reference)}: {plain(legend(summary.measure))}."
    lines += ["", below, ""]
    for table in size_tables(summary):
        lines += [*_size_table(table, summary), ""]
    return lines


def _line(entry: Entry, summary: ComparisonSummary) -> str:
    cells = [_cell(entry.conditions.get(name), summary.measure) for name in summary.conditions]
    if not entry.rows and cells:
        why = "; ".join(dict.fromkeys(entry.errors))
        cells = [plain(f"failed: {why}" if why else "not made yet")] + ["-"] * (len(cells) - 1)
    counts = [count(entry.connections), count(entry.at_work)]
    return _joined([plain(entry.name), *cells, *counts])


def _size_table(table: SizeTable, summary: ComparisonSummary) -> list[str]:
    return [
        f"{plain(table.title)}:",
        "",
        *_head(table.heads()),
        *(
            _joined([plain(name), *(_cell(found, summary.measure) for found in results)])
            for name, results in table.lines.items()
        ),
    ]


def _head(heads: Sequence[str]) -> list[str]:
    return [_joined(heads), f"|---|{'---:|' * (len(heads) - 1)}"]


def _joined(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(found: ConditionResult | None, measure: str) -> str:
    if found is None:
        return "-"
    mean, low, high, _ = found.estimate
    mark = f" {plain(mark_of(found.against))}" if found.against else ""
    if low is None:
        return f"{shown(mean, measure)}{mark}"
    return f"{shown(mean, measure)} ({shown(low, measure)} to {shown(high, measure)}){mark}"


def _failure(failure: Failure) -> str:
    champion, name, seed = failure.job
    return plain(f"Failed: {name}, {champion}, seed {seed}: {failure.error}") + "\n"
