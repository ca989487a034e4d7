"""The reports of the comparisons that come with the project are what their rows give."""

import csv
import json
from functools import cache
from pathlib import Path

import pytest
from paths import ROOT

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.intervals import chance_of
from wann.experiments.comparison.report.markdown_text import make_markdown
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.report.tables import entry_table, factor_table
from wann.experiments.comparison.rows import ComparisonRow, MeasuredCondition
from wann.network.structure import Structure

STUDIES = ROOT / "runs" / "studies"
# Test images of each digit (LeCun, Cortes & Burges 1998).
MNIST = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
IMAGES = sum(MNIST)
DIGITS = (39, 47, 40, 50, 43, 51, 39, 47, 52, 42)  # of the test part
OF_DIGITS = HeldOut(
    "accuracy", sum(DIGITS), chance_of([count / sum(DIGITS) for count in DIGITS], sum(DIGITS))
)
OF_MNIST = HeldOut("accuracy", IMAGES, chance_of([count / IMAGES for count in MNIST], IMAGES))
OF_FASHION = HeldOut("accuracy", IMAGES, chance_of([0.1] * 10, IMAGES))
CONTROL = ("swingup", "pendulum", "acrobot", "cartpole")
HELD_OUT = {
    "comparison-mnist256": OF_MNIST,
    "comparison-grown-mnist256": OF_MNIST,
    "comparison-grown-fashion256": OF_FASHION,
    "comparison-swingup": HeldOut("return"),
    **{f"comparison-grown-{name}": HeldOut("return") for name in CONTROL},
    "comparison-twenty-swingup": HeldOut("return"),
    "comparison-agnostic-digits": OF_DIGITS,
    "comparison-factors-digits": OF_DIGITS,
    "comparison-curves-digits": OF_DIGITS,
    **{f"grown-to-size/{size}": OF_DIGITS for size in (50, 100, 200, 400)},
}
SHIPPED = pytest.mark.parametrize("name", HELD_OUT)


@cache
def summary_of(folder: Path) -> ComparisonSummary:
    plan = ComparisonPlan.from_dict(json.loads((folder / "compare.json").read_text()))
    with (folder / "rows.csv").open(newline="") as stream:
        rows = [row_of_line(line) for line in csv.DictReader(stream)]
    return summarise(plan, rows, [], HELD_OUT[folder.relative_to(STUDIES).as_posix()])


def row_of_line(line: dict[str, str]) -> ComparisonRow:
    costs = {name: text for name, text in line.items() if name.startswith("cost_") and text}
    return ComparisonRow(
        job=ComparisonJob(line["champion"], line["name"], int(line["seed"])),
        task=line["task"],
        about=line.get("about", ""),
        budget=int(line["budget"]),
        conditions={
            name: MeasuredCondition(float(line[name]), {}) for name in CONDITIONS if line.get(name)
        },
        profiles=None,
        structure=Structure(*(int(line[name]) for name in Structure._fields)),
        latencies=(),
        cost={name.removeprefix("cost_"): json.loads(text) for name, text in costs.items()},
        seconds=float(line["seconds"]),
    )


def without_latency(line: dict[str, str]) -> dict[str, str]:
    """The cells that do not depend on the machine: rows.csv has none of the others."""
    return {name: text for name, text in line.items() if not name.startswith("latency_")}


@SHIPPED
def test_the_text_is_that_of_the_rows(name: str) -> None:
    written = (STUDIES / name / "report.md").read_text()
    commands = written.index("\n## How to reproduce\n")
    assert make_markdown(summary_of(STUDIES / name), {}) == written[:commands]


@SHIPPED
def test_the_table_is_that_of_the_rows(name: str) -> None:
    written = (STUDIES / name / "summary.csv").read_text().splitlines()
    lines = entry_table(summary_of(STUDIES / name).entries).splitlines()
    assert lines[0] == written[0]
    assert list(map(without_latency, csv.DictReader(lines))) == list(
        map(without_latency, csv.DictReader(written))
    )


@SHIPPED
def test_the_table_of_factors_is_that_of_the_rows(name: str) -> None:
    factors = summary_of(STUDIES / name).factors
    file = STUDIES / name / "factors.csv"
    assert file.exists() == bool(factors)
    if factors:
        assert file.read_text() == factor_table(factors)
