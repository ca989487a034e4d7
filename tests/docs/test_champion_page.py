from pathlib import Path

import pytest
from run_page import DOCS, run_page


def test_its_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(DOCS / "howto" / "page.md", tmp_path, monkeypatch)
    written = {path.name for path in tmp_path.rglob("*.html")}
    assert written == {"swingup-seed0.html", "cartpole.html", "swingup.html", "page.html"}
