from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load

from wann.pruning import masks
from wann.pruning.tensor_files import tensor_bytes

TENSORS = {
    "fc1.weight": torch.arange(6.0).view(2, 3),
    "ä": torch.tensor([True, False]),
    "half": torch.ones(3, dtype=torch.bfloat16),
    "number": torch.tensor(7),
    "none": torch.empty(0, 2),
}


def test_equal_tensors_give_equal_bytes_whatever_their_metadata() -> None:
    # The library's own order of four keys would be the same in sixteen calls once in 10^20.
    metadata = {"format": "a", "kept": "{}", "third": "\n", "fourth": "ö"}
    assert len({tensor_bytes(TENSORS, metadata) for _ in range(16)}) == 1


def test_masks_that_are_saved_twice_have_equal_bytes(tmp_path: Path) -> None:
    path, found = tmp_path / "masks.safetensors", set()
    for _ in range(16):
        masks.save(path, {"a": torch.ones(3, 3, dtype=torch.bool)})
        found.add(path.read_bytes())
    assert len(found) == 1


@pytest.mark.parametrize("metadata", [None, {}, {"b": "1", "a": "ü"}])
def test_the_library_reads_what_is_written(metadata: dict[str, str] | None, tmp_path: Path) -> None:
    content = tensor_bytes(TENSORS, metadata)
    for name, tensor in load(content).items():
        assert tensor.dtype == TENSORS[name].dtype
        assert torch.equal(tensor, TENSORS[name])
    (tmp_path / "file").write_bytes(content)
    with safe_open(tmp_path / "file", framework="pt") as file:
        assert (file.metadata() or None) == (metadata or None)
        assert sorted(file.keys()) == sorted(TENSORS)


def test_weights_that_share_memory_are_written_once_for_each_name(tmp_path: Path) -> None:
    shared = torch.arange(4.0)
    content = tensor_bytes({"a": shared, "b": shared, "part": shared[::2]})
    assert {name: value.tolist() for name, value in load(content).items()} == {
        "a": [0, 1, 2, 3],
        "b": [0, 1, 2, 3],
        "part": [0, 2],
    }
