"""Budget curves: points of a run's front, contestants of their sizes, and a figure of them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from compare_toys import HOSTILE, a_plan, row
from paths import REFERENCE_RUN

from wann.cli.main import main
from wann.drawing.compare import draw_curves
from wann.drawing.figures import figure_bytes
from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.measuring.measures import POINT
from wann.experiments.comparison.report.budget_curves import curves_of
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.summary import summarise
from wann.experiments.comparison.report.tables import curve_table
from wann.experiments.comparison.rows import ComparisonRow


def point(name: str, seed: int, value: float, champion: str, connections: int) -> ComparisonRow:
    found = row(name, seed, value, champion)
    return replace(found, structure=found.structure._replace(connections=connections))


def test_points_are_in_curves_and_not_in_the_table() -> None:
    plan = replace(a_plan("imp"), points={"run-at-20": "digest"})
    rows = [
        point(name, seed, value + 0.01 * seed, label, size)
        for seed in range(3)
        for name, value, label, size in (
            (GROWN, 0.6, "run", 50),
            (GROWN, 0.4, "run-at-20", 20),
            ("imp", 0.8, "run", 50),
            (DENSE, 0.9, "run", 900),
        )
    ]
    (found,) = curves_of(plan, rows, None)
    assert found.champion == "run"
    assert [point.connections for point in found.curves[GROWN]] == [20, 50]
    estimate = found.curves[GROWN][0].conditions["random_shared"].estimate
    assert (estimate.mean, estimate.n) == (pytest.approx(0.41), 3)
    assert [point.connections for point in found.curves["imp"]] == [50]
    table = curve_table([found]).splitlines()
    assert table[0] == "champion,name,connections,condition,mean,low,high,n,verdict,alone"
    assert len(table) == 1 + 4 * len(POINT)
    summary = summarise(plan, rows, [], HeldOut("accuracy"))
    grown = next(entry for entry in summary.entries if entry.name == GROWN)
    assert grown.conditions["random_shared"].estimate.mean == pytest.approx(0.61)
    assert curves_of(a_plan("imp"), rows, None) == []


def test_the_figure_takes_any_name_and_points_without_intervals() -> None:
    curve = [{"connections": n, "mean": n / 100, "low": None, "high": None} for n in (10, 40)]
    line = [{"connections": 900, "mean": 0.9, "low": 0.8, "high": 1.0}]
    panels = {HOSTILE: {GROWN: curve, HOSTILE: curve[:1], "_under": curve, "$x$": [], DENSE: line}}
    figure = draw_curves(panels, reference=GROWN, single=DENSE, label=HOSTILE, title=HOSTILE)
    assert b"<script>" not in figure_bytes(figure)[".svg"]
    assert figure.axes[0].get_xscale() == "log"
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["10", "40"]


def test_sizes_that_only_others_have_are_written_below_the_figure() -> None:
    panels = {
        "random shared": {
            name: [{"connections": n, "mean": 0.5, "low": None, "high": None} for n in sizes]
            for name, sizes in ((GROWN, (50, 900)), ("imp", (50, 900, 920, 7500)), (DENSE, (9999,)))
        }
    }
    figure = draw_curves(panels, reference=GROWN, single=DENSE, label="accuracy", title="t")
    found = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert found == ["50", "900", "7500"]


@pytest.mark.usefixtures("jobs_here", "unpainted")
def test_a_run_with_a_front_gets_curves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, out = tmp_path / "mine", tmp_path / "out"
    shutil.copytree(REFERENCE_RUN, run)
    tiny = (
        "--hidden",
        "6",
        "--generations",
        "1",
        "--races",
        "1",
        "--episodes",
        "3",
        "--workers",
        "1",
        "--json",
    )
    given = (
        "compare",
        str(run),
        "--against",
        "random,rewired",
        "--sizes",
        "1",
        "--seeds",
        "0",
        *tiny,
    )
    assert main([*given, "--out", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    (curves,) = found["curves"]
    sizes = {
        name: [entry["connections"] for entry in curve] for name, curve in curves["curves"].items()
    }
    assert sizes[GROWN] == sizes["random"] == sizes["rewired"] == [12, 27]
    assert len(sizes[DENSE]) == 1
    for name in ("curves.csv", "curves-mine.svg", "curves-mine.png"):
        assert (out / name).stat().st_size
    assert "Budget curves" in (out / "report.html").read_text()
