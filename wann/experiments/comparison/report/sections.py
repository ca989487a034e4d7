"""The parts of the report in words: as a paper has them, generated from what was compared."""

from wann.errors import several
from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.report.costs_text import costs_section
from wann.experiments.comparison.report.factor_tables import factor_tables
from wann.experiments.comparison.report.measuring_text import on_measuring
from wann.experiments.comparison.report.multiplicity_text import compared
from wann.experiments.comparison.report.resolved_text import resolved_section
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.text_tables import TextSection, TextTable
from wann.experiments.comparison.report.threats_text import threats
from wann.experiments.comparison.report.verdict_text import findings, opening
from wann.statistics.crossed import SEED
from wann.tasks.spec import named_spec, shown_spec

_KINDS = (
    "Three things in which these networks differ are parted: each cell is one kind of network, and "
    "each difference is between two kinds that are alike in the other two. Verdicts hold among all "
    "differences of the table (Holm's correction)."
)
_NAMED = 8  # networks that a sentence names; of more it says how many there are


def question(summary: ComparisonSummary) -> str:
    """Return what the comparison asks."""
    names = [entry.name for entry in summary.entries]
    if summary.reference == GROWN:
        others = [name for name in names if name != GROWN]
        return (
            f"On {named_spec(summary.task)}: which networks with as many connections as a grown "
            f"one earn more or less than it, if they are made in other ways ({_listed(others)}), "
            "and does that depend on how weights are chosen?"
        )
    return (
        f"On {named_spec(summary.task)}: which of these networks earns most ({_listed(names)}), "
        "and does that depend on how weights are chosen?"
    )


def sections(summary: ComparisonSummary) -> list[TextSection]:
    """Return the parts in words, in their order; those without a word are left out.

    Between what was found and what was resolved stand the table of results and the figures.
    """
    found = [
        TextSection("method", "Method", _method(summary), _contestants(summary)),
        TextSection("summary", "What was found", findings(summary), []),
        _kinds(summary),
        resolved_section(summary),
        TextSection("threats", "Threats to validity", threats(summary), []),
        costs_section(summary),
    ]
    return [one for one in found if one.sentences or one.tables]


def sentences(summary: ComparisonSummary) -> list[str]:
    """Return all sentences but the question, without tables."""
    return [text for part in sections(summary) for text in part.sentences]


def _listed(names: list[str]) -> str:
    """Return names as a list in a sentence, of many the first alone."""
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1} more"


def _method(summary: ComparisonSummary) -> list[str]:
    found, whole = [opening(summary)], shown_spec(summary.task)
    if whole != named_spec(summary.task):
        found.append(f"The task in full is {whole}.")
    if summary.unit == "champion":
        found.append(
            f"Contestants are made for each of {several(len(summary.champions), 'champion')}, with "
            f"{several(len(summary.seeds), 'seed')} each. Intervals are over champions and seeds "
            "as crossed factors: the same seeds serve all champions."
        )
        if any(one.n > 1 and one.over == SEED for one in compared(summary)):
            found.append(
                "Where all champions have the same values with each seed, as champions of one "
                "structure can, comparisons and their intervals are over seeds alone."
            )
    else:
        seeds = several(len(summary.seeds), "seed")
        found.append(
            f"Every network is made, tuned and measured with {seeds}, over which intervals are."
        )
    return found + on_measuring(summary)


def _kinds(summary: ComparisonSummary) -> TextSection:
    """Return the table of factors, where cells of it are filled."""
    if summary.factors is None:
        return TextSection("kinds", "", [], [])
    tables = factor_tables(summary.factors, summary.measure, len(summary.champions) > 1)
    return TextSection(
        "kinds", "How made, of which activations, and chosen under what", [_KINDS], tables
    )


def _contestants(summary: ComparisonSummary) -> list[TextTable]:
    """Return how contestants are made, where they are more than champions and that is known."""
    champions = "the champion itself" if len(summary.champions) == 1 else "the champions themselves"
    known = [
        [entry.name, champions if entry.name == GROWN else entry.about]
        for entry in summary.entries
        if entry.about
    ]
    if summary.reference != GROWN or not known:
        return []
    return [TextTable("How contestants are made", ["contestant", "how it is made"], known, 2)]
