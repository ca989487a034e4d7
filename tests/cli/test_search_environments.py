import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from figure_toys import searches_without_figures
from paths import TOYS

from wann.cli.main import main
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.runs.rundir import RunDir
from wann.tasks.spec import parse_spec

undrawn = pytest.mark.usefixtures("unpainted")

TINY = (
    "--population",
    "12",
    "--generations",
    "3",
    "--episodes",
    "2",
    "--confirm-episodes",
    "3",
    "--threads",
    "2",
)
# So few episodes that few of them hang
HANGS = (
    *("--population", "2", "--generations", "2", "--episodes", "1", "--confirm-episodes", "1"),
    *("--weights", "1", "--weight-series", "fixed", "--seed", "0"),
)
SLOW = (
    "--env",
    "gym_toys:toys/Toy-v0",
    "--population",
    "24",
    "--generations",
    "100000",
    "--threads",
    "2",
)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "wann", *map(str, arguments)]


def environment() -> dict[str, str]:
    """That of a user whose own environments can be imported."""
    paths = [str(TOYS), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


@undrawn
def test_the_environment_of_a_recipe_can_be_run_in_another_way(tmp_path: Path) -> None:
    run = tmp_path / "run"
    changed = ["--max-steps", "30", "--backend", "gymnasium", "--on-error", "worst"]
    assert main(["search", "lunarlander", *changed, *TINY, "--out", str(run)]) == 0
    name, settings = parse_spec(RunDir.open(run).config.task)
    assert name == "gym:LunarLander-v3"
    assert settings.pop("normalise").keys() == {"mean", "sd"}  # that of the recipe
    assert settings == {"max_steps": 30, "backend": "gymnasium", "on_error": "worst"}


def test_an_environment_needs_no_recipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run"
    assert (
        main(["search", "--env", "CartPole-v1", "--normalise", *TINY, "--out", str(run), "--json"])
        == 0
    )
    summary = json.loads(capsys.readouterr().out)
    task = RunDir.open(run).config.task
    assert task.startswith('gym:CartPole-v1 {"normalise": {"mean": [')
    assert task == summary["task"] == json.loads((run / "champion.json").read_text())["task"], (
        "statistics are stored"
    )
    assert main(["evaluate", str(run), "--episodes", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["task"] == task
    assert (
        main(
            [
                "evaluate",
                str(run),
                "--env",
                "CartPole-v1",
                "--max-steps",
                "7",
                "--episodes",
                "3",
                "--json",
            ]
        )
        == 0
    )
    result = json.loads(capsys.readouterr().out)
    assert result["task"] == task.replace("{", '{"max_steps": 7, ', 1), "with the statistics"
    assert result["training_weights"]["mean"] <= 7


@undrawn
def test_a_recipe_may_lend_its_settings_to_another_environment(tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert main(["search", "acrobot", "--env", "MountainCar-v0", *TINY, "--out", str(run)]) == 0
    assert RunDir.open(run).config.task == "gym:MountainCar-v0"


@undrawn
def test_a_search_in_processes_is_that_in_threads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ["--env", "CartPole-v1", "--backend", "gymnasium", *TINY]
    assert main(["search", *settings, "--out", str(tmp_path / "processes"), "--json"]) == 0
    digest = json.loads(capsys.readouterr().out)["digest"]
    with ThreadEvaluator(1) as evaluator, RunDir.open(tmp_path / "processes") as done:
        config = done.config
        with RunDir.create(tmp_path / "threads", config) as run:
            growth = Growth(config, evaluator, run)
            assert len(list(grow(growth))) == 3
            assert growth.finish()["digest"] == digest


@undrawn
def test_a_search_whose_environment_hangs_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the episodes on the screen and in the log, and ends as where these raise."""
    found = []
    for fault, threads, how in (
        ("sleeps", "2", ["--episode-seconds", "0.3"]),
        ("raise", "1", ["--on-error", "worst"]),
    ):
        run = tmp_path / fault
        kwargs = ["--env", "gym_toys:toys/Toy-v0", "--env-kwargs", f'{{"fault": "{fault} at 5"}}']
        out = ["--threads", threads, "--out", str(run), "--json"]
        assert main(["search", *kwargs, *how, *HANGS, *out]) == 0
        said = capsys.readouterr()
        summary = json.loads(said.out)
        found.append((summary["mean"], summary["env_steps"], (run / "lineage.jsonl").read_bytes()))
        if fault == "sleeps":
            lines = [
                line.partition("wann: ")[2] for line in said.err.splitlines() if " hung " in line
            ]
            assert lines
            assert all(line in (run / "log.txt").read_text() for line in lines)
    assert found[0] == found[1]
    assert all(line.startswith("gym_toys:toys/Toy-v0 hung (seed ") for line in lines)


def test_ctrl_c_ends_a_search_in_processes_and_leaves_nothing_running(tmp_path: Path) -> None:
    run = tmp_path / "run"
    search = subprocess.Popen(
        command(
            "search",
            *SLOW,
            "--on-error",
            "worst",
            "--env-kwargs",
            '{"fault": "raise"}',
            "--out",
            run,
        ),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment(),
    )
    rows = run / "generations.jsonl"
    while not (rows.exists() and rows.stat().st_size) and search.poll() is None:
        time.sleep(0.05)
    os.killpg(search.pid, signal.SIGINT)  # as a terminal does: workers get it, too
    out, err = search.communicate(timeout=120)
    assert search.returncode == 0, err
    assert "finishing the generation" in err
    assert "episodes are cut" in err
    assert "such episodes count as failed" in err
    assert "Traceback" not in err
    assert "no network earned a finite return" in out, "a fault in every second episode leaves none"
    while group_lives(search.pid):  # multiprocessing's own helper ends a moment after its parent
        time.sleep(0.05)
    assert RunDir.open(run).rows()[0]["failed"] > 0


def test_ctrl_c_while_workers_start_does_no_harm(tmp_path: Path) -> None:
    run = tmp_path / "run"
    search = subprocess.Popen(
        command("search", *SLOW, "--out", run),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment(),
    )
    while not (run.exists() and len(children(search.pid)) >= 2) and search.poll() is None:
        time.sleep(0.002)
    os.killpg(search.pid, signal.SIGINT)
    out, err = search.communicate(timeout=120)
    assert search.returncode == 0, err
    assert "Traceback" not in err
    assert "1 generations" in out


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def children(parent: int) -> list[str]:
    """The processes that any thread of a process has started."""
    found = list[str]()
    for thread in Path(f"/proc/{parent}/task").iterdir():
        with suppress(OSError):  # it has ended
            found += (thread / "children").read_text().split()
    return found


MISTAKES = [
    (["search"], "expected a recipe, --env ID or --dataset PATH"),
    (
        ["search", "--env", "CartPole-v1", "--env-kwargs", "{g: 9.81}"],
        "expected a JSON object such as",
    ),
    (["search", "--env", "CartPole-v1", "--env-kwargs", "[1]"], "expected a JSON object such as"),
    (["search", "--env", "CartPole-v1", "--task", "swingup"], "give one of them"),
    (["search", "swingup", "--normalise"], "--normalise needs --env ID"),
    (["search", "swingup", "--env-kwargs", "{}"], "--env-kwargs needs --env ID"),
    (["search", "--env", "CartPole-v1", "--backend", "gymnasum"], "did you mean 'gymnasium'"),
    (["search", "--env", "CartPoll-v1"], "did you mean 'CartPole-v1'"),
    (["search", "--env", "CarRacing-v3"], "networks read vectors"),
    (
        ["search", "--env", "gym_toys:toys/Toy-v0", "--env-kwargs", '{"fault": "reset"}', *TINY],
        "no reset today",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_a_mistake_is_one_line(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "run")] if len(arguments) > 1 else []
    assert main([*arguments, *out]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert message in said[-1]
    assert len(said) == 1


def test_films(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pygame")
    run = tmp_path / "run"
    with searches_without_figures():
        assert main(["search", "--env", "CartPole-v1", *TINY, "--out", str(run)]) == 0
    assert main(["render", str(run)]) == 0
    assert (run / "figures" / "episode.gif").stat().st_size > 1000
