"""What a worker does with rows of one unit: neither a failure nor the order to stop loses any."""

from pathlib import Path

import pytest
from compare_toys import diamond, row
from job_toys import run_here

from wann.config import Making
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.comparison import make_rows
from wann.experiments.comparison.comparison import Comparison
from wann.experiments.comparison.contestants.contestant import Champion, Contestant
from wann.experiments.comparison.make_plan import make_plan
from wann.experiments.comparison.plan import ComparisonJob
from wann.experiments.comparison.row_files import write_row
from wann.tasks.registry import make_task

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


def test_what_several_rows_share_takes_its_time_once(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the seconds of all rows, added up, would be more than the work took."""
    ticks = iter(range(100))
    monkeypatch.setattr(make_rows.time, "monotonic", lambda: float(next(ticks)))
    monkeypatch.setattr(make_rows, "measured", lambda *_: {})
    monkeypatch.setattr(make_rows, "measure", lambda *_: "found")
    bench = make_rows._Bench(
        comparison.folder, comparison.plan, make_task("digits"), ThreadEvaluator(1), 0
    )
    contestant = Contestant(diamond(), None, "", {})
    with comparison, bench.evaluator:
        assert bench._made("snip of 6", lambda: contestant) == (contestant, 1.0)
        assert bench._made("snip of 6", lambda: contestant) == (contestant, 0.0)
        taken = [bench._measured(contestant, is_point=False) for _ in range(2)]
    assert [(one.found, one.seconds) for one in taken] == [("found", 1.0), ("found", 0.0)]


def test_a_network_with_the_label_of_one_at_a_budget_is_refused() -> None:
    given = [Champion(label, None, diamond(), None, {}) for label in ("a", "a-at-5")]
    nearest = Champion("a-at-5", None, diamond(), None, {})
    with pytest.raises(UserError, match="a-at-5 is what a smaller network of a run is called"):
        make_plan("digits", given, ["snip"], [0], Making(), budgets={6: {"a": nearest}})
    at_itself = make_plan("digits", given, ["snip"], [0], Making(), budgets={6: {"a": given[0]}})
    assert at_itself.budgets == {6: {"a": "a"}}
