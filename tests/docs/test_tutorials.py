"""The start and the tutorials run from top to bottom, and the other pages that have commands."""

from pathlib import Path

import pytest
from run_page import DOCS, run_page

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

PAGES = (
    "index",
    "tutorials/first_champion",
    "howto/sweep",
    "howto/look",
    "howto/page",
    "reference/files",
    "results/search",
)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(DOCS / f"{name}.md", tmp_path, monkeypatch)
