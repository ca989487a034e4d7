"""The table of factors as lines of text: of the cells, and of the differences between them."""

from collections.abc import Sequence

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.report.factors import CellResult, Effect, Factors
from wann.experiments.comparison.report.notation import mark_of, shown, shown_interval, signed
from wann.experiments.comparison.report.text_tables import TextTable
from wann.statistics import Difference, Estimate

HEAD = ("made", "activations", "chosen under", "contestant")
_WEIGHTS = {"shared": "shared weights", "free": "weights of its own"}


def factor_tables(factors: Factors, measure: str, of_searches: bool) -> list[TextTable]:
    """Return both tables; with `of_searches`, intervals are over champions too, not seeds alone."""
    headings = [CONDITIONS[name].heading for name in factors.conditions]
    over = "over searches and seeds" if of_searches else "over seeds, of one search"
    cells = [_cell_line(one, factors.conditions, measure) for one in factors.cells]
    effects = [_effect_line(one, factors.conditions, measure) for one in factors.effects]
    return [
        TextTable(
            f"What each kind of network earns, with 95 % intervals {over}",
            [*HEAD, *headings, *(["searches"] if of_searches else [])],
            [line if of_searches else line[:-1] for line in cells],
            len(HEAD),
        ),
        TextTable(
            "Differences between kinds that differ in one thing alone, and their means",
            ["difference", *headings],
            effects,
            1,
        ),
    ]


def _cell_line(one: CellResult, conditions: Sequence[str], measure: str) -> list[str]:
    made, activations, weights = one.cell
    results = [_result(one.results.get(name), measure) for name in conditions]
    return [made, activations, _WEIGHTS[weights], one.name, *results, str(one.searches)]


def _effect_line(one: Effect, conditions: Sequence[str], measure: str) -> list[str]:
    title = one.title if one.within else f"{one.title}, mean of {one.pairs}"
    return [title, *(_difference(one.results.get(name), measure) for name in conditions)]


def _result(found: Estimate | None, measure: str) -> str:
    if found is None:
        return "-"
    return shown(found.mean, measure) + shown_interval(found.low, found.high, measure)


def _difference(found: Difference | None, measure: str) -> str:
    if found is None or found.mean is None:
        return "-"
    interval = ""
    if found.low is not None and found.high is not None:
        interval = f" ({signed(found.low, measure)} to {signed(found.high, measure)})"
    return f"{signed(found.mean, measure)}{interval} {mark_of(found)}"
