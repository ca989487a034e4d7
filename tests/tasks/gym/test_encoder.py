"""Encoders in specs and in tasks: found, checked, and the same wherever pictures are read."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from picture_toys import DOT, HEIGHT, WIDTH, drawn_arrays, drawn_file, write_drawn

from wann.errors import UserError
from wann.files import sha256
from wann.machine.tensors import tensors_bytes
from wann.network.compile import compile_genome
from wann.network.genome import Genome
from wann.network.weightings import Weightings
from wann.tasks.gym.encoder_files import FORMAT, find_encoder, read_encoder
from wann.tasks.gym.settings import settings_in
from wann.tasks.gym.simulators import make_simulator
from wann.tasks.policy import make_policy
from wann.tasks.registry import make_task
from wann.tasks.spec import make_spec, shown_spec

EPISODES = np.array([5, 6, 7])


def dense(inputs: int) -> Any:
    """A network whose one output sees every input."""
    genes = np.arange(1 + inputs)
    ids = np.arange(2 + inputs)
    ones = np.ones(2 + inputs, dtype=np.int64)
    return compile_genome(
        Genome(inputs, 1, ids, ones, genes, np.full(1 + inputs, 1 + inputs), genes >= 0)
    )


def returns_of(spec: str, weights: Any = (0.5, -1.0, 2.0)) -> Any:
    task = make_task(spec)
    shared = Weightings.shared(weights)
    returns = np.empty((1, len(shared), len(EPISODES)))
    packed = task.pack([dense(task.inputs)])
    task.score(packed, (0, 1), shared, EPISODES, returns, np.empty(1, dtype=np.int64))
    return returns


def test_a_spec_holds_the_whole_encoder(tmp_path: Path) -> None:
    path = write_drawn(tmp_path / "e.safetensors")
    task = make_task(make_spec("gym:picture_toys:Dot-v0", {"encoder": path}))
    assert (task.inputs, task.outputs, list(task.input_names)) == (3, 1, ["z0", "z1", "z2"])
    found = returns_of(task.spec)
    Path(path).unlink()
    assert found.tobytes() == returns_of(task.spec).tobytes()
    assert settings_in(task.spec) == settings_in(make_task(task.spec).spec)
    assert len(shown_spec(task.spec)) < 100
    assert shown_spec("gym:X {not JSON") == "gym:X {not JSON"


def test_lanes_policy_and_frames_alone_see_the_same(tmp_path: Path) -> None:
    path = write_drawn(tmp_path / "e.safetensors")
    spec = make_spec("gym:picture_toys:Dot-v0", {"encoder": path})
    together = returns_of(spec)
    alone = [returns_of(spec, [weight])[0, 0] for weight in (0.5, -1.0, 2.0)]
    assert together[0].tobytes() == np.array(alone).tobytes()
    task: Any = make_task(spec)
    network = dense(3)
    policy = make_policy(network, 2.0, task)
    env = make_simulator(task.settings)
    seen, _ = env.reset(seed=5)
    total, ended = 0.0, False
    while not ended:
        seen, reward, _, ended, _ = env.step(policy(seen))
        total += reward
    assert total == together[0, 2, 0]


def test_what_is_rendered_is_seen_where_observations_are_no_pictures(tmp_path: Path) -> None:
    rendered = DOT._replace(environment="picture_toys:Rendered-v0", source="rendering")
    path = write_drawn(tmp_path / "r.safetensors", rendered)
    found = returns_of(make_spec("gym:picture_toys:Rendered-v0", {"encoder": path}))
    seen = write_drawn(tmp_path / "e.safetensors")
    assert (found == returns_of(make_spec("gym:picture_toys:Dot-v0", {"encoder": seen}))).all()


def test_an_encoder_of_another_environment_or_size_is_refused(tmp_path: Path) -> None:
    encoder = read_encoder(drawn_file())
    with pytest.raises(UserError, match="the encoder is of picture_toys:Dot-v0"):
        encoder.check_fits("CarRacing-v3", spaces.Box(0, 255, (96, 96, 3), np.uint8))
    with pytest.raises(UserError, match="reads pictures of 30 x 40 x 3, got 31 x 40 x 3"):
        encoder.check_fits("picture_toys:Dot-v0", spaces.Box(0, 255, (31, 40, 3), np.uint8))
    with pytest.raises(UserError, match="got Discrete observations"):
        encoder.check_fits("picture_toys:Dot-v0", spaces.Discrete(3))
    path = write_drawn(tmp_path / "e.safetensors")
    with pytest.raises(UserError, match="the encoder is of picture_toys:Dot-v0"):
        make_task(make_spec("gym:picture_toys:Rendered-v0", {"encoder": path}))
    with pytest.raises(UserError, match="give one of them"):
        make_task(make_spec("gym:picture_toys:Dot-v0", {"encoder": path, "flatten_pictures": True}))


@pytest.mark.parametrize(
    ("trained", "asked", "same"),
    [
        ("Dot-v0", "wann/Dot-v0", True),
        ("Dot-v0", "wann.envs:wann/Dot-v0", True),
        ("a:Dot-v0", "a:Dot-v0", True),
        ("a:Dot-v0", "b:Dot-v0", False),
        ("a/Dot-v0", "b/Dot-v0", False),
    ],
)
def test_only_the_namespace_of_the_project_is_ignored(trained: str, asked: str, same: bool) -> None:
    encoder = read_encoder(drawn_file(DOT._replace(environment=trained)))
    space = spaces.Box(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    with nullcontext() if same else pytest.raises(UserError, match=f"the encoder is of {trained}"):
        encoder.check_fits(asked, space)


def damaged(**changes: Any) -> bytes:
    arrays = {
        name: array for name, array in {**drawn_arrays(), **changes}.items() if array is not None
    }
    return tensors_bytes(arrays, {"format": FORMAT, **DOT.to_texts()})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"nothing of the kind", "expected a safetensors file"),
        (tensors_bytes(drawn_arrays(), {}), "expected a file of `wann encode`"),
        (damaged(**{"latents.bias": None}), "expected an array latents.bias"),
        (damaged(**{"convolution2.bias": np.zeros(3)}), "expected an array of shape"),
        (tensors_bytes(drawn_arrays(), {"format": FORMAT}), "do not say which pictures"),
        (drawn_file(DOT._replace(crop=(0, 0, 31, 40))), "do not fit together"),
        (
            tensors_bytes(drawn_arrays(channels=8), {"format": FORMAT, **DOT.to_texts()}),
            "multiples",
        ),
    ],
)
def test_damaged_files_are_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "encoder.safetensors").write_bytes(content)
    with pytest.raises(UserError, match=says) as raised:
        find_encoder(str(tmp_path))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("nowhere", "expected the folder of `wann encode`"),
        (3, "expected the folder"),
        ("", "expected the folder"),
        ({"sha256": "0", "safetensors": "AAAA"}, "do not agree"),
        ({"sha256": "0"}, "do not agree"),
    ],
)
def test_what_is_no_encoder_is_one_line(said: Any, says: str) -> None:
    with pytest.raises(UserError, match=says):
        find_encoder(said)


def test_an_unfinished_folder_says_how_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="go on with `wann resume"):
        find_encoder(str(tmp_path))


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ('{"encoder": {"sha256": "0123"}}', "SHA-256 is .*, and manifest.json beside it says"),
        ('{"encoder": 3}', "does not say its SHA-256"),
        ("damaged", "does not say its SHA-256"),
    ],
)
def test_a_file_that_its_manifest_does_not_know_is_refused(
    tmp_path: Path, manifest: str, says: str
) -> None:
    content = drawn_file()
    (tmp_path / "encoder.safetensors").write_bytes(content)
    good = json.dumps({"encoder": {"sha256": sha256(content)}})
    (tmp_path / "manifest.json").write_text(good)
    assert find_encoder(str(tmp_path)).content == content
    (tmp_path / "manifest.json").write_text(manifest)
    for said in (tmp_path, tmp_path / "encoder.safetensors"):
        with pytest.raises(UserError, match=says) as raised:
            find_encoder(str(said))
        assert "\n" not in str(raised.value)
