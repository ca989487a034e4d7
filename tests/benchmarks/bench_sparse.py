"""The sparse model of `wann.sparse` against what else computes a pruned network, on one core.

Weights of the models are removed at random, the same share of each layer. The rivals compute the
same network in float32, on one thread: PyTorch and ONNX Runtime with its zeros, and SciPy's CSR
matrices where all layers are fully connected. All are given the same array, and take turns in this
process; of each the median counts. Prints how fast this machine is (a product of matrices by NumPy,
and copying 64 MiB), then a table: the ratio to the best rival by medians, that by least times, and
how many multiply-adds of kept weights the sparse model does in a nanosecond. With `--out FILE` the
rows are written as CSV.

    python tests/benchmarks/bench_sparse.py [lenet-300-100 conv-6 resnet-20] [--out FILE] [--quick]

`images` are those of MNIST, most of whose pixels are zero; `noise` are normal numbers, none of
which is. Convolutional networks are given noise, 32 by 32 pixels in three channels; of 1000 images
at once the dense ones take seconds, so that 100 are computed.
"""

import argparse
import csv
import io
import math
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import scipy.sparse  # noqa: E402

import wann  # noqa: E402
from wann.network.torch_module import nn, torch  # noqa: E402
from wann.pruning.training.data import load_data  # noqa: E402
from wann.pruning.training.models import build  # noqa: E402

REMOVED = (0.7, 0.8, 0.9, 0.95, 0.98, 0.85)
SHAPES = {"lenet-300-100": (1, 28, 28), "conv-6": (3, 32, 32), "resnet-20": (3, 32, 32)}
BATCHES = {"lenet-300-100": (1, 1000), "conv-6": (1, 100), "resnet-20": (1, 100)}
FIELDS = ("model", "inputs", "batch", "removed", "way", "median", "least", "multiply_adds")
_SECONDS = 1.5  # of measuring for each row of the table
_TURN = 0.002  # seconds of calls one after another, when it is a way's turn

Run = Callable[[], Any]


def pruned(name: str, removed: float) -> nn.Module:
    """Return the model of that name, so much of each layer removed at random."""
    generator = torch.Generator().manual_seed(0)
    model = build(name, SHAPES[name], 10).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                kept = torch.rand(parameter.shape, generator=generator) >= removed
                parameter *= kept
    return model


def inputs(name: str, kind: str, batch: int) -> torch.Tensor:
    """Return a batch of inputs."""
    if kind == "images":
        return load_data("mnist").x_test[:batch].reshape(-1, *SHAPES[name])
    return torch.randn(batch, *SHAPES[name], generator=torch.Generator().manual_seed(1))


def in_onnx(model: nn.Module, x: torch.Tensor) -> Run:
    """Return what computes `model` by ONNX Runtime."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = str(Path(folder) / "model.onnx")
        torch.onnx.export(model, (x,), file, dynamo=False, input_names=["x"])
        session = onnxruntime.InferenceSession(file, options, ["CPUExecutionProvider"])
    given = {"x": x.numpy()}
    return lambda: session.run(None, given)[0]


def in_torch(model: nn.Module, x: torch.Tensor) -> Run:
    """Return what computes `model` by PyTorch."""

    def run() -> torch.Tensor:
        with torch.inference_mode():
            return model(x)

    return run


def in_scipy(model: nn.Module, x: torch.Tensor) -> Run | None:
    """Return what computes a perceptron by SciPy, None for other models."""
    layers = [m for m in model.modules() if isinstance(m, nn.Linear)]
    if any(isinstance(m, nn.Conv2d) for m in model.modules()):
        return None
    matrices = [scipy.sparse.csr_matrix(layer.weight.detach().numpy()) for layer in layers]
    biases = [layer.bias.detach().numpy()[:, None] for layer in layers]
    given = x.flatten(1).numpy()

    def run() -> Any:
        values = given.T
        for number, (matrix, bias) in enumerate(zip(matrices, biases, strict=True)):
            values = matrix @ values + bias
            if number < len(matrices) - 1:
                np.maximum(values, 0.0, out=values)
        return values.T

    return run


def multiply_adds(model: nn.Module, x: torch.Tensor) -> int:
    """Return how many multiply-adds the weights that are kept take, for all of a batch."""
    found = 0

    def count(module: nn.Module, _: Any, outputs: torch.Tensor) -> None:
        nonlocal found
        pixels = outputs.shape[2:].numel() if outputs.ndim == 4 else 1
        found += int(torch.count_nonzero(module.weight)) * pixels * len(outputs)

    layers = [m for m in model.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    in_torch(model, x)()
    for hook in hooks:
        hook.remove()
    return found


def machine() -> str:
    """Return how fast this machine multiplies matrices, and copies."""
    a, copied = np.ones((1024, 1024), np.float32), np.zeros(2**24, np.float32)
    given = np.ones(2**24, np.float32)
    found = timed({"multiply": lambda: a @ a, "copy": lambda: np.copyto(copied, given)}, 2.0)
    multiply, copy = (found[way][1] for way in ("multiply", "copy"))
    return (
        f"this machine: {1024**3 / multiply / 1e9:.1f} multiply-adds of float32 in a nanosecond "
        f"(a product of matrices), {2 * given.nbytes / copy / 1e9:.1f} bytes (read and written)"
    )


def timed(ways: dict[str, Run], seconds: float) -> dict[str, tuple[float, float]]:
    """Return the median and the least time of each way, which take turns."""
    calls = {}
    for way, run in ways.items():
        run()
        started = time.perf_counter()
        run()
        calls[way] = max(1, math.ceil(_TURN / (time.perf_counter() - started)))
    times: dict[str, list[float]] = {way: [] for way in ways}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[next(iter(ways))]) < 7:
        for way, run in ways.items():
            started = time.perf_counter()
            for _ in range(calls[way]):
                run()
            times[way].append((time.perf_counter() - started) / calls[way])
    return {way: (statistics.median(found), min(found)) for way, found in times.items()}


def rows(name: str, seconds: float) -> Iterator[dict[str, Any]]:
    """Yield the rows of one model."""
    for kind in ("images", "noise") if name == "lenet-300-100" else ("noise",):
        for batch in BATCHES[name]:
            for removed in sorted(REMOVED):
                model, x = pruned(name, removed), inputs(name, kind, batch)
                ways: dict[str, Run] = {
                    "sparse": partial(wann.sparse(model, x), x.numpy()),
                    "pytorch": in_torch(model, x),
                    "onnx": in_onnx(model, x),
                }
                if (csr := in_scipy(model, x)) is not None:
                    ways["scipy"] = csr
                expected = in_torch(model, x)().numpy()
                for run in ways.values():
                    assert np.allclose(run(), expected, rtol=1e-3, atol=1e-3)
                found = timed(ways, seconds)
                work = multiply_adds(model, x)
                for way, (median, least) in found.items():
                    row = (name, kind, batch, removed, way, median, least, work)
                    yield dict(zip(FIELDS, row, strict=True))


def line(found: list[dict[str, Any]]) -> str:
    """Return the rows of one measurement as a line of the table."""
    first, *rivals = found
    ratios = [min(row[how] for row in rivals) / first[how] for how in ("median", "least")]
    times = "  ".join(f"{row['way']} {1e3 * row['median']:9.4f}" for row in found)
    return (
        f"{first['model']:14} {first['inputs']:7} {first['batch']:5} {first['removed']:6.0%}  "
        f"{times} ms  {ratios[0]:6.2f} x {ratios[1]:6.2f} x  "
        f"{first['multiply_adds'] / first['least'] / 1e9:5.1f} / ns"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", default=list(SHAPES))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(machine())
    all_rows: list[dict[str, Any]] = []
    for name in options.models:
        part: list[dict[str, Any]] = []
        for row in rows(name, 0.3 if options.quick else _SECONDS):
            if part and row["way"] == "sparse":
                print(line(part), flush=True)
                part = []
            part.append(row)
            all_rows.append(row)
        print(line(part), flush=True)
    if options.out:
        text = io.StringIO()
        writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {key: f"{v:.6g}" if isinstance(v, float) else v for key, v in row.items()}
            for row in all_rows
        )
        options.out.write_text(text.getvalue())


if __name__ == "__main__":
    main()
