"""The zoo: every network is there, is worth what its card says, and is found by its name."""

import dataclasses
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT

from wann.api.load import load
from wann.api.searched import searched
from wann.api.zoo import ZooEntry, zoo
from wann.cli.commands import make_parser
from wann.cli.main import main
from wann.cli.task_flags import given_searched
from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.make import make_evaluator
from wann.formats import zoo as places
from wann.formats.card import KEY
from wann.weights.conditions import measure_conditions
from wann.weights.measuring import Measuring

ENTRIES = list(zoo())
# Simulated in Python, or of data that do not come with the package: too long for a test
SLOW = ("gym:LunarLander", "gym:BipedalWalker", "mnist", "fashion")


def test_there_is_a_champion_of_most_recipes() -> None:
    names = [entry.name for entry in ENTRIES]
    assert {"swingup", "cartpole", "acrobot", "pendulum", "digits", "mnist256"} <= set(names)
    assert names == sorted(names)
    for entry in ENTRIES:
        assert load(f"zoo:{entry.name}").connections == entry.connections
        assert (places.folder() / f"{entry.name}-seed0" / "champion.png").is_file()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_cards_are_of_their_networks_and_say_how_they_were_made(entry: ZooEntry) -> None:
    network = entry.load()
    text = network.card()
    assert text == (places.folder() / f"{entry.name}-seed0" / "card.md").read_text()
    assert entry.command.startswith(f"wann search {entry.name} ")
    assert "| random shared |" in text
    assert entry.mean is not None


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_command_of_a_card_has_the_settings_that_its_network_was_grown_with(
    entry: ZooEntry,
) -> None:
    options = make_parser(["search"]).parse_args(shlex.split(entry.command)[1:])
    given = given_searched(options)
    env, dataset = given.pop("env"), given.pop("dataset")
    said = dataclasses.asdict(searched(options.recipe, env, dataset, given).config)
    then = json.loads((places.folder() / f"{entry.name}-seed0" / "config.json").read_text())
    then["task"] = without_findings(then["task"])
    as_json = json.loads(json.dumps(said | {"task": without_findings(said["task"])}))
    # A setting that there was not yet does nothing by default
    defaults = json.loads(json.dumps(dataclasses.asdict(SearchConfig())))
    assert as_json == defaults | then


def without_findings(task: str) -> str:
    """Leave out what a search finds at its start: statistics, and which version an encoder has."""
    return re.sub(r'"normalise": {.*?}', '"normalise": true', re.sub(r"@[0-9a-f]{16}", "", task))


@pytest.mark.parametrize(
    "entry",
    [entry for entry in ENTRIES if not entry.task.startswith(SLOW)],
    ids=lambda entry: entry.name,
)
def test_networks_are_worth_what_their_cards_say(entry: ZooEntry) -> None:
    network = entry.load()
    card: Any = network.info[KEY]
    task = network.make_task()
    names = ("random_weights", "random_shared")
    with make_evaluator(task) as evaluator:
        measuring = Measuring(task, network, evaluator, card["seed"])
        found = measure_conditions(measuring, names=names, episodes=card["episodes"])
    for name in names:
        assert found[name].to_json() == card["returns"][name]


def test_the_command_lists_them_and_shows_cards(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zoo"]) == 0
    listed = capsys.readouterr().out
    assert listed.count("\n") == len(ENTRIES)
    assert "zoo:swingup " in listed
    assert repr(zoo()) + "\n" == listed
    assert main(["zoo", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == [
        entry.name for entry in ENTRIES
    ]
    for name in ("swingup", "zoo:swingup"):
        assert main(["zoo", name]) == 0
        assert capsys.readouterr().out == load("zoo:swingup").card()
    assert main(["zoo", "swingup", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unit"] == "return"
    assert main(["zoo", "swinup"]) == 2
    assert "did you mean 'swingup'" in capsys.readouterr().err


def test_names_work_where_networks_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", "zoo:cartpole", "--episodes", "5"]) == 0
    assert "zoo:cartpole on gym:CartPole-v1: 4 connections" in capsys.readouterr().out
    assert main(["export", "zoo:cartpole", "--to", "c", "--card"]) == 0
    assert "| random shared |" in (tmp_path / "cartpole-seed0.c").read_text()
    assert main(["render", "zoo:cartpole", "--out", "pictures"]) == 0
    assert (tmp_path / "pictures" / "champion.png").is_file()
    entry = zoo()[0]
    assert entry.load() == load(f"zoo:{entry.name}")
    assert zoo()[:2] == tuple(zoo())[:2]


def test_a_wheel_holds_the_zoo_and_without_it_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", "from setuptools import setup; setup()", "build_py", "-q"]
    done = subprocess.run(
        [*command, "--build-lib", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    built = tmp_path / "wann" / "zoo_networks"
    assert (built / "swingup-seed0" / "champion.json").is_file()
    assert not list(built.rglob("*.py"))
    monkeypatch.setattr(places, "_PACKAGE", tmp_path / "wann")
    assert places.folder() == built
    assert places.names() == [entry.name for entry in ENTRIES]
    monkeypatch.setattr(places, "_PACKAGE", tmp_path / "elsewhere" / "wann")
    with pytest.raises(UserError, match="the networks of the zoo are not there"):
        load("zoo:swingup")
