"""An environment that only this session knows, scored by its workers on Ray and in sweeps."""

from pathlib import Path

import pytest
from odd_environments_toys import Plain
from run_toys import SMALL, TINY

import wann


@pytest.mark.usefixtures("alone_with_ray")
def test_workers_get_what_was_passed(tmp_path: Path) -> None:
    class Mine(Plain):
        pass

    here = wann.search(env=Mine, out=tmp_path / "here", **SMALL)
    there = wann.search(env=Mine, out=tmp_path / "there", ray=True, **SMALL)
    assert there.digest == here.digest
    swept = wann.sweep(env=Mine, out=tmp_path / "sweep", seeds=0, workers=1, **TINY)
    assert swept.rows["digest"].tolist() == [here.digest]
