"""What a comparison says of three factors: how networks are made, of which kinds, and under what.

Each contestant that has a cell in the 2 x 2 x 2 table (see `contestants/cells.py`) stands there,
and differences are those between cells that differ in one factor alone. The effect of a factor is
the mean of these differences over all such pairs of cells that are there.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from wann.config.conditions import ENSEMBLE, RANDOM_SHARED, TRAINED_WEIGHTS, TUNED_SHARED
from wann.experiments.comparison.contestants.cells import LEVELS, Cell
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.cells_of_rows import cell_of
from wann.experiments.comparison.report.intervals import (
    AT_CHANCE,
    Chance,
    table_of,
    within_accuracies,
)
from wann.experiments.comparison.rows import ComparisonRow
from wann.statistics import Difference, Estimate, corrected, estimate, estimate_table
from wann.statistics.contrasts import Term, contrast, less

CELL_CONDITIONS = (RANDOM_SHARED, TUNED_SHARED, ENSEMBLE, TRAINED_WEIGHTS)

Values = dict[tuple[str, int], float]  # by the label of a champion, and a seed


class CellResult(NamedTuple):
    """What the contestant of a cell earns."""

    cell: Cell
    name: str  # of the contestant that stands for it
    others: tuple[str, ...]  # contestants of the same cell, which do not enter
    searches: int  # how many champions it is of, or was made to the size of
    results: Mapping[str, Estimate]  # by condition

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        results = {name: found._asdict() for name, found in self.results.items()}
        cell = self.cell._asdict()
        return {**self._asdict(), "cell": cell, "others": list(self.others), "results": results}


class Effect(NamedTuple):
    """How much the second level of a factor earns more than the first."""

    factor: int  # its place in a cell
    within: Cell | None  # a cell of the pair, None for the mean over pairs
    pairs: int  # over how many pairs of cells
    results: Mapping[str, Difference]  # by condition

    @property
    def title(self) -> str:
        """What is compared, in words."""
        first, second = LEVELS[self.factor]
        if self.within is None:
            return f"{second} less {first}"
        rest = [level for place, level in enumerate(self.within) if place != self.factor]
        return f"{second} less {first}: {', '.join(rest)}"

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        results = {name: found.to_json() for name, found in self.results.items()}
        return {"effect": self.title, "pairs": self.pairs, "results": results}


class Factors(NamedTuple):
    """The table of cells, and the differences between them."""

    cells: tuple[CellResult, ...]
    effects: tuple[Effect, ...]  # means over pairs first, then each pair

    @property
    def conditions(self) -> list[str]:
        """The conditions of which anything is known."""
        return [name for name in CELL_CONDITIONS if any(name in one.results for one in self.cells)]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "cells": [cell.to_json() for cell in self.cells],
            "effects": [effect.to_json() for effect in self.effects],
        }


def factors_of(
    plan: ComparisonPlan, rows: Sequence[ComparisonRow], chance: Chance | None
) -> Factors | None:
    """Return the table of a comparison; None unless two of its cells differ in one factor alone.

    `rows` holds none that only budget curves show; `chance` is None where results are not
    accuracies.
    """
    members: dict[Cell, dict[str, list[ComparisonRow]]] = {}
    for row in rows:
        cell = cell_of(row, plan.origins, of_labels=chance is not None)
        if cell is not None:
            members.setdefault(cell, {}).setdefault(row.job.name, []).append(row)
    cells = [cell for cell in _all_cells() if cell in members]
    pairs = _pairs(cells)
    if not pairs:
        return None
    of_one_search = len(plan.champions) == 1
    order = list(plan.contestants)
    names = {cell: sorted(members[cell], key=order.index) for cell in cells}
    values = {
        (cell, condition): _values(members[cell][names[cell][0]], condition)
        for cell in cells
        for condition in CELL_CONDITIONS
    }
    found = tuple(_cell(cell, names[cell], values, of_one_search) for cell in cells)
    if chance:
        found = tuple(map(_within_accuracies, found))
    return Factors(found, _effects(pairs, values, chance, of_one_search))


def _all_cells() -> list[Cell]:
    return [Cell(*levels) for levels in product(*LEVELS)]


def _pairs(cells: Sequence[Cell]) -> list[tuple[int, Cell, Cell]]:
    """Return which cells differ in one factor alone: the factor, and the cell of either level."""
    found = []
    for factor, (first, second) in enumerate(LEVELS):
        field = Cell._fields[factor]
        for cell in cells:
            other = cell._replace(**{field: second})
            if cell[factor] == first and other in cells:
                found.append((factor, cell, other))
    return found


def _values(rows: Sequence[ComparisonRow], condition: str) -> Values:
    found = {}
    for row in rows:
        mean = row.mean(condition)
        if mean is not None:
            found[row.job.champion, row.job.seed] = mean
    return found


def _cell(
    cell: Cell,
    names: Sequence[str],
    values: Mapping[tuple[Cell, str], Values],
    of_one_search: bool,
) -> CellResult:
    known = {name: values[cell, name] for name in CELL_CONDITIONS if values[cell, name]}
    results = {
        name: estimate(list(some.values())) if of_one_search else estimate_table(table_of(some))
        for name, some in known.items()
    }
    searches = len({search for some in known.values() for search, _ in some})
    return CellResult(cell, names[0], tuple(names[1:]), searches, results)


def _within_accuracies(found: CellResult) -> CellResult:
    results = {name: within_accuracies(one) for name, one in found.results.items()}
    return found._replace(results=results)


def _effects(
    pairs: Sequence[tuple[int, Cell, Cell]],
    values: Mapping[tuple[Cell, str], Values],
    chance: Chance | None,
    of_one_search: bool,
) -> tuple[Effect, ...]:
    """Return the effects of all factors, and of each pair, with verdicts that hold together."""
    asked: list[tuple[int, Cell | None, list[tuple[int, Cell, Cell]]]] = []
    for factor in range(len(LEVELS)):
        own = [pair for pair in pairs if pair[0] == factor]
        if len(own) > 1:
            asked.append((factor, None, own))
    asked += [(pair[0], pair[1], [pair]) for pair in pairs]
    found: dict[tuple[int, str], Difference] = {}
    for number, (_, _, some) in enumerate(asked):
        for condition in CELL_CONDITIONS:
            both = [(values[two, condition], values[one, condition]) for _, one, two in some]
            if all(second and first for second, first in both):
                found[number, condition] = _difference(both, chance, of_one_search)
    results: list[dict[str, Difference]] = [{} for _ in asked]
    for (number, condition), told in zip(found, corrected(found.values()), strict=True):
        results[number][condition] = told
    return tuple(
        Effect(factor, within, len(some), results[number])
        for number, (factor, within, some) in enumerate(asked)
    )


def _difference(
    pairs: Sequence[tuple[Values, Values]], chance: Chance | None, of_one_search: bool
) -> Difference:
    """Return the mean over pairs of the first less the second; there is a pair at least."""
    terms = [
        Term(term.factor / len(pairs), term.values)
        for first, second in pairs
        for term in less(first, second)
    ]
    found = contrast(terms, of_one_search=of_one_search)
    if chance and all(chance.has(_mean(term.values)) for term in terms):
        return found._replace(verdict=AT_CHANCE, alone=AT_CHANCE, p=None)
    return found


def _mean(values: Mapping[tuple[str, int], float]) -> float:
    return sum(values.values()) / len(values)
