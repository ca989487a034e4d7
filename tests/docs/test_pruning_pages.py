"""The pages on pruning and comparing run from top to bottom."""

from pathlib import Path

import pytest
from run_page import DOCS, run_page

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

PAGES = (
    "tutorials/prune_a_model",
    "tutorials/small_resnet",
    "tutorials/text_encoder",
    "tutorials/compare",
    "howto/prune",
    "howto/compare",
    "howto/score",
    "howto/cluster",
    "results/pruning",
    "results/comparison",
)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(DOCS / f"{name}.md", tmp_path, monkeypatch)
