"""An environment that only this session knows, scored by its workers on Ray and in sweeps."""

import subprocess
import sys
from pathlib import Path

import pytest
from odd_environments_toys import Plain
from ray_toys import environment_without_ray
from run_toys import SMALL, TINY

import wann
from wann.evaluators.ray.cluster import is_connected


@pytest.mark.usefixtures("alone_with_ray")
def test_workers_get_what_was_passed(tmp_path: Path) -> None:
    class Mine(Plain):
        pass

    here = wann.search(env=Mine, out=tmp_path / "here", **SMALL)
    there = wann.search(env=Mine, out=tmp_path / "there", ray=True, **SMALL)
    assert not is_connected()  # the Ray that it started is ended
    assert there.digest == here.digest
    swept = wann.sweep(env=Mine, out=tmp_path / "sweep", seeds=0, workers=1, **TINY)
    assert swept.rows["digest"].tolist() == [here.digest]


CALLS = """
import ray  # before the search, so that Ray has read its settings
import wann

def search():
    settings = dict(generations=1, population=8, episodes=1, confirm_episodes=1, figures=False)
    return wann.search("swingup-quick", ray=True, progress=False, **settings).digest

digest = search()
assert not ray.is_initialized()
ray.init(num_cpus=2, include_dashboard=False, configure_logging=False, log_to_driver=False)
assert search() == digest
assert ray.is_initialized()
"""


def test_a_call_ends_the_ray_that_it_started_and_keeps_one_of_the_users(tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": str(Path.home() / ".cache"), **environment_without_ray()}
    ended = subprocess.run(
        [sys.executable, "-c", CALLS],
        cwd=tmp_path,
        env={**cache, "HOME": str(tmp_path)},  # where Ray writes a token for its user
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
