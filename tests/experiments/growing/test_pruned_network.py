"""The page of a network pruned from a model: its data, scaled as the model saw them."""

import json
import re
from typing import Any

import numpy as np
import pytest

from wann.errors import UserError
from wann.evaluators.make import make_evaluator
from wann.experiments.growing.page import page_of_network
from wann.experiments.growing.pruned_network import pruned_network
from wann.formats.loaded_network import LoadedNetwork
from wann.network.compile import compile_genome
from wann.network.genome import minimal


def known(**changed: Any) -> dict[str, Any]:
    found = {
        "dataset": "digits",
        "inputs": {"shift": [0.5] * 64, "scale": [0.25] * 64},
        "method": "imp",
        "seed": 3,
        "accuracy": 0.9,
    }
    return {**found, **changed}


def network(info: dict[str, Any], inputs: int = 64) -> LoadedNetwork:
    made = compile_genome(minimal(inputs, 10, np.ones((inputs + 1, 10), bool)))
    weights = np.linspace(-1.0, 1.0, made.connections)
    return LoadedNetwork.of(made, weights, info={"pruned": info})


def test_examples_are_scaled_as_the_model_saw_them() -> None:
    pruned = pruned_network(network(known()))
    assert pruned is not None
    before, after = pruned.task.held_out.images, pruned.scaled_task.held_out.images
    np.testing.assert_allclose(after, (before - 0.5) / 0.25, atol=1e-6)
    page = page_of_network(network(known()), make_evaluator, [])
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])["player"]
    assert data["inputScaling"] == known()["inputs"]
    assert data["contestants"][0]["label"] == "imp, seed 3"
    assert "90.0 % of the test examples" in data["contestants"][0]["note"]


def test_others_are_pruned_from_no_model() -> None:
    made = network(known())
    assert pruned_network(LoadedNetwork.of(made.network)) is None
    assert pruned_network(network({"method": "imp"})) is None


@pytest.mark.parametrize(
    ("info", "inputs", "problem"),
    [
        (known(dataset="nowhere.npz"), 64, "nowhere.npz does not exist"),
        (known(inputs={"shift": [0.0], "scale": [1.0] * 64}), 64, "expected shift and scale of 64"),
        (known(accuracy="good"), 64, "is damaged"),
        (known(), 63, "63"),
    ],
)
def test_what_does_not_fit_is_said(info: dict[str, Any], inputs: int, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        pruned_network(network(info, inputs))
    page = page_of_network(network(info, inputs), make_evaluator, [])
    assert "The data that it was trained on cannot be shown here: " in page
