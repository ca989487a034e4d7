"""The pages are all listed, and can be built into a site without a broken link."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from run_page import DOCS, languages

from wann.api import documentation
from wann.experiments.comparison import filenames as comparison_names
from wann.experiments.pruning import filenames as study_names
from wann.experiments.sweep import filenames as sweep_names
from wann.runs import filenames

_PASSING = {sweep_names.STOP}  # is there only while a sweep is told to stop
PAGES = {path.relative_to(DOCS).with_suffix("").as_posix(): path for path in DOCS.rglob("*.md")}


def test_every_page_is_in_the_contents_and_has_a_title() -> None:
    listed = documentation.pages()
    assert set(listed) == set(PAGES)
    for name, title in listed.items():
        assert PAGES[name].read_text(encoding="utf-8").startswith(f"# {title}\n"), name


@pytest.mark.parametrize("name", PAGES)
def test_every_block_is_of_a_language_that_the_tests_know(name: str) -> None:
    run = {"python", "sh", "console"}
    assert languages(PAGES[name]) <= run | {"c", "html", "json", "pycon", "text", "toml", "yaml"}


@pytest.mark.skipif(not documentation.can_build(), reason="Sphinx builds the site")
def test_the_site_has_all_pages_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    first = documentation.build_site(tmp_path / "site")
    assert {
        path.relative_to(first.parent).with_suffix("").as_posix()
        for path in tmp_path.rglob("*.html")
    } >= set(PAGES)
    for path in first.parent.rglob("*.html"):
        loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', path.read_text())
        assert loaded
        assert not [place for place in loaded if re.match(r"(?:https?:)?//", place)], path
    flags = (first.parent / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "with --dataset" in re.sub("<[^>]+>", "", flags), "as they are typed, and to be copied"
    assert not re.search("[\N{EN DASH}\N{LEFT SINGLE QUOTATION MARK}]", flags)
    assert (first.parent / "_static" / documentation.STYLE).is_file()


def test_every_file_of_a_run_study_and_comparison_is_on_the_page_of_files() -> None:
    page = (DOCS / "reference" / "files.md").read_text(encoding="utf-8")
    for own in (
        filenames.OWN,
        *(names.PLAN.own for names in (study_names, sweep_names, comparison_names)),
    ):
        for name in own:
            if name not in _PASSING:
                assert f"`{name.rstrip('/')}" in page or _begins(name) in page, name


def _begins(name: str) -> str:
    """Return how a name with a pattern begins on the page."""
    return f"`{name.partition('*')[0]}"


def test_the_extra_names_what_builds_the_site() -> None:
    assert all(find_spec(name) for name in ("sphinx", "furo", "myst_parser"))
