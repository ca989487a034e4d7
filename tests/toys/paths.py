"""Where the root of the project, the toys, and data that are no part of the project are."""

import os
from pathlib import Path

TOYS = Path(__file__).resolve().parent
TESTS = TOYS.parent
ROOT = TESTS.parent
REFERENCE_RUN = ROOT / "runs" / "reference" / "swingup-seed0"
# Published champions and data sets; tests that need them are skipped where they are missing.
SHARED = Path(os.environ.get("WANN_SHARED") or ROOT.parent / "shared")
