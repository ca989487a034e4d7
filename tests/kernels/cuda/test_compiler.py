"""The compiler for cards takes all kernels, without a card, and fuses no product with a sum."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest
from paths import ROOT

from wann.kernels.cuda.compiler import cuda, is_of_card, simulated, strictly


@pytest.mark.timeout(600)
@pytest.mark.skipif(
    importlib.util.find_spec("numba_cuda") is None or importlib.util.find_spec("nvidia") is None,
    reason="numba-cuda[cu13] is not installed",
)
def test_all_kernels_compile_for_cards_and_fuse_nothing() -> None:
    real = {**os.environ, "NUMBA_ENABLE_CUDASIM": "0", "PYTHONPATH": str(ROOT)}
    script = ROOT / "tests" / "toys" / "cuda_toys.py"
    done = subprocess.run(
        [sys.executable, script, "8.0", "9.0"], env=real, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert len(found) == 32
    for name, counts in found.items():
        assert counts["target"], name
        assert counts["fused"] == counts["flushed"] == counts["loose"] == 0, (name, counts)
        assert (counts["doubles"] == 0) == name.startswith("likelihood"), (name, counts)
        assert counts["calls"] == counts["spilled"] == 0, (name, counts)
        assert counts["products"] > 20 or name.startswith("sum"), (name, counts)


def test_tests_simulate_cards() -> None:
    assert simulated
    assert len(cuda.gpus) == 1


def test_whose_an_exception_is() -> None:
    class OfCard(RuntimeError):
        __module__ = "numba.cuda.cudadrv.error"

    assert is_of_card(OfCard())
    assert not is_of_card(RuntimeError())
    with strictly():
        assert simulated
