"""The page on extending: every snippet and command of it is run, and every kind has a section."""

import re
import shlex
import sys
from pathlib import Path

import pytest
from paths import ROOT

from wann import trust
from wann.api.kinds import KINDS, registry
from wann.cli.main import main
from wann.errors import UserError

PAGE = (ROOT / "wann" / "docs" / "howto" / "extend.md").read_text()
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
FIRST = next(iter(SECTIONS))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> tuple[str, str, str]:
    """Return the part of mine.py, the use in Python, and the command of a section."""
    (_, mine), (_, use), (language, command) = _BLOCK.findall(SECTIONS[kind])
    assert mine.startswith("# mine.py\n")
    assert language == "console"
    return mine, use, command.removeprefix("$ ")


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> "dict[str, object]":
    """The names of a Python session in a folder with mine.py."""
    folder = tmp_path_factory.mktemp("mine")
    (folder / "mine.py").write_text("".join(blocks(kind)[0] for kind in SECTIONS))
    names: dict[str, object] = {"folder": folder}
    with pytest.MonkeyPatch.context() as patch, trust.forgotten_afterwards():
        patch.chdir(folder)
        patch.setattr(sys, "path", [*sys.path, str(folder)])
        exec(blocks(FIRST)[1], names)  # makes what the other sections use
    return names


def test_every_kind_has_a_section_and_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(SECTIONS) == set(KINDS)
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    assert all(kind in said for kind in KINDS)


@pytest.mark.parametrize("kind", SECTIONS)
def test_the_example_runs_in_python_and_as_a_command(
    kind: str, space: "dict[str, object]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(str(space["folder"])))
    monkeypatch.setattr(sys, "path", [*sys.path, str(space["folder"])])
    _, use, command = blocks(kind)
    for line in use.splitlines():
        assert len(line) <= 100
    with trust.forgotten_afterwards():
        if kind != FIRST:
            exec(use, space)
    assert main(shlex.split(command)[1:]) == 0, command


@pytest.mark.parametrize("kind", KINDS)
def test_every_registry_refuses_alike_and_lists_a_line_for_each_name(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = registry(kind)
    for name in found:
        assert found.about(name), f"{kind} {name}"
        assert "\n" not in found.about(name)
        assert found.find(name) is found[name]
    assert main(["list", kind]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in found)
    with trust.forgotten_afterwards():
        for wanted, says in (
            ("nowhere", "unknown "),
            ("no_module_at_all:f", "no_module_at_all.py in the current folder"),
            ("json:dmps", "did you mean 'dumps'"),
            ("json:", "expected a name such as 'module:function'"),
            ("session:gone", "another Python session"),
        ):
            with pytest.raises(UserError, match=re.escape(says)) as error:
                found.find(wanted)
            assert "\n" not in str(error.value)
