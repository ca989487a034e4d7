"""Recurrent networks in PyTorch take what they remember and return it, as LSTM cells do."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from export_toys import load_torch, subject
from genome_toys import SMOOTH
from memory_toys import classifier, episode, recurrent_file, stepped, swingup
from numpy.typing import NDArray

from wann.formats.export.subject import Subject
from wann.formats.export.torch_format import dumps_torch


def smooth(seed: int, individual: bool = True) -> Subject:
    given = subject(recurrent_file(seed, individual, activations=SMOOTH))
    assert given.network.recurrent
    return given


def played(call: Any, seen: NDArray[np.float64]) -> NDArray[Any]:
    """Return what steps return (steps, episodes, ...) for (steps, episodes, inputs)."""
    memory, found = None, []
    for rows in torch.from_numpy(seen):
        returned, memory = call(rows, memory)
        found.append(returned.detach().numpy())
    return np.array(found)


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 6, 7, 8])
def test_episodes_side_by_side_agree_with_the_kernels(seed: int, tmp_path: Path) -> None:
    given = smooth(seed, bool(seed % 2))
    module = load_torch(given, tmp_path).Network().double()
    if given.weights is not None:
        module.weights.data = torch.from_numpy(given.weights)
    seen = np.stack([episode(given, number) for number in range(3)], axis=1)
    expected = np.stack([stepped(given, rows) for rows in seen.transpose(1, 0, 2)], axis=1)
    np.testing.assert_allclose(played(module, seen), expected, rtol=1e-9, atol=1e-9)


def test_actions_classes_and_probabilities_are_steps_too(tmp_path: Path) -> None:
    given, others = swingup(), classifier()
    seen = episode(given, 0)
    head = given.interface.head
    assert head is not None
    found = played(load_torch(given, tmp_path).Network().double().act, seen[:, None])
    np.testing.assert_allclose(found.ravel(), np.ravel(head(stepped(given, seen).T)), rtol=1e-9)
    module = load_torch(others, tmp_path).Network().double()
    logits = stepped(others, seen)
    assert played(module.act, seen[:, None]).ravel().tolist() == logits.argmax(1).tolist()
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    likely = played(module.probabilities, seen[:, None])[:, 0]
    np.testing.assert_allclose(likely, powers / powers.sum(axis=1, keepdims=True), rtol=1e-5)


def test_some_episodes_begin_anew(tmp_path: Path) -> None:
    module = load_torch(smooth(0), tmp_path).Network()
    first, second = torch.randn(2, 4, 3)
    ended = torch.tensor([True, False, True, False])
    _, memory = module(first)
    found, _ = module(second, memory.masked_fill(ended[:, None], 0.0))
    torch.testing.assert_close(found[ended], module(second[ended])[0])
    torch.testing.assert_close(found[~ended], module(second[~ended], memory[~ended])[0])


def test_a_memory_of_another_batch_is_refused(tmp_path: Path) -> None:
    module = load_torch(swingup(), tmp_path).Network()
    _, memory = module(torch.zeros(4, 3))
    with pytest.raises(
        ValueError, match=r"expected memory \(2, 3\), got \(4, 3\); leave it out where an episode"
    ):
        module.act(torch.zeros(2, 3), memory)


def test_gradients_go_back_through_the_steps(tmp_path: Path) -> None:
    given = smooth(1)
    module = load_torch(given, tmp_path).Network().double()
    seen = torch.from_numpy(episode(given, 0)[:3, None])

    def outputs(weights: torch.Tensor) -> torch.Tensor:
        memory, found = None, []
        for rows in seen:
            given = (rows,) if memory is None else (rows, memory)
            output, memory = torch.func.functional_call(module, {"weights": weights}, given)
            found.append(output)
        return torch.cat(found)

    weights = module.weights.detach().clone().requires_grad_()
    assert torch.autograd.gradcheck(outputs, weights)
    _, memory = module(seen[0])
    assert memory.requires_grad
    module(seen[1], memory.detach())[0].sum().backward()
    assert module.weights.grad is not None


def test_states_load_and_modules_export_as_those_of_others_do(tmp_path: Path) -> None:
    made = load_torch(swingup(), tmp_path)
    module, other = made.Network(), made.Network()
    with torch.no_grad():
        module.weights.fill_(-0.5)
    other.load_state_dict(module.state_dict())
    seen, memory = torch.randn(5, 3), torch.randn(5, made.MEMORIES)
    expected = module(seen, memory)
    torch.testing.assert_close(other(seen, memory), expected)
    batch = torch.export.Dim("batch")
    shapes = {"observations": {0: batch}, "memory": {0: batch}}
    program = torch.export.export(module, (seen[:4], memory[:4]), dynamic_shapes=shapes)
    torch.testing.assert_close(program.module()(seen, memory), expected)


def test_the_file_runs_without_the_project(tmp_path: Path) -> None:
    path = tmp_path / "alone.py"
    path.write_text(dumps_torch(classifier()))
    blocked = "import sys; sys.modules['wann'] = None; import runpy; "
    command = f"{blocked}runpy.run_path({str(path)!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-P", "-c", command], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("tensor([[")
