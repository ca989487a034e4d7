"""Every flag of every command is given what it cannot take: one line, and nothing is written.

The flags are found by walking the parser, so that a new one is tried without a word here.
"""

import argparse
import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_flags import DECLARED, KINDS, NEEDED, flag_actions

from wann.cli.commands import COMMANDS, make_parser
from wann.cli.main import main
from wann.cli.readers import new_path, new_path_or_url, path, ray_address, text
from wann.config import kind_of, parse_setting
from wann.config.settings import bounds_of

NO_NUMBERS = [
    "",
    " ",
    "x",
    "²",
    "٣",
    "1_0",
    "0x1",
    "9" * 5000,
    "-" + "9" * 5000,
    "99999999999999999999",
    "-99999999999999999999",
    "1e23",
    "inf",
    "nan",
    "1\n",
    "1\0",
    "\udcff",
]
NO_NAMES = ["", " ", "a\nb", "a\0b", "a\x1b[2J"]
NO_NEW_PATHS = [*NO_NAMES, "/", "x" * 300, "x/" * 3000]
NO_OBJECTS = ["", "x", "[1]", "{", '{"a": NaN}', '{"a": 1e999}', '{"a": 1, "a": 2}', "[" * 99999]
NO_SEEDS = ["", "x", "²", "1-", "3-1", "1,1", "0-99999999999", "-1", "1_0", "9" * 5000, "0-1-2"]
NO_ADDRESSES = ["head", "head:²", "head:0", "head:65536", "a\0:1", "\N{SNOWMAN}:1", "a..b:1"]


def wrong_values(action: argparse.Action) -> list[str]:
    """Return what a flag cannot take."""
    if action.dest.endswith(".seeds"):
        return NO_SEEDS
    if action.dest in DECLARED:
        entry = DECLARED[action.dest][1]
        kind = kind_of(entry)[0]
        if kind in (int, float):
            return NO_NUMBERS
        return NO_OBJECTS if kind is not str else NO_NAMES
    if action.choices or action.dest == "grid":
        return NO_NAMES
    if action.type in (new_path, new_path_or_url):
        return NO_NEW_PATHS
    if action.type is path:
        return ["", "a\nb", "a\0b", "a\x1b[2J"]
    if action.type is ray_address:
        return NO_ADDRESSES
    return NO_NAMES if action.type is text else NO_NUMBERS


def takes_value(action: argparse.Action) -> bool:
    return action.nargs != 0


def lines_of(command: str) -> Iterator[list[str]]:
    """Yield command lines, each with one wrong value."""
    needed = NEEDED.get(command, ["swingup"] if command == "search" else [])
    for name, action in flag_actions():
        if name == command and takes_value(action):
            flag = action.option_strings[0]
            others = list(needed)
            if flag in others:
                del others[others.index(flag) : others.index(flag) + 2]
            for value in wrong_values(action):
                yield [command, *others, f"{flag}={value}"]
    for value in ("", "a\nb", "a\0b"):
        if needed and command not in ("search", "sweep"):
            yield [command, value, *needed[1:]]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_value_is_one_short_line_and_nothing_is_written(
    command: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for line in lines_of(command):
        assert main(line) == 2, line
        out, err = capsys.readouterr()
        assert out == "", line
        assert err.startswith("wann: "), line
        assert err.count("\n") == 1, line
        assert len(err) < 600, line
        assert "\x1b" not in err, line
        assert not list(tmp_path.iterdir()), line


def test_every_number_has_a_least_and_a_greatest_value_which_it_takes() -> None:
    for kind in KINDS:
        for entry in dataclasses.fields(kind):
            low, high = bounds_of(entry)
            number = kind_of(entry)[0]
            if number not in (int, float):
                continue
            assert -math.inf < low < high < math.inf, entry.name
            for bound in (low, high):
                shown = str(bound if number is float else int(bound))
                values = parse_setting(entry, shown)
                assert bound in (values if isinstance(values, tuple) else (values,))
            with pytest.raises(ValueError, match=r"between .* and .*, got"):
                parse_setting(entry, "99999999999999999999")


def test_the_help_of_every_command_can_be_shown() -> None:
    parser = make_parser()
    for command in COMMANDS:
        assert parser.command(command).format_help()
