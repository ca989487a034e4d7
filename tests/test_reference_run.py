"""The run that is part of the project: a fresh clone can measure and draw it at once."""

import json
from itertools import pairwise
from pathlib import Path

from wann.evaluators.threads import ThreadEvaluator
from wann.experiment import evaluate, run_digest
from wann.formats import read_network
from wann.loading import load_network
from wann.network import compile_genome
from wann.tasks import make_task

RUN = Path(__file__).parents[1] / "runs" / "reference" / "swingup-seed0"


def test_the_champion_is_worth_what_its_file_says() -> None:
    said = json.loads((RUN / "summary.json").read_text())
    loaded = load_network(RUN)
    with ThreadEvaluator() as evaluator:
        measured = evaluate(loaded.network, make_task("swingup"), evaluator, episodes=30)["training_weights"]
    assert loaded.network.connections == said["connections"] <= 52
    assert abs(measured["mean"] - said["mean"]) < 4 * measured["sd"] / measured["n"] ** 0.5 + 5
    assert said["mean"] > 612


def test_files_are_those_of_the_digest() -> None:
    assert run_digest(RUN) == json.loads((RUN / "summary.json").read_text())["digest"]


def test_the_front_rises_with_its_networks() -> None:
    points = json.loads((RUN / "front.json").read_text())
    assert sum(point["champion"] for point in points) == 1
    for low, high in pairwise(points):
        assert low["connections"] < high["connections"]
        assert low["mean"] < high["mean"]
    for point in points:
        genome = read_network(RUN / point["network"]).genome
        assert compile_genome(genome).connections == point["connections"]
