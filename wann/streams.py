"""Random streams: one seed, and a child of it for every purpose and use.

A stream depends on its name and indices alone, never on what was drawn before: threads, processes
and a resumed run therefore see the same numbers, and there is no generator state to save.
"""

import zlib

import numpy as np


def stream(seed: int, name: str, *indices: int) -> np.random.Generator:
    """Return the generator for the purpose `name` of the run with this seed.

    `indices`, a generation for instance, tell one use for that purpose from the others.
    """
    return np.random.default_rng(
        np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()), *indices))
    )
