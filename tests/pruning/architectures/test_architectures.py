"""Pruning is right on every architecture of the table, or one line says why not and what to do."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from architectures import ARCHITECTURES
from proving import Row, as_file, prove
from write_rows import ROWS

HERE = Path(__file__).parent
KNOWN = {row["name"]: Row(**row) for row in json.loads(ROWS.read_text(encoding="utf-8"))}
# One of each kind of input, for batches of any size; `write_rows` exports all of them so
ANY_BATCH = (
    "ResNet-18",
    "BERT",
    "LSTM",
    "nn.TransformerEncoder",
    "Siamese",
    "bfloat16",
    "Branch on data",
)
_proved: dict[str, Row] = {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("programs")
    _proved.clear()


def proved(name: str, folder: Path) -> Row:
    """Prove an architecture once for all tests of this file."""
    if name not in _proved:
        entry, any_batch = ARCHITECTURES[name], name in ANY_BATCH
        _proved[name] = prove(name, entry, folder, any_batch=any_batch)
    return _proved[name]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_pruning_is_right(name: str, folder: Path) -> None:
    assert proved(name, folder)._replace(said=[]) == KNOWN[name]._replace(said=[])
    assert set(proved(name, folder).said) <= set(KNOWN[name].said)


def test_exported_models_run_without_wann(folder: Path) -> None:
    rows = [proved(name, folder) for name in ARCHITECTURES]
    command = [sys.executable, str(HERE / "load_programs.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {as_file(row.name) for row in rows if row.exported}


def test_rows_are_of_the_architectures() -> None:
    assert list(KNOWN) == list(ARCHITECTURES)
