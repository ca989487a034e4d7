"""What stands on the pages of how to use one's own parts is run, in Python and as commands."""

from pathlib import Path

import pytest
from run_page import DOCS, run_page

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

PAGES = (
    *("ranking", "operator", "activation", "task", "contestant", "output", "environment", "data"),
    *("gradient", "recurrent", "fast"),
)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(DOCS / "howto" / f"{name}.md", tmp_path, monkeypatch)
