"""Breeding, compiled and not: without the compiler NumPy sees each index that has no room."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core import config

from wann.config import SearchConfig
from wann.evolution.breeding import offspring
from wann.evolution.first_genomes import first_genomes
from wann.network.genome import Genes, Genomes, lay_end_to_end, validate

_HALF_AND_HALF: dict[str, Any] = {"crossover": 0.5, "extra_mutation": 0.8}
SETTINGS: dict[str, dict[str, Any]] = {
    "mutated": {},
    "crossed, with all operators": _HALF_AND_HALF | {"recurrent": True},
    "nodes that go": _HALF_AND_HALF | {"remove_node": 3.0, "max_connections": 12},
}


def bred(name: str, generations: int = 12) -> list[Genes]:
    """Return generations, each from the one before, of parents that are drawn at random."""
    chosen = SearchConfig(population=24, **SETTINGS[name])
    rng = np.random.default_rng(7)
    kept = [first_genomes(chosen, 3, 2, range(24))]
    for generation in range(generations):
        parents = rng.integers(0, 24, 20)
        kept.append(offspring(chosen, kept[-1], np.arange(4), parents, 24 * (generation + 1), rng))
    return kept


def laid(generations: list[Genes]) -> np.ndarray:
    """Return all numbers of some generations in one row."""
    return np.concatenate(
        [np.asarray(array, np.int64) for genes in generations for array in genes[2:]]
    )


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="there is no compiler to compare with")
def test_without_the_compiler_the_same_genomes_are_bred(tmp_path: Path) -> None:
    path = tmp_path / "bred.npz"
    plainly = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    plainly["PYTHONPATH"] = os.pathsep.join([*sys.path, str(Path(__file__).parent)])
    subprocess.run([sys.executable, __file__, str(path)], env=plainly, check=True)
    with np.load(path) as twins:
        for name in SETTINGS:
            np.testing.assert_array_equal(laid(bred(name)), twins[name])


@pytest.mark.parametrize("name", SETTINGS)
def test_children_are_genomes(name: str) -> None:
    for genes in bred(name):
        for genome in Genomes(genes):
            validate(genome)


def test_elites_stay_and_there_need_be_no_children() -> None:
    genes = first_genomes(SearchConfig(population=6), 3, 2, range(6))
    rng, none = np.random.default_rng(0), np.arange(0)
    kept = offspring(SearchConfig(), genes, np.array([4, 1]), none, 6, rng)
    assert list(map(repr, Genomes(kept))) == [repr(Genomes(genes)[4]), repr(Genomes(genes)[1])]
    assert (
        laid([kept]).tolist()
        == laid([lay_end_to_end([Genomes(genes)[4], Genomes(genes)[1]])]).tolist()
    )


if __name__ == "__main__":
    np.savez(sys.argv[1], **{name: laid(bred(name)) for name in SETTINGS})
