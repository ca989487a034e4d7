"""The networks that the user names: champions of finished runs, smaller ones of their fronts."""

import json
import shutil
from pathlib import Path

import pytest
from paths import REFERENCE_RUN
from scoring_toys import recurrent_network

from wann.errors import UserError
from wann.experiments.comparison.front_networks import networks_at, smaller_networks_of
from wann.experiments.comparison.input_networks import Input, champions_of, left_out_of, task_of
from wann.formats import NetworkFile, dumps_json
from wann.formats.load import load_network
from wann.network.compile import to_genome
from wann.tasks.registry import make_task

SWINGUP = make_task("swingup")


def test_a_finished_run_gives_its_champion(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(REFERENCE_RUN, folder)
    task = task_of([Input(folder)], None)
    found = champions_of([Input(folder), Input(folder)], task)
    assert task.name == "swingup"
    assert [champion.label for champion in found] == ["mine", "mine-2"]
    assert found[0].cost["generations"] > 0


def test_another_environment_is_seen_as_all_networks_saw_their_own() -> None:
    network = load_network(REFERENCE_RUN)
    scaled, other = (
        Input(network.with_task(f"gym:CartPole-v1 {json.dumps({'normalise': statistics})}"), label)
        for label, statistics in (
            ("one", {"mean": [0.0] * 4, "sd": [1.0, 2.0, 3.0, 4.0]}),
            ("two", {"mean": [0.0] * 4, "sd": [4.0, 3.0, 2.0, 1.0]}),
        )
    )
    asked = 'gym:CartPole-v1 {"max_steps": 9}'
    found = task_of([scaled, scaled], asked)
    assert json.loads(found.spec.partition(" ")[2]) == {
        "max_steps": 9,
        "normalise": {"mean": [0.0] * 4, "sd": [1.0, 2.0, 3.0, 4.0]},
    }
    for inputs in ([scaled, other], [scaled, Input(network, "plain")]):
        with pytest.raises(UserError, match="were grown with observations that are scaled or read"):
            task_of(inputs, asked)
    plain = 'gym:CartPole-v1 {"normalise": false}'
    assert task_of([scaled, other], plain).spec == "gym:CartPole-v1"
    wrapped = network.with_task('gym:CartPole-v1 {"wrap": ["gymnasium.wrappers:ClipReward"]}')
    (line,) = left_out_of([scaled, Input(wrapped), Input(wrapped)], asked)
    assert "ClipReward" in line
    assert left_out_of([Input(wrapped)], None) == left_out_of([Input(wrapped)], "swingup") == []


def test_points_of_a_run_are_each_about_half_the_one_before() -> None:
    (champion,) = champions_of([Input(REFERENCE_RUN)], SWINGUP)
    found = smaller_networks_of([champion], 3, SWINGUP)
    sizes = [small.network.connections for small in found]
    assert len(found) == 3
    most = champion.network.connections // 2
    assert all(most >> i + 1 < size <= most >> i for i, size in enumerate(sizes))
    assert found[0].label == f"swingup-seed0-at-{found[0].network.connections}"
    assert smaller_networks_of([champion], 0, SWINGUP) == []
    assert len(smaller_networks_of([champion], 50, SWINGUP)) < 8
    assert (
        smaller_networks_of([champion._replace(path=REFERENCE_RUN / "champion.json")], 3, SWINGUP)
        == []
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"network": "../../net.json"}, "which is not in"),
        ({"network": "/etc/hostname"}, "which is not in"),
        ({"sha256": "0" * 64}, "is damaged, or another file"),
        ({"connections": "many"}, "expected int, got str"),
    ],
)
def test_a_front_lists_its_own_networks_alone(
    change: dict[str, object], problem: str, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(REFERENCE_RUN, folder)
    rows = json.loads((folder / "front.json").read_text())
    rows[1] |= change
    (folder / "front.json").write_text(json.dumps(rows))
    (champion,) = champions_of([Input(folder)], SWINGUP)
    with pytest.raises(UserError, match=problem):
        smaller_networks_of([champion], 3, SWINGUP)


def test_recurrent_networks_of_a_front_are_not_compared(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(REFERENCE_RUN, folder)
    (champion,) = champions_of([Input(folder)], SWINGUP)
    rows = json.loads((folder / "front.json").read_text())
    file = NetworkFile(to_genome(recurrent_network(SWINGUP)), None, SWINGUP.spec, {})
    for row in rows:
        (folder / row["network"]).write_text(dumps_json(file))
        row.pop("sha256", None)
    (folder / "front.json").write_text(json.dumps(rows))
    size = champion.network.connections // 2
    for choose in (
        lambda: smaller_networks_of([champion], 3, SWINGUP),
        lambda: networks_at([champion], [size], SWINGUP),
    ):
        with pytest.raises(UserError, match=r"only feed-forward .*; compare .*champion\.json") as e:
            choose()
        assert "\n" not in str(e.value)


def test_a_finished_run_with_another_champion_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(REFERENCE_RUN, folder)
    front = sorted((folder / "front").iterdir())
    shutil.copy(front[2], folder / "champion.json")
    with pytest.raises(UserError, match=r"champion\.json or .* is damaged, or of another run"):
        champions_of([Input(folder)], SWINGUP)
    assert champions_of([Input(folder / "champion.json")], SWINGUP)  # by its own name it is a file
