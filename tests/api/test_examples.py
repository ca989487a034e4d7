"""The examples in the docstrings of calls run, as they stand there, and none is missing."""

import doctest
import inspect
from pathlib import Path

import pytest
from paths import ROOT

import wann

pytestmark = pytest.mark.usefixtures("jobs_here")

CALLS = ("compare", "evaluate", "prune", "prune_network", "recipes", "study", "tune")


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("name", CALLS)
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_examples(name, tmp_path, monkeypatch)


def test_examples_of_pictures_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_examples("render", tmp_path, monkeypatch)


def run_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = inspect.getdoc(getattr(wann, name)) or ""
    examples = doctest.DocTestParser().get_examples(text)
    assert len(examples) >= (1 if name == "recipes" else 2)
    (tmp_path / "runs").symlink_to(ROOT / "runs")
    monkeypatch.chdir(tmp_path)
    known = {"wann": wann}
    for example in examples:
        code = compile(example.source, name, "single")
        exec(code, known)
