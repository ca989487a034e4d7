"""What the README shows of pruning runs as it stands there, with shorter trainings."""

import re
from pathlib import Path

import pytest
from paths import ROOT

pytest.importorskip("torch")

README = ROOT / "README.md"


def test_the_pruning_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    section = README.read_text().split("\n## Prune\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 2
    names: dict[str, object] = {}
    for block in blocks:
        exec(block.replace("steps=1000", "steps=60"), names)
    assert (tmp_path / "masks.safetensors").is_file()
