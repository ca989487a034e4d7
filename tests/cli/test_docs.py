"""`wann docs` lists, prints and opens pages, and says what is missing where it cannot."""

import re
from pathlib import Path

import pytest

from wann.api import documentation
from wann.cli import docs
from wann.cli.main import main


def test_pages_are_listed_and_printed_by_any_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(documentation.pages())
    for name in ("howto/deploy", "deploy", "deploy.md", "howto/deploy.md"):
        assert main(["docs", name]) == 0
        assert capsys.readouterr().out == documentation.read_page("howto/deploy")


def test_the_site_is_built_once_and_opened_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(docs, "columns", lambda: 80)
    monkeypatch.setattr(docs.webbrowser, "open", opened.append)
    assert main(["docs"]) == 0
    first = Path(capsys.readouterr().out.strip())
    assert first.is_file()
    assert first.is_relative_to(tmp_path / "wann")
    made = first.stat().st_mtime_ns
    assert main(["docs", "deploy", "--open"]) == 0
    page = Path(capsys.readouterr().out.strip())
    assert page == first.parent / "howto" / "deploy.html"
    assert page.is_file()
    assert opened == [first.as_uri(), page.as_uri()]
    assert first.stat().st_mtime_ns == made


def test_nobody_is_shown_a_browser_where_output_goes_to_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documentation, "built_site", lambda: Path("index.html"))
    monkeypatch.setattr(docs.webbrowser, "open", lambda _: pytest.fail("a browser was opened"))
    assert main(["docs"]) == 0


def test_without_sphinx_the_markdown_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(documentation, "can_build", lambda: False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(["docs"]) == 0
    said = capsys.readouterr().out
    assert str(documentation.FOLDER) in said
    assert "pip install 'wann[docs]'" in said
    for line in (["docs", "deploy", "--open"], ["docs", "--site", str(tmp_path / "site")]):
        assert main(line) == 2
        assert "pip install 'wann[docs]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["deplyo"], r"unknown page 'deplyo'.*deploy"),
        (["--site", "."], r"\. exists already: give another folder"),
        (["--site", ""], "expected a path"),
    ],
)
def test_mistakes_are_one_line(
    line: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["docs", *line]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert re.search(says, said), said
