"""Every kind of one's own has a section on a page, with an example in Python and as a command."""

import re

import pytest
from run_page import DOCS

from wann import trust
from wann.api.kinds import KINDS, registry
from wann.cli.main import main
from wann.errors import UserError

_SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
SECTIONS = {
    kind: text
    for path in sorted((DOCS / "howto").glob("*.md"))
    for kind, text in _SECTION.findall(path.read_text(encoding="utf-8"))
    if kind in KINDS
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_section_has_the_part_of_mine_its_use_and_the_command(kind: str) -> None:
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", SECTIONS[kind], re.MULTILINE | re.DOTALL)
    by_language = dict(blocks)
    assert blocks[0][0] == "python"
    assert blocks[0][1].startswith("# mine.py\n")
    assert by_language["console"].startswith("$ wann ")
    assert "mine" in by_language["python"]
    assert "mine" in by_language["console"]
    for _, block in blocks:
        assert all(len(line) <= 130 for line in block.splitlines())


def test_every_kind_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    table = (DOCS / "howto" / "extend.md").read_text(encoding="utf-8")
    assert all(kind in said and kind in table for kind in KINDS)


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
