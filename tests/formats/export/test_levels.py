"""What a node that overflows does to those of its level: nothing, where they do not hear it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

import wann

DEPTH = 5
NODES = [
    {"id": 0, "kind": "bias"},
    {"id": 1, "kind": "input"},
    {"id": 2, "kind": "input"},
    {"id": 3, "kind": "output", "activation": "tanh"},
    {"id": 4, "kind": "output", "activation": "gaussian"},
]


def chains(folder: Path) -> Any:
    """A network of two chains: squares, which overflow, and what leaves numbers as they are."""
    hidden = [
        {"id": first + i, "kind": "hidden", "activation": kind}
        for first, kind in ((10, "square"), (20, "linear"))
        for i in range(DEPTH)
    ]
    pairs = [(1, 10), (2, 20), (14, 4), (24, 3)]
    pairs += [(first + i, first + i + 1) for first in (10, 20) for i in range(DEPTH - 1)]
    edges = [{"source": source, "target": target, "enabled": True} for source, target in pairs]
    file: dict[str, Any] = {"format": "wann-network", "version": 1, "inputs": 2, "outputs": 2}
    file |= {"task": None, "info": {}, "nodes": [*NODES, *hidden], "connections": edges}
    (folder / "chains.json").write_text(json.dumps(file))
    return wann.load(folder / "chains.json")


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("x", [[20.0, 0.5], [2e10, 0.5], [-np.inf, 0.5]])
def test_an_overflow_is_met_by_those_alone_that_hear_it(
    x: list[float], single: bool, tmp_path: Path
) -> None:
    network = chains(tmp_path)
    kind = np.float32 if single else np.float64
    seen = np.array([x], dtype=kind)
    expected = network(np.array([x]))
    assert np.isfinite(expected).all()
    session = onnxruntime.InferenceSession(network.export(to="onnx", single=single))
    np.testing.assert_allclose(
        session.run(["output"], {"observation": seen})[0], expected, atol=1e-6
    )
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(network.export(to="torch"), scope)
    module = scope["Network"]().to(torch.float32 if single else torch.float64)
    with torch.no_grad():
        np.testing.assert_allclose(module(torch.from_numpy(seen)).numpy(), expected, atol=1e-6)
