"""A checkpoint is what a search needs to go on; as a file, an archive of NumPy arrays."""

import hashlib
import io
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.machine.memory import memory
from wann.machine.npz import read_npz
from wann.network.genome import Genes, Genome, Genomes, lay_end_to_end, validate
from wann.reading import shaped

# What its bytes become again that are stored in less room; all other arrays become int64.
_KINDS: dict[str, Any] = {"enabled": np.bool_}


_SHA256 = "sha256"  # of all other arrays, among them
_OTHERS = "memory/"  # stands before the names of arrays that are no genes


class Checkpoint(NamedTuple):
    """What a search needs to go on: genomes, everything else as JSON values, arrays by name."""

    genomes: list[Genome]
    state: dict[str, Any]
    arrays: Mapping[str, NDArray[Any]] = MappingProxyType({})


def pack(checkpoint: Checkpoint) -> bytes:
    """Return the content of a checkpoint's file."""
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {
        "state": np.frombuffer(json.dumps(checkpoint.state).encode(), dtype=np.uint8),
        **lay_end_to_end(checkpoint.genomes)._asdict(),
        **{_OTHERS + name: array for name, array in checkpoint.arrays.items()},
    }
    arrays[_SHA256] = _sha256(arrays)
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def unpack(content: bytes) -> Checkpoint:
    """Return the checkpoint that `pack` gave the bytes of.

    Any exception where they are damaged: those who read archives raise many kinds. UserError or
    ValueError where a genome is none, as one with a cycle, or where they would fill more than half
    of the memory.
    """
    arrays = read_npz(io.BytesIO(content), most=memory() // 2)
    listed = arrays.pop(_SHA256, None)  # checkpoints of before have none
    if listed is not None and not np.array_equal(listed, _sha256(arrays)):
        raise UserError("its content is not what was saved")
    # Not read as strictly as other files: fitness may be infinite.
    state = shaped(json.loads(arrays["state"].tobytes()), dict[str, Any], "its state")
    genomes = _genomes(arrays)
    for genome in genomes:
        validate(genome)
    others = {
        name.removeprefix(_OTHERS): array
        for name, array in arrays.items()
        if name.startswith(_OTHERS)
    }
    return Checkpoint(genomes, state, others)


def _genomes(arrays: Mapping[str, NDArray[Any]]) -> list[Genome]:
    fields: list[Any] = [
        arrays[name].astype(_KINDS.get(name, np.int64)) for name in Genes._fields[2:]
    ]
    return list(Genomes(Genes(int(arrays["inputs"]), int(arrays["outputs"]), *fields)))


def _sha256(arrays: Mapping[str, Any]) -> NDArray[np.uint8]:
    """Return the SHA-256 of arrays, by name: of their types, shapes and content."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.asarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return np.frombuffer(digest.digest(), dtype=np.uint8)
