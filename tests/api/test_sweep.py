"""`wann.sweep` gives what the command gives; grids and seeds are Python values."""

import inspect
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from run_toys import TINY, as_flags, without

import wann
from wann.api.running import PartlyFailed
from wann.api.sweep import sweep
from wann.api.sweep_result import SweepResult
from wann.cli.main import main
from wann.config import SearchConfig
from wann.errors import UserError
from wann.tasks.spec import parse_spec

HOW = TINY | {"workers": 1}
TIMED = ("sweep", "seconds")


def small(*recipe: Any, **given: Any) -> SweepResult:
    return sweep(*recipe, **HOW | given)


def test_results_are_those_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["sweep", "swingup-quick", *as_flags(HOW), "--json", "--out", "command"]
    assert main([*command, "--seeds", "0-1", "--grid", "elite=0.1,0.2"]) == 0
    printed = json.loads(capsys.readouterr().out)
    found = small("swingup-quick", seeds=range(2), grid={"elite": [0.1, np.float64(0.2)]})
    assert found.folder == "runs/swingup-quick-sweep"
    assert capsys.readouterr() == ("", "")
    assert without(found.to_json(), TIMED) == without(printed, TIMED)
    plans = [Path(folder, "sweep.json").read_text() for folder in ("command", found.folder)]
    assert plans[0] == plans[1]
    assert found.rows["elite"].tolist() == [0.1, 0.1, 0.2, 0.2]
    assert pandas.DataFrame(found.table)["n"].tolist() == [2, 2]
    assert found.best.summary.mean == max(found.rows["mean"])
    assert found.run("elite=0.1,seed=1").config.seed == 1
    assert "elite=0.2" in str(found)
    assert repr(found) == "SweepResult('runs/swingup-quick-sweep', 4 of 4 runs finished)"
    assert len(found.plot().axes) == 2
    drawn = wann.render(found, tmp_path / "drawn", pdf=True, style="dark")
    assert [path.name for path in drawn] == ["summary.png", "summary.svg", "summary.pdf"]
    painted = Path(found.folder, "summary.svg").read_bytes()
    assert drawn[1].read_bytes() != painted  # in other colours
    Path(found.folder, "summary.svg").unlink()
    assert wann.resume(found, workers=1, figures=False).figures == ()
    assert not Path(found.folder, "summary.svg").exists()
    assert Path(found.folder, "summary.svg") in wann.render(found)
    assert Path(found.folder, "summary.svg").read_bytes() == painted
    again = wann.resume(found, workers=1)
    assert isinstance(again, SweepResult)
    assert again.to_json() == found.to_json()
    assert (
        small("swingup-quick", seeds="0-1", grid=["elite=0.1,0.2"], out=found).to_json()
        == found.to_json()
    )
    with pytest.raises(UserError, match="has one thread"):
        wann.resume(found, threads=2)


def test_a_data_set_in_memory_lies_beside_the_runs(tmp_path: Path) -> None:
    x = np.linspace(0, 1, 40)[:, None] * [1.0, -1.0]
    y = np.repeat([0, 1], 20)
    found = small(dataset=(x, y), seeds=3, out=tmp_path / "sweep", confirm_episodes=1)
    assert (tmp_path / "sweep" / "data.csv").is_file()
    assert found.rows["accuracy"].shape == (1,)
    assert found.notes[0].startswith("method evolution, because ")
    assert found.best.accuracy == found.rows["accuracy"][0]
    (tmp_path / "sweep" / "data.csv").write_text("other data")
    with pytest.raises(UserError, match=r"data.csv holds other data than those given"):
        small(dataset=(x, y), seeds=3, out=tmp_path / "sweep", confirm_episodes=1)


def test_a_run_that_fails_leaves_the_others(tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    small("swingup-quick", seeds=0, grid={"elite": [0.1]}, out=out)
    with pytest.raises(UserError, match="holds a sweep of other settings"):
        small("swingup-quick", seeds=0, grid={"elite": [0.2]}, out=out)
    (out / "elite=0.1,seed=0" / "config.json").write_text(json.dumps(SearchConfig().to_dict()))
    with pytest.raises(PartlyFailed, match=r"1 of 1 run failed; elite=0\.1,seed=0: ") as raised:
        wann.resume(out, workers=1, retries=0)
    assert raised.value.result.failed[0].run == "elite=0.1,seed=0"
    with pytest.raises(UserError, match="no finished run"):
        raised.value.result.best  # noqa: B018


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seed": 3}, "unknown argument 'seed': did you mean 'seeds'"),
        ({"seeds": "1-"}, "seeds"),
        ({"grid": {"seed": [1]}}, "grid=: seeds are given by seeds="),
        ({"grid": {"elit": [1]}}, "unknown setting 'elit': did you mean 'elite'"),
        ({"grid": {"elite": 0.1}}, "grid=: elite: expected a list of alternatives, got 0.1"),
        ({"grid": {"elite": [0.1, 0.1]}}, "elite: expected one or more different values"),
        ({"grid": {"elite": [2]}}, "elite must be"),
        ({"grid": {"population": [16]}, "population": 32}, "population is given both"),
        ({"evaluate": -1}, "evaluate must be"),
        ({"workers": 0}, "expected 1 or more threads or workers"),
        ({"retries": -1}, "retries: expected a whole number from 0 to 1,000, got -1"),
        ({"retries": 1.5}, "retries: expected a whole number from 0 to 1,000, got 1.5"),
        ({"checkpoint_seconds": "a"}, "checkpoint_seconds: expected a number of seconds from 0 on"),
        ({"checkpoint_seconds": -1}, "checkpoint_seconds: expected a number of seconds from 0 on"),
        ({"out": 3}, "out: expected a path, got 3"),
        ({"dataset": ([[1.0], [2.0]] * 4, [0, 1] * 4), "out": "file:///x"}, "takes a folder"),
        ({"generatoins": 3}, "did you mean 'generations'"),
    ],
)
def test_what_is_refused_before_anything_is_written(
    given: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = () if "dataset" in given else ("swingup-quick",)
    with pytest.raises(UserError) as raised:
        sweep(*recipe, **{"seeds": 0, **given})
    assert message in str(raised.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stage", [{0.5: {"stuck_steps": 0}}, {0.5: 6}, ["0.5 episodes=no"]])
def test_wrong_stages_of_a_grid_are_one_line(stage: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"stage"):
        small("swingup-quick", seeds=0, grid={"stage": [stage]}, out=tmp_path / "sweep")


def test_the_page_lists_all_settings_but_the_seed() -> None:
    parameters = inspect.signature(sweep).parameters
    assert "seed" not in parameters
    assert {"population", "env_kwargs", "label", "grid"} <= set(parameters)


def test_code_that_changed_since_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    module = tmp_path / "mutation_that_changes_in_sweeps.py"
    code = "def mutate(genome, rng, editor):\n    number = 1\n    return genome\n"
    module.write_text(code)
    own = {"mutation": [f"{module.stem}:mutate=0.1"], "out": tmp_path / "sweep"}
    small("swingup-quick", seeds=0, **own)
    wann.resume(tmp_path / "sweep", workers=1)
    assert "was changed since" not in capsys.readouterr().err
    module.write_text(code.replace("1", "2"))
    said = f"the file behind {module.stem}:mutate was changed since the sweep was begun"
    wann.resume(tmp_path / "sweep", workers=1)
    assert said in capsys.readouterr().err
    small("swingup-quick", seeds=0, **own)
    assert said in capsys.readouterr().err


def test_the_best_of_two_methods_has_the_highest_accuracy(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(120, 4))
    y = (x[:, 0] > 0).astype(int)
    found = sweep(
        dataset=(x, y),
        seeds=range(2),
        grid={"method": ["evolution", "gradient"]},
        steps=1,
        generations=5,
        population=16,
        max_connections=4,
        learning_rate=1e-6,
        out=tmp_path / "sweep",
        figures=False,
        workers=1,
    )
    assert found.rows["mean"].tolist() == found.rows["accuracy"].tolist()
    assert found.best.folder.name == found.rows["run"][found.rows["accuracy"].argmax()]
    assert "compared by their accuracy" in str(found)
    fresh = sweep(
        dataset=(x, y),
        seeds=0,
        grid={"method": ["evolution", "gradient"]},
        steps=1,
        generations=2,
        population=8,
        evaluate=1,
        out=tmp_path / "fresh",
        figures=False,
        workers=1,
    )
    assert all(0.0 <= value <= 1.0 for value in fresh.rows["mean"])
    assert "compared by" not in str(fresh)


def test_no_run_is_the_best_of_different_tasks(tmp_path: Path) -> None:
    grid = {"task": ["swingup", "swingup-hard"]}
    found = small("swingup-quick", seeds=0, grid=grid, out=tmp_path / "sweep", figures=False)
    with pytest.raises(UserError, match=r"runs of different tasks.*such as run\('task=swingup"):
        _ = found.best
    assert found.run("task=swingup,seed=0").summary.finished


def test_settings_of_an_environment_are_alternatives(tmp_path: Path) -> None:
    fixed: dict[str, Any] = {"env": "CartPole-v1", "seeds": 0, "figures": False}
    out = tmp_path / "sweep"
    grid = {"max_steps": [np.int64(20), 50], "normalise": [True, False]}
    found = small(**fixed, grid=grid, out=out)
    assert found.rows["max_steps"].tolist() == [20, 20, 50, 50]
    assert found.rows["normalise"].tolist() == [True, False] * 2
    run = found.run("max_steps=20,normalise=True,seed=0")
    _, settings = parse_spec(run.config.task)
    assert settings["max_steps"] == 20
    assert set(settings["normalise"]) == {"mean", "sd"}  # measured once
    assert max(found.rows["mean"][:2]) <= 20 < max(found.rows["mean"][2:])
    assert wann.resume(found, workers=1, figures=False).to_json() == found.to_json()
    again = small(**fixed, grid=["max_steps=20,50", "normalise=true,false"], out=out)
    assert again.to_json() == found.to_json()
    with pytest.raises(UserError, match="max_steps is given both as a flag and in"):
        small(**fixed, max_steps=5, grid={"max_steps": [20]})
    with pytest.raises(UserError, match="size has alternatives for data in files alone"):
        small(dataset=(np.eye(4), [0, 1, 0, 1]), seeds=0, grid={"size": [1, 2]})


def test_scaling_alone_changes_nothing_of_what_is_measured(tmp_path: Path) -> None:
    found = small(
        env="CartPole-v1",
        seeds=0,
        figures=False,
        grid={"normalise": [True, False]},
        out=tmp_path / "sweep",
    )
    assert found.best.summary.mean == max(found.rows["mean"])
