import io

from rich.console import Console

from wann.cli.sweep_display import count, describe_run, make_table
from wann.config import SearchConfig
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import FAILED, FINISHED, RUNNING, WAITING, RunState

PLAN = SweepPlan(SearchConfig(), {"weights": ((-1.0, 1.0), (2.0,))}, tuple(range(7)))


def test_the_table_shows_what_matters_where_there_is_little_room() -> None:
    states = [RunState(run, WAITING) for run in PLAN.runs]
    states[0] = RunState(PLAN.runs[0], FINISHED, 600, 500.0, 10, 1, 0.0, "digest")
    states[5] = RunState(PLAN.runs[5], RUNNING, 41, 321.0, 12, attempt=2)
    states[9] = RunState(PLAN.runs[9], FAILED, 3, error="[red]broken[/nothing]")
    assert count(states) == "1 finished, 1 failed, 1 running, 11 waiting"
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(make_table(states, 3))
    text = console.export_text()
    for fragment in (
        PLAN.runs[0].name,
        PLAN.runs[5].name,
        "41/600",
        "321",
        "running, attempt 2",
        "[red]broken[/nothing]",
    ):
        assert fragment in text
    assert "not shown: 11 waiting" in text
    assert PLAN.runs[1].name not in text
    assert describe_run(states[5]).endswith(
        "running, attempt 2, generation 41/600, 321 with 12 connections"
    )
