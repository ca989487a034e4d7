"""The networks that the user names: champions of finished runs, smaller ones of their fronts."""

import shutil
from itertools import pairwise
from pathlib import Path

from paths import REFERENCE_RUN

from wann.experiments.comparison.input_networks import champions_of, smaller_networks_of, task_of
from wann.tasks.registry import make_task

SWINGUP = make_task("swingup")


def test_a_finished_run_gives_its_champion(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(REFERENCE_RUN, folder)
    task = task_of([folder], None)
    found = champions_of([folder, folder], task)
    assert task.name == "swingup"
    assert [champion.label for champion in found] == ["mine", "mine-2"]
    assert found[0].cost["generations"] > 0


def test_points_of_a_run_are_each_about_half_the_one_before() -> None:
    (champion,) = champions_of([REFERENCE_RUN], SWINGUP)
    found = smaller_networks_of([champion], 3, SWINGUP)
    sizes = [champion.network.connections, *(small.network.connections for small in found)]
    assert len(found) == 3
    assert all(small <= large // 2 for large, small in pairwise(sizes))
    assert found[0].label == f"swingup-seed0-at-{found[0].network.connections}"
    assert smaller_networks_of([champion], 0, SWINGUP) == []
    assert len(smaller_networks_of([champion], 50, SWINGUP)) < 8
    assert (
        smaller_networks_of([champion._replace(path=REFERENCE_RUN / "champion.json")], 3, SWINGUP)
        == []
    )
