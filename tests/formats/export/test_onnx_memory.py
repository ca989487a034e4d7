"""Recurrent networks in ONNX take what they remember, and put out what the next step takes."""

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from export_toys import subject
from genome_toys import SMOOTH
from memory_toys import classifier, episode, recurrent_file, stepped, swingup
from numpy.typing import NDArray

from wann.formats.export.onnx_format import dumps_onnx
from wann.formats.export.subject import Subject


def played(given: Subject, seen: NDArray[np.float64], **fed: Any) -> dict[str, NDArray[Any]]:
    """Return the outputs (steps, episodes, ...) for observations (steps, episodes, inputs)."""
    session = onnxruntime.InferenceSession(dumps_onnx(given), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    sizes = {entry.name: entry.shape for entry in session.get_inputs()}
    kind = np.float32 if given.single else np.float64
    memory = np.zeros((seen.shape[1], sizes["memory"][1]), kind)
    steps = []
    for rows in seen.astype(kind):
        found = session.run(None, {"observation": rows, "memory": memory, **fed})
        steps.append(dict(zip(names, found, strict=True)))
        memory = steps[-1]["memory_after"]
    return {name: np.array([step[name] for step in steps]) for name in names}


@pytest.mark.parametrize("single", [False, True], ids=["double", "float"])
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 6, 7, 8])
def test_episodes_side_by_side_agree_with_the_kernels(seed: int, single: bool) -> None:
    file = recurrent_file(seed, bool(seed % 2), activations=SMOOTH)
    given = subject(file, single=single, weight=None if seed % 2 else 0.7)
    assert given.network.recurrent
    seen = np.stack([episode(given, number) for number in range(3)], axis=1)
    expected = np.stack([stepped(given, rows) for rows in seen.transpose(1, 0, 2)], axis=1)
    found = played(given, seen)["output"]
    tolerance = 1e-4 if single else 1e-6
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def test_actions_and_classes_are_steps_too() -> None:
    given, others = swingup(), classifier()
    seen = episode(given, 0)
    head = given.interface.head
    assert head is not None
    weight = np.array(-1.5)
    expected = head(stepped(given._replace(weight=-1.5), seen).T)
    action = played(given, seen[:, None], weight=weight)["action"]
    np.testing.assert_allclose(action.ravel(), np.ravel(expected), rtol=1e-6)
    classes = played(others, seen[:, None])["class"]
    assert classes.ravel().tolist() == stepped(others, seen).argmax(1).tolist()


def test_the_model_says_what_it_remembers() -> None:
    model = onnx.load_model_from_string(dumps_onnx(swingup()))
    assert [entry.name for entry in model.graph.input] == ["observation", "memory", "weight"]
    assert [entry.name for entry in model.graph.output] == ["output", "action", "memory_after"]
    memory, after = model.graph.input[1], model.graph.output[2]
    assert memory.type == after.type
    width = memory.type.tensor_type.shape.dim[1].dim_value
    about = {entry.key: entry.value for entry in model.metadata_props}
    assert about["memories"] == str(width) == "3"
    assert "observation (batch, inputs), memory (batch, 3)" in model.doc_string
    assert "zeros in an episode's first step" in model.doc_string
