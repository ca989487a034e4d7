"""One rule says which output counts, wherever that is computed: NaN never wins."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from export_toys import Compiled, as_hex, imported, load_torch, run_node, subject
from gymnasium import spaces
from numpy.typing import NDArray
from pages_toys import run_pages

from wann.api.classifier import WannClassifier
from wann.datasets.dataset import Dataset
from wann.formats import NetworkFile
from wann.formats.export.as_files import dumps_python
from wann.formats.export.c_format import dumps_c
from wann.formats.export.interface import Interface
from wann.formats.export.js_format import dumps_js
from wann.formats.export.onnx_format import dumps_onnx
from wann.formats.export.subject import Subject
from wann.formats.loaded_network import LoadedNetwork
from wann.network.compile import network_of_pairs, to_genome
from wann.pruning.training import objective
from wann.tasks.accuracies import fill_accuracies
from wann.tasks.choice import largest
from wann.tasks.classify import Classification
from wann.tasks.gym.actions import make_head

EDGES = (np.nan, np.inf, -np.inf, 0.0, -1.5, 2.0)
OUTPUTS = np.array(list(itertools.product(EDGES, repeat=3)))


def chosen_of(row: tuple[float, ...]) -> int:
    """Return which of some outputs counts, as plainly as it can be said."""
    numbers = [value for value in row if not np.isnan(value)]
    return row.index(max(numbers)) if numbers else 0


CHOSEN = [chosen_of(tuple(row)) for row in OUTPUTS.tolist()]


def given_as(classes: tuple[str, ...] | None = None) -> Subject:
    """Return a network whose outputs are its inputs, and which chooses one of them."""
    ones = np.ones(3, np.int64)
    network, _ = network_of_pairs(3, 3, ones, np.arange(1, 4), np.arange(4, 7))
    head = make_head(spaces.Discrete(3), "toy")
    ends = ["a", "b", "c"], list(head.names)
    file = NetworkFile(to_genome(network), np.ones(3), None, {})
    return subject(file, interface=Interface(*ends, head=head.act, classes=classes))


def test_the_rule_of_actions_and_of_classes() -> None:
    assert largest(OUTPUTS, 1).tolist() == largest(OUTPUTS.T, 0).tolist() == CHOSEN
    assert make_head(spaces.Discrete(3), "toy").act(OUTPUTS.T) == CHOSEN
    groups = make_head(spaces.MultiDiscrete([3, 3]), "toy").act(np.hstack([OUTPUTS] * 2).T)
    assert np.array(groups).tolist() == [[one, one] for one in CHOSEN]
    assert [int(largest(row, -1)) for row in OUTPUTS] == CHOSEN


def test_accuracies_and_predictions_keep_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    labels, returns = np.array(CHOSEN), np.zeros((1, 1, 1))
    episodes = np.arange(len(labels))[None]
    fill_accuracies(lambda _, some: OUTPUTS[some][None], labels, 3, (0, 1), episodes, returns)
    assert returns.item() == 1.0
    right = objective._Right()
    right.add(torch.tensor(OUTPUTS), torch.tensor(CHOSEN))
    assert right.metric() == 1.0
    model = WannClassifier()
    model.classes_ = np.array([7, 8, 9])
    monkeypatch.setattr(model, "_outputs", lambda x: x)
    assert model.predict(OUTPUTS).tolist() == [7 + one for one in CHOSEN]
    shares = model.predict_proba(OUTPUTS)
    assert np.isfinite(shares).all()
    assert (shares[range(len(CHOSEN)), CHOSEN] == shares.max(axis=1)).all()


def test_a_loaded_network_names_the_class_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = np.zeros((3, 3), np.float32), np.arange(3)
    task = Classification(Dataset("toy", x, y, x, y, 3, (3,), ("0", "1", "2")), "toy")
    loaded = LoadedNetwork.of(given_as().network)
    monkeypatch.setattr(LoadedNetwork, "make_task", lambda self: task)
    assert loaded.classify(OUTPUTS).tolist() == list(map(str, CHOSEN))


@pytest.mark.parametrize("classes", [None, ("a", "b", "c")])
def test_exported_files_keep_to_it(classes: tuple[str, ...] | None, tmp_path: Path) -> None:
    given = given_as(classes)
    module = imported(dumps_python(given), tmp_path / "plain.py")
    assert [module.act(row) for row in OUTPUTS.tolist()] == CHOSEN
    network = load_torch(given, tmp_path).Network()
    for kind in (torch.float32, torch.float64):
        network.forward = lambda outputs: outputs  # where NaN would make NaN of all
        assert network.act(torch.tensor(OUTPUTS, dtype=kind)).tolist() == CHOSEN
    for single in (False, True):
        assert run_head(given._replace(single=single), OUTPUTS).tolist() == CHOSEN


def test_files_in_c_keep_to_it(tmp_path: Path) -> None:
    given = given_as()
    compiled = Compiled(tmp_path, {"toy": dumps_c(given)})
    assert [compiled.call(given, "act", row) for row in OUTPUTS] == CHOSEN


_ACTS = """
const { act } = await import("./toy.mjs");
const rows = doubles(given);
const found = [];
for (let i = 0; i < rows.length; i += 3) found.push(act(rows.slice(i, i + 3)));
console.log(JSON.stringify(found));
"""


def test_files_in_javascript_keep_to_it(tmp_path: Path) -> None:
    found = run_node(tmp_path, {"toy": dumps_js(given_as())}, _ACTS, as_hex(OUTPUTS))
    assert found == CHOSEN


_PAGES = """
import { largestOf } from "./web/answers.js";
import { cartpole } from "./web/tasks/cartpole.js";
import { choiceOfThree } from "./web/tasks/dynamics.js";
const rows = doubles(given);
const found = { classes: [], three: [], two: [] };
for (let i = 0; i < rows.length; i += 3) {
  found.classes.push(largestOf(rows.slice(i, i + 3)));
  found.three.push(choiceOfThree(rows, i) + 1);
  found.two.push((cartpole.action(rows, i) + 1) / 2);
}
console.log(JSON.stringify(found));
"""


def test_pages_keep_to_it(tmp_path: Path) -> None:
    found = run_pages(tmp_path, _PAGES, as_hex(OUTPUTS))
    assert found["classes"] == found["three"] == CHOSEN
    assert found["two"] == [chosen_of(tuple(row[:2])) for row in OUTPUTS.tolist()]


def run_head(given: Subject, outputs: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the actions that the model makes of outputs, without the network in front of them."""
    model: Any = onnx.load_model_from_string(dumps_onnx(given))
    kept = next(i for i, node in enumerate(model.graph.node) if node.output[0] == "output")
    del model.graph.node[: kept + 1]
    del model.graph.output[0]
    if given.interface.classes:
        del model.graph.output[1]
    model.graph.input[0].name = "output"
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    kind = np.float32 if given.single else np.float64
    return np.asarray(session.run(None, {"output": outputs.astype(kind)})[0])
