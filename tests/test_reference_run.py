"""The run that is part of the project: a fresh clone can measure and draw it at once."""

import json
from itertools import pairwise

from paths import REFERENCE_RUN

from wann.api.evaluate import evaluate
from wann.evaluators.threads import ThreadEvaluator
from wann.formats import read_network
from wann.formats.load import load_network
from wann.network.compile import compile_genome
from wann.runs.digest import run_digest
from wann.tasks.registry import make_task


def test_the_champion_is_worth_what_its_file_says() -> None:
    said = json.loads((REFERENCE_RUN / "summary.json").read_text())
    loaded = load_network(REFERENCE_RUN)
    with ThreadEvaluator() as evaluator:
        measured = evaluate(loaded, make_task("swingup"), evaluator, episodes=30)[
            "training_weights"
        ]
    assert loaded.connections == said["connections"] <= 52
    assert abs(measured["mean"] - said["mean"]) < 4 * measured["sd"] / measured["n"] ** 0.5 + 5
    assert said["mean"] > 612


def test_files_are_those_of_the_digest() -> None:
    assert (
        run_digest(REFERENCE_RUN)
        == json.loads((REFERENCE_RUN / "summary.json").read_text())["digest"]
    )


def test_the_front_rises_with_its_networks() -> None:
    points = json.loads((REFERENCE_RUN / "front.json").read_text())
    assert sum(point["champion"] for point in points) == 1
    for low, high in pairwise(points):
        assert low["connections"] < high["connections"]
        assert low["mean"] < high["mean"]
    for point in points:
        genome = read_network(REFERENCE_RUN / point["network"]).genome
        assert compile_genome(genome).connections == point["connections"]
