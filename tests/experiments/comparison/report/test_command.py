"""The command that a report gives for an entry makes the rows of that entry again."""

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compare_toys import diamond

from wann.cli.commands import make_parser
from wann.cli.settings_flags import settings_of
from wann.config import ComparisonSettings, Making
from wann.experiments.comparison.champion_files import write_champion
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.make_plan import make_plan
from wann.experiments.comparison.report.command import commands_for
from wann.formats.load import load_network
from wann.formats.whole_network import network_bytes

SEEDS = (0, 4)


def champions(folder: Path) -> list[Champion]:
    """Two networks in files of their own, "a" and "b"."""
    folder.mkdir()
    found = []
    for path in (folder / "a.json", folder / "b.json"):
        path.write_bytes(network_bytes(diamond(), None, "swingup"))
        found.append(Champion(path.stem, path, load_network(path).network, None, {}))
    return found


def text(
    folder: Path, some: list[Champion], names: tuple[str, ...], making: Making, entry: str
) -> str:
    """The command for an entry of a comparison of some networks with two seeds."""
    for champion in some:
        write_champion(folder, champion, "swingup")
    return commands_for(folder, make_plan("swingup", some, names, SEEDS, making))[entry]


def options_of(command: str) -> Any:
    program, *words = shlex.split(command)
    assert program == "wann"
    return make_parser().parse_args(words)


@pytest.mark.parametrize(
    ("entry", "against"), [("rewired", "rewired"), ("grown", "dense"), ("dense", "dense")]
)
def test_of_a_contestant_it_names_all_champions(entry: str, against: str, tmp_path: Path) -> None:
    making = Making(hidden=(8, 4), steps=30, measure=("depth", "active_units"))
    some = champions(tmp_path / "my networks")
    command = text(tmp_path, some, ("random", "rewired"), making, entry)
    options = options_of(command)
    assert options.networks == [champion.path for champion in some]
    asked = settings_of(options, ComparisonSettings())
    assert (asked.against, asked.sizes, asked.task) == (against, 0, "swingup")
    assert asked.seeds == "0,4"
    assert settings_of(options, Making()) == making
    assert "--generations" not in command  # it is the default one


@pytest.mark.parametrize("entry", ["a", "b"])
def test_of_a_network_it_names_two_with_the_reference_first(entry: str, tmp_path: Path) -> None:
    some = champions(tmp_path / "networks")
    options = options_of(text(tmp_path, some, (), Making(), entry))
    assert options.networks == [champion.path for champion in some]
    assert settings_of(options, ComparisonSettings()).against is None


@pytest.mark.parametrize("became", ["removed", "another", "renamed"])
def test_of_a_network_that_is_no_longer_there_it_names_the_copy(
    became: str, tmp_path: Path
) -> None:
    first, second = champions(tmp_path / "networks")
    assert first.path is not None
    if became == "removed":
        first.path.unlink()
    elif became == "another":
        weights = np.ones(first.network.connections)
        first.path.write_bytes(network_bytes(first.network, weights, "swingup"))
    else:
        first = first._replace(label="mine")
    options = options_of(text(tmp_path, [first, second], ("random",), Making(), "grown"))
    assert options.networks == [tmp_path / "champions" / f"{first.label}.json", second.path]


def test_settings_without_a_flag_make_it_a_call_in_python(tmp_path: Path) -> None:
    some = champions(tmp_path / "networks")
    making = Making(batch=7, hidden=(8, 4), measure=("depth",))
    asked: dict[str, Any] = {}
    call = text(tmp_path, some, ("random",), making, "dense")
    eval(call, {"wann": type("", (), {"compare": lambda nets, **rest: asked.update(rest, n=nets)})})
    assert asked.pop("n") == [str(champion.path) for champion in some]
    assert asked.pop("out") == "FOLDER"
    assert asked == {
        "against": ["dense"],
        "sizes": 0,
        "task": "swingup",
        "seeds": list(SEEDS),
        "batch": 7,
        "hidden": [8, 4],
        "measure": ["depth"],
    }
    assert "against" not in text(tmp_path / "other", some, (), making, "a")
