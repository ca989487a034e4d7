import json

import numpy as np
import pytest
from export_toys import every_activation

from wann.errors import UserError
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork
from wann.pages import Contestant, player_data
from wann.pages.network_data import MOST_DRAWN, network_data
from wann.pages.scene import scene_of
from wann.tasks.registry import make_task


def test_a_player_has_what_the_network_does_and_earns() -> None:
    network = load_network("zoo:swingup")
    task = make_task("swingup")
    own = np.linspace(-1.0, 1.0, network.connections)
    data = player_data(
        task,
        [Contestant("grown", network, None, "a note"), Contestant("tuned", network, own)],
        [-1.0, 1.0],
        [[(-2.0, 3.5), (2.0, 7)], []],
    )
    json.dumps(data, allow_nan=False)
    assert data["training"] == [-1.0, 1.0]
    first, second = data["contestants"]
    assert (first["label"], first["note"], first["profile"]) == (
        "grown",
        "a note",
        [[-2.0, 3.5], [2.0, 7.0]],
    )
    assert first["network"]["weights"] is None
    assert second["network"]["weights"] == own.tolist()
    assert data["task"]["inputs"] == list(task.input_names)
    scene = data["task"]["scene"]
    assert (scene["kind"], scene["steps"], len(scene["starts"][0])) == ("swingup", 1000, 4)


def test_every_training_weight_can_be_chosen() -> None:
    contestant = [Contestant("a", load_network("zoo:swingup"))]
    data = player_data(None, contestant, [-3.5, 1.0], [[]])
    assert (data["least"], data["most"]) == (-3.5, 2.0)


@pytest.mark.parametrize("given", [([], []), ([1], [])])
def test_a_player_needs_contestants_and_their_profiles(given: tuple[list[int], list[int]]) -> None:
    network = load_network("zoo:swingup")
    contestants = [Contestant("a", network) for _ in given[0]]
    with pytest.raises(ValueError, match="expected a profile for each"):
        player_data(None, contestants, [], given[1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spec", "kind", "steps"),
    [
        ("swingup", "swingup", 1000),
        ("swingup-hard", "swingup", 200),
        ("gym:CartPole-v1", "CartPole-v1", 500),
        ("gym:Acrobot-v1", "Acrobot-v1", 500),
        ("gym:Pendulum-v1", "Pendulum-v1", 200),
        ("gym:MountainCar-v0", "MountainCar-v0", 200),
        ('gym:MountainCarContinuous-v0 {"max_steps": 300}', "MountainCarContinuous-v0", 300),
        ('gym:CartPole-v1 {"search_steps": 40}', "CartPole-v1", 500),  # as it is measured
    ],
)
def test_scenes_of_compiled_environments(spec: str, kind: str, steps: int) -> None:
    scene = scene_of(make_task(spec))
    assert (scene.kind, scene.steps) == (kind, steps)
    assert len({tuple(start) for start in scene.starts}) == len(scene.starts) == 24
    assert scene == scene_of(make_task(spec))


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("digits", "data set"),
        ('gym:CartPole-v1 {"wrap": ["gymnasium.wrappers:FlattenObservation"]}', "changed by"),
        ("gym:Blackjack-v1", "runs in Python"),
    ],
)
def test_why_there_is_no_scene(spec: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        scene_of(make_task(spec))


def test_a_network_is_described_in_full() -> None:
    network = LoadedNetwork.from_file(every_activation())
    data = network_data(network)
    assert sum(data["count"]) == len(data["source"]) == network.connections
    assert [one["name"] for one in data["activations"]][:2] == ["linear", "step"]
    assert [data["activations"][kind]["tree"] for kind in data["kind"]][:3] == [
        "x",
        ["select", ["greater", "x", 0.0], 1.0, 0.0],
        ["sin_pi", "x"],
    ]
    layout = data["layout"]
    assert len(layout["column"]) == 1 + network.inputs + len(network.activation)
    assert network.connections < MOST_DRAWN
    assert network_data(network, drawn=False)["layout"] is None
