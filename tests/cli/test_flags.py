"""Every flag is declared once: as a setting in `wann.config`, or in the table `wann.cli.flags`."""

import argparse
import ast
import dataclasses

import pytest
from command_flags import DECLARED, NEEDED, flag_actions
from paths import ROOT

from wann import config
from wann.cli import flags
from wann.cli.commands import COMMANDS, make_parser
from wann.cli.flags import Flag
from wann.cli.settings_flags import default_text, flag_of, settings_of
from wann.config import Settings, kind_of, parse_setting

TABLE = {flag.name: flag for flag in vars(flags).values() if isinstance(flag, Flag)}


def test_every_flag_of_every_command_is_declared() -> None:
    for command, action in flag_actions():
        if action.dest in DECLARED:
            assert action.option_strings[0] == flag_of(DECLARED[action.dest][1]), command
        else:
            assert action.option_strings == [TABLE[action.option_strings[0]].name], command


def test_no_file_of_a_command_declares_a_flag_of_its_own() -> None:
    for path in (ROOT / "wann" / "cli").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "add_argument":
                name = call.args[0]
                positional = isinstance(name, ast.Constant) and not name.value.startswith("-")
                assert positional or path.name in ("flags.py", "settings_flags.py"), path.name


def test_everything_declared_has_a_flag_or_is_said_to_have_none() -> None:
    used = {action.dest for _, action in flag_actions()}
    for key, (kind, entry) in DECLARED.items():
        if key not in used:
            assert "o flag " in str(kind.__doc__), f"the docstring of {kind.__name__} names none"
            assert f"`{entry.name}`" in str(kind.__doc__), key
    names = {action.option_strings[0] for _, action in flag_actions()}
    names |= set(make_parser(()).format_help().split()) & {flags.VERSION.name}
    assert set(TABLE) <= names


@pytest.mark.parametrize("command", COMMANDS)
def test_defaults_in_the_help_are_those_in_use(command: str) -> None:
    options = make_parser().parse_args([command, *NEEDED.get(command, [])])
    for name, action in flag_actions():
        if name != command:
            continue
        if action.dest in DECLARED:
            kind, entry = DECLARED[action.dest]
            if not entry.metadata["required"]:
                assert getattr(settings_of(options, kind()), entry.name) == entry.default
            check_setting(action, kind, entry)
        else:
            check_flag(action, options)


def check_setting(
    action: argparse.Action, kind: type[Settings], entry: "dataclasses.Field[object]"
) -> None:
    text = str(action.help).replace("%%", "%")
    shown = "that of --training" if kind is config.Training else default_text(entry)
    if kind_of(entry)[0] is bool or not shown:
        assert "default" not in text
        return
    assert text.endswith(f" (default: {shown})")
    if entry.metadata["shown"] is None and kind is not config.Training:
        assert parse_setting(entry, shown) == entry.default


def check_flag(action: argparse.Action, options: argparse.Namespace) -> None:
    flag = TABLE[action.option_strings[0]]
    if not action.required:
        assert getattr(options, action.dest) is None
    if action.dest in ("threads", "workers", "out"):
        assert action.required or "(default: " in str(action.help)
    elif flag.default is None:
        assert "default: " not in str(action.help)
    elif action.dest != "retries":
        assert f"(default: {flag.default})" in str(action.help)
        assert flag.of(options) == flag.default


@pytest.mark.parametrize(("command", "retries"), [("sweep", 2), ("prune", 2), ("compare", 0)])
def test_a_comparison_tries_nothing_again_by_default(command: str, retries: int) -> None:
    from wann.cli import compare

    said = next(a.help for n, a in flag_actions() if n == command and a.dest == "retries")
    assert f"(default: {retries})" in str(said)
    options = argparse.Namespace(retries=None)
    used = compare.RETRIES_OF_COMPARISON if command == "compare" else flags.RETRIES
    assert used.of(options) == retries
    assert used.of(argparse.Namespace(retries=0)) == 0


def test_a_switch_sets_the_opposite_of_its_default() -> None:
    read = make_parser().parse_args
    assert settings_of(read(["prune", "--no-retrain"]), config.StudySettings()).retrain is False
    plain = read(["search", "--no-asynchronous", "--normalise"])
    assert settings_of(plain, config.SearchConfig()).asynchronous is False
    assert settings_of(plain, config.EnvironmentSettings()).normalise is True
