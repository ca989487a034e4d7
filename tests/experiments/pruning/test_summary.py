import dataclasses

import pytest

pytest.importorskip("torch")

from study_toys import study_row

from wann.experiments.pruning.plateaus import find_plateaus
from wann.experiments.pruning.rows import PlateauRow, StudyRow
from wann.experiments.pruning.summary import summarise
from wann.experiments.pruning.summary_text import as_text, plateaus_as_text
from wann.jobs.tables import as_csv


def row(method: str, seed: int, accuracy: float) -> StudyRow:
    return study_row(method, seed, 1.0, accuracy)


def test_verdicts_need_three_seeds_and_an_interval_off_zero() -> None:
    dense = [row("dense", seed, 0.9) for seed in range(3)]
    for drops, verdict in (
        ((0.1, 0.1), "not resolved"),
        ((0.1, 0.1, 0.1), "worse"),
        ((-0.1, -0.12, -0.1), "better"),
        ((0.1, -0.1, 0.2), "not resolved"),
    ):
        found = summarise(dense + [row("x", seed, 0.9 - drop) for seed, drop in enumerate(drops)])
        assert [one.verdict for one in found] == [None, verdict]
    assert "accuracy_mean,accuracy_low" in as_csv(row.to_json() for row in found)
    ticket = [row("x", seed, 0.9 - 0.01 * seed) for seed in range(3)]
    redrawn = [
        dataclasses.replace(row("x", seed, 0.8 - 0.01 * seed - 0.001 * seed), control="reinit")
        for seed in range(3)
    ]
    found = summarise(dense + ticket + redrawn)
    assert [one.verdict_of_control for one in found] == [None, None, "worse"]
    assert found[2].against_method.mean == pytest.approx(-0.101)
    assert "against method" in as_text(found)
    assert "against method" not in as_text(found[:2])


def test_plateaus_end_where_a_point_is_lost_seed_by_seed() -> None:
    def points(seed: int, base: float) -> list[StudyRow]:
        accuracies = {
            1.0: base,
            0.5: base - 0.002,
            0.2: base - 0.004 - 0.001 * seed,
            0.1: base - 0.05,
            0.05: base,
        }
        return [
            study_row("dense" if density == 1.0 else "x", seed, density, value)
            for density, value in accuracies.items()
        ]

    # Seeds differ by more
    rows = [row for seed, base in enumerate((0.9, 0.97, 0.93)) for row in points(seed, base)]
    (found,) = find_plateaus(summarise(rows))
    assert found == PlateauRow("x", None, end=0.2, lost=0.1, resolved=True)
    assert (
        plateaus_as_text([found])
        == "x: within 1 point of the whole model down to 20.00 % (lost at 10.00 %)"
    )
    (alone,) = find_plateaus(summarise([row for row in rows if row.seed == 0]))
    assert (alone.end, alone.resolved) == (0.2, False)
    assert "already at 10.00 %" in plateaus_as_text([found._replace(end=None)])


def test_densities_that_keep_as_many_are_not_added_up() -> None:
    rows = [study_row("x", 0, 4 / 9, 0.5, asked=asked, kept=4, total=9) for asked in (0.44, 0.45)]
    assert [(row.asked, row.n) for row in summarise(rows)] == [(0.44, 1), (0.45, 1)]


def test_rows_gather_seeds_and_go_from_dense_to_sparse() -> None:
    rows = [
        study_row(method, seed, density, density + seed / 10)
        for seed in (1, 0)
        for density in (0.1, 0.5)
        for method in "ba"
    ]
    found = summarise(rows)
    assert [(row.method, row.density) for row in found] == [
        ("a", 0.5),
        ("a", 0.1),
        ("b", 0.5),
        ("b", 0.1),
    ]
    assert [(row.seeds, row.n) for row in found] == [((0, 1), 2)] * 4
    assert [row.accuracy.mean for row in found[:2]] == pytest.approx([0.55, 0.15])
