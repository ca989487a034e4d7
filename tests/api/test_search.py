"""`wann.search` gives what the command gives; its arguments are the declared settings."""

import dataclasses
import inspect
import json
import re
import tempfile
import typing
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pandas
import polars
import pytest
from odd_environments_toys import Plain
from run_toys import SMALL, as_flags

import wann
from wann.api.arguments import Arguments, argument_of
from wann.api.run import Run
from wann.api.search import search
from wann.cli.main import main
from wann.config import (
    CHECKPOINT_SECONDS,
    DatasetSettings,
    EnvironmentSettings,
    SearchConfig,
)
from wann.errors import UserError


def small(*recipe: Any, **given: Any) -> Run:
    return search(*recipe, **SMALL | given)


def test_arguments_are_the_declared_settings() -> None:
    entries = [
        entry
        for kind in (SearchConfig, EnvironmentSettings, DatasetSettings)
        for entry in dataclasses.fields(kind)
    ]
    names = [argument_of(entry.name) for entry in entries]
    assert list(typing.get_type_hints(Arguments)) == names
    parameters = inspect.signature(search).parameters
    assert {name: parameters[name].default for name in names} == {
        argument_of(entry.name): entry.default for entry in entries
    }
    assert parameters["checkpoint_seconds"].default == CHECKPOINT_SECONDS
    page = inspect.getdoc(search) or ""
    assert all(f"\n    {name}: " in page for name in parameters)
    assert page.index("Settings:") < page.index("Example:")


def test_results_are_those_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["search", "swingup-quick", *as_flags(SMALL), "--json", "--out", "command"]) == 0
    printed = json.loads(capsys.readouterr().out)
    run = small("swingup-quick")
    assert run.folder == Path("runs/swingup-quick-seed0")
    assert capsys.readouterr() == ("", "")
    there = wann.open_run("command")
    assert run.config == there.config
    assert run.digest == there.digest == printed["digest"]
    assert run.history.rows == there.history.rows
    timed = {"run", "champion", "seconds"}
    mine = {key: value for key, value in run.summary.to_json().items() if key not in timed}
    assert mine == {key: value for key, value in printed.items() if key not in timed}
    assert there.summary.to_json() == printed
    assert {path.name for path in Path("command").iterdir()} - {"figures", "page.html"} == {
        path.name for path in run.folder.iterdir()
    }
    assert small("swingup-quick").folder == Path("runs/swingup-quick-seed0-2")


def test_a_run_tells_what_came_out(tmp_path: Path) -> None:
    run = small("swingup-quick", out=tmp_path / "run", seed=np.int64(3), weights=[-1, 1])
    assert run.config.weights == (-1.0, 1.0)
    table = pandas.DataFrame(run.history)
    assert table["generation"].tolist() == [0, 1]
    assert run.champion.connections == run.summary.connections
    assert [network.connections for network in run.front] == run.front.table["connections"].tolist()
    assert len(run.front[:2]) == 2
    assert run.front[-1] == list(run.front)[-1]
    assert run.accuracy is None
    assert repr(run).startswith(f"Run({str(tmp_path / 'run')!r}, task: swingup, seed: 3, ")
    assert repr(run.front).startswith(f"Front({len(run.front)} networks of ")
    assert "<th style='text-align:left'>champion</th>" in run._repr_html_()
    figure = run.plot()
    assert len(figure.subfigs) == 2
    assert run.resume(threads=1, figures=False).digest == run.digest
    measured = wann.evaluate(run.folder, episodes=2, threads=1)
    assert run.evaluate(episodes=2, threads=1).to_json() == measured.to_json()
    tuned = run.tune(weights="shared", threads=1, out=tmp_path / "tuned.json")
    assert tuned.network.connections == run.champion.connections
    wann.search("swingup-quick", seed_from=run, out=tmp_path / "child", **SMALL)
    (tmp_path / "run" / "summary.json").unlink()
    assert "state: not finished" in repr(run)


class OfThisModule(Plain):
    """An environment that nobody registered."""


def test_environments_as_objects(tmp_path: Path) -> None:
    class Mine(Plain):
        def __init__(self, extra: float = 0.0) -> None:
            super().__init__()
            self.extra = extra

        def step(self, action: Any) -> Any:
            observation, reward, *over = super().step(action)
            return observation, reward + self.extra, *over

    class Doubled(gymnasium.RewardWrapper[Any, Any]):
        def __init__(self, env: Any, by: float = 2.0) -> None:
            super().__init__(env)
            self.by = by

        def reward(self, reward: Any) -> float:
            return float(reward) * self.by

    named = small(env="odd_environments_toys:Plain", out=tmp_path / "named")
    passed = small(env=Plain, out=tmp_path / "passed")
    assert passed.config == named.config
    assert passed.digest == named.digest
    local = small(env=Mine, out=tmp_path / "local")
    assert local.config.task == "gym:session:test_environments_as_objects.<locals>.Mine"
    assert local.history.rows == passed.history.rows
    made = small(env=lambda extra: Mine(extra), env_kwargs={"extra": 1.0}, out=tmp_path / "made")
    assert made.history["best"][0] > local.history["best"][0]
    wrapped = small(env=Mine, wrap=[(Doubled, {"by": 3.0})], out=tmp_path / "wrapped")
    assert wrapped.history["best"][0] == pytest.approx(3 * local.history["best"][0])
    processes = small(env=Mine, threads=2, out=tmp_path / "processes")
    assert processes.digest == local.digest


def test_an_environment_that_is_defined_anew_replaces_the_one_before(tmp_path: Path) -> None:
    def define(reward: float) -> Any:
        class Again(Plain):
            def step(self, action: Any) -> Any:
                observation, _, *over = super().step(action)
                return observation, reward, *over

        Again.__qualname__ = "Again"
        return Again

    best = []
    for number in (1, 2):
        run = small(env=define(float(number)), out=tmp_path / f"{number}")
        assert run.config.task == "gym:session:Again"
        best.append(run.history["best"][0])
    assert best[1] == 2 * best[0]


@dataclasses.dataclass
class Worth:
    """An environment, a wrapper and a data set in one: it compares by value and has no hash."""

    reward: float

    def __call__(self, env: Any = None) -> Any:
        return gymnasium.wrappers.TransformReward(env or Plain(), lambda _: self.reward)


@dataclasses.dataclass
class Spread:
    shift: float

    def __call__(self) -> tuple[Any, Any]:
        x, y = blobs()
        return x + self.shift, y


def test_objects_without_a_hash_stand_for_themselves(tmp_path: Path) -> None:
    one, two = (small(env=Worth(1.0), out=tmp_path / name) for name in ("one", "two"))
    assert one.config.task != two.config.task
    assert one.history.rows == two.history.rows
    wrapped = small(env=Plain, wrap=[Worth(2.0)], out=tmp_path / "wrapped")
    assert wrapped.history["best"][0] == 2 * one.history["best"][0]
    near, far = (
        small(env=None, dataset=Spread(shift), out=tmp_path / f"{shift}", confirm_episodes=1)
        for shift in (0.0, 9.0)
    )
    ranges = np.array([run.task.dataset.scaled_from for run in (near, far)])
    np.testing.assert_allclose(ranges[1] - ranges[0], 9.0)


def blobs() -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    y = np.repeat(np.array(["low", "high"]), 30)
    return rng.normal(size=(60, 3)) + 2 * (y == "high")[:, None], y


@pytest.mark.parametrize("form", ["table", "pandas", "polars", "parts", "images"])
def test_data_sets_in_memory(form: str, tmp_path: Path) -> None:
    x, y = blobs()
    columns = {"a": x[:, 0], "b": x[:, 1], "label": y}
    given: dict[str, Any] = {
        "table": {"dataset": (x, y)},
        "pandas": {"dataset": pandas.DataFrame(columns), "label": "label"},
        "polars": {"dataset": polars.DataFrame(columns), "label": "label"},
        "parts": {"dataset": (x[::2], y[::2], x[1::2], y[1::2])},
        "images": {"dataset": (x[:, :, None], y), "test_share": 0.5},
    }[form]
    run = small(**given, out=tmp_path / "run", confirm_episodes=1)
    (file,) = run.folder.glob("data.*")
    assert run.config.task.partition(" {")[0] == f"data:{file.resolve()}"
    assert run.accuracy is not None
    assert run.task.output_names == ("high", "low")
    again = small(
        env=None,
        dataset=file,
        out=tmp_path / "file",
        confirm_episodes=1,
        **({"label": "label"} if file.suffix == ".csv" else {}),
    )
    assert again.history.rows == run.history.rows
    champions = [
        re.sub('"task": .*', "", (one.folder / "champion.json").read_text()) for one in (run, again)
    ]
    assert champions[0] == champions[1]
    assert small(**given, out=tmp_path / "twice", confirm_episodes=1).digest == run.digest
    assert wann.resume(run, threads=1, figures=False).digest == run.digest
    if form == "images":
        with np.load(file) as arrays:
            assert len(arrays["x_test"]) == 30


@pytest.mark.parametrize(
    ("recipe", "given", "message"),
    [
        ("swingup", {"generatoins": 3}, "argument 'generatoins': did you mean 'generations'"),
        ("swimgup", {}, "unknown recipe 'swimgup': did you mean 'swingup'"),
        (None, {}, "expected a recipe, env=ID or dataset=PATH"),
        (3, {}, "expected a recipe: its name, the path of a TOML file, or a SearchConfig; got 3"),
        ("swingup", {"population": 1}, "population must be"),
        ("swingup", {"env": "CartPole-v1", "task": "digits"}, "env= and task= all say what"),
        ("swingup", {"max_steps": 5}, "max_steps= needs env=ID"),
        ("swingup", {"label": "a"}, "label= needs dataset=PATH"),
        (None, {"env": "CartPol-v1"}, "did you mean 'CartPole-v1'"),
        (None, {"env": 7}, "env=: expected an id, a class of environments"),
        (None, {"env": lambda: 7}, "expected a class of environments, or a function that returns"),
        (None, {"env": lambda: Plain(), "env_kwargs": {"no": 1}}, "cannot be made with kwargs"),
        (None, {"env": "odd_environments_toys:Plane"}, "odd_environments_toys:Plane"),
        (None, {"env": Plain, "wrap": [(1, 2, 3)]}, "wrap=: expected a wrapper, or a pair"),
        (None, {"env": Plain, "wrap": [{}]}, "wrap=: expected a wrapper, or a pair"),
        (None, {"env": Plain, "wrap": [(7, {})]}, "wrap=: expected a wrapper, or a pair"),
        ("swingup", {"task": 5}, "task: expected the spec of a task, a Task, or what returns one"),
        (
            "swingup",
            {"task": wann.make_task("swingup-hard")},
            "task: expected its spec, 'swingup-hard', got the task itself",
        ),
        ("swingup", {"checkpoint_seconds": "a"}, "checkpoint_seconds: expected a number of"),
        (None, {"dataset": 3}, "dataset: expected the path of a data set, arrays (x, y)"),
        (None, {"dataset": pandas.DataFrame({"a": [1]})}, "is a DataFrame: expected label="),
        (
            None,
            {"dataset": (np.ones((4, 2)), np.arange(4) % 2), "label": "x1"},
            "label= is for tables: arrays have their labels in y",
        ),
        (None, {"dataset": (np.ones((4, 2)), np.ones(3))}, "a label for each, got (4, 2) and (3,)"),
        (None, {"dataset": (np.ones((4, 2)), np.ones(4))}, "dataset, column label: expected at"),
        ("swingup", {"out": 3}, "out: expected a path, got 3"),
        ("swingup", {"threads": 0}, "expected 1 or more threads"),
        ("swingup", {"callback": 3}, "callback: expected a function of a row"),
        ("swingup", {"seed_from": "nowhere"}, "nowhere does not exist"),
        ("swingup", {"completions": "nowhere"}, "completions= needs asynchronous="),
    ],
)
def test_what_is_refused_before_anything_is_written(
    recipe: Any, given: dict[str, Any], message: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as raised:
        search(recipe, **given)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert tempfile.gettempdir() not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_page_replaces_no_file_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "run" / "page.html"
    wann.search(
        "swingup-quick",
        generations=1,
        population=8,
        episodes=1,
        confirm_episodes=1,
        callback=lambda row: mine.write_text("mine") and None,
        out=mine.parent,
    )
    assert mine.read_text() == "mine"
    assert "no page: " in capsys.readouterr().err
    assert (mine.parent / "figures" / "champion.svg").is_file()
