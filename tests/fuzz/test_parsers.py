"""Every parser takes an input or refuses it in one line: attacks, good inputs, and damaged ones.

`guided.py` searches for further ones, guided by coverage; this is what a test run has time for.
"""

import zlib
from pathlib import Path

import pytest
from fuzz.mutations import mutations
from fuzz.parsers import PARSERS, attacks, check, corpus, torch_parsers

NAMES = [*PARSERS, "study.json", "study-row.json", "masks.safetensors", "weights.safetensors"]
# Of each parser; those that unpack archives or look into other files take longer.
COUNT, FEWER = 1000, 300
SLOW = (
    "checkpoint.npz",
    "data.npz",
    "worker.json",
    "accuracy.json",
    "evaluation.json",
    "front.json",
    "summary.json",
)


def parser(name: str):
    if name in PARSERS:
        return PARSERS[name]
    pytest.importorskip("torch")
    return torch_parsers()[name]


@pytest.mark.parametrize("name", NAMES)
def test_good_inputs_are_taken(name: str, tmp_path: Path) -> None:
    seeds = corpus(name)
    assert seeds
    for seed in seeds:
        assert check(parser(name), seed, tmp_path), seed[:200]


@pytest.mark.parametrize("name", NAMES)
def test_attacks_are_refused_in_one_line_or_read_as_something(name: str, tmp_path: Path) -> None:
    for attack, content in attacks():
        try:
            check(parser(name), content, tmp_path)
        except Exception as error:
            raise AssertionError(f"{attack}: {error!r}") from error


@pytest.mark.parametrize("name", NAMES)
def test_damaged_inputs_are_refused_in_one_line_or_taken(name: str, tmp_path: Path) -> None:
    for content in mutations(corpus(name), FEWER if name in SLOW else COUNT):
        try:
            check(parser(name), content, tmp_path)
        except Exception as error:
            shown = content[:400] if len(content) < 5000 else f"checksum {zlib.crc32(content)}"
            raise AssertionError(f"{shown!r}: {error!r}") from error
