import pytest

pytest.importorskip("torch")

from pruning_models_toys import random_conv_net, random_masks

from wann.errors import UserError
from wann.network.torch_module import torch
from wann.pruning.structure.latency import measure_latency
from wann.pruning.training.models import build


def test_every_way_is_timed_where_there_is_one() -> None:
    model = build("lenet-300-100", (1, 8, 8), 10)
    found = measure_latency(
        model, random_masks(model, 0.05, 0), torch.randn(7, 1, 8, 8), batches=(1, 20), repeats=3
    )
    assert [(row.way, row.batch) for row in found] == [
        (w, b) for b in (1, 20) for w in ("dense", "shrunk", "sparse")
    ]
    assert all(0 < row.low <= row.median <= row.high for row in found)
    conv = random_conv_net(0, "relu", 1)
    once = measure_latency(conv, {}, torch.randn(2, 2, 8, 8), batches=(2,), repeats=1)
    assert [row.way for row in once] == ["dense", "shrunk", "sparse"]


@pytest.mark.parametrize("wrong", [{"repeats": 0}, {"batches": (0,)}])
def test_refusals(wrong: dict[str, object]) -> None:
    model = build("lenet-300-100", (4,), 3)
    with pytest.raises(UserError, match="at least one repeat and one example"):
        measure_latency(model, {}, torch.zeros(1, 4), **wrong)
