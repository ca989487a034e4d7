import io

import pytest
from rich.console import Console

from wann.api.watching.sweep_display import count, describe_run, make_table
from wann.config import SearchConfig
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import FAILED, FINISHED, RUNNING, WAITING, RunState

PLAN = SweepPlan(SearchConfig(), {"weights": ((-1.0, 1.0), (2.0,))}, tuple(range(7)))


def printed(states: list[RunState], most: int, width: int) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(make_table(states, most, width))
    return console.export_text()


def test_the_table_shows_what_matters_where_there_is_little_room() -> None:
    states = [RunState(run, WAITING) for run in PLAN.runs]
    states[0] = RunState(PLAN.runs[0], FINISHED, 600, 500.0, 10, 1, 0.0, "digest")
    states[5] = RunState(PLAN.runs[5], RUNNING, 41, 321.0, 12, attempt=2)
    states[9] = RunState(PLAN.runs[9], FAILED, 3, error="[red]broken[/nothing]")
    assert count(states) == "1 finished, 1 failed, 1 running, 11 waiting"
    text = printed(states, 3, 120)
    for fragment in (
        "weights, seed",
        "-1_1, 0",
        "-1_1, 5",
        "41/600",
        "321",
        "running, attempt 2",
        "[red]broken[/nothing]",
    ):
        assert fragment in text
    assert "not shown: 11 waiting" in text
    assert "-1_1, 1" not in text
    assert describe_run(states[5]).endswith(
        "running, attempt 2, generation 41/600, 321 with 12 connections"
    )


def test_champions_that_classify_are_shown_by_their_accuracy() -> None:
    states = [RunState(PLAN.runs[0], RUNNING, 41, -1.389, 12, accuracy=0.9312)]
    assert describe_run(states[0]).endswith("accuracy 93.1 % with 12 connections")
    text = printed(states, 3, 60)
    assert "accuracy" in text
    assert "93.1 %" in text
    assert "-1.39" not in text
    beside = RunState(PLAN.runs[1], RUNNING, 41, 321.0, 12)  # of another task, by its return
    mixed = printed([*states, beside], 3, 60)
    assert "best" in mixed
    assert "accuracy" not in mixed
    waiting = RunState(PLAN.runs[1], WAITING)
    assert "accuracy" in printed([*states, waiting], 3, 60)


LONG = SweepPlan(
    SearchConfig(generations=10_000),
    {"population": (256, 1024), "ranking": ("lexicase", "reference"), "max_share": (0.25, 0.5)},
    (0, 2**40),
)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_run_is_one_line_whose_numbers_are_whole_however_narrow_the_terminal_is(
    width: int,
) -> None:
    error = "ValueError: something went wrong " + 200 * "and on "
    states = [RunState(run, RUNNING, 9999, -1389.25, 5200, attempt=2) for run in LONG.runs]
    states[3] = RunState(LONG.runs[3], FAILED, 3, error=error + "\x1b[2J")
    lines = printed(states, 100, width).splitlines()
    assert max(map(len, lines)) <= width
    rows = [line for line in lines if "9999/10000" in line]
    assert len(rows) == len(states) - 1
    for row in rows:
        assert "-1389" in row.split()
        assert "5200" in row.split()
        assert row.startswith(("256, ", "1024, "))
    assert len({row.partition("9999")[0] for row in rows[:2]}) == 2  # the seed is told
    assert any("failed" in line for line in lines)
    assert "\x1b" not in "".join(lines)


def test_names_stand_whole_where_they_have_no_settings_in_common() -> None:
    states = [RunState(run, WAITING) for run in (*LONG.runs[:1], *PLAN.runs[:1])]
    text = printed(states, 10, 200)
    for state in states:
        assert state.run.name in text
