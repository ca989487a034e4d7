"""Files run no code: a module is imported only where the user named it, or trusts all files."""

import ast
import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from paths import ROOT
from tasks_toys import allowed_here

from wann import trust
from wann.cli.main import main
from wann.config import PRESETS, SearchConfig
from wann.errors import UserError
from wann.experiments.pruning.plan import StudyPlan
from wann.experiments.pruning.study import Study
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.sweep import Sweep
from wann.files import write_json
from wann.formats import NetworkFile, dumps_json
from wann.jobs.local import run_tasks
from wann.network.genome import random_minimal
from wann.runs.versions import environment
from wann.tasks.registry import make_task, task_of

# What a module of the user's own does when it is imported: it leaves a trace.
MODULE = """
import pathlib
import gymnasium
from gymnasium.envs.classic_control import CartPoleEnv
from torch import nn

(pathlib.Path(__file__).parent / "was-run").touch()
gymnasium.register("theirs/Pole-v0", CartPoleEnv, max_episode_steps=20)


def build(inputs, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, classes))


def score(scoring):
    return {name: scoring.model.get_parameter(name).abs() for name in scoring.masks}
"""
SPEC = "gym:{}:theirs/Pole-v0"
SHORT = dataclasses.replace(PRESETS["lth-short"], steps=3)


@pytest.fixture(autouse=True)
def nothing_allowed() -> Iterator[None]:
    with trust.forgotten_afterwards():
        trust.take_over(trust.Permission())
        yield


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module in the current folder, under a name that no other test uses."""
    name = f"a_module_of_theirs_{abs(hash(tmp_path)) % 10**9}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    yield name
    sys.path[:] = before
    sys.modules.pop(name, None)
    gymnasium.registry.pop("theirs/Pole-v0", None)


def was_run(folder: Path) -> bool:
    return (folder / "was-run").exists()


def study(folder: Path, model: str, method: str) -> None:
    """Write a study as somebody else could hand it over."""
    plan = StudyPlan("lenet-300-100", "digits", ("magnitude",), (0.5,), training=SHORT)
    folder.mkdir()
    write_json(folder / "study.json", {**plan.to_dict(), "model": model, "methods": [method]})


def sweep(folder: Path, spec: str) -> None:
    plan = SweepPlan(SearchConfig(task=spec, population=4, generations=1), {}, (0,))
    folder.mkdir()
    write_json(folder / "environment.json", environment())
    write_json(folder / "sweep.json", plan.to_dict())


def network(path: Path, spec: str, weights: bool = False) -> None:
    genome = random_minimal(4, 2, 1.0, np.random.default_rng(0))
    values = np.ones(len(genome.source)) if weights else None
    path.write_text(dumps_json(NetworkFile(genome, values, spec, {})))


def run(folder: Path, spec: str) -> None:
    folder.mkdir()
    network(folder / "champion.json", spec)
    settings = SearchConfig(task=spec, population=4, generations=1).to_dict()
    write_json(folder / "config.json", settings)
    write_json(folder / "environment.json", environment())
    write_json(folder / "summary.json", {"finished": True})


def files_of_theirs(spec: str, module: str) -> None:
    """Write one of each kind of file into the current folder."""
    network(Path("net.json"), spec)
    network(Path("weighted.json"), spec, weights=True)
    run(Path("run"), spec)
    sweep(Path("sweep"), spec)
    study(Path("study"), f"{module}:build", "magnitude")
    study(Path("scored"), "lenet-300-100", f"{module}:score")
    Path("recipe.toml").write_text(f"task = '{spec}'\npopulation = 4\n")
    Path("tuning").mkdir()
    network(Path("tuning/network.json"), spec)
    write_json(Path("tuning/tuning.json"), {"task": spec, "weights": "individual"})


# Each asks for the module in another way: the command, and the file that the line has to name.
COMMANDS = {
    "evaluate net.json": "net.json",
    "evaluate run": "run/champion.json",
    "tune net.json --weights shared": "net.json",
    "tune tuning --resume": "tuning/tuning.json",
    "compare net.json weighted.json --out two": "net.json",
    "compare run --against --out two": "run",
    "resume run": "run/config.json",
    "resume sweep": "sweep/sweep.json",
    "resume study": "study/study.json",
    "resume scored": "scored/study.json",
    "search recipe.toml --out new": "recipe.toml",
    "sweep recipe.toml --seeds 0 --out new": "recipe.toml",
    "prune --network weighted.json --method magnitude --out cut": "weighted.json",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_runs_no_code(
    command: str, module: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files_of_theirs(SPEC.format(module), module)
    before = sorted(tmp_path.iterdir())
    assert main(command.split()) == 2
    said = capsys.readouterr().err
    assert not was_run(tmp_path), said
    assert said.count("\n") == 1
    assert f"wann: {COMMANDS[command]} wants to run code" in said, said
    assert module in said
    assert "--trust" in said
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("what", ["net.json", "run"])
def test_pictures_that_need_no_code_are_drawn_without_it(
    what: str, module: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files_of_theirs(SPEC.format(module), module)
    assert main(["render", what]) == 0
    said = capsys.readouterr()
    assert not was_run(tmp_path)
    file = what if what == "net.json" else "run/champion.json"
    assert f"wann: no profile and no film: {file} wants to run code" in said.err
    assert said.err.count("\n") == 1
    assert [Path(line).name for line in said.out.splitlines()] == ["champion.png", "champion.svg"]


def test_what_the_user_names_or_trusts_is_imported(
    module: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files_of_theirs(SPEC.format(module), module)
    how = ["evaluate", "net.json", "--episodes", "2"]
    assert main([*how, "--trust"]) == 0
    assert main([*how, "--env", f"{module}:theirs/Pole-v0"]) == 0
    assert main([*how, "--task", SPEC.format(module)]) == 0
    assert was_run(tmp_path)
    assert main(how) == 2  # it was allowed for those commands alone
    assert sys.path[-1] == str(tmp_path)  # for imports of its own that come late


def test_calls_in_python_name_modules_and_files_do_not(module: str, tmp_path: Path) -> None:
    spec = SPEC.format(module)
    with pytest.raises(UserError, match=r"net\.json wants to run code"):
        task_of(spec, "net.json")
    assert not was_run(tmp_path)
    assert make_task(spec).inputs == 4
    assert task_of(spec, "net.json").outputs == 2


def test_folders_are_refused_in_python_too(module: str, tmp_path: Path) -> None:
    files_of_theirs(SPEC.format(module), module)
    for opened in (lambda: Study.open(Path("study")), lambda: Sweep.open("sweep")):
        with pytest.raises(UserError, match="wants to run code"):
            opened()
    asked = StudyPlan("lenet-300-100", "digits", ("magnitude",), (0.5,), training=SHORT)
    with pytest.raises(UserError, match="wants to run code"):
        Study.create(Path("scored"), asked)
    assert not was_run(tmp_path)


def test_workers_may_import_what_their_parent_may() -> None:
    trust.allow("a_module:build")
    (_, outcome), *_ = run_tasks(allowed_here, ["a_module"], workers=1)
    assert outcome.value == [True, False], outcome
    trust.allow_all()
    (_, outcome), *_ = run_tasks(allowed_here, ["a_module"], workers=1)
    assert outcome.value == [True, True], outcome


@pytest.mark.parametrize("name", ["json", "safetensors"])
def test_the_current_folder_does_not_stand_in_for_packages(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{name}.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, name, raising=False)
    trust.allow(name)
    with pytest.raises(UserError, match="give yours another name"):
        trust.import_named(f"{name}:loads", "the test")
    assert str(tmp_path) not in sys.path


# Modules of the project, out of tables that stand beside these calls
_NAMED_BY_TABLES = (
    "_HOMES[name]",
    "f'wann.cli.{name}'",
    "module",
    "self.module",  # of a logger
    "f'wann.formats.export.{module}'",
)


def test_one_file_imports_modules_by_name() -> None:
    """Those that import others import modules whose names stand in their code."""
    for path in (ROOT / "wann").rglob("*.py"):
        if path.name == "trust.py" or "wann/envs" in path.as_posix():
            continue
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("import_module"):
                name = call.args[0]
                own = ast.unparse(name) in _NAMED_BY_TABLES
                assert isinstance(name, ast.Constant) or own, f"{path}: {ast.unparse(call)}"


def test_specs_out_of_files_are_not_taken_for_the_users_own() -> None:
    """`make_task` is for users, and for workers, to whom their parent sends its own task.

    The functions of `api.searched` and of networks that are called so take specs for a file's.
    """
    users = {
        path.relative_to(ROOT / "wann").as_posix()
        for path in (ROOT / "wann").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).endswith("make_task")
        and ast.unparse(call.func) not in ("self.make_task", "loaded.make_task")
        and "from wann.api.searched import" not in path.read_text()
    }
    workers = {f"evaluators/{name}.py" for name in ("guard", "guarded_worker", "ray/worker")}
    assert users - workers == {"api/load.py"}  # what a caller names
