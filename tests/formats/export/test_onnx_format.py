import json
from typing import Any

import gym_toys
import numpy as np
import onnx
import onnxruntime
import pytest
from export_toys import (
    FAR,
    every_activation,
    kernel_outputs,
    observations,
    perceptron,
    random_file,
    subject,
)
from gymnasium import spaces
from numpy.typing import NDArray

from wann.errors import UserError
from wann.formats import NetworkFile
from wann.formats.export import onnx_format
from wann.formats.export.interface import Interface, Scaling
from wann.formats.export.onnx_format import OPSET, dumps_onnx
from wann.formats.export.subject import Subject
from wann.network.compile import network_of_pairs, to_genome
from wann.tasks.gym.actions import make_head


def run(given: Subject, seen: NDArray[np.float64], weight: float | None = None) -> dict[str, Any]:
    """Return what ONNX Runtime makes of observations, by the names of outputs."""
    session = onnxruntime.InferenceSession(dumps_onnx(given), providers=["CPUExecutionProvider"])
    kind = np.float32 if given.single else np.float64
    feed: dict[str, Any] = {"observation": seen.astype(kind)}
    if weight is not None:
        feed["weight"] = np.array(weight, dtype=kind)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, feed), strict=True))


@pytest.mark.parametrize("seed", range(16))
def test_random_networks_agree_with_the_kernels(seed: int) -> None:
    file = random_file(seed, bool(seed % 2))
    given = subject(file, weight=None if seed % 2 else 0.7)
    seen = np.random.default_rng(seed).normal(size=(50, given.network.inputs))
    expected = kernel_outputs(given, file, seen)
    fits = np.abs(expected).max(axis=1) < 1e100  # infinite values of nodes make NaN of others
    found = run(given, seen)["output"]
    np.testing.assert_allclose(found[fits], expected[fits], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("single", "tolerance"), [(False, 1e-12), (True, 1e-5)])
def test_every_activation_agrees_with_the_kernels(single: bool, tolerance: float) -> None:
    file = every_activation()
    given = subject(file, single=single)
    seen = np.concatenate([np.linspace(-9, 9, 361), [-80.0, 80.0, 1000.5]])[:, None]
    expected = kernel_outputs(given, file, seen)
    np.testing.assert_allclose(run(given, seen)["output"], expected, rtol=tolerance, atol=tolerance)


def test_the_shared_weight_is_an_input_that_may_be_left_out() -> None:
    file = random_file(2, False)
    given = subject(file)
    seen = np.random.default_rng(0).normal(size=(5, given.network.inputs))
    for weight in (None, -1.5):
        expected = kernel_outputs(given._replace(weight=weight or 1.0), file, seen)
        np.testing.assert_allclose(run(given, seen, weight)["output"], expected, rtol=1e-6)
    fixed = onnx.load_model_from_string(dumps_onnx(subject(file, weight=0.3)))
    assert [entry.name for entry in fixed.graph.input] == ["observation"]


def strange() -> tuple[NetworkFile, np.ndarray]:
    """Return two outputs, of inputs 1 and 2 and of input 3, and inputs that are not finite."""
    sources, targets = np.array([1, 2, 3]), np.array([4, 4, 5])
    network, _ = network_of_pairs(3, 2, np.ones(2, dtype=np.int64), sources, targets)
    inf = np.inf
    rows = [[inf, 1, 2], [inf, -inf, 2], [-inf, 1, 2], [np.nan, 1, 2]]
    return NetworkFile(to_genome(network), None, None, {}), np.array(rows)


def test_infinite_values_are_heard_as_the_file_says() -> None:
    file, rows = strange()
    given = subject(file)
    most = np.finfo(np.float64).max
    found = run(given, rows)["output"]
    expected = np.array([[most, 2], [0, 2], [-most, 2], [np.nan, np.nan]])
    np.testing.assert_array_equal(found, expected)
    said = " ".join(onnx.load_from_string(dumps_onnx(given)).doc_string.split())
    assert "An infinite value is heard as the largest finite number of its sign" in said
    assert "NaN makes NaN of nodes that do not hear it, too" in said


def test_large_matrices_are_stored_as_their_connections() -> None:
    file = perceptron([300, 100, 10], kept=0.05)
    given = subject(file, single=True)
    assert len(dumps_onnx(given)) < 30 * given.network.connections
    seen = np.random.default_rng(0).normal(size=(7, 300))
    found = run(given, seen)["output"]
    np.testing.assert_allclose(found, kernel_outputs(given, file, seen), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", gym_toys.ACTIONS)
def test_actions_are_those_of_the_task(name: str) -> None:
    head = make_head(gym_toys.ACTIONS[name], "toy")
    file = perceptron([2, head.outputs])
    scaling = Scaling((0.5, 1.5), (2.0, 3.0))
    given = subject(file, interface=Interface(["a", "b"], head.names, (), scaling, head.act))
    seen = observations(2, 3)
    seen = seen[np.isfinite(seen).all(axis=1)]
    read = (seen - np.array(scaling.shift)) / np.array(scaling.scale)
    expected = np.array([np.ravel(a) for a in head.act(kernel_outputs(given, file, read).T)])
    found = run(given, seen)["action"].reshape(expected.shape)
    if name == "Whole":  # a sum that is rounded otherwise may lie on the other side of a half
        assert np.abs(found - expected).max() <= 1
        assert (found == expected).mean() > 0.9
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    for single in (False, True):
        if isinstance(space := gym_toys.ACTIONS[name], spaces.Box):
            made = run(given._replace(single=single), FAR)["action"]
            low, high = (bound.ravel().astype(made.dtype) for bound in (space.low, space.high))
            assert ((made >= low) & (made <= high)).all(), single


def test_a_classifier_has_classes_and_probabilities() -> None:
    head = make_head(spaces.Discrete(3), "toy").act
    file, classes = perceptron([4, 3]), ("a", "é", '"c"')
    given = subject(file, interface=Interface(list("abcd"), classes, head=head, classes=classes))
    seen = np.random.default_rng(0).normal(size=(6, 4))
    found = run(given, seen)
    assert found["class"].tolist() == found["output"].argmax(1).tolist()
    powers = np.exp(found["output"])
    np.testing.assert_allclose(found["probability"], powers / powers.sum(1, keepdims=True))
    model = onnx.load_model_from_string(dumps_onnx(given))
    about = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(about["classes"]) == list(classes)
    assert about["digest"] == given.digest
    assert given.digest in model.doc_string
    assert [entry.version for entry in model.opset_import] == [OPSET]


def test_a_matrix_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_format, "_MOST_CELLS", 10)
    with pytest.raises(UserError, match=r"would have 12 cells, expected at most 10; use --to c"):
        dumps_onnx(subject(perceptron([3, 3])))


def test_equal_networks_give_equal_bytes() -> None:
    given = subject(random_file(3, True))
    assert dumps_onnx(given) == dumps_onnx(given)
