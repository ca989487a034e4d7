"""The page on following a search is run; what it says of files that are there then is true."""

from pathlib import Path

import pytest
from run_page import DOCS, run_page


def test_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tensorboard")
    monkeypatch.setattr("wann.api.searching.draw", lambda growth, path: None)  # seconds each
    run_page(DOCS / "howto" / "follow.md", tmp_path, monkeypatch)
    said = capsys.readouterr().out
    assert "generation 600/600, finished" in said
    assert '"state": "finished"' in said
    assert "begun: told" in said
    assert "ended: True" in said
    runs = tmp_path / "runs"
    assert (runs / "logged" / "log.csv").is_file()
    for name in ("logged", "followed", "logged-sweep/seed=0"):
        assert list((runs / name / "tensorboard").iterdir())
    assert (runs / "shown" / "page.html").is_file()
