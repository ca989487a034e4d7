"""Writes what came of each architecture, for the page of the documentation and for the tests.

python tests/pruning/architectures/write_rows.py
python tests/docs/make_pages.py
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parents[2])]

from architectures import ARCHITECTURES  # noqa: E402
from proving import prove  # noqa: E402

ROWS = _HERE / "rows.json"

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        rows = [
            prove(name, entry, Path(folder), any_batch=True)._asdict()
            for name, entry in ARCHITECTURES.items()
        ]
    ROWS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
