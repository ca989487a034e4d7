"""The table of factors: which cell is whose, and what the differences between cells are."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from compare_toys import a_plan, row

from wann.config.conditions import RANDOM_SHARED
from wann.errors import UserError
from wann.experiments.comparison.contestants.cells import CELLS, Cell, declared_cell
from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.origins import Origin
from wann.experiments.comparison.report.cells_of_rows import cell_of_champion
from wann.experiments.comparison.report.factors import factors_of
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.html_page import report_page
from wann.experiments.comparison.report.intervals import chance_of
from wann.experiments.comparison.report.markdown_text import make_markdown
from wann.experiments.comparison.report.sections import sentences
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.rows import ComparisonRow

RECTIFIED = ("relu", "linear", "inverse")
TEN = chance_of([0.1] * 10, 1000)
LEVELS = {
    "mixed-mask": 0.89,
    "rectified-mask": 0.94,
    "growth": 0.07,
    "growth-mixed": 0.09,
    "imp": 0.06,
    "imp-mixed": 0.08,
}


def origin(kinds: Sequence[str], method: str | None = "evolution", parent: str = "") -> Origin:
    settings = {"parent": parent} if parent else {}
    return Origin(50, tuple(kinds), tuple(kinds), method, 0, settings)


ORIGINS = {f"m{k}": origin(["sin", "relu"]) for k in range(4)}
ORIGINS |= {f"r{k}": origin(RECTIFIED) for k in range(4)}


def noise(champion: str, name: str, seed: int) -> float:
    return 0.004 * (sum(map(ord, champion + name)) % 5) + 0.001 * ((len(name) + seed) % 3)


def rows_of(names: Sequence[str], seeds: int = 2) -> list[ComparisonRow]:
    found = []
    for champion in ORIGINS:
        for seed in range(seeds):
            grown = 0.84 if champion.startswith("m") else 0.91
            levels = {GROWN: grown, **{name: LEVELS[name] for name in names}}
            found += [
                row(name, seed, level + noise(champion, name, seed), champion)
                for name, level in levels.items()
            ]
    return found


def a_summary(*names: str, seeds: int = 2) -> ComparisonSummary:
    plan = a_plan(*names, champions=tuple(ORIGINS), seeds=tuple(range(seeds)))
    plan = replace(plan, origins=ORIGINS)
    return summarise(plan, rows_of(names, seeds), [], HeldOut("accuracy", 1000, TEN))


@pytest.mark.parametrize(
    ("given", "cell"),
    [
        (origin(["sin", "relu"]), ("grown", "mixed", "shared")),
        (origin(RECTIFIED), ("grown", "rectifiers", "shared")),
        (origin(RECTIFIED, "gradient", "mixed"), ("pruned", "rectifiers", "shared")),
        (origin(["absolute", "linear"], "gradient"), None),
        (origin(RECTIFIED, None), None),
    ],
)
def test_a_champion_is_what_its_search_made(
    given: Origin, cell: tuple[str, str, str] | None
) -> None:
    assert cell_of_champion(given) == cell


def test_all_eight_cells_are_filled_and_held_against_each_other() -> None:
    found = a_summary(*LEVELS).factors
    assert found is not None
    assert [one.name for one in found.cells].count(GROWN) == 2
    assert {one.cell: one.searches for one in found.cells} == {
        **dict.fromkeys(CELLS.values(), 8),
        Cell("grown", "mixed", "shared"): 4,
        Cell("grown", "rectifiers", "shared"): 4,
    }
    assert [effect.pairs for effect in found.effects] == [4] * 3 + [1] * 12
    effects = {effect.title: effect.results[RANDOM_SHARED] for effect in found.effects}
    assert effects["shared less free"].verdict == "better"
    assert effects["shared less free"].mean == pytest.approx(0.82, abs=0.01)
    unpaired = effects["rectifiers less mixed: grown, shared"]
    assert (unpaired.n, unpaired.verdict) == (4, "better")
    assert effects["pruned less grown: mixed, shared"].n == 4
    assert effects["rectifiers less mixed: pruned, shared"].n == 8
    assert effects["rectifiers less mixed: pruned, free"].verdict == "both at chance"


def test_one_champion_has_intervals_over_seeds() -> None:
    plan = replace(a_plan("mixed-mask", champions=("m0",)), origins=ORIGINS)
    rows = [one for one in rows_of(["mixed-mask"], 3) if one.job.champion == "m0"]
    found = factors_of(plan, rows, TEN)
    assert found is not None
    (effect,) = found.effects
    assert (effect.title, effect.results[RANDOM_SHARED].n) == (
        "pruned less grown: mixed, shared",
        3,
    )


def test_cells_that_differ_in_more_than_one_thing_part_nothing() -> None:
    found = a_summary("imp")
    assert found.factors is not None  # champions of two kinds
    plan = replace(a_plan("imp", champions=("m0",)), origins={"m0": ORIGINS["m0"]})
    rows = [one for one in rows_of(["imp"], 3) if one.job.champion == "m0"]
    alone = summarise(plan, rows, [], HeldOut("accuracy", 1000, TEN))
    assert alone.factors is None
    assert "imp and the grown champion differ in more than one of three things" in " ".join(
        sentences(alone)
    )
    # What is pruned with weights of its own has other activations where there are no labels
    assert factors_of(plan, rows, None) is None


def test_every_form_of_the_report_has_the_table() -> None:
    summary = a_summary(*LEVELS)
    text = make_markdown(summary, {})
    assert "| pruned | mixed | shared weights | mixed-mask |" in text
    assert "| shared less free, mean of 4 | +8" in text
    page = report_page(summary, [], [], {}, "")
    assert "shared less free, mean of 4" in page
    assert summary.to_json()["factors"]["cells"][0]["cell"]["made"] == "grown"


def test_a_contestant_of_ones_own_declares_its_cell() -> None:
    def mine() -> None:
        """It is made elsewhere."""

    assert declared_cell(mine, "m:mine") is None
    mine.cell = ["pruned", "mixed", "shared"]  # type: ignore[attr-defined]
    cell = declared_cell(mine, "m:mine")
    assert cell == ("pruned", "mixed", "shared")
    kept = replace(row("m:mine", 0, 0.9, "m0"), cell=cell)
    assert ComparisonRow.from_json(kept.to_json()) == kept
    plan = replace(a_plan("m:mine", champions=("m0",)), origins=ORIGINS)
    rows = [one for one in rows_of([], 3) if one.job.champion == "m0"]
    rows += [replace(row("m:mine", seed, 0.9, "m0"), cell=cell) for seed in range(3)]
    found = factors_of(plan, rows, None)
    assert found is not None
    assert [effect.title for effect in found.effects] == ["pruned less grown: mixed, shared"]
    for wrong in (("grown", "mixed"), ("mixed", "grown", "free"), "grown", ("grown", [], "free")):
        mine.cell = wrong  # type: ignore[attr-defined]
        with pytest.raises(UserError, match=r"m:mine has the cell .*such as \('grown', 'mixed'"):
            declared_cell(mine, "m:mine")
