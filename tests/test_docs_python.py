"""The page on Python runs from top to bottom, and so do the examples of the calls on it."""

import doctest
import inspect
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paths import ROOT

import wann

PAGE = ROOT / "wann" / "docs" / "howto" / "python.md"
pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

EXAMPLES = ("search", "grow", "resume", "sweep", "activation")


def test_every_snippet_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    snippets = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(snippets) == PAGE.read_text().count("```") / 2
    names: dict[str, Any] = {"__name__": "page"}
    for snippet in snippets:
        exec(compile(snippet, str(PAGE), "exec"), names)
    printed = capsys.readouterr().out
    assert "Run('runs/swingup-quick-seed0', task: swingup, seed: 0, " in printed
    assert "True 4" in printed
    assert "did you mean 'generations'" in printed
    assert wann.resume("runs/Chase-seed0", objects=[names["Chase"]], threads=1)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_of_calls_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    names: dict[str, Any] = {"wann": wann, "x": rng.normal(size=(40, 2)), "y": np.arange(40) % 2}
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(getattr(wann, name)) or "")
    assert examples
    for example in examples:
        exec(compile(example.source, name, "exec"), names)
