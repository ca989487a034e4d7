"""The README is one screen: what it shows runs, what it links is there, and it stays short."""

import re
from pathlib import Path

import pytest
from paths import ROOT
from run_page import run_page

README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")


def test_its_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = run_page(README, tmp_path, monkeypatch)
    assert (tmp_path / "cartpole.c").is_file()
    assert names["pruned"].kept == 370
    assert "rewired" in str(names["found"])


def test_its_examples_are_short() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    assert all(len([line for line in block.splitlines() if line]) <= 5 for block in blocks)


def test_it_is_short_and_its_picture_small() -> None:
    assert len(TEXT.encode()) < 12_000
    (picture,) = re.findall(r"!\[[^\]]+\]\((\S+)\)", TEXT)
    assert (ROOT / picture).stat().st_size <= 150_000


def test_what_it_links_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", TEXT) if "://" not in link]
    assert len(links) > 20
    for link in links:
        path, _, anchor = link.partition("#")
        text = (ROOT / path).read_bytes()
        if anchor:
            heads = re.findall(r"^#+ (.*)$", text.decode(), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in anchors, link


def test_the_tests_are_run_as_continuous_integration_runs_them() -> None:
    assert "pip install -q -e '.[test]' && python -m pytest" in TEXT
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "-e '.[test]'" in ci
    assert "\npython -m pytest\n" in ci
