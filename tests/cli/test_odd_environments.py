"""Environments as users bring them, through the commands: flags, warnings, records."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from wann import trust
from wann.cli.main import main

pytestmark = pytest.mark.usefixtures("nothing_painted")

TINY = ("--population", "8", "--generations", "2", "--episodes", "1", "--confirm-episodes", "2")
SCALED = 'odd_environments_toys:Scaled {"by": 2.0}'


@pytest.fixture(autouse=True)
def nothing_is_trusted() -> Iterator[None]:
    """Other tests of this process may have named the toys."""
    with trust.forgotten_afterwards():
        trust.take_over(trust.Permission())
        yield


def odd(name: str) -> tuple[str, str]:
    return ("--env", f"odd_environments_toys:{name}-v0")


def result(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[dict, str]:
    """Run a command and return its JSON and what it said."""
    code = main([*map(str, arguments), "--json"])
    said = capsys.readouterr()
    assert code == 0, said.err
    return json.loads(said.out), said.err


def test_wrappers_and_reset_options_are_in_all_that_comes_of_a_search(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    how = (*odd("NeedsOptions"), "--reset-options", '{"level": 3}', "--wrap", SCALED)
    how = (*how, "--wrap", "odd_environments_toys:shortened")
    summary, _ = result(capsys, "search", *how, *TINY, "--threads", "2", "--out", run)
    wrap = [SCALED, "odd_environments_toys:shortened"]
    settings = json.loads(summary["task"].partition(" ")[2])
    assert settings == {"reset_options": {"level": 3}, "wrap": wrap}
    assert json.loads((run / "champion.json").read_text())["task"] == summary["task"]
    trusting = ("--trust", "--episodes", "2", "--threads", "1")
    measured, _ = result(capsys, "evaluate", run, *trusting)
    same, _ = result(capsys, "evaluate", run, *how, "--episodes", "2", "--threads", "1")
    assert measured["training_weights"] == same["training_weights"]
    assert main(["evaluate", str(run)]) == 2
    assert "wants to run code: 'odd_environments_toys" in capsys.readouterr().err
    # Gone on with in processes, where the task is made anew
    config = run / "config.json"
    config.write_text(config.read_text().replace('"generations": 2', '"generations": 3'))
    assert main(["resume", str(run), "--trust", "--threads", "2"]) == 0


def test_a_wrapper_alone_needs_permission_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    how = ("--env", "MountainCar-v0", "--wrap", SCALED, "--max-steps", "20")
    result(capsys, "search", *how, *TINY, "--threads", "1", "--out", run)
    assert main(["evaluate", str(run)]) == 2
    assert "wants to run code: 'odd_environments_toys:Scaled'" in capsys.readouterr().err


def test_episodes_that_do_not_repeat_are_said_and_recorded_and_the_search_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    how = (*odd("IgnoresSeed"), "--max-steps", "30")
    summary, said = result(capsys, "search", *how, *TINY, "--threads", "1", "--out", run)
    (note,) = summary["notes"]
    assert "resets with one seed differ, so nothing that is measured on it repeats" in note
    assert said.count(note) == 1
    assert json.loads((run / "environment.json").read_text())["notes"] == [note]
    assert json.loads((run / "summary.json").read_text())["notes"] == [note]
    trusting = ("--trust", "--threads", "1")
    for command in (
        ("evaluate", run, "--episodes", "2"),
        ("tune", run, "--weights", "shared", "--out", tmp_path / "tuned.json"),
    ):
        found, said = result(capsys, *command, *trusting)
        assert found["notes"] == [note]
        assert said.count(note) == 1
    sweep = ("--seeds", "0", "--out", tmp_path / "sweep", "--workers", "1")
    found, said = result(capsys, "sweep", *how, *TINY, *sweep)
    assert found["notes"] == [note]
    assert said.count(note) == 1
    assert json.loads((tmp_path / "sweep" / "environment.json").read_text())["notes"] == [note]


def test_what_repeats_has_no_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    how = (*odd("Plain"), "--max-steps", "30", *TINY, "--threads", "1")
    summary, said = result(capsys, "search", *how, "--out", tmp_path / "run")
    assert "notes" not in summary
    assert "repeats" not in said


MISTAKES = [
    ((*odd("NeedsOptions"),), "reset needs options={'level': N}"),
    ((*odd("NeedsOptions"), "--reset-options", "[1]"), "expected a JSON object"),
    ((*odd("NoSpaces"),), "has no observation_space"),
    ((*odd("Plain"), "--wrap", "Scaled"), "expected a wrapper as MODULE:WRAPPER"),
    (("--wrap", SCALED), "--wrap needs --env ID"),
    (("--reset-options", "{}"), "--reset-options needs --env ID"),
    ((*odd("Plain"), "--backend", "jit", "--wrap", SCALED), "has no jitted twin"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_a_mistake_is_one_line_and_leaves_nothing(
    arguments: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = () if "--env" in arguments else ("swingup-quick",)
    out = ("--out", str(tmp_path / "run"), "--max-steps", "30")[: 2 if recipe else 4]
    assert main(["search", *recipe, *arguments, *out]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert message in said
    assert not list(tmp_path.iterdir())
