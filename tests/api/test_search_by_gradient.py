"""`wann.search(..., method="gradient")`: everything that takes a run takes what comes of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wann
from wann.api.watching.looks import looking_at
from wann.cli.main import main
from wann.evaluators.make import make_evaluator
from wann.experiments.growing.page import page_of_run
from wann.experiments.growing.start import read_start, start_text
from wann.experiments.growing.story import story_of_run
from wann.runs.rundir import RunDir

SMALL: dict[str, Any] = {
    "method": "gradient",
    "steps": 260,  # two blocks, and one for each further size
    "max_connections": 90,
    "hidden_units": 12,
    "threads": 1,
    "figures": False,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> wann.Run:
    return wann.search("digits", **SMALL, out=tmp_path_factory.mktemp("gradient") / "run")


def test_a_search_leaves_champion_front_and_rows(run: wann.Run) -> None:
    assert run.summary.finished
    assert run.summary.measure == "accuracy"
    assert run.summary.mean == pytest.approx(run.accuracy)
    assert run.summary.generations == run.config.rounds == len(run.history["best"]) == 4
    assert run.champion.connections <= 90
    assert "accuracy" in repr(run)
    assert "accuracy" in repr(run.front)
    # An agnostic network classifies alike under every weight, but where two outputs are equal.
    measured = run.evaluate(threads=1, conditions="random_shared")
    assert measured.to_json()["conditions"]["random_shared"]["sd"] < 0.02


def test_it_is_stopped_and_resumed_to_the_same_bytes(run: wann.Run, tmp_path: Path) -> None:
    stopped = wann.search(
        "digits", **SMALL, out=tmp_path / "run", callback=lambda row: row["generation"] == 1
    )
    assert not stopped.summary.finished
    assert wann.resume(stopped, threads=2, figures=False).digest == run.digest


def test_texts_say_accuracy(run: wann.Run, capsys: pytest.CaptureFixture[str]) -> None:
    look = looking_at(str(run.folder))()
    assert "generation 4/4: accuracy" in look.line
    assert "of validation with" in look.line
    main(["resume", str(run.folder), "--no-figures"])
    said = capsys.readouterr().out
    assert "on validation examples over the shared weights" in said
    assert "4 blocks of training steps" in said


def test_a_page_tells_its_story(run: wann.Run) -> None:
    with RunDir.open(run.folder) as folder:
        story = story_of_run(folder, run.task, make_evaluator)
    assert story["measure"] == "accuracy"
    assert story["notes"] == []
    assert len(story["front"]) == len(run.front)
    text = page_of_run(run.folder, make_evaluator, [])
    assert "what is kept was trained in 4 blocks of steps" in text


def test_a_search_by_evolution_begins_from_it(run: wann.Run) -> None:
    config = wann.SearchConfig(task="digits", max_connections=200)
    start = read_start(run.folder, run.task, config)
    assert start.connections == run.champion.connections
    assert len(start_text(start, run.folder, run.task, run.folder)) > 0


@pytest.mark.parametrize(
    ("recipe", "settings", "problem"),
    [
        ("digits", {"population": 64}, "population is for evolution"),
        ("digits", {"generations": 5}, "generations is for evolution"),
        ("digits", {"activations": "sin"}, "linear, absolute, relu, got activation sin"),
        ("digits", {"asynchronous": True}, "leave out asynchronous and islands"),
        ("digits", {"islands": 2}, "leave out asynchronous and islands"),
        ("digits", {"batch": 5000}, "at most 1123 examples in a step"),
        ("digits", {"hidden_units": 1}, "fewer connections|more hidden units"),
        ("digits", {"max_connections": 3}, "has 4 connections at least"),
        ("digits", {"seed_from": "zoo:digits", "parent": "mixed"}, "parent makes no difference"),
        ("digits", {"seed_from": "zoo:swingup"}, "has 5 inputs and 1 outputs, digits needs 64"),
        ("swingup", {}, "has no labels, and gradients need them: .* or method es"),
        ("swingup", {"method": "es", "crossover": 0.1}, "give method evolution in place of es"),
        (
            "swingup",
            {"method": "es", "seed_from": "zoo:swingup"},
            "leave out seed_from=, or method es",
        ),
        ("swingup", {"method": "es", "hidden_units": 1, "max_connections": 99}, "hidden units"),
        ("digits", {"method": "evolution", "steps": 5}, "steps is for the training of masks"),
        ("digits", {"method": "backprop"}, "method"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    recipe: str, settings: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    with pytest.raises(wann.UserError, match=problem):
        wann.search(recipe, **{"method": "gradient", **settings}, out=out)
    assert not out.exists()


def test_sweeps_take_both_methods(tmp_path: Path) -> None:
    with pytest.raises(wann.UserError, match="population is for evolution"):
        wann.sweep(
            "digits", method="gradient", grid={"population": [4, 8]}, seeds=1, out=tmp_path / "no"
        )
    with pytest.raises(wann.UserError, match="has no labels"):
        wann.sweep(
            "swingup", grid={"method": ["evolution", "gradient"]}, seeds=1, out=tmp_path / "no"
        )
    assert not (tmp_path / "no").exists()


def test_small_tables_and_classifiers(tmp_path: Path) -> None:
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    few = np.arange(0, 150, 5)
    found = wann.WannClassifier(tuned="shared", settings={"steps": 400}).fit(x, y)
    assert found.method_ == "gradient"
    assert found.score(x, y) > 0.8
    with pytest.raises(wann.UserError, match="population is for evolution"):
        wann.WannClassifier(method="gradient", population=64).fit(x, y)
    with pytest.raises(wann.UserError, match="ranking is for evolution"):
        wann.WannClassifier(method="gradient", settings={"ranking": "mean"}).fit(x, y)
    settings = {**SMALL, "hidden_units": (), "steps": 50, "max_connections": 1000}
    run = wann.search(dataset=(x[few], y[few]), **settings, out=tmp_path / "table")
    assert run.accuracy is not None
    assert run.summary.finished
