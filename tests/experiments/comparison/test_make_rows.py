"""What a worker does with rows of one unit: neither a failure nor the order to stop loses any."""

from pathlib import Path

import pytest
from compare_toys import diamond, row
from job_toys import run_here

from wann.config import Making
from wann.errors import UserError
from wann.experiments.comparison import make_rows
from wann.experiments.comparison.comparison import Comparison
from wann.experiments.comparison.contestants.contestant import Champion, Contestant
from wann.experiments.comparison.make_plan import make_plan
from wann.experiments.comparison.plan import ComparisonJob
from wann.experiments.comparison.row_files import write_row

LABELS = ("a", "b", "c")


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    champions = [Champion(label, None, diamond(), None, {}) for label in LABELS]
    plan = make_plan("digits", champions, ["snip"], [0], Making())
    return Comparison.create(tmp_path / "out", plan, champions)


def ended(comparison: Comparison) -> dict[ComparisonJob, str | None]:
    return dict(comparison.run(run_here, retries=0, stopped=lambda: False, threads=1))


def of_snip(found: dict[ComparisonJob, str | None]) -> dict[str, str | None]:
    return {job.champion: problem for job, problem in found.items() if job.name == "snip"}


def test_a_row_that_fails_leaves_the_others_of_its_unit(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fake(bench: make_rows._Bench, job: ComparisonJob) -> None:
        if job.champion == "b":
            raise UserError("no luck")
        made = row(job.name, job.seed, 0.5, job.champion)
        write_row(comparison.folder, made, Contestant(diamond(), None, "", {}))

    monkeypatch.setattr(make_rows._Bench, "make_row", fake)
    with comparison:
        assert of_snip(ended(comparison)) == {"a": None, "b": "no luck", "c": None}
        assert {failure.job.champion for failure in comparison.failed()} == {"b"}
        assert {job.champion for job in comparison.left()} == {"b"}
        monkeypatch.setattr(make_rows._Bench, "make_row", lambda bench, job: comparison.stop())
        again = ended(comparison)
        assert again == {}  # it was told to stop: neither made nor failed
        assert not comparison.failed()
        assert not (comparison.folder / "stop").exists()
