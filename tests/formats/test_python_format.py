import ast
import itertools
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from export_toys import imported
from formats_toys import champion, genomes, outputs
from genome_edits import add_node
from genome_toys import PROPERTY, grow
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wann.activations import Activation
from wann.formats import NetworkFile, dumps_python, read_network, read_release_weights
from wann.kernels import maths
from wann.network.compile import compile_with_genes
from wann.network.genome import Genome, minimal

_NUMBERS = itertools.count()
# Zeros of both signs, ties of rounding, subnormals, the ends of exp's range, odd and even large
# numbers, overflow.
SPECIAL = [
    0.0,
    -0.0,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    1e-310,
    708.0,
    -709.0,
    1e5 + 0.3,
    2.0**52 + 1,
    2.0**53 + 2,
    1e300,
]
SPECIAL += [1.7e308, -1e300, np.inf, -np.inf, np.nan]


def load(file: NetworkFile, folder: Path, weight: float = 1.0) -> ModuleType:
    path = folder / f"network_{next(_NUMBERS)}.py"
    return imported(dumps_python(file, "toy", weight), path)


def observations(inputs: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return 64 observations: ordinary, large, and special values."""
    ordinary = rng.normal(size=(24, inputs)) * 3.0
    large = rng.normal(size=(16, inputs)) * 10.0 ** rng.integers(-20, 300, size=(16, inputs))
    return np.concatenate([ordinary, large, rng.choice(SPECIAL, size=(24, inputs))])


def assert_same_bits(computed: Sequence[Sequence[float]], expected: NDArray[np.float64]) -> None:
    """Assert equality to the sign of a zero; nan equals nan, whose bits IEEE 754 leaves open."""
    found = np.array(computed)
    assert (np.isnan(found) == np.isnan(expected)).all()
    bits_differ = found.view(np.int64) != np.ascontiguousarray(expected).view(np.int64)
    assert not (bits_differ & ~np.isnan(expected)).any()


def assert_computes_the_same(
    file: NetworkFile, module: ModuleType, seed: int, weight: float
) -> None:
    seen = observations(file.genome.inputs, np.random.default_rng(seed))
    with np.errstate(all="ignore"):
        expected = outputs(file, seen, weight)
    assert_same_bits([module.act(row) for row in seen.tolist()], expected)


@PROPERTY
@given(genomes, st.integers(0, 2**32), st.floats(-3.0, 3.0))
def test_shared_weights_give_the_bits_of_the_kernels(
    tmp_path_factory: pytest.TempPathFactory, genome: Genome, seed: int, weight: float
) -> None:
    file = NetworkFile(genome, None, None, {})
    assert_computes_the_same(file, load(file, tmp_path_factory.getbasetemp(), weight), seed, weight)


@PROPERTY
@given(genomes, st.integers(0, 2**32))
def test_individual_weights_give_the_bits_of_the_kernels(
    tmp_path_factory: pytest.TempPathFactory, genome: Genome, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    weights = np.where(
        rng.random(len(genome.source)) < 0.1, -0.0, rng.normal(size=len(genome.source)) * 2.0
    )
    file = NetworkFile(genome, weights, None, {})
    assert_computes_the_same(file, load(file, tmp_path_factory.getbasetemp()), seed, 0.0)


@pytest.mark.parametrize("activation", Activation, ids=lambda activation: activation.label)
def test_every_activation_gives_the_bits_of_the_kernels(
    activation: Activation, tmp_path: Path
) -> None:
    enabled = np.array([[False], [True]])
    file = NetworkFile(add_node(minimal(1, 1, enabled), 1, int(activation), 9), None, None, {})
    module = load(file, tmp_path)
    rng = np.random.default_rng(0)
    spread = np.concatenate(
        [SPECIAL, -np.array(SPECIAL), np.arange(-20, 20) / 4, np.linspace(-720, 720, 500)]
    )
    seen = np.concatenate([spread, rng.normal(size=2000) * 10.0 ** rng.integers(-10, 20, 2000)])
    seen = np.resize(seen, (len(seen) // 8 * 8, 1))
    with np.errstate(all="ignore"):
        expected = outputs(file, seen, 1.0)
    assert_same_bits([module.act(row) for row in seen.tolist()], expected)


@pytest.mark.parametrize(
    ("ours", "exported"), [("_sine_poly", "sine_poly"), ("exponential", "exponential")]
)
def test_polynomials_are_those_of_maths(ours: str, exported: str) -> None:
    """Compare the text: a last digit too small to change most results must not differ either."""

    def polynomial(source: str, name: str) -> list[str]:
        functions = (
            node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
        )
        function = next(node for node in functions if node.name == name)
        return [
            line for line in map(ast.unparse, function.body) if line.startswith(("p = ", "q = "))
        ]

    genome = minimal(1, 2, np.ones((2, 2), dtype=bool))
    genome = genome._replace(activation=np.array([1, 1, Activation.SIN, Activation.TANH]))
    source = dumps_python(NetworkFile(genome, None, None, {}), "toy")
    expected = polynomial(Path(maths.__file__).read_text(), ours)
    assert len(expected) >= 8
    assert polynomial(source, exported) == expected


def test_weights_may_be_given(tmp_path: Path) -> None:
    genome = grow(3, 30, 4, 2)
    network, gene = compile_with_genes(genome)
    weights = np.random.default_rng(1).normal(size=len(genome.source))
    shared, individual = NetworkFile(genome, None, None, {}), NetworkFile(genome, weights, None, {})
    module = load(shared, tmp_path)
    seen = np.random.default_rng(2).normal(size=(8, 4))
    for given_weights in (weights[gene], weights[gene].tolist(), tuple(weights[gene].tolist())):
        computed = [module.act(row, given_weights) for row in seen]  # arrays are observations too
        assert_same_bits(computed, outputs(individual, seen, 0.0))
    module = load(individual, tmp_path)
    for weight in (2, 2.0, np.float32(2.0)):
        assert_same_bits([module.act(row, weight) for row in seen], outputs(shared, seen, 2.0))
    with pytest.raises(ValueError, match=f"expected one weight or a list of {network.connections}"):
        module.act(seen[0], [1.0])
    with pytest.raises(ValueError, match="unpack"):
        module.act([1.0])


def test_the_file_holds_what_the_network_needs_and_nothing_else() -> None:
    plain = dumps_python(
        NetworkFile(minimal(2, 1, np.ones((3, 1), dtype=bool)), None, None, {}), "plain"
    )
    assert "import" not in plain
    assert "def " in plain
    assert "[y1]" in plain
    source = dumps_python(NetworkFile(grow(5, 60, 3, 2), None, "swingup", {}), "toy")
    tree = ast.parse(source)
    assert {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } == {"math"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    called = {
        n.func.id
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert defined <= called
    assert max(map(len, source.splitlines())) <= 120


def test_names_cannot_break_out_of_the_docstring() -> None:
    name = 'a"""\nimport os\\'
    tree = ast.parse(dumps_python(NetworkFile(grow(0, 5, 1, 1), None, name + "\ud800", {}), name))
    assert ast.get_docstring(tree, clean=False) is not None
    assert (ast.get_docstring(tree) or "").startswith(
        'a"""?import os\\, for the task a"""?import os\\?: a network'
    )


def test_many_inputs_are_wrapped_into_lines(tmp_path: Path) -> None:
    genome = minimal(784, 3, np.ones((785, 3), dtype=np.bool_))
    file = NetworkFile(genome, np.random.default_rng(0).normal(size=785 * 3), None, {})
    assert max(map(len, dumps_python(file, "wide").splitlines())) <= 120
    assert_computes_the_same(file, load(file, tmp_path), 0, 0.0)


def test_the_file_runs_alone(tmp_path: Path) -> None:
    path = tmp_path / "alone.py"
    path.write_text(dumps_python(NetworkFile(grow(0, 10, 2, 2), None, None, {}), "alone"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(ast.literal_eval(done.stdout)) == 2


def test_weights_must_be_finite() -> None:
    with pytest.raises(ValueError, match="must be finite, got nan"):
        dumps_python(
            NetworkFile(minimal(1, 1, np.ones((2, 1), dtype=bool)), None, None, {}),
            "x",
            float("nan"),
        )


def test_the_published_champion_gives_the_bits_of_the_kernels(tmp_path: Path) -> None:
    file = read_network(champion("swing.out"))
    assert_computes_the_same(file, load(file, tmp_path, -0.7), 0, -0.7)
    file = file._replace(weights=read_release_weights(champion("cartpole_swingup.wann.json"), file))
    assert_computes_the_same(file, load(file, tmp_path), 0, 0.0)
