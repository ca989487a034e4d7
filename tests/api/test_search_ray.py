"""An environment that only this session knows, scored by its workers on Ray and in sweeps."""

from pathlib import Path
from typing import Any

import pytest
from odd_environments_toys import Plain

import wann

SMALL: dict[str, Any] = {"population": 16, "generations": 2, "episodes": 1, "confirm_episodes": 2}


@pytest.mark.usefixtures("alone_with_ray")
def test_workers_get_what_was_passed(tmp_path: Path) -> None:
    class Mine(Plain):
        pass

    how: dict[str, Any] = {"threads": 1, "figures": False}
    here = wann.search(env=Mine, out=tmp_path / "here", **SMALL, **how)
    there = wann.search(env=Mine, out=tmp_path / "there", ray=True, **SMALL, **how)
    assert there.digest == here.digest
    swept = wann.sweep(env=Mine, out=tmp_path / "sweep", seeds=0, workers=1, **SMALL)
    assert swept.rows["digest"].tolist() == [here.digest]
