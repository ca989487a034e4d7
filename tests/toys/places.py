"""Where things are: the root of the project, the toys, and the data that are not part of the project."""

import os
from pathlib import Path

TOYS = Path(__file__).resolve().parent
TESTS = TOYS.parent
ROOT = TESTS.parent
REFERENCE_RUN = ROOT / "runs" / "reference" / "swingup-seed0"
# Published champions and data sets; tests that need them are skipped where they are missing.
SHARED = Path(os.environ.get("WANN_SHARED") or ROOT.parent / "shared")
