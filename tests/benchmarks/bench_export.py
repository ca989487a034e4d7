"""What exported networks cost: bytes of machine code, and time for one step.

    python tests/benchmarks/bench_export.py [NETWORK]

prints the two tables of `wann/docs/howto/deploy.md`. It needs gcc; arm-none-eabi-gcc, ONNX Runtime
and PyTorch where they are to be measured.
"""

import ctypes
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from wann.api.load import load
from wann.formats.loaded_network import LoadedNetwork

ROOT = Path(__file__).resolve().parents[2]
COMPILERS = {
    "x86-64": ["gcc"],
    "Cortex-M4": ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb"],
    "Cortex-M4F": ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard"],
    "Cortex-M0": ["arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb"],
}
_LOOP = """
#include "network.c"
double run(int steps, double *observation, double *result);
double run(int steps, double *observation, double *result)
{
    double sum = 0.0;
    for (int i = 0; i < steps; i++) {
        network_forward(observation%s, result);
        observation[0] = 0.5 + 1e-9 * result[0]; /* so that no step can be left out */
        sum += result[0];
    }
    return sum;
}
"""


def sizes(network: LoadedNetwork, folder: Path) -> Iterator[tuple[str, str, int, int, int]]:
    """Yield machine, numbers, bytes of code, of kept data, and of stack."""
    for single in (False, True):
        network.export(folder / "network.c", single=single, force=True)
        for machine, (compiler, *flags) in COMPILERS.items():
            if shutil.which(compiler) is None:
                continue
            command = [compiler, *flags, "-std=c99", "-Os", "-fstack-usage", "-c", "network.c"]
            subprocess.run(command, cwd=folder, check=True)
            said = subprocess.run(
                [compiler.replace("gcc", "size"), "network.o"],
                cwd=folder,
                capture_output=True,
                text=True,
                check=True,
            )
            text, data, bss = map(int, said.stdout.splitlines()[1].split()[:3])
            frames = [line.split("\t") for line in (folder / "network.su").read_text().splitlines()]
            stack = max(int(size) for where, size, _ in frames if "_forward" in where)
            yield machine, "float" if single else "double", text, data + bss, stack


def seconds(call: Callable[[], Any]) -> float:
    """Return the time of one call: the best of some batches."""
    call()
    count, best = 1, 0.0
    while best < 0.02:
        count *= 2
        best = _time(call, count)
    return min(best, *(_time(call, count) for _ in range(4))) / count


def _time(call: Callable[[], Any], count: int) -> float:
    begun = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - begun


def in_c(network: LoadedNetwork, folder: Path) -> float:
    """Return the seconds of a step in C, one input after the other."""
    network.export(folder / "network.c", force=True)
    weight = "" if network.weights is not None else ", NETWORK_WEIGHT"
    (folder / "loop.c").write_text(_LOOP % weight)
    command = ["gcc", "-std=c99", "-O2", "-fPIC", "-shared", "-o", "loop.so", "loop.c"]
    subprocess.run(command, cwd=folder, check=True)
    run = ctypes.CDLL(str(folder / "loop.so")).run
    row = (ctypes.c_double * network.inputs)(*[0.5] * network.inputs)
    result = (ctypes.c_double * network.outputs)()
    return seconds(lambda: run(1000, row, result)) / 1000


def runtimes(network: LoadedNetwork, folder: Path) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """Yield the name of a runtime, and a function of inputs (n, inputs)."""
    yield "kernels, by `network(x)`", network
    if importlib.util.find_spec("onnxruntime"):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        weight = 1.0 if network.weights is None else None
        content = network.export(to="onnx", single=True, weight=weight)
        session = onnxruntime.InferenceSession(content, options)
        yield (
            "ONNX Runtime, float32",
            lambda x: session.run(["output"], {"observation": x.astype(np.float32)}),
        )
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)
        path = folder / "network.py"
        network.export(path, to="torch")
        sys.path.insert(0, str(folder))
        module = importlib.import_module("network").Network()

        def by_torch(x: Any) -> Any:
            with torch.no_grad():
                return module(torch.from_numpy(x.astype(np.float32)))

        yield "PyTorch, float32", by_torch


def main() -> None:
    path = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "runs/reference/swingup-seed0")
    network = load(path).with_task(None)  # the network alone: no scaling, no actions
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| machine, `-Os` | numbers | code | kept data | stack |\n|---|---|---|---|---|")
        for machine, numbers, text, kept, stack in sizes(load(path), folder):
            print(f"| {machine} | {numbers} | {text} B | {kept} B | {stack} B |")
        print("\n| one step | alone | of 1000 at once |\n|---|---|---|")
        print(f"| C, `gcc -O2`, double | {in_c(network, folder) * 1e9:,.0f} ns | |")
        x = np.random.default_rng(0).normal(size=(1000, network.inputs))
        for runtime, call in runtimes(network, folder):
            alone, many = seconds(partial(call, x[:1])), seconds(partial(call, x)) / 1000
            print(f"| {runtime} | {alone * 1e9:,.0f} ns | {many * 1e9:,.0f} ns |")


if __name__ == "__main__":
    main()
