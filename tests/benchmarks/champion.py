"""The network that benchmarks run on.

It is the published champion where that is at hand, else the champion of our reference run.
"""

import os
from pathlib import Path

from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork

ROOT = Path(__file__).parents[2]


def find_champion() -> LoadedNetwork:
    shared = Path(os.environ.get("WANN_SHARED", ROOT.parent / "shared")) / "champions" / "swing.out"
    return load_network(
        shared if shared.exists() else ROOT / "runs" / "reference" / "swingup-seed0"
    )
