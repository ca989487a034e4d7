"""The command that a report gives for an entry asks for the rows of that entry."""

import shlex
from pathlib import Path

import pytest
from compare_toys import diamond

from wann.cli.commands import make_parser
from wann.cli.settings_flags import settings_of
from wann.config import ComparisonSettings, Making
from wann.experiments.comparison.champion_files import write_champion
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.plan import make_plan
from wann.experiments.comparison.report.command import command_for

CHAMPIONS = [Champion(label, Path(f"my runs/{label}"), diamond(), None, {}) for label in ("a", "b")]


def command(folder: Path, names: tuple[str, ...], making: Making, entry: str) -> list[str]:
    """The words of the command for an entry of a comparison of two networks with two seeds."""
    for champion in CHAMPIONS:
        write_champion(folder, champion, "swingup")
    plan = make_plan("swingup", CHAMPIONS, names, (0, 4), making)
    program, *words = shlex.split(command_for(folder, plan, entry))
    assert program == "wann"
    return words


@pytest.mark.parametrize(
    ("entry", "against"), [("rewired", "rewired"), ("grown", "random"), ("dense", "random")]
)
def test_of_a_contestant_it_names_all_champions(entry: str, against: str, tmp_path: Path) -> None:
    making = Making(hidden=(8, 4), steps=30)
    words = command(tmp_path, ("random", "rewired"), making, entry)
    options = make_parser().parse_args(words)
    assert options.networks == [champion.path for champion in CHAMPIONS]
    asked = settings_of(options, ComparisonSettings())
    assert (asked.against, asked.sizes, asked.task) == (against, 0, "swingup")
    assert asked.seeds == "0,4"
    assert settings_of(options, Making()) == making
    assert "--generations" not in words  # it is the default one


@pytest.mark.parametrize(("entry", "networks"), [("a", 1), ("b", 2)])
def test_of_a_network_it_names_the_first_and_itself(
    entry: str, networks: int, tmp_path: Path
) -> None:
    options = make_parser().parse_args(command(tmp_path, (), Making(), entry))
    assert options.networks == [champion.path for champion in CHAMPIONS[:networks]]
    assert settings_of(options, ComparisonSettings()).against is None
