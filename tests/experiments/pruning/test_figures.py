import pytest

pytest.importorskip("torch")

import torch

from wann.experiments.pruning.figures import kept_inputs


def test_kept_inputs_of_units_and_channels() -> None:
    masks = {
        "fc.weight": torch.tensor([[True, False, True], [False, False, False]]),
        "fc.bias": torch.tensor([True, False]),
        "conv.weight": torch.ones(2, 3, 2, 2).bool(),
    }
    found = kept_inputs(masks)
    assert {name: counts.tolist() for name, counts in found.items()} == {
        "fc.weight": [2, 0],
        "conv.weight": [12, 12],
    }
