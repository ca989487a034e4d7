"""Networks to export, what the kernels make of them, and compilers and runtimes for the files."""

import ctypes
import importlib.util
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from formats_toys import outputs
from genome_toys import ALL, grow
from numpy.typing import NDArray

from wann.formats import NetworkFile
from wann.formats.export.interface import Interface, bare
from wann.formats.export.subject import Subject, subject_of
from wann.formats.export.torch_format import dumps_torch
from wann.network.compile import compile_genome, network_of_pairs, to_genome

# Zeros of both signs, ties of rounding, subnormals, the ends of exp's range, odd and even large
# numbers, overflow.
SPECIAL = [
    *(0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-310, 708.0, -709.0, 1e5 + 0.3, 2.0**52 + 1),
    *(2.0**53 + 2, 1e300, 1.7e308, -1e300, np.inf, -np.inf, np.nan),
]
GCC = [
    *("gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic"),
    *("-Werror", "-Wconversion", "-Wmissing-prototypes"),
]


# Two inputs at which the outputs of a network are far beyond -1 and 1, mostly
FAR = 1e6 * np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])


def observations(inputs: int, seed: int) -> NDArray[np.float64]:
    """Return 64 observations: ordinary, large, and special values."""
    rng = np.random.default_rng(seed)
    ordinary = rng.normal(size=(24, inputs)) * 3.0
    large = rng.normal(size=(16, inputs)) * 10.0 ** rng.integers(-20, 300, size=(16, inputs))
    return np.concatenate([ordinary, large, rng.choice(SPECIAL, size=(24, inputs))])


def assert_same_bits(computed: Any, expected: NDArray[np.float64]) -> None:
    """Assert equality to the sign of a zero; nan equals nan, whose bits IEEE 754 leaves open."""
    found = np.array(computed, dtype=np.float64)
    assert found.shape == expected.shape
    assert (np.isnan(found) == np.isnan(expected)).all()
    bits_differ = found.view(np.int64) != np.ascontiguousarray(expected).view(np.int64)
    assert not (bits_differ & ~np.isnan(expected)).any()


def random_file(seed: int, individual: bool) -> NetworkFile:
    """Return a network of many kinds of nodes, with weights of its own or without."""
    rng = np.random.default_rng(seed)
    genome = grow(seed, int(rng.integers(0, 120)), int(rng.integers(1, 6)), int(rng.integers(1, 4)))
    weights = rng.normal(size=len(genome.source)) * 2.0
    weights[rng.random(len(weights)) < 0.1] = -0.0
    return NetworkFile(genome, weights if individual else None, None, {})


def every_activation() -> NetworkFile:
    """Return a network with an output of each activation, each of them the input alone."""
    genome = grow(0, 0, 1, len(ALL))
    network = compile_genome(genome)._replace(
        activation=ALL.astype(np.int64),
        edge_start=np.arange(len(ALL) + 1),
        source=np.ones(len(ALL), dtype=np.int64),
    )
    return NetworkFile(to_genome(network), None, None, {})


def perceptron(
    sizes: Sequence[int], seed: int = 0, kind: int = 9, kept: float = 1.0
) -> NetworkFile:
    """Return a pruned perceptron with layers of `sizes`, as a network with weights."""
    rng = np.random.default_rng(seed)
    first = np.cumsum([1, *sizes])
    pairs = [
        (source, target)
        for layer in range(len(sizes) - 1)
        for target in range(first[layer + 1], first[layer + 2])
        for source in [0, *range(first[layer], first[layer + 1])]
        if source == 0 or rng.random() < kept
    ]
    activation = np.full(sum(sizes[1:]), kind)
    activation[-sizes[-1] :] = 1
    source, target = np.array(pairs).T
    network, _ = network_of_pairs(sizes[0], sizes[-1], activation, source, target)
    weights = rng.normal(size=network.connections) / np.sqrt(kept * max(sizes))
    return NetworkFile(to_genome(network), weights, None, {})


def subject(file: NetworkFile, name: str = "toy", **given: Any) -> Subject:
    """Return what is exported of a file, by default without a task."""
    interface: Interface = given.pop("interface", None) or bare(
        file.genome.inputs, file.genome.outputs
    )
    return subject_of(file, name, interface, **given)


def kernel_outputs(
    given: Subject, file: NetworkFile, seen: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what the kernels make of observations (n, inputs)."""
    with np.errstate(all="ignore"):
        return np.ascontiguousarray(
            outputs(
                file._replace(weights=None if given.weights is None else file.weights),
                seen,
                given.weight,
            )
        )


class Compiled:
    """C files, compiled into one library."""

    def __init__(
        self, folder: Path, texts: dict[str, str], flags: Sequence[str] = ("-O2",)
    ) -> None:
        if shutil.which("gcc") is None:
            pytest.skip("needs gcc")
        paths = [folder / f"{name}.c" for name in texts]
        for path, text in zip(paths, texts.values(), strict=True):
            path.write_text(text)
        library = folder / "library.so"
        command = [*GCC, *flags, "-fPIC", "-shared", "-o", str(library), *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        self.library = ctypes.CDLL(str(library))

    def call(
        self, given: Subject, function: str, seen: NDArray[np.float64], into: Any = None
    ) -> Any:
        """Return what a function makes of one observation.

        `into` is an array that it fills, None where it returns a number.
        """
        real = ctypes.c_float if given.single else ctypes.c_double
        row = (real * given.network.inputs)(*seen.tolist())
        weight = [] if given.weights is not None else [real(given.weight)]
        results = [] if into is None else [into]
        found = getattr(self.library, f"{given.identifier}_{function}")(row, *weight, *results)
        return found if into is None else list(into)

    def forward(self, given: Subject, seen: NDArray[np.float64]) -> list[list[float]]:
        """Return the outputs for observations (n, inputs)."""
        real = ctypes.c_float if given.single else ctypes.c_double
        return [self.call(given, "forward", row, (real * given.network.outputs)()) for row in seen]


def run_node(folder: Path, texts: dict[str, str], script: str, given: Any = None) -> Any:
    """Return the JSON value that `script` prints; numbers beyond JSON are as text.

    `texts` are modules that it may import; `given` is in its variable of that name, where arrays of
    bytes as hexadecimal digits are doubles.
    """
    if shutil.which("node") is None:
        pytest.skip("needs node")
    for name, text in texts.items():
        (folder / f"{name}.mjs").write_text(text)
    (folder / "given.json").write_text(json.dumps(given))
    (folder / "main.mjs").write_text(f"{_READ}\n{script}\n")
    done = subprocess.run(["node", "main.mjs"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


_READ = """\
import { readFileSync } from "node:fs";
const given = JSON.parse(readFileSync("given.json", "utf8"));
function doubles(text) {
  const bytes = Buffer.from(text, "hex");
  return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
}
function hex(numbers) {
  const bytes = Buffer.alloc(8 * numbers.length);
  numbers.forEach((number, i) => bytes.writeDoubleLE(number, 8 * i));
  return bytes.toString("hex");
}
"""


def as_hex(rows: NDArray[np.float64]) -> str:
    return rows.astype("<f8").tobytes().hex()


def from_hex(text: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.frombuffer(bytes.fromhex(text), dtype="<f8").reshape(shape)


def imported(text: str, path: Path) -> ModuleType:
    """Write a module of Python to `path`, and import it from there."""
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_torch(given: Subject, folder: Path) -> ModuleType:
    """Write a network as a PyTorch module into a folder, and import it from there."""
    return imported(dumps_torch(given), folder / f"{given.identifier}.py")
